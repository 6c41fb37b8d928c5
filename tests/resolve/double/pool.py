"""The media pool."""

import os
from fractions import Fraction
from typing import Any, Dict, List, Optional

from . import otio_in
from .folders import Folder
from .handle import Api, api
from .items import Item
from .media import Media


class MediaPool(Api):
    """The media pool of a project."""

    kind = "MediaPool"

    def __init__(self, project: Any) -> None:
        super().__init__(project.session)
        self.project = project
        self.uid = self.session.new_id()

    def exists(self, path: str) -> bool:
        """Return whether a file that is not in the pool is on the disk."""
        return os.path.exists(path)

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetRootFolder(self) -> Folder:
        root: Folder = self.project.root
        return root

    @api()
    def GetCurrentFolder(self) -> Folder:
        folder: Folder = self.project.folder
        return folder

    @api()
    def SetCurrentFolder(self, folder: Any) -> bool:
        if not isinstance(folder, Folder):
            return False
        self.project.folder = folder
        return True

    @api(since="19.1")
    def GetSelectedClips(self) -> Optional[List[Media]]:
        selected: List[Media] = self.project.pool_selection
        return selected if selected or self.session.flip() else None

    @api()
    def CreateEmptyTimeline(self, name: Any) -> Any:
        project = self.project
        made = project.make_timeline(name, project.rate, "01:00:00:00", project.drop)
        if made is not None:
            project.current = made
        return made

    @api()
    def AppendToTimeline(self, *given: Any) -> Any:
        timeline = self.project.current
        if timeline is None:
            return None
        self.session.edits.append("MediaPool.AppendToTimeline to %s" % timeline.name)
        return [self._append(timeline, info) for info in _clip_infos(given)]

    @api()
    def CreateTimelineFromClips(self, name: Any, *given: Any) -> Any:
        infos = _clip_infos(given)
        here = self.project.folder.clips
        if not infos or any(info.get("mediaPoolItem") not in here for info in infos):
            return None
        timeline = self.CreateEmptyTimeline(name)
        if timeline is None:
            return None
        seen: List[Dict[str, Any]] = []
        for info in infos:
            if info not in seen:
                seen.append(info)
                self._append(timeline, {k: v for k, v in info.items() if k != "trackIndex"})
        return timeline

    def _append(self, timeline: Any, info: Dict[str, Any]) -> Optional[Item]:
        media = info.get("mediaPoolItem")
        if not isinstance(media, Media):
            return None
        kind = "audio" if info.get("mediaType") == 2 or media.type == "audio" else "video"
        index = int(info.get("trackIndex", 1))
        first = int(info.get("startFrame", 0))
        end = int(info.get("endFrame", media.frames))
        frames = Fraction(end - first) * timeline.rate / media.fps
        length = frames.numerator // frames.denominator
        if not 0 <= first < end <= media.frames or length < 1:
            return None
        at = int(info["recordFrame"]) - timeline.first if "recordFrame" in info else timeline.length
        told = {"track": [kind, index], "at": at, "length": length, "source": first}
        item = Item(timeline, told, media)
        timeline.ensure_track(kind, index)
        taken = any(
            other.at < at + length and at < other.at + other.length
            for other in timeline.on_track(kind, index)
        )
        if timeline.tracks[kind][index - 1].locked or taken or at < 0:
            item.deleted = True  # told as placed, and is not there
        else:
            timeline.items.append(item)
            media.uses += 1
        return item

    @api()
    def ImportTimelineFromFile(self, path: Any, options: Any = None) -> Any:
        if not isinstance(path, str) or not path.lower().endswith(".otio"):
            return None
        return otio_in.read(self, path, options or {})

    @api()
    def DeleteTimelines(self, timelines: Any) -> bool:
        if not timelines or any(each not in self.project.timelines for each in timelines):
            return False
        for each in timelines:
            self.session.edits.append("MediaPool.DeleteTimelines %s" % each.name)
            self.project.remove(each)
        return True

    @api()
    def AddSubFolder(self, folder: Any, name: Any) -> Optional[Folder]:
        if not isinstance(folder, Folder) or not isinstance(name, str):
            return None
        made = Folder(self.session, name)
        folder.folders.append(made)
        self.project.folder = made
        return made

    @api()
    def DeleteClips(self, clips: Any) -> bool:
        self.session.edits.append("MediaPool.DeleteClips")
        for clip in clips or []:
            clip.deleted = True
        return bool(clips)


def _clip_infos(given: Any) -> List[Dict[str, Any]]:
    flat: List[Any] = []
    for each in given:
        flat += each if isinstance(each, list) else [each]
    return [each if isinstance(each, dict) else {"mediaPoolItem": each} for each in flat]
