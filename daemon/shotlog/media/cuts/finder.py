"""Detection of changes of shot: the measure of every frame, and the search among its rows.

There are two steps, so that frames are decoded once and the search stays cheap.
:class:`CutMeasure` records, for every frame, its signature and the difference from the frame
before that motion does not explain. :func:`find_cuts` searches these rows and compares frames at
several distances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from shotlog.media.cuts.change import (
    CHANGE_COLUMNS,
    FrameChanges,
    FrameSignature,
    compute_change,
    compute_signature,
    find_new_frames,
    unbroken_runs,
)
from shotlog.media.cuts.classifier import load_classifiers
from shotlog.media.cuts.transitions import MAX_FLAT_FIELD, Moments, Transition, find_transitions
from shotlog.schema import Cut, CutKind, FrameNeed, Picture, PictureMeasure, Row, Series, TimeRange


class CutMeasure(PictureMeasure):
    """The signature of each reference frame, and its difference from the one before.

    There is one row for each pair of neighbours: its first moment is the frame before, its last
    the frame that the row describes. The first frame of a run has no row.

    The classifiers were trained on all frames (``benchmarks/fit_cuts.py``), and find the same
    changes among the reference frames of the labelled files. The exact position of a hard cut
    between two reference frames comes from :class:`ExactCutMeasure`.
    """

    name = "media.change"
    epoch = 1
    columns = CHANGE_COLUMNS
    need = FrameNeed(rate=None, frames="reference", width=64, height=64, pixels="rgb")
    reach = Fraction(4)

    def observer(self) -> _ChangeObserver:
        """Return a new observer for one unbroken run of pictures."""
        return _ChangeObserver()


class ExactCutMeasure(CutMeasure):
    """The same for every frame, measured around hard cuts where frames were left out."""

    name = "media.change.every"
    need = FrameNeed(rate=None, frames="all", width=64, height=64, pixels="rgb")


class _ChangeObserver:
    """Observer that compares each picture with the one before."""

    def __init__(self) -> None:
        self._before: tuple[int, FrameSignature] | None = None

    def see(self, picture: Picture) -> Iterable[Row]:
        """Return the row of a picture; nothing for the first."""
        now = compute_signature(picture.pixels)
        before, self._before = self._before, (picture.at, now)
        if before is None:
            return ()
        return (Row(before[0], picture.at, compute_change(before[1], now)),)


def find_cuts(series: Series, span: TimeRange) -> list[Cut]:
    """Find the changes of shot strictly inside a range.

    Args:
        series: Rows of :class:`CutMeasure`, of this range and beyond.
        span: The range, in media time; rows outside it are not used.

    Returns:
        The cuts, in time order. Spans do not overlap, and every shot between two of them keeps
        at least one frame of its own. The span of a hard cut holds the frames that were left out
        before it; it is empty where there are none.
    """
    return [cut for run in unbroken_runs(series.within(span)) for cut in _find_in_run(run)]


def _find_in_run(run: Series) -> list[Cut]:
    """Find the cuts in an unbroken run of rows."""
    new = find_new_frames(run.values)
    moments = run.last[new]
    transitions = find_transitions(
        FrameChanges.of(run.values[new]),
        moments,
        int(MAX_FLAT_FIELD // run.tick),
        load_classifiers(),
    )
    return [_to_cut(run, run.first[new], moments, item) for item in transitions]


def uncertain_ranges(cuts: Sequence[Cut], tick: Fraction) -> list[TimeRange]:
    """Return the ranges in which hard cuts must be placed exactly.

    Args:
        cuts: The result of :func:`find_cuts`.
        tick: Seconds per tick of the stream.

    Returns:
        One range for each hard cut before which frames were left out: these frames, the one before
        them and the one after.
    """
    return [
        TimeRange.between(cut.span.start - tick, cut.at + tick)
        for cut in cuts
        if _is_uncertain(cut)
    ]


def refine_cuts(cuts: Sequence[Cut], series: Series) -> list[Cut]:
    """Move each hard cut to its exact frame: the one least explained by the frame before it.

    Args:
        cuts: The result of :func:`find_cuts`.
        series: Rows of :class:`ExactCutMeasure` within :func:`uncertain_ranges`.
    """
    return [_refined(cut, series) if _is_uncertain(cut) else cut for cut in cuts]


def _is_uncertain(cut: Cut) -> bool:
    return cut.kind is CutKind.CUT and cut.span.duration > 0


def _refined(cut: Cut, series: Series) -> Cut:
    """Return a hard cut on its exact frame; unchanged without rows around it."""
    tick = series.tick
    within = series.within(TimeRange.between(cut.span.start - tick, cut.at + tick))
    if not len(within):
        return cut
    change = FrameChanges.of(within.values)
    # Ties (several frames without any match) are decided by the jump of the cells.
    best = max(range(len(within)), key=lambda row: (change.unexplained[row], change.jump[row]))
    at = within.seconds(int(within.last[best]))
    return cut.model_copy(update={"at": at, "span": TimeRange(start=at, duration=Fraction(0))})


def _to_cut(run: Series, before: Moments, moments: Moments, item: Transition) -> Cut:
    """Convert a transition from indices to media time."""
    middle = (item.first + item.after) // 2
    first, at, after = (run.seconds(int(moments[n])) for n in (item.first, middle, item.after))
    if item.kind is CutKind.CUT:
        # The frames between two reference frames were left out: the cut may be at any of them,
        # or beside a mixed frame.
        first = run.seconds(int(before[item.first]) + 1)
        at = after
    return Cut(
        at=at,
        kind=item.kind,
        span=TimeRange.between(first, after),
        confidence=round(item.confidence, 4),
    )
