"""Resolve itself, and the Fusion objects that a menu script is given."""

from typing import Any, List, Optional, Tuple

from .exports import EXPORT_TYPES
from .handle import Api, Handle, api
from .projects import Project, ProjectManager
from .session import VERSIONS, Session
from .ui import Dispatcher, UIManager, User

PAGES = ("media", "cut", "edit", "fusion", "color", "fairlight", "deliver")


class Resolve(Api):
    """The application."""

    kind = "Resolve"
    lasting = True

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.page: Optional[str] = "edit"
        self.project: Optional[Project] = None
        self.manager = ProjectManager(self)
        self.fusion = Fusion(self)

    def attribute(self, name: str) -> Tuple[bool, Any]:
        return name in EXPORT_TYPES, EXPORT_TYPES.get(name)

    @api()
    def GetProjectManager(self) -> ProjectManager:
        return self.manager

    @api()
    def Fusion(self) -> "Fusion":
        return self.fusion

    @api()
    def OpenPage(self, name: Any) -> bool:
        pages = PAGES + (("photo",) if self.session.at_least("21.0.4") else ())
        if name not in pages:
            return False
        self.page = name
        return True

    @api()
    def GetCurrentPage(self) -> Optional[str]:
        return self.page

    @api()
    def GetProductName(self) -> str:
        return "DaVinci Resolve Studio" if self.session.is_studio else "DaVinci Resolve"

    @api()
    def GetVersion(self) -> List[Any]:
        return list(VERSIONS[self.session.version])

    @api()
    def GetVersionString(self) -> str:
        major, minor, patch, build, suffix = VERSIONS[self.session.version]
        return "%s.%s.%s%s.%s" % (major, minor, patch, suffix, build)

    @api()
    def Quit(self) -> None:
        self.session.violate("Resolve.Quit would close the editor's Resolve")

    @api(since="21.1")
    def IsStudio(self) -> bool:
        return self.session.is_studio

    @api(since="21.1")
    def GetCurrentProject(self) -> Optional[Project]:
        return self.project

    @api(since="21.1")
    def GetCurrentTimeline(self) -> Any:
        return self.project.current if self.project else None

    @api(since="21.1")
    def GetMediaPool(self) -> Any:
        return self.project.pool if self.project else None


class Fusion(Api):
    """What ``fusion``, ``fu`` and ``app`` are in a menu script."""

    kind = "Fusion"
    lasting = True

    def __init__(self, resolve: Resolve) -> None:
        super().__init__(resolve.session)
        self.resolve = resolve
        self.user = User(resolve.session)
        self.ui = UIManager(self.user)

    def attribute(self, name: str) -> Tuple[bool, Any]:
        if name != "UIManager":
            return False, None
        if not self.session.is_studio and self.session.at_least("19.1"):
            self.session.upsells += 1
            return True, None
        return True, self.ui

    @api()
    def GetResolve(self) -> Resolve:
        return self.resolve


class Bmd:
    """The module ``bmd`` as a menu script is given it."""

    def __init__(self, resolve: Resolve, inside: bool = True) -> None:
        self._resolve = resolve
        self._inside = inside

    def UIDispatcher(self, manager: UIManager) -> Dispatcher:
        """Return what shows windows and waits for the user."""
        return Dispatcher(manager.user)

    def scriptapp(self, name: str, *address: Any) -> Optional[Handle]:
        """Return the application; None from outside where the edition does not serve that."""
        session = self._resolve.session
        if name != "Resolve" or session.closed or not (self._inside or session.is_studio):
            return None
        return Handle(self._resolve)
