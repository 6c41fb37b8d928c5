"""The worker tries itself: whether what it would do for a job comes out as it must.

Noise is looked at and listened to; what is checked is that there are numbers, that there are as
many as there should be, and that each is one. A device that has fallen asleep, a driver that gives
NaN, a disk without room: nothing of that shows in a process that merely lives.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.engine import Cache, ResidentMeasure, load_analyzers
from shotlog.paths import cache_file
from shotlog.schema import (
    SOUND_RATE,
    AnalyzerError,
    CacheError,
    FrameNeed,
    Measure,
    Picture,
    PictureMeasure,
    Pixels,
    SoundMeasure,
)

_PICTURES = 3
"""Enough for a measure that compares a picture with the one before."""


def run_selftest(models: Sequence[ResidentMeasure]) -> str:
    """Has every built-in measure and these models look at noise, and the cache keep something.

    Args:
        models: Their weights are loaded.

    Returns:
        What was done, in words.

    Raises:
        ShotlogError: what came of it is not what it must be.
        Exception: whatever a measure raises.
    """
    measures = {one.name: one for analyzer in load_analyzers() for one in analyzer.measures}
    builtin = [one for one in measures.values() if isinstance(one, PictureMeasure | SoundMeasure)]
    for measure in builtin:
        _check(measure, _rows(measure))
    for model in models:
        _check(model, model.look([_noise(model.need, model.frames)]))
    _keep_something()
    names = ", ".join(model.name.removeprefix("model.") for model in models) or "no model is loaded"
    return f"{len(builtin)} built-in measures looked and listened ({names}); the cache keeps"


def _rows(measure: PictureMeasure | SoundMeasure) -> list[npt.ArrayLike]:
    if isinstance(measure, SoundMeasure):
        samples = np.random.default_rng(0).normal(0, 0.1, int(measure.need.cell * SOUND_RATE))
        return [row.values for row in measure.listen(samples.astype(np.float32), 0, 0)]
    observer = measure.observer()
    pictures = _noise(measure.need, _PICTURES)
    return [
        row.values
        for number, pixels in enumerate(pictures)
        for row in observer.see(Picture(number, Fraction(number, 25), pixels))
    ]


def _check(measure: Measure | ResidentMeasure, rows: Iterable[npt.ArrayLike]) -> None:
    found = [np.asarray(row) for row in rows]
    right = found and all(row.shape == (measure.width,) and np.isfinite(row).all() for row in found)
    if not right:
        raise AnalyzerError(
            measure.name, "it gave no numbers, or wrong ones, for a picture of noise"
        )


def _noise(need: FrameNeed, count: int) -> Pixels:
    shape = (count, need.height, need.width, *((3,) if need.pixels == "rgb" else ()))
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def _keep_something() -> None:
    said = str(time.monotonic_ns())
    with Cache(cache_file()) as cache:
        cache.note_fact("canary", said)
        if cache.fact("canary") != said:
            raise CacheError(str(cache.path), "the cache cannot be written")
