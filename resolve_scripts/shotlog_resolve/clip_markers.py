"""Markers on the clips themselves, so that they move with them; needs a calibration."""

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence

from shotlog_resolve.calibration import SOURCE
from shotlog_resolve.edit import Edit
from shotlog_resolve.host import Identity
from shotlog_resolve.markers import Span, apply_markers, remove_markers
from shotlog_resolve.reports import MarkerReport, RemovalReport


class _Place(NamedTuple):
    """A timeline item that holds markers.

    Attributes:
        item: The item.
        ids: Ids of the clips of the edit that it shows: several for a compound clip.
        shift: What is added to a frame of the timeline to get one of its markers.
        spans: Frames of the timeline that are analysed in it.
    """

    item: Any
    ids: List[str]
    shift: int
    spans: List[Span]


def mark_clips(
    edit: Edit,
    ready_markers: Sequence[Dict[str, Any]],
    identity: Identity,
    policy: str,
    space: str,
    whole: bool,
) -> MarkerReport:
    """Replace our markers on the clips of an edit by new ones.

    Args:
        edit: The timeline with its items.
        ready_markers: Markers as the bridge gives them; those without a clip are left out.
        identity: Ids of the project and the timeline.
        policy: ``nudge`` or ``skip``, for markers whose frame another has.
        space: What frames of clip markers are counted from; see :mod:`calibration`.
        whole: Replace all of ours on a clip, not only those in the analysed part.
    """
    report = MarkerReport()
    by_clip: Dict[str, List[Dict[str, Any]]] = {}
    for marker in ready_markers:
        by_clip.setdefault(str(marker.get("clip") or ""), []).append(marker)
    for place in _places(edit, space):
        shift = place.shift
        moved = [_moved(m, shift) for clip_id in place.ids for m in by_clip.get(clip_id, ())]
        spans = [Span(span.first + shift, span.end + shift) for span in place.spans]
        end = max(span.end for span in spans)
        within = None if whole else spans
        one = apply_markers(place.item, identity, moved, end, policy, None, within)
        one.skipped = [each._replace(frame=each.frame - shift) for each in one.skipped]
        report.add(one)
    return report


def clear_clips(items: Sequence[Any], identity: Identity, adopt: bool = False) -> RemovalReport:
    """Delete our markers on clips, except those that an editor changed.

    Args:
        items: Items of the timeline.
        identity: Ids of the project and the timeline.
        adopt: Delete markers that came with the copy of another timeline as well.
    """
    report = RemovalReport()
    for item in items:
        report.add(remove_markers(item, identity, None, adopt))
    return report


def _places(edit: Edit, space: str) -> Iterator[_Place]:
    # By the item itself: a compound clip has several ids, and two items may lie at one place.
    clips: Dict[int, List[Dict[str, Any]]] = {}
    for clip in edit.plain["clips"]:
        clips.setdefault(id(edit.items[clip["id"]]), []).append(clip)
    for shown in clips.values():
        item, start = edit.items[shown[0]["id"]], int(shown[0]["id"].split("/")[1])
        left = round(float(item.GetLeftOffset())) if space == SOURCE else 0
        spans = [Span(clip["timeline_in"], clip["timeline_out"]) for clip in shown]
        yield _Place(item, [clip["id"] for clip in shown], left - start, spans)


def _moved(marker: Dict[str, Any], shift: int) -> Dict[str, Any]:
    # Without the bridge's own text, which counts frames of the timeline.
    moved: Dict[str, Optional[Any]] = dict(marker, frame=int(marker["frame"]) + shift)
    moved["custom_data"] = None
    return moved
