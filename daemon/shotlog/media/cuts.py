"""Where one shot gives way to the next: the measure of every frame, and the cuts it tells.

Two halves, so that frames are looked at once and conclusions stay cheap. :class:`CutMeasure` puts
down, for every frame, how far it cannot be explained by moving the frame before, and what it
shows. :func:`find_cuts` reads these rows and compares before with after at every distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from shotlog.media._change import CHANGE_COLUMNS, Change, Glimpse, change_between, fresh, glimpse
from shotlog.media._cut_head import heads
from shotlog.media._transitions import HOLD, Moments, Transition, transitions
from shotlog.schema.evidence import FrameNeed, Picture, PictureMeasure, Row, Track
from shotlog.schema.ranges import Cut
from shotlog.schema.times import TimeRange


class CutMeasure(PictureMeasure):
    """How each frame differs from the one before, and what it shows.

    One row for each pair of neighbouring frames: its first moment is the one before, its last the
    frame that the row describes. The first frame of a run has no row.
    """

    name = "media.change"
    epoch = 1
    columns = CHANGE_COLUMNS
    need = FrameNeed(rate=None, width=64, height=64, pixels="rgb")
    reach = Fraction(4)

    def observer(self) -> _Neighbours:
        """A fresh observer for one unbroken run of pictures."""
        return _Neighbours()


class _Neighbours:
    def __init__(self) -> None:
        self._before: tuple[int, Glimpse] | None = None

    def see(self, picture: Picture) -> Iterable[Row]:
        now = glimpse(picture.pixels)
        before, self._before = self._before, (picture.at, now)
        if before is None:
            return ()
        return (Row(before[0], picture.at, change_between(before[1], now)),)


def find_cuts(track: Track, span: TimeRange) -> list[Cut]:
    """The changes of shot strictly inside a range.

    Args:
        track: Rows of :class:`CutMeasure`, of this range and beyond.
        span: The range, in media time; nothing outside it is looked at.

    Returns:
        The cuts, in time order. Spans do not overlap, and every shot between two of them keeps
        at least one frame of its own.
    """
    return [cut for run in _unbroken(track.within(span)) for cut in _cuts_of(run)]


def _unbroken(track: Track) -> Iterator[Track]:
    """The runs of rows in which each begins with the frame that the one before ended with."""
    breaks = np.flatnonzero(track.first[1:] != track.last[:-1]) + 1
    for start, end in zip([0, *breaks], [*breaks, len(track)], strict=True):
        if end > start:
            part = slice(start, end)
            yield Track(track.tick, track.first[part], track.last[part], track.values[part])


def _cuts_of(run: Track) -> list[Cut]:
    new = fresh(run.values)
    moments = run.last[new]
    found = transitions(Change.of(run.values[new]), moments, int(HOLD // run.tick), heads())
    return [_cut(run, moments, item) for item in found]


def _cut(run: Track, moments: Moments, item: Transition) -> Cut:
    first, after = (run.seconds(int(moments[index])) for index in (item.first, item.after))
    return Cut(
        at=run.seconds(int(moments[(item.first + item.after) // 2])),
        kind=item.kind,
        span=TimeRange.between(first, after),
        confidence=round(item.confidence, 4),
    )
