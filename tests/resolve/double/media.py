"""Clips of the media pool."""

import os
from fractions import Fraction
from typing import Any, Dict, List, Optional

from .frames import exact_rate, frames_of, timecode_of
from .handle import api
from .markers import Marked
from .marks import clear_marks, set_marks, told_marks
from .palette import CLIP_COLOURS, MARKER_COLOURS
from .session import Session

WITHOUT_FILE = ("timeline", "compound", "multicam", "fusion")
TYPES = {
    "video": "Video + Audio",
    "silent": "Video",
    "audio": "Audio",
    "still": "Still",
    "sequence": "Video",
    "timeline": "Timeline",
    "compound": "Compound",
    "multicam": "Multicam",
    "fusion": "Fusion",
}


class Media(Marked):
    """A clip of the media pool.

    Attributes:
        path: The file; ``dir/name.[1001-1099].ext`` of an image sequence; "" of clips without one.
        fps: The exact rate of the media.
        first: The frame number of its start timecode.
        frames: Its length in frames of its own rate.
        content: Of a compound clip, multicam or nested timeline: the ``Timeline`` inside.
        offset: Of a subclip: the frame of the file at which it starts, else 0.
        file_frames: The length of the file.
        type: One of ``TYPES``.
    """

    kind = "MediaPoolItem"

    def __init__(self, session: Session, told: Dict[str, Any]) -> None:
        super().__init__(session)
        self.id: str = told["id"]
        self.path: str = told.get("path", "")
        self.name: str = told.get("name") or os.path.basename(self.path.replace("\\", "/"))
        self.fps = exact_rate(told["fps"])
        self.drop = bool(told.get("drop_frame", ";" in told["start"]))
        self.offset = int(told.get("offset", 0))
        self.first = frames_of(told["start"], self.fps, self.drop) + self.offset
        self.frames = int(told["frames"])
        self.file_frames = int(told.get("file_frames") or self.offset + self.frames)
        self.type: str = told.get("type", "video")
        self.online = bool(told.get("online", True))
        self.resolution: str = told.get("resolution", "1920x1080")
        self.folder: str = told.get("folder", "")
        self.uid = session.new_id()
        self.media_id = session.new_id()
        self.color = ""
        self.flags: List[str] = []
        self.metadata: Dict[str, str] = dict(told.get("metadata", {}))
        self.third_party: Dict[str, str] = {}
        self.properties: Dict[str, str] = {}
        self.marks: Dict[str, Dict[str, int]] = {}
        self.uses = 0
        self.deleted = False
        self.timeline: Any = None
        self.content: Any = None

    def is_gone(self) -> bool:
        return self.deleted

    @property
    def start_seconds(self) -> Fraction:
        """The start timecode as seconds of real time."""
        return self.first / self.fps

    def told_properties(self) -> Dict[str, Any]:
        """Return the clip properties; all are text, ``FPS`` alone is a number."""
        file_path = "" if self.type in WITHOUT_FILE else self.path
        told: Dict[str, Any] = {
            "Clip Name": self.name,
            "File Name": os.path.basename(file_path.replace("\\", "/")),
            "File Path": file_path,
            "FPS": round(float(self.fps), 3),
            "Start TC": timecode_of(self.first, self.fps, self.drop),
            "End TC": timecode_of(self.first + self.frames, self.fps, self.drop),
            "Start": "0",
            "End": str(self.frames - 1),
            "Frames": str(self.frames),
            "Duration": timecode_of(self.frames, self.fps, self.drop),
            "Drop frame": "1" if self.drop else "0",
            "Type": TYPES[self.type],
            "Online Status": "Online" if self.online else "Offline",
            "Resolution": self.resolution,
            "Usage": str(self.uses),
        }
        if self.type == "audio":
            told["Resolution"] = ""
        told.update(self.properties)
        return told

    @api()
    def GetName(self) -> str:
        return self.name

    @api(since="20.3")
    def SetName(self, name: Any) -> bool:
        self.session.edits.append("MediaPoolItem.SetName")
        self.name = str(name)
        return True

    @api()
    def GetMediaId(self) -> str:
        return self.media_id

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetClipProperty(self, name: Any = None) -> Any:
        told = self.told_properties()
        return told if name is None else told.get(name, "")

    @api()
    def SetClipProperty(self, name: Any, value: Any) -> bool:
        self.session.edits.append("MediaPoolItem.SetClipProperty")
        if not isinstance(name, str) or not isinstance(value, str):
            return False
        self.properties[name] = value
        return True

    @api()
    def GetMetadata(self, key: Any = None) -> Any:
        return dict(self.metadata) if key is None else self.metadata.get(key, "")

    @api()
    def SetMetadata(self, key: Any, value: Any = None) -> bool:
        return _set_texts(self.metadata, key, value)

    @api(since="19.1")
    def GetThirdPartyMetadata(self, key: Any = None) -> Any:
        return dict(self.third_party) if key is None else self.third_party.get(key, "")

    @api(since="19.1")
    def SetThirdPartyMetadata(self, key: Any, value: Any = None) -> bool:
        return _set_texts(self.third_party, key, value)

    @api()
    def AddFlag(self, color: Any) -> bool:
        if color not in MARKER_COLOURS:
            return False
        if color not in self.flags:
            self.flags.append(color)
        return True

    @api()
    def GetFlagList(self) -> Optional[List[str]]:
        return list(self.flags) if self.flags or self.session.flip() else None

    @api()
    def ClearFlags(self, color: Any) -> bool:
        if color == "All":
            self.session.violate("ClearFlags('All') clears the editor's flags too")
        if color not in self.flags:
            return False
        self.flags.remove(color)
        return True

    @api()
    def SetClipColor(self, color: Any) -> bool:
        if color not in CLIP_COLOURS:
            return False
        self.color = color
        return True

    @api()
    def GetClipColor(self) -> str:
        return self.color

    @api()
    def ClearClipColor(self) -> bool:
        self.color = ""
        return True

    @api(since="19.1")
    def GetMarkInOut(self) -> Dict[str, Dict[str, int]]:
        return told_marks(self.marks)

    @api(since="19.1")
    def SetMarkInOut(self, first: Any, last: Any, kind: Any = "all") -> bool:
        return set_marks(self.marks, first, last, kind)

    @api(since="19.1")
    def ClearMarkInOut(self, kind: Any = "all") -> bool:
        return clear_marks(self.marks, kind)

    @api(since="21.0.4")
    def GetTimeline(self) -> Any:
        return self.timeline


def _set_texts(into: Dict[str, str], key: Any, value: Any) -> bool:
    told = key if isinstance(key, dict) and value is None else {key: value}
    if not all(isinstance(text, str) for pair in told.items() for text in pair):
        return False
    into.update(told)
    return True
