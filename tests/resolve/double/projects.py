"""Projects, and who manages them."""

from typing import Any, Dict, List, Optional

from .folders import Folder
from .frames import exact_rate, rate_text
from .handle import Api, api
from .items import Item
from .media import Media
from .pool import MediaPool
from .timelines import Timeline, told_rate


class Project(Api):
    """A project: its media and timelines, made from a description (``spec.ProjectSpec``)."""

    kind = "Project"

    def __init__(self, application: Any, told: Dict[str, Any], options: Dict[str, Any]) -> None:
        super().__init__(application.session)
        self.application = application
        self.options = options
        self.uid = self.session.new_id()
        self.name: str = told.get("name", "Project")
        self.rate = exact_rate(told.get("rate", "24"))
        self.drop = bool(told.get("drop_frame", False))
        self.root = Folder(self.session, "Master")
        self.folder = self.root
        self.media: Dict[str, Media] = {}
        self.timelines: List[Timeline] = []
        self.current: Optional[Timeline] = None
        self.pool = MediaPool(self)
        for each in told.get("media", []):
            self.add_media(each)
        for each in told.get("timelines", []):
            self._add_timeline(each)
        wanted = told.get("current")
        self.current = self.find(wanted) if wanted else self._first()
        self.pool_selection = [self.media[each] for each in told.get("selected_media", [])]

    def add_media(self, told: Dict[str, Any]) -> Media:
        """Add a clip to its folder."""
        inside = None
        if told.get("content"):
            inside = self._filled(Timeline(self, told["content"]), told["content"])
            told = dict(told, frames=inside.length)
        media = Media(self.session, told)
        media.content = inside
        self.media[media.id] = media
        folder = self.root
        for name in [part for part in media.folder.split("/") if part]:
            found = next((each for each in folder.folders if each.name == name), None)
            if found is None:
                found = Folder(self.session, name)
                folder.folders.append(found)
            folder = found
        folder.clips.append(media)
        return media

    def _add_timeline(self, told: Dict[str, Any]) -> None:
        timeline = self.make_timeline(
            told["name"], told["rate"], told.get("start", "01:00:00:00"), told.get("drop_frame")
        )
        if timeline is None:
            raise ValueError("two timelines are named %r" % told["name"])
        self._filled(timeline, told)

    def _filled(self, timeline: Timeline, told: Dict[str, Any]) -> Timeline:
        for track in told.get("tracks", []):
            kind, index = track["type"], int(track["index"])
            timeline.ensure_track(kind, index)
            known = timeline.tracks[kind][index - 1]
            known.name = track.get("name") or known.name
            known.enabled = bool(track.get("enabled", True))
            known.locked = bool(track.get("locked", False))
        selected = told.get("selected", [])
        for each in told.get("items", []):
            timeline.ensure_track(each["track"][0], int(each["track"][1]))
            item = Item(timeline, each, self.media[each["media"]] if each.get("media") else None)
            timeline.items.append(item)
            if item.media is not None:
                item.media.uses += 1
            if item.id in selected:
                timeline.selected.append(item)
            for marker in each.get("markers", []):
                item.AddMarker(*marker)
        for marker in told.get("markers", []):
            if not timeline.AddMarker(*marker):
                raise ValueError("no such marker can be on %s: %r" % (timeline.name, marker))
        timeline.marks = {kind: dict(both) for kind, both in told.get("marks", {}).items()}
        timeline.playhead = timeline.first + int(told.get("playhead", 0))
        return timeline

    def make_timeline(
        self, name: Any, rate: Any, start: str, drop: Any = False
    ) -> Optional[Timeline]:
        """Make an empty timeline with its item in the media pool; None where the name is taken."""
        if not isinstance(name, str) or not name or self.find(name) is not None:
            return None
        told = {"name": name, "rate": rate, "start": start, "drop_frame": bool(drop)}
        timeline = Timeline(self, told)
        for kind in ("video", "audio"):
            timeline.ensure_track(kind, 1)
        self.timelines.append(timeline)
        item = {"id": timeline.uid, "name": name, "type": "timeline", "fps": rate, "frames": 0}
        media = Media(self.session, dict(item, start=start))
        media.timeline = timeline
        timeline.pool_item = media
        self.folder.clips.append(media)
        return timeline

    def find(self, name: str) -> Optional[Timeline]:
        """Return the timeline of a name."""
        return next((t for t in self.timelines if t.name == name and not t.deleted), None)

    def remove(self, timeline: Timeline) -> None:
        """Delete a timeline."""
        timeline.deleted = True
        self.timelines.remove(timeline)
        if timeline.pool_item is not None:
            timeline.pool_item.deleted = True
        if self.current is timeline:
            self.current = self._first()

    def _first(self) -> Optional[Timeline]:
        return self.timelines[0] if self.timelines else None

    def settings(self) -> Dict[str, Any]:
        """Return the settings as scripts read them."""
        told: Dict[str, Any] = {
            "timelineResolutionWidth": "1920",
            "timelineResolutionHeight": "1080",
            "timelinePlaybackFrameRate": rate_text(self.rate),
        }
        told.update(told_rate(self, self))
        return told

    # ---- what scripts see

    @api()
    def GetName(self) -> str:
        return self.name

    @api()
    def GetUniqueId(self) -> str:
        return self.uid

    @api()
    def GetMediaPool(self) -> MediaPool:
        return self.pool

    @api()
    def GetTimelineCount(self) -> int:
        return len(self.timelines)

    @api()
    def GetTimelineByIndex(self, index: Any) -> Optional[Timeline]:
        if not isinstance(index, (int, float)) or int(index) != index:
            return None
        return self.timelines[int(index) - 1] if 1 <= index <= len(self.timelines) else None

    @api()
    def GetCurrentTimeline(self) -> Optional[Timeline]:
        return self.current

    @api()
    def SetCurrentTimeline(self, timeline: Any) -> bool:
        if not isinstance(timeline, Timeline) or timeline not in self.timelines:
            return False
        self.current = timeline
        return True

    @api()
    def GetSetting(self, name: Any = "") -> Any:
        told = self.settings()
        return told if name == "" else told.get(name, "")

    @api()
    def SetSetting(self, name: Any, value: Any) -> bool:
        self.session.edits.append("Project.SetSetting")
        return False

    @api(since="21.1")
    def GetSettings(self) -> Dict[str, Any]:
        return self.settings()

    @api()
    def IsRenderingInProgress(self) -> bool:
        return False


class ProjectManager(Api):
    """The list of projects, of which one is open, or none."""

    kind = "ProjectManager"
    lasting = True

    def __init__(self, application: Any) -> None:
        super().__init__(application.session)
        self.application = application

    @api()
    def GetCurrentProject(self) -> Optional[Project]:
        project: Optional[Project] = self.application.project
        return project

    @api()
    def SaveProject(self) -> bool:
        self.session.saves += 1
        return bool(self.application.project and self.application.project.options["saved"])

    @api()
    def GetCurrentDatabase(self) -> Dict[str, str]:
        return {"DbType": "Disk", "DbName": "Local Database"}
