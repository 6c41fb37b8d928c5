"""Layers: the tracks of a timeline, made of the items on its lanes.

Every lane is a track. ``V1`` is the lowest lane with picture, the timeline's own storyline unless
something is connected below it; a lane without picture between others keeps its number, as an
empty track. Sound has the storyline first, then the lanes below it, then those above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from shotlog_otio.fcpxml.items import Placed, StoryItem
from shotlog_otio.timeline import Child, Kind, Node, track_of

_MOST_EMPTY = 100
"""Number of lanes beyond which empty ones get no tracks; no editor stacks so many."""


def shows(node: Node) -> bool:
    """Return whether a node holds a clip, at any depth."""
    pending = [node]
    while pending:
        item = pending.pop()
        if item.kind is Kind.CLIP:
            return True
        pending += (child.node for child in item.children)
    return False


class Layers:
    """The lanes of one timeline.

    Args:
        placed: Everything on it.
        picture: False for its sound.
    """

    def __init__(self, placed: Iterable[Placed], *, picture: bool) -> None:
        self._picture = picture
        self._hollow: list[Placed] = []
        self._lanes: dict[int, list[Placed]] = defaultdict(list)
        for item in placed:
            if item.hollow and not item.primary:
                self._hollow.append(item)
            else:
                self._lanes[item.lane].append(item)
        for items in self._lanes.values():
            items.sort(key=lambda item: item.start)

    def tracks(self) -> tuple[Node, ...]:
        """Return the tracks; on top one for the markers on items without picture."""
        tracks = [
            track_of(_children(self._lanes.get(lane, ())), picture=self._picture)
            for lane in self._order()
        ]
        if self._picture and self._hollow:
            tracks.append(track_of(_children(sorted(self._hollow, key=lambda h: h.start))))
        return tuple(tracks)

    def items(self) -> dict[str, StoryItem]:
        """Return the items by the ids that their clips get: ``V1/3``."""
        letter = "V" if self._picture else "A"
        return {
            f"{letter}{number}/{key}": placed.item
            for number, lane in enumerate(self._order(), start=1)
            for key, placed in enumerate(self._lanes.get(lane, ()))
            if placed.item is not None
        }

    def _order(self) -> list[int]:
        filled = [lane for lane, items in self._lanes.items() if any(shows(p.node) for p in items)]
        if not self._picture:
            return sorted(filled, key=lambda lane: (lane > 0, abs(lane)))
        lowest, highest = min([0, *filled]), max([0, *filled])
        if highest - lowest > _MOST_EMPTY:
            return sorted({0, *filled})
        return list(range(lowest, highest + 1))


def _children(items: Sequence[Placed]) -> tuple[Child, ...]:
    return tuple(Child(key, item.start, item.node) for key, item in enumerate(items))
