"""Construction of inputs: films of clearly different scenes, processed by FFmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

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
    done = subprocess.run([*command, *map(str, args)], input=given, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"ffmpeg {' '.join(map(str, args))}: {done.stderr.decode()[-500:]}")


def film(
    path: Path,
    *options: str | Path,
    scenes: int = 3,
    length: int = 50,
    rate: Fraction | int = 25,
    size: tuple[int, int] = (320, 180),
    first: int = 0,
) -> Path:
    """Encode scenes of equal length, with hard cuts between them.

    Args:
        path: The file to write; its suffix decides the container.
        options: FFmpeg's options for the output: codec, B-frames, tags.
        scenes: Number of scenes.
        length: Frames of each.
        rate: Frames per second.
        size: Width and height.
        first: Number of the first scene; a scene of one number is the same in every film.
    """
    raw = b"".join(
        picture.tobytes()
        for number in range(first, first + scenes)
        for picture in scene(number, length, size)
    )
    given = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(rate))
    chosen = options or ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20")
    ffmpeg(*given, "-i", "-", *chosen, path, given=raw)
    return path


def scene(number: int, length: int, size: tuple[int, int] = (320, 180)) -> Iterator[Pixels]:
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
