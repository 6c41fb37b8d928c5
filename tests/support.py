"""Measures run over a file by the engine, a film for jobs, a clock set by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from shotlog.engine import Cache, SilentProgress, cache_key
from shotlog.engine.passes import PictureJob, measure_pictures
from shotlog.media import probe
from shotlog.schema import FrameNeed, MediaReference, PictureMeasure, Pixels, Series, TimeRange
from shotlog.synthetic import write_video

FILM_RATE = Fraction(25)
FILM_FRAMES = 100


class Clock:
    """A monotonic clock that advances only by calls, including sleeps."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def write_film(
    path: Path, frames: int = FILM_FRAMES, *, seed: int = 7, options: dict[str, str] | None = None
) -> Path:
    """Write one shot at 25 frames a second: a pan over blocks, which the seed colours."""
    blocks = np.random.default_rng(seed).integers(0, 256, (6, 24, 3)).astype(np.uint8)
    world = np.kron(blocks, np.ones((8, 8, 1), np.uint8))
    pictures = (world[:, n : n + 64] for n in range(frames))
    write_video(path, pictures, FILM_RATE, options=options)
    return path


def track_of_file(
    measure: PictureMeasure, path: Path, spans: Sequence[TimeRange] | None = None
) -> Series:
    """Return the rows of a measure over a file, or over ranges of it, measured by the engine."""
    media = probe(MediaReference(path=str(path)))
    whole = TimeRange(start=Fraction(0), duration=media.duration or Fraction(24 * 3600))
    with Cache(None) as cache:
        job = PictureJob(measure, list(spans or [whole]))
        with SilentProgress().stage("", 0, "") as bar:
            failed = measure_pictures(media, [job], cache, bar)
        for broken in failed:
            raise broken.failure or RuntimeError("a measure failed")
        series = cache.read(media.content_id, cache_key(measure), whole)
    if series is None:
        raise ValueError(f"nothing was measured in {path}")
    return series


def fitted(frame: Pixels, need: FrameNeed) -> Pixels:
    """Return an RGB frame as a measure with this need gets it."""
    height, width = frame.shape[:2]
    scale = min(1.0, need.width / width, need.height / height)
    size = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
    if size != (width, height):
        frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
    if need.pixels == "gray":
        frame = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.ascontiguousarray(frame)
