"""Self-test of the worker: built-in measures, loaded models and the cache, on noise.

It checks that each measure returns rows of the declared width without NaN or infinity. A process
that merely runs does not show a device that has failed, a driver that computes NaN, or a full disk.
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
"""Number of pictures: enough for measures that compare a picture with the one before."""


def run_selftest(models: Sequence[ResidentMeasure]) -> str:
    """Run every built-in measure and some models on noise, and write to the cache.

    Args:
        models: Measures whose models are loaded.

    Returns:
        A summary for people.

    Raises:
        ShotlogError: A result is wrong.
        Exception: Any error of a measure.
    """
    measures = {each.name: each for analyzer in load_analyzers() for each in analyzer.measures}
    builtin = [m for m in measures.values() if isinstance(m, PictureMeasure | SoundMeasure)]
    for measure in builtin:
        _check(measure, _rows(measure))
    for model in models:
        _check(model, model.look([_noise(model.need, model.frames)]))
    _check_cache()
    names = ", ".join(model.name.removeprefix("model.") for model in models) or "no model is loaded"
    return f"{len(builtin)} built-in measures ran ({names}); the cache is writable"


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
    arrays = [np.asarray(row) for row in rows]
    valid = [row.shape == (measure.width,) and np.isfinite(row).all() for row in arrays]
    if not (valid and all(valid)):  # no row at all is wrong too
        raise AnalyzerError(
            measure.name, "it returned no rows, or invalid ones, for pictures of noise"
        )


def _noise(need: FrameNeed, count: int) -> Pixels:
    shape = (count, need.height, need.width, *((3,) if need.pixels == "rgb" else ()))
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def _check_cache() -> None:
    # A value that no earlier test has written; the key is that of older versions.
    written = str(time.monotonic_ns())
    with Cache(cache_file()) as cache:
        cache.note_fact("canary", written)
        if cache.fact("canary") != written:
            raise CacheError(str(cache.path), "the cache cannot be written")
