"""Markers of ours that came back from a program without their tags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from fractions import Fraction

from shotlog.markers import families_of_name, same_name
from shotlog.schema import MarkerFamily, nearest_frame
from shotlog_otio.markers.found import FoundMarker


class ReturnedMarkers:
    """The markers of a file that may be ours, although they have no tag.

    Such a marker is left as it is, and ours is not written beside it: it may be an editor's.

    Args:
        found: The markers in the file.
    """

    def __init__(self, found: Iterable[FoundMarker]) -> None:
        self._untagged = [marker for marker in found if marker.tag is None]
        self._taken: set[int] = set()
        # All markers of a file count at one rate, or at a few.
        self._places: dict[Fraction, dict[tuple[Hashable, int], list[FoundMarker]]] = {}

    def take(
        self, owner: Hashable, start: Fraction, rate: Fraction, family: MarkerFamily, name: str
    ) -> bool:
        """Return True where one stands in the place of a marker of ours; each is taken once.

        Args:
            owner: The object that is to hold ours.
            start: Its start on the owner's own clock, in seconds.
            rate: Frames per second there.
            family: Its kind.
            name: Its name.
        """
        if not self._untagged:
            return False
        for marker in self._at(rate).get((owner, nearest_frame(start, rate)), ()):
            own = family in families_of_name(marker.name) or same_name(marker.name, name)
            if own and id(marker) not in self._taken:
                self._taken.add(id(marker))
                return True
        return False

    def _at(self, rate: Fraction) -> dict[tuple[Hashable, int], list[FoundMarker]]:
        if rate not in self._places:
            places: dict[tuple[Hashable, int], list[FoundMarker]] = defaultdict(list)
            for marker in self._untagged:
                places[marker.owner, nearest_frame(marker.start, rate)].append(marker)
            self._places[rate] = places
        return self._places[rate]
