"""Timelines, as scripts see them."""

from typing import Any, Dict, List, Optional

from .exports import export
from .frames import frames_of, rate_text, timecode_of
from .handle import api
from .items import Item
from .marks import clear_marks, set_marks, told_marks
from .media import Media
from .sequence import Sequence, Track

PLAYHEAD_PAGES = ("cut", "edit", "color", "fairlight", "deliver")


class Timeline(Sequence):
    """A timeline."""

    kind = "Timeline"

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
        value: Any = round(float(rate), 3)
    else:
        value = rate_text(rate) + (" DF" if drop else "")
    return {"timelineFrameRate": value, "timelineDropFrameTimecode": "1" if drop else "0"}
