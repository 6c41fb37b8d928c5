"""Runs one measure over a file the way the engine does; scales pictures as it would."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.pictures import PictureJob, measure_pictures
from shotlog.engine.progress import Silent
from shotlog.media import probe
from shotlog.schema.evidence import FrameNeed, PictureMeasure, Pixels, Track
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange


def track_of_file(
    measure: PictureMeasure, path: Path, spans: Sequence[TimeRange] | None = None
) -> Track:
    """The rows of a measure over a file, or over stretches of it, by the engine itself."""
    media = probe(MediaReference(path=str(path)))
    whole = TimeRange(start=Fraction(0), duration=media.duration or Fraction(24 * 3600))
    with Cache(None) as cache:
        job = PictureJob(measure, list(spans or [whole]))
        with Silent().stage("", 0, "") as bar:
            failed = measure_pictures(media, [job], cache, bar)
        for broken in failed:
            raise broken.failure or RuntimeError("a measure failed")
        track = cache.read(media.content_id, cache_key(measure), whole)
    if track is None:
        raise ValueError(f"nothing was measured in {path}")
    return track


def fitted(frame: Pixels, need: FrameNeed) -> Pixels:
    """An RGB frame as a measure with this need sees it."""
    height, width = frame.shape[:2]
    scale = min(1.0, need.width / width, need.height / height)
    size = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
    if size != (width, height):
        frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
    if need.pixels == "gray":
        frame = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.ascontiguousarray(frame)
