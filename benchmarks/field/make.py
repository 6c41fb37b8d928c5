"""Construction of inputs: films of clearly different scenes, processed by FFmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

import cv2
import imageio_ffmpeg
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


def ffmpeg(*args: str | Path, given: bytes | None = None) -> None:
    """Run FFmpeg; its error messages are raised as ``RuntimeError``.

    Args:
        args: Its arguments, the inputs first; existing files are overwritten.
        given: Its standard input.
    """
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y"]
    with TemporaryFile() as source:  # a pipe is fed in pieces of 4 KiB: slower than the encoder
        source.write(given or b"")
        source.seek(0)
        done = subprocess.run([*command, *map(str, args)], stdin=source, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"ffmpeg {' '.join(map(str, args))}: {done.stderr.decode()[-500:]}")


def film(
    path: Path,
    *options: str | Path,
    scenes: int = 3,
    length: int = 50,
    rate: Fraction | int = 25,
    size: tuple[int, int] = (160, 90),
    first: int = 0,
) -> Path:
    """Encode scenes of equal length, with hard cuts between them; a film made before is copied.

    Args:
        path: The file to write; its suffix decides the container.
        options: FFmpeg's options for the output: codec, B-frames, tags.
        scenes: Number of scenes.
        length: Frames of each.
        rate: Frames per second.
        size: Width and height.
        first: Number of the first scene; a scene of one number is the same in every film.
    """
    chosen = tuple(map(str, options)) or ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20")
    source = _Scenes(scenes, length, Fraction(rate), size, first)
    if "%" in path.name:  # the number of a picture: no single file that could be copied
        _encode(path, chosen, source)
    else:
        path.write_bytes(_encoded(path.suffix, chosen, source))
    return path


class _Scenes(NamedTuple):
    """What a film shows, as ``film`` is told it."""

    scenes: int
    length: int
    rate: Fraction
    size: tuple[int, int]
    first: int


@lru_cache(maxsize=128)  # many cases begin with the same film, of 0.1 MB
def _encoded(suffix: str, options: tuple[str, ...], source: _Scenes) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        _encode(path, options, source)
        return path.read_bytes()


def _encode(path: Path, options: tuple[str, ...], source: _Scenes) -> None:
    width, height = source.size
    raw = b"".join(
        picture.tobytes()
        for number in range(source.first, source.first + source.scenes)
        for picture in scene(number, source.length, source.size)
    )
    given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}")
    ffmpeg(*given, "-r", str(source.rate), "-i", "-", *options, path, given=raw)


def scene(number: int, length: int, size: tuple[int, int] = (160, 90)) -> Iterator[Pixels]:
    """Yield pictures (h, w, 3) of one scene: a texture of its own colour that slowly drifts."""
    width, height = size
    world = _world(number, width + 2 * length, height)
    for n in range(length):
        yield np.ascontiguousarray(world[:, 2 * n : 2 * n + width])


@cache
def _world(number: int, width: int, height: int) -> Pixels:
    chance = np.random.default_rng(number)
    grain = chance.integers(0, 256, (6 + height // 30, 6 + width // 30, 3)).astype(np.uint8)
    smooth = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    tint = chance.integers(0, 256, 3)
    return np.asarray(smooth * 0.6 + tint * 0.4, np.uint8)
