"""Division of clips into shots at their cuts, with ranges on both clocks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from shotlog.engine.sources import LocatedClip
from shotlog.schema import Cut, Shot, TimeRange


def divide_into_shots(located: LocatedClip, cuts: Sequence[Cut]) -> list[Shot]:
    """Divide a clip into its shots, in timeline order.

    Args:
        located: The clip; its span is divided without gaps.
        cuts: Changes of shot strictly inside the span, in media time.
    """
    span = located.span
    edges = [span.start, *(cut.at for cut in cuts), span.end]
    shots = [_shot(located, TimeRange.between(a, b), cuts) for a, b in pairwise(edges)]
    return sorted(shots, key=lambda shot: shot.timeline.start)


def _shot(located: LocatedClip, source: TimeRange, cuts: Sequence[Cut]) -> Shot:
    name = f"{located.media.content_id} {source.start} {source.end}"
    return Shot(
        # 64 bits: among a million shots two share an id with a chance of 3 in 100 million.
        id=hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
        clip=located.clip.id,
        source=source,
        core=_core(source, cuts),
        timeline=timeline_range(located, source),
    )


def _core(source: TimeRange, cuts: Sequence[Cut]) -> TimeRange:
    """Return the shot without gradual changes at its ends; all of it where nothing would remain."""
    start = max((cut.span.end for cut in cuts if cut.at == source.start), default=source.start)
    end = min((cut.span.start for cut in cuts if cut.at == source.end), default=source.end)
    start, end = max(start, source.start), min(end, source.end)
    return TimeRange.between(start, end) if start < end else source


def timeline_range(located: LocatedClip, source: TimeRange) -> TimeRange:
    """Return the timeline range that shows a range of the media."""
    # A freeze frame is shown for the whole clip; speed 0 cannot be inverted.
    if located.time_map.speed == 0:
        return located.clip.timeline
    timeline = located.time_map.range_to_timeline(source)
    return timeline.intersection(located.clip.timeline) or timeline
