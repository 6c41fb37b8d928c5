"""Windows for the benchmarks of the remote tier, of films or rendered, and sent films decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from shotlog.media import FrameReader, probe
from shotlog.models.analysis import sample_windows
from shotlog.models.catalog import Sampling
from shotlog.providers import RemoteMeasure
from shotlog.schema import MediaReference, Pixels, ShotlogError, TimeRange


def windows_of(folder: Path) -> Iterator[Pixels]:
    """Yield the window of each film of a folder, taken as one shot."""
    for path in sorted(folder.rglob("*")):
        try:
            yield from parts_of(path, 1)
        except ShotlogError:
            continue  # stills, and files that are damaged on purpose


def parts_of(path: Path, count: int) -> Iterator[Pixels]:
    """Yield the windows of a film, cut into parts of equal length, each taken as one shot.

    Raises:
        ShotlogError: It is no film, or damaged.
    """
    media = probe(MediaReference(path=str(path)))
    video = media.video
    if video is None or not media.duration:
        return
    length = media.duration / count
    for number in range(count):
        part = TimeRange(start=number * length, duration=length)
        (window,) = sample_windows(Sampling.UNIFORM, part, video)
        shown, moments = [], list(window.frames)
        for frame in FrameReader(media, [part]):
            while moments and moments[0] < frame.end:
                shown.append(frame.pixels(RemoteMeasure.need))
                moments.pop(0)
        if not moments:
            yield np.stack(shown)


def rendered_windows(count: int = 24) -> Iterator[Pixels]:
    """Yield windows of a random texture that moves."""
    for seed in range(count):
        noise = np.random.default_rng(seed).integers(0, 255, (36, 48, 3)).astype(np.uint8)
        world = np.kron(noise, np.ones((8, 8, 1), np.uint8))
        yield np.stack([world[:224, 4 * n : 4 * n + 224] for n in range(16)])


def decode(film: bytes) -> Pixels:
    """Return the pictures of a film, as a predictor reads them."""
    with av.open(io.BytesIO(film), "r") as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def film_errors(windows: Sequence[Pixels], films: Sequence[bytes]) -> tuple[float, float]:
    """Return the errors of films in grey levels, as root mean squares: of a pixel, of a block.

    A block is what a VideoMAE takes as one: 16 x 16 pixels of two frames; its error is the mean
    over its pixels, in one channel.
    """
    pixels, blocks = [], []
    for window, film in zip(windows, films, strict=True):
        errors = decode(film).astype(np.float64) - window
        pixels.append((errors**2).mean())
        blocks.append((errors.reshape(8, 2, 14, 16, 14, 16, 3).mean(axis=(1, 3, 5)) ** 2).mean())
    return float(np.sqrt(np.mean(pixels))), float(np.sqrt(np.mean(blocks)))
