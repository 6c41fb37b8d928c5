"""Sound measurement in whole cells; each is read once for all measures with the same need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key, cell_range
from shotlog.media import read_cells
from shotlog.schema import SOUND_RATE, Media, Row, SoundMeasure, SoundNeed, TimeRange

_TICK = Fraction(1, SOUND_RATE)
_PIECE = Fraction(60)
"""Seconds of sound in a piece of the cache: an interrupt loses at most so much work."""


@dataclass
class SoundJob:
    """One measure and the cells that it has not covered yet."""

    measure: SoundMeasure
    cells: list[int]
    failure: Exception | None = None


def measure_sound(media: Media, jobs: Sequence[SoundJob], cache: Cache) -> Iterator[float]:
    """Read the cells that the jobs need and store their rows as pieces in the cache.

    Rows are stored a minute at a time. A job that failed has ``failure`` set at the end.

    Yields:
        The seconds of sound of each stored piece.

    Raises:
        MediaError: the sound cannot be read at all.
    """
    by_need: dict[SoundNeed, list[SoundJob]] = {}
    for job in jobs:
        by_need.setdefault(job.measure.need, []).append(job)
    for need, group in by_need.items():
        for run in _runs(sorted({cell for job in group for cell in job.cells}), need):
            yield _measure_run(media, need, run, group, cache)


def _runs(cells: list[int], need: SoundNeed) -> list[list[int]]:
    """Return the cells in unbroken runs, none longer than a piece."""
    longest = max(1, int(_PIECE / need.cell))
    unbroken = [
        [cell for _, cell in group]
        # Within an unbroken run number minus index stays the same.
        for _, group in groupby(enumerate(cells), key=lambda pair: pair[1] - pair[0])
    ]
    return [run[i : i + longest] for run in unbroken for i in range(0, len(run), longest)]


def _measure_run(
    media: Media, need: SoundNeed, run: list[int], jobs: list[SoundJob], cache: Cache
) -> float:
    rows: dict[str, list[Row]] = {job.measure.name: [] for job in jobs}
    for cell in read_cells(media, need, run):
        for job in jobs:
            if job.failure is None:
                try:
                    new_rows = job.measure.listen(cell.samples, cell.start, cell.lead)
                    rows[job.measure.name].extend(new_rows)
                except Exception as error:  # a plugin may raise anything; the others must go on
                    job.failure = error
    span = TimeRange.between(cell_range(run[0], need).start, cell_range(run[-1], need).end)
    for job in jobs:
        if job.failure is None:
            series = job.measure.series(_TICK, rows[job.measure.name])
            cache.add(media.content_id, cache_key(job.measure), span, series)
    return float(span.duration)
