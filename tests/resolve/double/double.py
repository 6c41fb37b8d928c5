"""The double as tests hold it: what scripts are given, and what tests may look at and do."""

from typing import Any, Dict, List, Optional

from . import edl
from .application import Bmd, Resolve
from .errors import Violation
from .exports import EXPORT_TYPES
from .handle import Handle
from .items import Item
from .media import Media
from .projects import Project
from .session import Session
from .spec import ProjectSpec
from .timelines import Timeline
from .ui import User


class NotListed(Exception):
    """The edition does not list Python scripts in its menu."""


class Double:
    """A running Resolve with a project open, or none.

    Args:
        spec: The project; None for a Resolve that shows its project manager.
        version: "18.5", "19.1", "20.3", "21.0.4" or "21.1".
        edition: "studio" or "free".
        seed: Of what varies by chance, as None or [] of an empty list.
        rate_form: "text" or "number": how frame rates are told; by the version without it.
        item_markers: "source" or "clip": where frames of item markers count from.
        beyond_end: "reject" or "store" a marker after the last frame of a timeline.
        otio_rate: "short" or "float32": how 24000/1001 is written, 23.976 or 23.976024627685547.
        source_error: What GetSourceStartFrame is off by: -1, 0 or 1.
        saved: The project has been saved once, so that SaveProject succeeds.
    """

    def __init__(
        self,
        spec: Optional[ProjectSpec],
        version: str = "20.3",
        edition: str = "studio",
        seed: int = 0,
        rate_form: Optional[str] = None,
        item_markers: str = "source",
        beyond_end: str = "reject",
        source_error: int = 0,
        otio_rate: str = "short",
        saved: bool = True,
    ) -> None:
        self.session = Session(version, edition, seed)
        newer = self.session.at_least("20.3")
        self.options: Dict[str, Any] = {
            "rate_form": rate_form or ("number" if newer else "text"),
            "item_markers": item_markers,
            "beyond_end": beyond_end,
            "source_error": source_error,
            "otio_rate": otio_rate,
            "saved": saved,
        }
        self.application = Resolve(self.session)
        if spec is not None:
            self.application.project = Project(self.application, spec.told, self.options)

    # ---- what scripts are given

    @property
    def resolve(self) -> Handle:
        """A handle of the application."""
        return Handle(self.application)

    def globals(self, **more: Any) -> Dict[str, Any]:
        """Return the names that Resolve puts into a menu script; ``__file__`` is not among them."""
        if not self.session.is_studio and self.session.at_least("21.1"):
            raise NotListed("the free Resolve 21.1 lists no Python scripts")
        fusion = Handle(self.application.fusion)
        given = {"__name__": "__main__", "resolve": self.resolve, "bmd": Bmd(self.application)}
        given.update(fusion=fusion, fu=fusion, app=fusion)
        given.update(more)
        return given

    def outside(self) -> Bmd:
        """Return ``bmd`` as a process outside Resolve has it."""
        return Bmd(self.application, inside=False)

    # ---- what tests look at

    @property
    def ui(self) -> User:
        """The user of windows that scripts make with UIManager."""
        return self.application.fusion.user

    @property
    def violations(self) -> List[str]:
        return self.session.violations

    @property
    def calls(self) -> "Dict[str, int]":
        """Calls by method, as ``Timeline.AddMarker``."""
        return dict(self.session.calls)

    @property
    def call_count(self) -> int:
        return sum(self.session.calls.values())

    @property
    def project(self) -> Project:
        """The open project."""
        if self.application.project is None:
            raise LookupError("no project is open")
        return self.application.project

    def timeline(self, name: Optional[str] = None) -> Timeline:
        """Return the state of a timeline, of the current one without a name."""
        found = self.project.find(name) if name else self.project.current
        if found is None:
            raise LookupError("no timeline %r" % name)
        return found

    def item(self, item_id: str) -> Item:
        """Return the state of an item by the id that its description was given."""
        every = [item for timeline in self.project.timelines for item in timeline.items]
        return next(item for item in every if item.id == item_id)

    def media(self, media_id: str) -> Media:
        """Return the state of media by its id."""
        return self.project.media[media_id]

    def snapshot(self) -> Dict[str, Any]:
        """Return, as JSON, all of the project that an editor could see changed."""
        project = self.application.project
        told: Dict[str, Any] = {
            "page": self.application.page,
            "project": project.name if project else None,
        }
        if project is None:
            return told
        told["current"] = project.current.name if project.current else None
        told["folder"] = project.folder.name
        told["media"] = {each.id: _media_told(each) for each in project.media.values()}
        told["timelines"] = {each.name: _timeline_told(each) for each in project.timelines}
        return told

    def check(self) -> None:
        """Raise a violation if one was recorded, however the code under test hid it."""
        if self.violations:
            raise Violation("; ".join(self.violations))

    # ---- what tests do

    def switch_project(self, spec: Optional[ProjectSpec]) -> None:
        """Open another project, or none, as the editor may at any time; old handles go stale."""
        self.session.epoch += 1
        self.application.project = (
            Project(self.application, spec.told, self.options) if spec else None
        )

    def reopen_project(self) -> None:
        """Close the project and open it again: old handles go stale, nothing is lost."""
        self.session.epoch += 1

    def delete_timeline(self, name: Optional[str] = None) -> None:
        """Delete a timeline as the editor would."""
        self.project.remove(self.timeline(name))

    def export_otio(self, path: str, name: Optional[str] = None) -> None:
        """Export a timeline as the editor does by the menu, in every edition."""
        timeline = self.timeline(name)
        if not timeline.Export(path, EXPORT_TYPES["EXPORT_OTIO"], EXPORT_TYPES["EXPORT_NONE"]):
            raise OSError("cannot write %s" % path)

    def import_otio(self, path: str, name: Optional[str] = None) -> Optional[Timeline]:
        """Import a timeline as the editor does by the menu; None where Resolve does not take it."""
        options = {"timelineName": name} if name else {}
        made: Optional[Timeline] = self.project.pool.ImportTimelineFromFile(path, options)
        return made

    def export_marker_edl(self, path: str, name: Optional[str] = None) -> None:
        """Export the markers of a timeline as the editor does by the menu."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(edl.written(self.timeline(name)))

    def import_marker_edl(self, path: str, name: Optional[str] = None) -> int:
        """Import markers as the editor does by the menu; ValueError of a file that is not right."""
        with open(path, encoding="utf-8") as file:
            return edl.read(self.timeline(name), file.read())

    def close(self, attributes: bool = False) -> None:
        """End Resolve: from now on calls answer None, or every attribute is None already."""
        self.session.closed = True
        self.session.closed_attributes = attributes

    def open_dialog(self, seconds: Optional[float] = None) -> None:
        """Open a modal dialog: calls wait so long, or are a violation where it stays open."""
        self.session.modal = "opened by the test"
        self.session.modal_seconds = seconds

    def close_dialog(self) -> None:
        """Close the dialog."""
        self.session.modal = self.session.modal_seconds = None


def _markers_told(markers: Dict[int, Any]) -> Dict[str, Any]:
    return {str(at): marker.told() for at, marker in sorted(markers.items())}


def _media_told(media: Media) -> Dict[str, Any]:
    return {
        "name": media.name,
        "color": media.color,
        "flags": list(media.flags),
        "metadata": dict(media.metadata),
        "third_party": dict(media.third_party),
        "properties": dict(media.properties),
        "marks": dict(media.marks),
        "markers": _markers_told(media.markers),
        "deleted": media.deleted,
    }


def _timeline_told(timeline: Timeline) -> Dict[str, Any]:
    return {
        "start": timeline.first,
        "playhead": timeline.playhead,
        "marks": {kind: dict(both) for kind, both in timeline.marks.items()},
        "markers": _markers_told(timeline.markers),
        "tracks": {
            kind: [[track.name, track.enabled, track.locked] for track in tracks]
            for kind, tracks in timeline.tracks.items()
        },
        "selected": [item.id for item in timeline.selected],
        "items": [
            dict(item.told(), markers=_markers_told(item.markers)) for item in timeline.items
        ],
    }
