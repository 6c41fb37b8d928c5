"""DaVinci Resolve, as the script that it runs finds it."""

import importlib
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from shotlog_resolve.errors import ScriptError

_NO_RESOLVE = "DaVinci Resolve cannot be reached from this script."
_START_INSIDE = (
    "Start Shotlog in DaVinci Resolve, from Workspace > Scripts > Shotlog; a script outside of it"
    " needs Resolve Studio, with Preferences > System > General > External scripting set to Local."
)
_CLOSED = "DaVinci Resolve no longer answers"
_CLOSED_HINT = "If it was closed, open the project again and run Shotlog once more."
_NOTHING = "Nothing was written."
_RUN_AGAIN = "Nothing was written. Open the timeline and run Shotlog once more."


class Identity(NamedTuple):
    """The unique ids of a project and of one of its timelines."""

    project: str
    timeline: str


class Host:
    """Resolve, and what is open in it. Each handle is asked for once.

    Args:
        resolve: The object of that name in Resolve's scripting.

    Attributes:
        resolve: As given.
        version: Its numbers: ``(21, 0, 4)``; empty if it does not tell.
        version_text: Its version for people: ``21.0.4.5``.
        product: Its name: ``DaVinci Resolve Studio``.
    """

    def __init__(self, resolve: Any) -> None:
        self.resolve = resolve
        numbers = self.items(resolve.GetVersion())
        self.version: Tuple[int, ...] = tuple(int(part) for part in numbers[:3])
        self.version_text = str(resolve.GetVersionString() or "")
        self.product = str(resolve.GetProductName() or "DaVinci Resolve")
        self._project: Any = None
        self._timeline: Any = None

    @staticmethod
    def has(obj: Any, name: str) -> bool:
        """Return whether an object of Resolve has a method in this version.

        Resolve answers any attribute, with None for one that it lacks, so that ``hasattr`` is
        always true; ``dir`` tells the truth.
        """
        return obj is not None and name in dir(obj)

    @staticmethod
    def items(values: Any) -> List[Any]:
        """Return the list that a getter gave; empty where it gave None."""
        return list(values or [])

    @property
    def is_studio(self) -> bool:
        """True for the Studio edition."""
        if self.has(self.resolve, "IsStudio"):
            return bool(self.resolve.IsStudio())
        return "Studio" in self.product

    @property
    def project(self) -> Any:
        """The open project.

        Raises:
            ScriptError: None is open.
        """
        if self._project is None:
            self._project = self._current_project()
        if self._project is None:
            raise ScriptError(
                "No project is open in DaVinci Resolve.", "Open one, then run Shotlog again."
            )
        return self._project

    @property
    def media_pool(self) -> Any:
        """The media pool of the open project.

        Raises:
            ScriptError: No project is open.
        """
        return self.project.GetMediaPool()

    @property
    def timeline(self) -> Any:
        """The timeline that is open.

        Raises:
            ScriptError: No project or no timeline is open.
        """
        if self._timeline is None:
            self._timeline = self.project.GetCurrentTimeline()
        if self._timeline is None:
            raise ScriptError(
                "No timeline is open in DaVinci Resolve.",
                "Open the timeline that Shotlog shall look at, then run it again.",
            )
        return self._timeline

    def identity(self) -> Identity:
        """Return the ids of the open project and timeline.

        Raises:
            ScriptError: None is open.
        """
        return Identity(_id_of(self.project), _id_of(self.timeline))

    def still(self, identity: Identity) -> Any:
        """Return the timeline of these ids, with a fresh handle, to write to it now.

        Another timeline may have been opened meanwhile; that changes nothing.

        Raises:
            ScriptError: Resolve was closed, another project opened, or the timeline deleted.
        """
        try:
            project = self._current_project()
            found = _id_of(project) if project is not None else None
            timeline = self._find(project, identity.timeline) if found else None
        except Exception as error:  # a closed Resolve fails in many ways, by version and system
            raise ScriptError(f"{_CLOSED} ({error}).", _CLOSED_HINT) from None
        if not found:
            self._refuse_closed()
            raise ScriptError("The project was closed while Shotlog worked.", _RUN_AGAIN)
        if found != identity.project:
            raise ScriptError("Another project was opened while Shotlog worked.", _RUN_AGAIN)
        if timeline is None:
            raise ScriptError("The timeline was deleted while Shotlog worked.", _NOTHING)
        self._project, self._timeline = project, timeline
        return timeline

    def _refuse_closed(self) -> None:
        if not _attempt(lambda: self.resolve.GetVersion()):
            raise ScriptError(f"{_CLOSED}.", _CLOSED_HINT)

    def _current_project(self) -> Any:
        manager = self.resolve.GetProjectManager()
        return manager.GetCurrentProject() if manager is not None else None

    def _find(self, project: Any, timeline_id: str) -> Any:
        current = project.GetCurrentTimeline()
        if current is not None and _id_of(current) == timeline_id:
            return current
        others = (
            project.GetTimelineByIndex(number)  # counted from 1
            for number in range(1, int(project.GetTimelineCount() or 0) + 1)
        )
        return next((t for t in others if t is not None and _id_of(t) == timeline_id), None)


def _id_of(obj: Any) -> str:
    """Return the unique id of a project or timeline; its name where this version has no ids.

    It is empty for an object that is gone.
    """
    given = obj.GetUniqueId() if Host.has(obj, "GetUniqueId") else None
    return str(given or obj.GetName() or "")


def connect(globals_: Dict[str, Any]) -> Host:
    """Return Resolve.

    Args:
        globals_: Those of the menu script, among which Resolve puts its objects.

    Raises:
        ScriptError: Resolve cannot be reached.
    """
    for resolve in _offers(globals_):
        if resolve is not None:
            return Host(resolve)
    raise ScriptError(_NO_RESOLVE, _START_INSIDE)


def _offers(globals_: Dict[str, Any]) -> Iterator[Optional[Any]]:
    """Yield what each way to Resolve gives; which ones work depends on version and system."""
    yield globals_.get("resolve")
    for name in ("fusion", "fu", "app"):
        if globals_.get(name) is not None:
            yield _attempt(partial(_resolve_of, globals_[name]))
    if globals_.get("bmd") is not None:
        yield _attempt(lambda: globals_["bmd"].scriptapp("Resolve"))
    yield _attempt(_external)


def _resolve_of(holder: Any) -> Any:
    return holder.GetResolve()


def _external() -> Any:
    """Return Resolve from a process of its own, which Studio alone allows."""
    module = importlib.import_module("DaVinciResolveScript")  # lies in Resolve's own folders
    return module.scriptapp("Resolve")


def _attempt(way: Callable[[], Any]) -> Optional[Any]:
    try:
        return way()
    except Exception:  # this way is not there in this version: TypeError, ImportError and others
        return None
