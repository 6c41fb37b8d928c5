"""Ranges of a timeline in which somebody speaks, to the 32 ms of the voice detector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from shotlog.analyzers.clock.edit_clock import STEP, EditClock
from shotlog.analyzers.sound import SpeechMeasure, find_spoken
from shotlog.schema import ClipRange, Series, TimeRange

_SILENCE: Final = Fraction(1, 10)
"""Seconds of silence that divide two words: silero-vad's ``min_silence_duration_ms``. It also spans
the row that a cut divides, which belongs to neither shot."""


def find_speech(clock: EditClock) -> list[TimeRange]:
    """Return the ranges in which somebody speaks, in order and at least 0.1 s apart.

    They are exact: the ends of the rows of the voice detector, on the timeline's clock. However
    short they are they count, so that no word is missed.
    """
    return join_ranges(_spoken(clock), _SILENCE)


def join_ranges(ranges: Iterable[TimeRange], gap: Fraction) -> list[TimeRange]:
    """Return ranges in order, those joined that overlap or lie less than a gap apart.

    Args:
        ranges: The ranges.
        gap: Seconds.
    """
    joined: list[TimeRange] = []
    for item in sorted(ranges, key=lambda each: each.start):
        if joined and item.start - joined[-1].end < gap:
            end = max(joined[-1].end, item.end)
            joined[-1] = TimeRange.between(joined[-1].start, end)
        else:
            joined.append(item)
    return joined


def _spoken(clock: EditClock) -> Iterator[TimeRange]:
    """Yield the ranges on the timeline, in no order."""
    if clock.tracks is not None:
        for heard in clock.sound:
            series = heard.series.get(SpeechMeasure.name)
            yield from _on_timeline(heard.clip, series, [heard.clip.timeline])
        return
    visible = _visible(clock)
    for index, shot in enumerate(clock.shots):
        yield from _on_timeline(
            shot.clip, shot.series.get(SpeechMeasure.name), visible.get(index, [])
        )


def _visible(clock: EditClock) -> dict[int, list[TimeRange]]:
    """Return the ranges in which each shot is visible, by its index."""
    edges = np.flatnonzero(np.diff(clock.owner, prepend=-2, append=-2))
    found: dict[int, list[TimeRange]] = {}
    for first, last in pairwise(edges):
        owner = int(clock.owner[first])
        if owner < 0:
            continue
        # A step counts by its middle, so a shot may reach half a step beyond its own.
        steps = TimeRange.between(
            max(int(first) * STEP - STEP / 2, Fraction(0)), int(last) * STEP + STEP / 2
        )
        shown = steps.intersection(clock.shots[owner].shot.timeline)
        found.setdefault(owner, []).extend([shown] if shown else [])
    return found


def _on_timeline(
    clip: ClipRange, series: Series | None, shown: Iterable[TimeRange]
) -> Iterator[TimeRange]:
    if series is None or not len(series) or clip.time_map.is_freeze:
        return
    spans = list(shown)
    for spoken in find_spoken(series):
        for span in spans:
            yield from clip.time_map.find(spoken, span)
