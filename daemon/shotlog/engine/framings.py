"""Comparison of the framings on both sides of every cut, by the pictures that cuts are found by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shotlog.engine.passes import SegmentedClip
from shotlog.media.cuts import Floats, has_same_framing, picture_at_end
from shotlog.schema import LoggedShot, Shot, find_neighbours


def compare_framings(
    shots: Sequence[LoggedShot], clips: Sequence[SegmentedClip]
) -> list[LoggedShot]:
    """Return the shots, each with the answer whether it has the framing of the one before it.

    Args:
        shots: The shots of an edit, in timeline order.
        clips: The clips that they are from.
    """
    of_clip = {clip.located.clip.id: clip for clip in clips}
    compared = list(shots)
    for first, second in find_neighbours(shots):
        before = _picture(shots[first].shot, of_clip, last=True)
        after = _picture(shots[second].shot, of_clip, last=False)
        if before is not None and after is not None:
            answer = {"same_framing": has_same_framing(before, after)}
            compared[second] = shots[second].model_copy(update=answer)
    return compared


def _picture(shot: Shot, clips: Mapping[str, SegmentedClip], *, last: bool) -> Floats | None:
    """Return the cells of the first or the last picture that the timeline shows of a shot."""
    clip = clips[shot.clip]
    if clip.borders is None:
        return None
    time_map, shown = clip.located.time_map, shot.timeline
    backwards = time_map.to_source(shown.end) < time_map.to_source(shown.start)
    # The frames of a gradual change show both shots.
    alone = shot.core.intersection(shot.source) or shot.source
    return picture_at_end(clip.borders, alone, last=last != backwards)
