"""The state of a timeline: its tracks and what lies on them."""

from typing import Any, Dict, List, Optional, Tuple

from .frames import exact_rate, frames_of
from .items import Item
from .markers import Marked
from .media import Media


class Track:
    """A track: its name, and whether it is heard or seen and may be changed."""

    def __init__(self, kind: str, name: str, enabled: bool = True, locked: bool = False) -> None:
        self.kind = kind
        self.name = name
        self.enabled = enabled
        self.locked = locked


class Sequence(Marked):
    """The state of a timeline.

    Attributes:
        first: The frame number of its start timecode; ``GetStartFrame``.
        items: All items of all tracks.
        item_markers: "source" or "clip": where the frames of item markers count from.
        source_error: What ``GetSourceStartFrame`` is off by.
    """

    def __init__(self, project: Any, told: Dict[str, Any]) -> None:
        super().__init__(project.session)
        self.project = project
        self.uid = self.session.new_id()
        self.name: str = told["name"]
        self.rate = exact_rate(told["rate"])
        self.drop = bool(told.get("drop_frame", False))
        self.first = frames_of(told.get("start", "00:00:00:00"), self.rate, self.drop)
        self.tracks: Dict[str, List[Track]] = {"video": [], "audio": [], "subtitle": []}
        self.items: List[Item] = []
        self.marks: Dict[str, Dict[str, int]] = {}
        self.playhead = self.first
        self.selected: List[Item] = []
        self.deleted = False
        self._indexed = 0
        self._length = 0
        self._links: Dict[Optional[int], List[Item]] = {}
        self.custom_settings = self.rate != project.rate or self.drop != project.drop
        self.pool_item: Optional[Media] = None

    def is_gone(self) -> bool:
        return self.deleted

    @property
    def item_markers(self) -> str:
        return str(self.project.options["item_markers"])

    @property
    def source_error(self) -> int:
        return int(self.project.options["source_error"])

    @property
    def length(self) -> int:
        """Frames from its start to the end of its last item."""
        self._index()
        return self._length

    def linked(self, item: Item) -> List[Item]:
        """Return the items that are linked with an item."""
        self._index()
        return [each for each in self._links.get(item.link, []) if each is not item]

    def _index(self) -> None:
        if len(self.items) != self._indexed:  # items come and go, and never move
            self._indexed = len(self.items)
            self._length = max([item.at + item.length for item in self.items] or [0])
            self._links = {}
            for item in self.items:
                if item.link is not None:
                    self._links.setdefault(item.link, []).append(item)

    def shown(self, frame: int) -> Optional[Tuple[Item, int]]:
        """Return the item that is seen on a frame from the start, and the media frame it shows.

        The topmost enabled clip with media on an enabled track; None of a gap.
        """
        found = [
            item
            for item in self.items
            if item.track[0] == "video"
            and item.media is not None
            and item.enabled
            and self.tracks["video"][item.track[1] - 1].enabled
            and item.at <= frame < item.at + item.length
        ]
        if not found:
            return None
        top = max(found, key=lambda item: item.track[1])
        return top, top.media_frame(frame - top.at)

    def ensure_track(self, kind: str, index: int) -> None:
        """Add tracks until there is one of that index."""
        tracks = self.tracks[kind]
        while len(tracks) < index:
            tracks.append(Track(kind, "%s %d" % (kind.capitalize(), len(tracks) + 1)))

    def on_track(self, kind: str, index: int) -> List[Item]:
        """Return the items of a track in their order, transitions among them."""
        found = [item for item in self.items if item.track == (kind, index)]
        return sorted(found, key=lambda item: (item.at, item.type != "transition"))

    def admits(self, frame: int) -> bool:
        if frame >= self.length and self.project.options["beyond_end"] == "reject":
            return False
        return frame >= 0

    def _track(self, kind: Any, index: Any) -> Optional[Track]:
        tracks = self.tracks.get(kind)
        if tracks is None or index != index or not isinstance(index, (int, float)):
            return None
        whole = int(index)
        return tracks[whole - 1] if whole == index and 1 <= whole <= len(tracks) else None

    def _is_current(self) -> bool:
        return self.project.current is self
