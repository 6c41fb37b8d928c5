"""Items on the tracks of a timeline, as scripts see them."""

from fractions import Fraction
from typing import Any, Dict, List, Optional

from .handle import api
from .media import Media
from .palette import CLIP_COLOURS
from .placed import Placed


class Item(Placed):
    """A timeline item."""

    def _told_frames(self, value: Fraction, precise: Any) -> Any:
        if precise is True and self.session.at_least("19.1"):
            return float(value)
        whole = value.numerator // value.denominator
        return float(whole) if self.session.at_least("21.1") else whole

    @api()
    def GetName(self) -> str:
        return self.name

    @api(since="20.3")
    def SetName(self, name: Any) -> bool:
        self.session.edits.append("TimelineItem.SetName")
        self.name = str(name)
        return True

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetStart(self, precise: Any = False) -> Any:
        return self._told_frames(Fraction(self.start), precise)

    @api()
    def GetEnd(self, precise: Any = False) -> Any:
        return self._told_frames(Fraction(self.end), precise)

    @api()
    def GetDuration(self, precise: Any = False) -> Any:
        return self._told_frames(Fraction(self.length), precise)

    @api()
    def GetLeftOffset(self, precise: Any = False) -> Any:
        return self._told_frames(self.left_offset, precise)

    @api()
    def GetRightOffset(self, precise: Any = False) -> Any:
        return self._told_frames(self.left_offset + self.length, precise)

    @api(since="19.1")
    def GetSourceStartFrame(self) -> int:
        if self.media is None or self.unknown_source:
            return 0
        return max(0, self.media_frame(0) + int(self.timeline.source_error))

    @api(since="19.1")
    def GetSourceEndFrame(self) -> int:
        if self.media is None or self.unknown_source:
            return 0
        if self.retime.speed < 0:
            return self.media_frame(self.length - 1)
        end = self.source + self.span
        exclusive = -(-end.numerator // end.denominator)
        return exclusive if self.fps == self.timeline.rate else exclusive - 1

    @api(since="19.1")
    def GetSourceStartTime(self) -> float:
        return self._source_time(self.retime.speed < 0)

    @api(since="19.1")
    def GetSourceEndTime(self) -> float:
        return self._source_time(self.retime.speed >= 0)

    def _source_time(self, end: bool) -> float:
        if self.media is None or self.unknown_source:
            return 0.0
        frame = self.source + (self.span if end else 0)
        return float(self.media.start_seconds + frame / self.fps)

    @api()
    def GetMediaPoolItem(self) -> Optional[Media]:
        return None if self.media is None or self.media.deleted else self.media

    @api(since="19.1")
    def GetTrackTypeAndIndex(self) -> List[Any]:
        return [self.track[0], self.track[1]]

    @api(since="19.1")
    def GetLinkedItems(self) -> "Optional[List[Item]]":
        linked: List[Item] = self.timeline.linked(self)
        return linked if linked or self.session.flip() else None

    @api()
    def GetClipEnabled(self) -> bool:
        return self.enabled

    @api()
    def SetClipEnabled(self, enabled: Any) -> bool:
        self.session.edits.append("TimelineItem.SetClipEnabled")
        self.enabled = bool(enabled)
        return True

    @api()
    def GetProperty(self, key: Any = None) -> Any:
        if self.type == "transition":
            return {} if key is None else None
        told = dict(DEFAULTS, **self.properties)
        return told if key is None else told.get(key)

    @api()
    def SetProperty(self, key: Any, value: Any = None) -> bool:
        self.session.edits.append("TimelineItem.SetProperty")
        if key not in DEFAULTS or self.type == "transition":
            return False
        self.properties[key] = value
        return True

    @api(since="21.1")
    def GetProperties(self) -> Dict[str, Any]:
        return {} if self.type == "transition" else dict(DEFAULTS, **self.properties)

    @api(since="21.1")
    def GetType(self) -> str:
        if self.type in ("transition", "generator"):
            return self.type
        if self.type in ("title", "adjustment"):
            return "generator"
        return "audio" if self.track[0] == "audio" else "video"

    @api(since="21.1")
    def GetSpeed(self) -> Optional[Dict[str, Any]]:
        if self.media is None:
            return None
        speed = self.retime.speed
        if self.retime.is_ramp:
            speed = self.span * self.timeline.rate / self.fps / self.length
        return {
            "Percentage": float(speed * 100),
            "PitchCorrection": False,
            "StretchKeyframesToFit": False,
            "RippleTimeline": False,
        }

    @api()
    def SetClipColor(self, color: Any) -> bool:
        if color not in CLIP_COLOURS:
            return False
        if self.media is not None:
            self.color = color
        return True

    @api()
    def GetClipColor(self) -> str:
        return self.color

    @api()
    def ClearClipColor(self) -> bool:
        self.color = ""
        return True

    @api()
    def AddFlag(self, color: Any) -> bool:
        return self.media is not None and self.media.AddFlag(color)

    @api()
    def GetFlagList(self) -> Optional[List[str]]:
        if self.media is None:
            return [] if self.session.flip() else None
        return self.media.GetFlagList()

    @api()
    def ClearFlags(self, color: Any) -> bool:
        return self.media is not None and self.media.ClearFlags(color)

    @api()
    def GetFusionCompCount(self) -> int:
        return 1 if self.type == "title" else 0

    @api(studio=True)
    def SmartReframe(self) -> bool:
        self.session.edits.append("TimelineItem.SmartReframe")
        return True

    @api()
    def Stabilize(self) -> bool:
        self.session.edits.append("TimelineItem.Stabilize")
        return True


DEFAULTS = {
    "Pan": 0.0,
    "Tilt": 0.0,
    "ZoomX": 1.0,
    "ZoomY": 1.0,
    "ZoomGang": True,
    "RotationAngle": 0.0,
    "Opacity": 100.0,
    "CropLeft": 0.0,
    "CropRight": 0.0,
    "CropTop": 0.0,
    "CropBottom": 0.0,
    "CompositeMode": 0,
    "FlipX": False,
    "FlipY": False,
    "DynamicZoomEase": 0,
    "RetimeProcess": 0,
    "MotionEstimation": 0,
    "Scaling": 0,
    "ResizeFilter": 0,
}
