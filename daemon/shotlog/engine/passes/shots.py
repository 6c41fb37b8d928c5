"""Division of clips into shots at their cuts, with ranges on both clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shotlog.engine.sources import LocatedClip
from shotlog.schema import Cut, Series, Shot, TimeRange, shot_id


@dataclass(frozen=True, eq=False)
class SegmentedClip:
    """A clip with its shots.

    Attributes:
        located: The clip.
        cuts: The cuts inside it, in media time.
        shots: Its shots, in timeline order.
        borders: Rows of the first and the last picture of each shot, by
            :class:`~shotlog.media.cuts.CutMeasure`; None where that was not measured.
    """

    located: LocatedClip
    cuts: Sequence[Cut]
    shots: Sequence[Shot]
    borders: Series | None = None


def divide_into_shots(located: LocatedClip, cuts: Sequence[Cut]) -> list[Shot]:
    """Divide a clip into its shots, in timeline order.

    A shot that a speed ramp leaves and comes back to is shown, and returned, more than once.

    Args:
        located: The clip; its span is divided without gaps.
        cuts: Changes of shot in media time. Those outside the span, in handles, end what is seen
            of the first and the last shot.
    """
    span = located.span
    inside = [cut.at for cut in cuts if span.start < cut.at < span.end]
    edges = [span.start, *inside, span.end]
    # By moment: a film of two hours has thousands of shots and cuts.
    at: dict[Fraction, list[Cut]] = {}
    for cut in cuts:
        at.setdefault(cut.at, []).append(cut)
    shots = list[Shot]()
    for low, high in pairwise(edges):
        source = TimeRange.between(low, high)
        core = _core(located, source, cuts, at.get(low, ()), at.get(high, ()))
        shots += _shots(located, source, core)
    return sorted(shots, key=lambda shot: shot.timeline.start)


def _shots(located: LocatedClip, source: TimeRange, core: TimeRange) -> Iterator[Shot]:
    """Yield one shot, or one for each stretch of the timeline that shows it."""
    time_map = located.time_map
    if not time_map.bends:
        yield _shot(located, source, core, timeline_range(located, source))
        return
    for timeline in time_map.find(source, located.clip.timeline):
        # A ramp may turn back before the shot's end: then only a part of it is shown.
        shown = time_map.range_to_source(timeline).intersection(source)
        if shown is not None:
            whole = shown == source
            yield _shot(
                located, shown, core if whole else core.intersection(shown) or shown, timeline
            )


def _shot(located: LocatedClip, source: TimeRange, core: TimeRange, timeline: TimeRange) -> Shot:
    return Shot(
        id=shot_id(located.media.content_id, source),
        clip=located.clip.id,
        source=source,
        core=core,
        timeline=timeline,
    )


def _core(
    located: LocatedClip,
    source: TimeRange,
    cuts: Sequence[Cut],
    before: Sequence[Cut],
    after: Sequence[Cut],
) -> TimeRange:
    """Return the frames that show a shot alone; all of it where nothing would remain.

    Those are the frames without the gradual changes at its ends, and, at the ends of the clip, the
    frames of the handles up to the next cut.

    Args:
        located: The clip.
        source: The shot.
        cuts: All changes of shot.
        before: Those at the start of the shot.
        after: Those at its end.
    """
    low, high = source.start, source.end
    starts = [cut.span.end for cut in before]
    ends = [cut.span.start for cut in after]
    if low == located.span.start:
        low, starts = located.seen.start, [cut.span.end for cut in cuts if cut.at <= source.start]
    if high == located.span.end:
        high, ends = located.seen.end, [cut.span.start for cut in cuts if cut.at >= source.end]
    start, end = max([low, *starts]), min([high, *ends])
    return TimeRange.between(start, end) if start < end else source


def timeline_range(
    located: LocatedClip, source: TimeRange, shown: TimeRange | None = None
) -> TimeRange:
    """Return the timeline range that shows a range of the media.

    Args:
        located: The clip.
        source: The range.
        shown: The stretch of the timeline that counts, under a ramp; None for the whole clip.
    """
    # A freeze frame is shown for the whole clip; speed 0 cannot be inverted.
    if located.time_map.is_freeze:
        return located.clip.timeline
    if located.time_map.bends:
        within = shown or located.clip.timeline
        found = located.time_map.find(source, within)
        return TimeRange.between(found[0].start, found[-1].end) if found else within
    timeline = located.time_map.range_to_timeline(source)
    return timeline.intersection(located.clip.timeline) or timeline
