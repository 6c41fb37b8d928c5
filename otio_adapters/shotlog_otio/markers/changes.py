"""The changes to a file that make its markers of ours those of the present findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shotlog.markers import MarkerTag, hash_in_text
from shotlog.schema import ANALYSED, MarkerFamily
from shotlog_otio.markers.found import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.markers.matching import assign_ids, match_markers
from shotlog_otio.markers.results import WriteResult
from shotlog_otio.markers.returned import ReturnedMarkers


def hash_of(item: PlacedText) -> str:
    """Return the hash of a marker to be written, by which an edit of it will be known."""
    return hash_in_text(item.name, item.note, item.colour, item.frames)


def plan_changes(
    planned: Sequence[PlacedText],
    found: Sequence[FoundMarker],
    replacing: Collection[MarkerFamily] = ANALYSED,
) -> tuple[MarkerChanges, WriteResult]:
    """Return the changes to the markers of a file, and their counts.

    A marker of ours that has the content already is left alone, one that an editor has changed is
    left alone for good, and all others of ours of the kinds ``replacing`` are replaced or removed.
    Markers of others are never touched. A marker without a tag that stands where one of ours is to
    stand, with its name or another in our form, came back from a program that keeps no tags: it
    stays, and ours is not written beside it.

    Args:
        planned: All markers of these kinds that the file is to hold.
        found: The markers in the file, in its order.
        replacing: The kinds of markers that are replaced.
    """
    existing = [m for m in found if m.tag is not None and m.family in replacing]
    hashes = [hash_of(item) for item in planned]
    matches = match_markers(planned, existing, hashes)
    ids = assign_ids(planned, existing, matches)
    changes = MarkerChanges()
    unchanged = 0
    returned = ReturnedMarkers(found)
    for n, item in enumerate(planned):
        match, tag = matches.get(n), MarkerTag(ids[n], item.marker.family, hashes[n])
        if match is None and returned.take(
            item.owner, item.start, item.rate, item.marker.family, item.name
        ):
            unchanged += 1
        elif match is None:
            changes.added.append((item, tag))
        elif match.edited:
            continue
        elif match.owner != item.owner:  # its clip was moved, so it stands elsewhere now
            changes.removed.append(match)
            changes.added.append((item, tag))
        elif match.tag == tag:
            unchanged += 1
        else:
            changes.replaced.append((match, item, tag))
    matched = {id(marker) for marker in matches.values()}
    stale = [m for m in existing if id(m) not in matched and not m.edited]
    moved = len(changes.removed)
    result = WriteResult(
        added=len(changes.added) - moved,
        replaced=len(changes.replaced) + moved,
        removed=len(stale),
        unchanged=unchanged,
        kept=tuple(marker.id for marker in existing if marker.edited),
    )
    changes.removed += stale
    return changes, result
