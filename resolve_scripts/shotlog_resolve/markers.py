"""Writing and removal of our markers on a timeline.

Only markers whose tag names this project and this timeline are ours, and only as long as they
are unchanged. Each of ours is deleted by its frame, after a new look at what is there; never by
colour or by custom data, which would reach others as well. Resolve answers ``True`` to some calls
that did nothing, so what counts is what is read back.
"""

from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from shotlog_resolve.host import Identity
from shotlog_resolve.journal import Journal
from shotlog_resolve.placing import Placed, SkippedMarker, place_markers
from shotlog_resolve.reports import MarkerReport, RemovalReport
from shotlog_resolve.tags import Present, read_markers, track_of


class Span(NamedTuple):
    """A part of a timeline: first frame, the frame after the last, and the track; any if empty."""

    first: int
    end: int
    track: str = ""


REFUSED = "DaVinci Resolve did not take it"
STUCK = "DaVinci Resolve did not delete the old marker there"


class _Standing(NamedTuple):
    """The markers of a timeline by what may be done to them."""

    ours: List[Present]  # unchanged, and in the scope
    edited: List[Present]  # ours once
    copies: List[Present]


def count_copies(timeline: Any, identity: Identity) -> int:
    """Return the number of our markers that were written for another timeline."""
    return len(_sort(read_markers(timeline).values(), identity, None, False).copies)


def apply_markers(
    timeline: Any,
    identity: Identity,
    ready_markers: Sequence[Dict[str, Any]],
    length: int,
    policy: str,
    journal: Optional[Journal],
    within: Optional[Sequence[Span]] = None,
    adopt: bool = False,
) -> MarkerReport:
    """Replace our markers on a timeline by new ones.

    Args:
        timeline: Resolve's timeline; or one of its items, with frames as that counts them.
        identity: Ids of the project and the timeline.
        ready_markers: Markers as the bridge gives them.
        length: Frames of the timeline.
        policy: ``nudge`` or ``skip``, for markers whose frame another has.
        journal: Is told what is written; None for markers on clips.
        within: Parts of the timeline in which ours are replaced; None for all of it.
        adopt: Take markers that came with the copy of another timeline as ours.
    """
    report = MarkerReport()
    before = read_markers(timeline)
    standing = _sort(before.values(), identity, within, adopt)
    report.kept, report.copies = len(standing.edited), len(standing.copies)
    theirs = {m.tag.id for m in standing.edited + standing.copies if m.tag}
    wanted = [m for m in ready_markers if str(m["marker"]) not in theirs]
    taken = set(before) - {m.frame for m in standing.ours}
    placed, report.skipped = place_markers(wanted, taken, length, policy, identity)

    old_ids, right = _compare(standing.ours, placed)
    report.unchanged = len(right)
    new = [m for m in placed if m.frame not in right]
    old = [m for m in standing.ours if m.frame not in right]
    # Before and after: where the script is stopped in between, the journal names too much at most.
    _record(journal, identity, before.values(), new)
    stuck = _delete(timeline, old)
    for marker in new:
        if marker.frame not in stuck:
            timeline.AddMarker(*marker.arguments)
    after = read_markers(timeline) if new or old else before
    done = [m for m in new if m.frame not in stuck and _is_there(timeline, m, after)]
    written = {m.frame for m in done}
    rest = [m for m in after.values() if m.frame not in written]
    _record(journal, identity, rest, done)

    _count(report, new, done, old, old_ids, stuck)
    return report


def remove_markers(
    timeline: Any, identity: Identity, journal: Optional[Journal], adopt: bool = False
) -> RemovalReport:
    """Delete our markers on a timeline, except those that an editor changed.

    Args:
        timeline: Resolve's timeline, or one of its items.
        identity: Ids of the project and the timeline.
        journal: What was written before; None for markers on clips.
        adopt: Delete markers that came with the copy of another timeline as well.
    """
    report = RemovalReport()
    before = read_markers(timeline)
    standing = _sort(before.values(), identity, None, adopt)
    if journal is not None:
        tagged = {m.tag.id for m in before.values() if m.tag}
        report.missing = sum(1 for known in journal.markers(identity) if known not in tagged)
    report.kept, report.copies = len(standing.edited), len(standing.copies)
    report.failed = len(_delete(timeline, standing.ours))
    report.removed = len(standing.ours) - report.failed
    if journal is not None:
        journal.forget_markers(identity)
    return report


def _sort(
    markers: Iterable[Present],
    identity: Identity,
    within: Optional[Sequence[Span]],
    adopt: bool,
) -> _Standing:
    standing = _Standing([], [], [])
    for marker in markers:
        tag = marker.tag
        if tag is None or not _is_in(marker.frame, track_of(tag.clip), within):
            continue
        if tag.identity != identity and not adopt:
            standing.copies.append(marker)
        elif marker.is_edited:
            standing.edited.append(marker)
        else:
            standing.ours.append(marker)
    return standing


def _is_in(frame: int, track: str, within: Optional[Sequence[Span]]) -> bool:
    return within is None or any(
        span.first <= frame < span.end and ("" in (track, span.track) or track == span.track)
        for span in within
    )


def _compare(ours: List[Present], placed: List[Placed]) -> Tuple[Set[str], Set[int]]:
    """Return the ids of ours, and the frames at which exactly the wanted marker stands."""
    standing = {m.frame: m.custom_data for m in ours}
    right = {m.frame for m in placed if standing.get(m.frame) == m.tag.custom_data()}
    return {m.tag.id for m in ours if m.tag}, right


def _delete(timeline: Any, markers: List[Present]) -> Set[int]:
    """Delete markers; return the frames of those that are still there."""
    for marker in markers:
        timeline.DeleteMarkerAtFrame(marker.frame)
    if not markers:
        return set()
    after = read_markers(timeline)
    return {
        m.frame for m in markers if m.frame in after and after[m.frame].custom_data == m.custom_data
    }


def _is_there(timeline: Any, marker: Placed, after: Dict[int, Present]) -> bool:
    """Return True if a marker is on the timeline; its tag then fits what Resolve made of it."""
    found = after.get(marker.frame)
    if found is None:
        return False
    tagged = found.custom_data == marker.tag.custom_data()
    if tagged and found.hash == marker.tag.hash:
        return True
    if not tagged and (found.custom_data or found.hash != marker.tag.hash):
        return False  # another program's, or the editor's
    # Resolve may have kept another text or length than it was given. What it shows now is ours;
    # only a later difference is an editor's.
    tag = marker.tag._replace(hash=found.hash)
    return timeline.UpdateMarkerCustomData(marker.frame, tag.custom_data()) is True


def _record(
    journal: Optional[Journal],
    identity: Identity,
    present: Iterable[Present],
    placed: Iterable[Placed],
) -> None:
    """Tell the journal all markers of ours: those that stand there, and those that are placed."""
    if journal is None:
        return
    tagged = [(m.tag, m.frame) for m in present if m.tag and m.tag.identity == identity]
    tagged += [(m.tag, m.frame) for m in placed]
    journal.record_markers(identity, [(tag.id, frame, tag.hash) for tag, frame in tagged])


def _count(
    report: MarkerReport,
    new: List[Placed],
    done: List[Placed],
    old: List[Present],
    old_ids: Set[str],
    stuck: Set[int],
) -> None:
    there = {m.frame for m in done}
    for marker in new:
        if marker.frame not in there:
            reason = STUCK if marker.frame in stuck else REFUSED
            report.skipped.append(SkippedMarker(marker.name, marker.frame, reason))
    report.replaced = sum(1 for m in done if m.tag.id in old_ids)
    report.added = len(done) - report.replaced
    report.moved = sum(1 for m in done if m.moved)
    again = {m.tag.id for m in new}
    report.removed = sum(1 for m in old if m.tag and m.tag.id not in again and m.frame not in stuck)
