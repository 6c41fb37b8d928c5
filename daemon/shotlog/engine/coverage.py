"""Coverage: the stretches of wanted ranges that the cached pieces of a file do not cover."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import av

from shotlog.schema import (
    FrameNeed,
    Measure,
    PictureMeasure,
    SoundMeasure,
    SoundNeed,
    TimeRange,
    WindowMeasure,
    union,
)

_FRAMES = 5
"""Part of the cache key: raise it when the same file would give other frames or other times."""


def cache_key(measure: Measure) -> str:
    """Return the key of a measure's rows: all that decides them, apart from the media itself."""
    kinds = (PictureMeasure, WindowMeasure, SoundMeasure)
    need = measure.need if isinstance(measure, kinds) else None
    return f"{measure.key} {need_key(need)}"


def need_key(need: FrameNeed | SoundNeed | None) -> str:
    """Return the key of pictures or sound as they are asked for, apart from the media itself."""
    recipe = need.model_dump_json() if need else ""
    # With the decoder's versions: another FFmpeg may give other pixels.
    return f"{recipe} frames@{_FRAMES} {decoder_versions()}"


def decoder_versions() -> str:
    """Return the versions of FFmpeg's libraries that decode and convert pictures and sound."""
    libraries = ("libavformat", "libavcodec", "libswscale", "libavfilter", "libswresample")
    return " ".join(".".join(map(str, av.library_versions[name])) for name in libraries)


def missing_ranges(
    wanted: Iterable[TimeRange], pieces: Sequence[TimeRange], reach: Fraction
) -> list[TimeRange]:
    """Return the ranges to measure so that every row of the wanted ranges is known.

    A piece holds all rows within it; a row is at most ``reach`` seconds long. Where two pieces
    overlap by less, the rows across their seam are in neither, so the seam is measured again; so
    is ``reach`` on either side of a gap.

    Args:
        wanted: Ranges of media time.
        pieces: Ranges that were measured already.
        reach: Length of the longest row in seconds.

    Returns:
        Sorted, disjoint ranges inside the wanted ones.
    """
    found: list[TimeRange] = []
    for item in union(wanted):
        known_to = item.start  # every row of item that ends before this moment is known
        for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
            start, end = max(piece.start, item.start), min(piece.end, item.end)
            if start >= end or end <= known_to:
                continue
            if (start > item.start and known_to - start < reach) or start > known_to:
                found.append(_clamped(known_to - reach, start + reach, item))
            known_to = end
        if known_to < item.end:
            found.append(_clamped(known_to - reach, item.end, item))
    return union(found)


def missing_cells(
    wanted: Iterable[TimeRange], pieces: Sequence[TimeRange], need: SoundNeed
) -> list[int]:
    """Return the numbers of the sound cells that the wanted ranges touch and no piece covers."""
    cells: set[int] = set()
    for item in union(wanted):
        first = math.floor(item.start / need.cell)
        cells.update(range(first, math.ceil(item.end / need.cell)))
    covered = union(pieces)
    return sorted(cell for cell in cells if not _is_covered(cell_range(cell, need), covered))


def cell_range(cell: int, need: SoundNeed) -> TimeRange:
    """Return the range of a sound cell in media time."""
    return TimeRange(start=cell * need.cell, duration=need.cell)


def _is_covered(cell: TimeRange, covered: Sequence[TimeRange]) -> bool:
    return any(piece.start <= cell.start and cell.end <= piece.end for piece in covered)


def _clamped(start: Fraction, end: Fraction, inside: TimeRange) -> TimeRange:
    return TimeRange.between(max(start, inside.start), min(end, inside.end))
