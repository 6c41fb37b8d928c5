"""Timelines and their tracks."""

from fractions import Fraction
from typing import Any, Dict, List, Optional

from .exports import export
from .frames import exact_rate, frames_of, rate_text, timecode_of
from .handle import api
from .items import Item
from .markers import Marked
from .media import Media, clear_marks, set_marks, told_marks

PLAYHEAD_PAGES = ("cut", "edit", "color", "fairlight", "deliver")


class Track:
    """A track: its name, and whether it is heard or seen and may be changed."""

    def __init__(self, kind: str, name: str, enabled: bool = True, locked: bool = False) -> None:
        self.kind = kind
        self.name = name
        self.enabled = enabled
        self.locked = locked


class Timeline(Marked):
    """A timeline.

    Attributes:
        first: The frame number of its start timecode; ``GetStartFrame``.
        items: All items of all tracks.
        item_markers: "source" or "clip": where the frames of item markers count from.
        source_error: What ``GetSourceStartFrame`` is off by.
    """

    kind = "Timeline"

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

    # ---- what scripts see

    @api()
    def GetName(self) -> str:
        return self.name

    @api()
    def SetName(self, name: Any) -> bool:
        self.session.edits.append("Timeline.SetName")
        if not isinstance(name, str) or self.project.find(name) is not None:
            return False
        self.name = name
        return True

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetStartFrame(self) -> int:
        return self.first

    @api()
    def GetEndFrame(self) -> int:
        return self.first + self.length

    @api()
    def GetStartTimecode(self) -> str:
        return timecode_of(self.first, self.rate, self.drop)

    @api()
    def SetStartTimecode(self, timecode: Any) -> bool:
        self.session.edits.append("Timeline.SetStartTimecode")
        try:
            self.first = frames_of(timecode, self.rate, self.drop)
        except (ValueError, AttributeError, TypeError):
            return False
        return True

    @api()
    def GetTrackCount(self, kind: Any) -> Optional[int]:
        tracks = self.tracks.get(kind)
        return None if tracks is None else len(tracks)

    @api()
    def GetTrackName(self, kind: Any, index: Any) -> Optional[str]:
        track = self._track(kind, index)
        return track.name if track else None

    @api()
    def GetIsTrackEnabled(self, kind: Any, index: Any) -> Optional[bool]:
        track = self._track(kind, index)
        return track.enabled if track else None

    @api()
    def GetIsTrackLocked(self, kind: Any, index: Any) -> Optional[bool]:
        track = self._track(kind, index)
        return track.locked if track else None

    @api()
    def GetItemListInTrack(self, kind: Any, index: Any) -> Optional[List[Item]]:
        items = self.on_track(kind, int(index)) if self._track(kind, index) else []
        return items if items or self.session.flip() else None

    @api()
    def GetItemsInTrack(self, kind: Any, index: Any) -> Dict[float, Item]:
        items = self.on_track(kind, int(index)) if self._track(kind, index) else []
        return {float(at + 1): item for at, item in enumerate(items)}

    @api(since="21.0.4")
    def GetSelectedClips(self) -> Optional[List[Item]]:
        if not self._is_current():
            return None
        selected = [item for item in self.selected if not item.deleted]
        return selected if selected or self.session.flip() else None

    @api()
    def GetCurrentTimecode(self) -> Optional[str]:
        if not self._is_current() or self.project.application.page not in PLAYHEAD_PAGES:
            return None
        return timecode_of(self.playhead, self.rate, self.drop)

    @api()
    def SetCurrentTimecode(self, timecode: Any) -> bool:
        if not self._is_current() or self.project.application.page not in PLAYHEAD_PAGES:
            return False
        try:
            frame = frames_of(timecode, self.rate, self.drop)
        except (ValueError, AttributeError, TypeError):
            return False
        if frame < self.first:
            return False
        self.playhead = frame
        return True

    @api()
    def GetCurrentVideoItem(self) -> Optional[Item]:
        if not self._is_current():
            return None
        found = [
            item
            for item in self.items
            if item.track[0] == "video"
            and item.type != "transition"
            and item.start <= self.playhead < item.end
        ]
        return max(found, key=lambda item: item.track[1]) if found else None

    @api()
    def GetCurrentClipThumbnailImage(self) -> Optional[Dict[str, Any]]:
        if self.project.application.page != "color" or not self._is_current():
            return None
        return {"width": 1, "height": 1, "format": "RGB 8 bit", "data": "AAAA"}

    @api(since="19.1")
    def GetMarkInOut(self) -> Dict[str, Dict[str, int]]:
        return told_marks(self.marks)

    @api(since="19.1")
    def SetMarkInOut(self, first: Any, last: Any, kind: Any = "all") -> bool:
        return set_marks(self.marks, first, last, kind)

    @api(since="19.1")
    def ClearMarkInOut(self, kind: Any = "all") -> bool:
        return clear_marks(self.marks, kind)

    @api(since="19.1")
    def GetMediaPoolItem(self) -> Optional[Media]:
        return self.pool_item

    def settings(self) -> Dict[str, Any]:
        """Return the settings as scripts read them."""
        if not self.custom_settings:
            return dict(self.project.settings(), useCustomSettings="0")
        return dict(self.project.settings(), useCustomSettings="1", **told_rate(self, self.project))

    @api()
    def GetSetting(self, name: Any = "") -> Any:
        told = self.settings()
        return told if name == "" else told.get(name, "")

    @api()
    def SetSetting(self, name: Any, value: Any) -> bool:
        self.session.edits.append("Timeline.SetSetting")
        return False

    @api(since="21.1")
    def GetSettings(self) -> Dict[str, Any]:
        return self.settings()

    @api()
    def DuplicateTimeline(self, name: Any = None) -> "Optional[Timeline]":
        wanted = name if name is not None else self.name + " copy"
        copy: "Optional[Timeline]" = self.project.make_timeline(
            wanted, rate_text(self.rate), self.GetStartTimecode(), self.drop
        )
        if copy is None:
            return None
        for kind, tracks in self.tracks.items():
            copy.tracks[kind] = [Track(t.kind, t.name, t.enabled, t.locked) for t in tracks]
        for item in self.items:
            twin = Item(copy, item.told(), item.media)
            twin.markers = {at: marker.copy() for at, marker in item.markers.items()}
            copy.items.append(twin)
        copy.markers = {at: marker.copy() for at, marker in self.markers.items()}
        return copy

    @api()
    def DeleteClips(self, items: Any, ripple: Any = False) -> bool:
        self.session.edits.append("Timeline.DeleteClips")
        if self.project.application.page != "edit" or not items:
            return False
        for item in items:
            item.deleted = True
            self.items.remove(item)
        self._indexed = -1
        return True

    @api()
    def Export(self, path: Any, kind: Any, subtype: Any = None) -> bool:
        return export(self, path, kind, subtype)

    @api()
    def DetectSceneCuts(self) -> bool:
        self.session.edits.append("Timeline.DetectSceneCuts")
        return True

    @api(studio=True)
    def CreateSubtitlesFromAudio(self, settings: Any = None) -> bool:
        self.session.edits.append("Timeline.CreateSubtitlesFromAudio")
        return True


def told_rate(holder: Any, project: Any) -> Dict[str, Any]:
    """Return the rate settings of a project or timeline in the form that its Resolve uses."""
    rate, drop = holder.rate, holder.drop
    if project.options["rate_form"] == "number":
        value: Any = round(float(Fraction(rate)), 3)
    else:
        value = rate_text(rate) + (" DF" if drop else "")
    return {"timelineFrameRate": value, "timelineDropFrameTimecode": "1" if drop else "0"}
