"""The changes to a file that make its markers of ours those of the present findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from fractions import Fraction

from shotlog.markers import MarkerTag, families_of_name, hash_in_text, same_name
from shotlog.schema import nearest_frame
from shotlog_otio.markers.found import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.markers.matching import assign_ids, match_markers
from shotlog_otio.markers.results import WriteResult


class _Returned:
    """The markers of a file that may be ours, returned from a program that kept no tag of them.

    Such a marker is left as it is, and ours is not written beside it: it may be an editor's.
    """

    def __init__(self, found: Sequence[FoundMarker]) -> None:
        self._places: dict[tuple[Hashable, int], list[FoundMarker]] = defaultdict(list)
        self._found = [marker for marker in found if marker.tag is None]
        self._rate: Fraction | None = None

    def take(self, item: PlacedText) -> bool:
        """Return True where one stands in the place of a marker; each is taken once."""
        if item.rate != self._rate:  # all markers of a file count at one rate, or at a few
            self._places.clear()
            for marker in self._found:
                frame = nearest_frame(marker.start, item.rate)
                self._places[marker.owner, frame].append(marker)
            self._rate = item.rate
        here = self._places[item.owner, item.frames[0]]
        for marker in here:
            own = item.marker.family in families_of_name(marker.name)
            if own or same_name(marker.name, item.name):
                here.remove(marker)
                self._found = [other for other in self._found if other is not marker]
                return True
        return False


def hash_of(item: PlacedText) -> str:
    """Return the hash of a marker to be written, by which an edit of it will be known."""
    return hash_in_text(item.name, item.note, item.colour, item.frames)


def plan_changes(
    planned: Sequence[PlacedText], found: Sequence[FoundMarker]
) -> tuple[MarkerChanges, WriteResult]:
    """Return the changes to the markers of a file, and their counts.

    A marker of ours that has the content already is left alone, one that an editor has changed is
    left alone for good, and all others of ours are replaced or removed. Markers of others are
    never touched. A marker without a tag that stands where one of ours is to stand, with its name
    or another in our form, came back from a program that keeps no tags: it stays, and ours is not
    written beside it.

    Args:
        planned: All markers that the file is to hold.
        found: The markers in the file, in its order.
    """
    existing = [marker for marker in found if marker.tag is not None]
    hashes = [hash_of(item) for item in planned]
    matches = match_markers(planned, existing, hashes)
    ids = assign_ids(planned, existing, matches)
    changes = MarkerChanges()
    unchanged = 0
    returned = _Returned(found)
    for n, item in enumerate(planned):
        match, tag = matches.get(n), MarkerTag(ids[n], item.marker.family, hashes[n])
        if match is None and returned.take(item):
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
