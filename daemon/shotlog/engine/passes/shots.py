"""From cuts to shots: where each begins and ends, on both clocks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from shotlog.engine.sources import Located
from shotlog.schema import Cut, Shot, TimeRange


def shots_of(located: Located, cuts: Sequence[Cut]) -> list[Shot]:
    """The shots of a clip, in timeline order.

    Args:
        located: The clip; its span is divided without gaps.
        cuts: Changes of shot strictly inside the span, in media time.
    """
    span = located.span
    edges = [span.start, *(cut.at for cut in cuts), span.end]
    shots = [_shot(located, TimeRange.between(a, b), cuts) for a, b in pairwise(edges)]
    return sorted(shots, key=lambda shot: shot.timeline.start)


def _shot(located: Located, source: TimeRange, cuts: Sequence[Cut]) -> Shot:
    name = f"{located.media.content_id} {source.start} {source.end}"
    return Shot(
        id=hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
        clip=located.clip.id,
        source=source,
        core=_core(source, cuts),
        timeline=seen(located, source),
    )


def _core(source: TimeRange, cuts: Sequence[Cut]) -> TimeRange:
    """The shot without the gradual changes at either end; all of it where nothing would remain."""
    start = max((cut.span.end for cut in cuts if cut.at == source.start), default=source.start)
    end = min((cut.span.start for cut in cuts if cut.at == source.end), default=source.end)
    start, end = max(start, source.start), min(end, source.end)
    return TimeRange.between(start, end) if start < end else source


def seen(located: Located, source: TimeRange) -> TimeRange:
    """Where a range of the media is seen on the timeline; a freeze frame is seen all the time."""
    if located.time_map.speed == 0:
        return located.clip.timeline
    timeline = located.time_map.range_to_timeline(source)
    return timeline.intersection(located.clip.timeline) or timeline
