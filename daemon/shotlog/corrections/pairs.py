"""The markers of a record, and what became of each in the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from shotlog.corrections.present import PresentMarker, PresentTimeline
from shotlog.corrections.recording import FAMILIES
from shotlog.corrections.records import RecordedMarker
from shotlog.markers import families_of_name, labels_of_name, same_name
from shotlog.schema import MarkerFamily, nearest_frame


@dataclass
class Pairs:
    """The markers of a timeline, by what is known of them.

    Attributes:
        found: Markers of the record with what they are now; a copied clip brings one twice.
        lost: Markers of the record that are not in the timeline.
        unrecorded: Markers of ours that the record does not know.
        others: Markers of others.
    """

    found: list[tuple[RecordedMarker, PresentMarker]] = field(default_factory=list)
    lost: list[RecordedMarker] = field(default_factory=list)
    unrecorded: list[PresentMarker] = field(default_factory=list)
    others: list[PresentMarker] = field(default_factory=list)


def pair(recorded: Sequence[RecordedMarker], timeline: PresentTimeline) -> Pairs:
    """Find the markers of a record in a timeline.

    A marker is known by the id in its tag. One that lost its tag in a program is known by its
    frame, and by a name in our form.
    """
    pairs, by_id = Pairs(), {marker.id: marker for marker in recorded}
    met: set[str] = set()
    for now in timeline.markers:
        if now.family in FAMILIES:
            if (marker := by_id.get(now.id)) is not None:
                pairs.found.append((marker, now))
                met.add(now.id)
            else:
                pairs.unrecorded.append(now)
        elif not now.family:
            pairs.others.append(now)
    _take_untagged(pairs, [m for m in recorded if m.id not in met], timeline)
    return pairs


def _take_untagged(
    pairs: Pairs, missing: Sequence[RecordedMarker], timeline: PresentTimeline
) -> None:
    """Move the markers that lost their tags from the others to those that were found."""
    rate = timeline.reading.edit.rate
    at_frame: dict[int, list[PresentMarker]] = defaultdict(list)
    for now in pairs.others:
        if now.shown is not None:
            at_frame[nearest_frame(now.shown.start, rate)].append(now)
    taken: set[int] = set()
    for marker in missing:
        frame = None if marker.shown is None else nearest_frame(marker.shown.start, rate)
        same = (
            now
            for now in (at_frame[frame] if frame is not None else ())
            if id(now) not in taken and _may_be(now, marker)
        )
        if (match := next(same, None)) is None:
            pairs.lost.append(marker)
        else:
            taken.add(id(match))
            pairs.found.append((marker, match))
    pairs.others = [now for now in pairs.others if id(now) not in taken]


def _may_be(now: PresentMarker, marker: RecordedMarker) -> bool:
    """Return True for a marker without a tag whose name is ours, or that of another label."""
    if same_name(now.name, marker.name) or marker.family in families_of_name(now.name):
        return True
    return marker.family is MarkerFamily.SHOT and labels_of_name(now.name).whole
