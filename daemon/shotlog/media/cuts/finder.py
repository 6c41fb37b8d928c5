"""Where one shot gives way to the next: the measure of every frame, and the cuts it tells.

Two halves, so that frames are looked at once and conclusions stay cheap. :class:`CutMeasure` puts
down, for every frame, how far it cannot be explained by moving the frame before, and what it
shows. :func:`find_cuts` reads these rows and compares before with after at every distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from shotlog.media.cuts.change import (
    CHANGE_COLUMNS,
    Change,
    FrameSignature,
    change_between,
    fresh,
    glimpse,
)
from shotlog.media.cuts.classifier import heads
from shotlog.media.cuts.transitions import HOLD, Moments, Transition, transitions
from shotlog.schema import Cut, CutKind, FrameNeed, Picture, PictureMeasure, Row, Series, TimeRange


class CutMeasure(PictureMeasure):
    """How each reference frame differs from the one before, and what it shows.

    One row for each pair of neighbours: its first moment is the one before, its last the frame
    that the row describes. The first frame of a run has no row.

    The heads were taught on all frames (``benchmarks/fit_cuts.py``), and find the same changes
    among the reference frames of the labelled files; where exactly a hard cut lies between two of
    them, :class:`CutPlaceMeasure` tells.
    """

    name = "media.change"
    epoch = 1
    columns = CHANGE_COLUMNS
    need = FrameNeed(rate=None, frames="reference", width=64, height=64, pixels="rgb")
    reach = Fraction(4)

    def observer(self) -> _Neighbours:
        """A fresh observer for one unbroken run of pictures."""
        return _Neighbours()


class CutPlaceMeasure(CutMeasure):
    """The same of every frame: looked at around hard cuts whose frame was left out."""

    name = "media.change.every"
    need = FrameNeed(rate=None, frames="all", width=64, height=64, pixels="rgb")


class _Neighbours:
    def __init__(self) -> None:
        self._before: tuple[int, FrameSignature] | None = None

    def see(self, picture: Picture) -> Iterable[Row]:
        now = glimpse(picture.pixels)
        before, self._before = self._before, (picture.at, now)
        if before is None:
            return ()
        return (Row(before[0], picture.at, change_between(before[1], now)),)


def find_cuts(series: Series, span: TimeRange) -> list[Cut]:
    """The changes of shot strictly inside a range.

    Args:
        series: Rows of :class:`CutMeasure`, of this range and beyond.
        span: The range, in media time; nothing outside it is looked at.

    Returns:
        The cuts, in time order. Spans do not overlap, and every shot between two of them keeps
        at least one frame of its own. The span of a hard cut holds the frames that were left out
        before it: it is empty where none were.
    """
    return [cut for run in _unbroken(series.within(span)) for cut in _cuts_of(run)]


def _unbroken(series: Series) -> Iterator[Series]:
    """The runs of rows in which each begins with the frame that the one before ended with."""
    breaks = np.flatnonzero(series.first[1:] != series.last[:-1]) + 1
    for start, end in zip([0, *breaks], [*breaks, len(series)], strict=True):
        if end > start:
            part = slice(start, end)
            yield Series(series.tick, series.first[part], series.last[part], series.values[part])


def _cuts_of(run: Series) -> list[Cut]:
    new = fresh(run.values)
    moments = run.last[new]
    found = transitions(Change.of(run.values[new]), moments, int(HOLD // run.tick), heads())
    return [_cut(run, run.first[new], moments, item) for item in found]


def uncertain(cuts: Sequence[Cut], tick: Fraction) -> list[TimeRange]:
    """The stretches that hold the two frames between which each hard cut lies, and those left out.

    Args:
        cuts: As :func:`find_cuts` found them.
        tick: Of the stream.

    Returns:
        One stretch for each hard cut with frames left out before it.
    """
    return [
        TimeRange.between(cut.span.start - tick, cut.at + tick)
        for cut in cuts
        if _is_uncertain(cut)
    ]


def placed(cuts: Sequence[Cut], series: Series) -> list[Cut]:
    """The cuts, each hard one on its exact frame: where least is explained by the frame before.

    Args:
        cuts: As :func:`find_cuts` found them.
        series: Rows of :class:`CutPlaceMeasure` within the :func:`uncertain` stretches.
    """
    return [_placed(cut, series) if _is_uncertain(cut) else cut for cut in cuts]


def _is_uncertain(cut: Cut) -> bool:
    return cut.kind is CutKind.CUT and cut.span.duration > 0


def _placed(cut: Cut, series: Series) -> Cut:
    tick = series.tick
    within = series.within(TimeRange.between(cut.span.start - tick, cut.at + tick))
    if not len(within):
        return cut
    change = Change.of(within.values)
    best = max(range(len(within)), key=lambda row: (change.unexplained[row], change.jump[row]))
    at = within.seconds(int(within.last[best]))
    return cut.model_copy(update={"at": at, "span": TimeRange(start=at, duration=Fraction(0))})


def _cut(run: Series, before: Moments, moments: Moments, item: Transition) -> Cut:
    first, after = (run.seconds(int(moments[index])) for index in (item.first, item.after))
    if item.kind is CutKind.CUT:
        first = run.seconds(int(before[item.first]) + 1)
    return Cut(
        at=run.seconds(int(moments[(item.first + item.after) // 2])),
        kind=item.kind,
        span=TimeRange.between(first, after),
        confidence=round(item.confidence, 4),
    )
