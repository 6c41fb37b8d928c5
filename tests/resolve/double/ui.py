"""``fusion.UIManager`` and ``bmd.UIDispatcher``, where the edition has them, with planned users.

A test plans what the user does with ``double.ui.press("OK")``; when nothing more is planned, the
user closes the window. Windows that were shown are in ``double.ui.shown``.
"""

from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from .session import Session

ELEMENTS = (
    "VGroup", "HGroup", "Stack", "VGap", "HGap", "Label", "Button", "LineEdit", "TextEdit",
    "ComboBox", "CheckBox", "SpinBox", "DoubleSpinBox", "Slider", "Tree", "TabBar", "Timer",
)  # fmt: skip
LOOKS = {
    "Text": "",
    "PlainText": "",
    "Checked": False,
    "CurrentIndex": 0,
    "CurrentText": "",
    "Value": 0,
}


class Element:
    """An element of a window; its properties are attributes."""

    def __init__(self, kind: str, given: Tuple[Any, ...]) -> None:
        told: Dict[str, Any] = dict(LOOKS, ID="")
        children: List[Element] = []
        for each in given:
            if isinstance(each, dict):
                told.update({k: v for k, v in each.items() if isinstance(k, str)})
                children += [v for v in each.values() if isinstance(v, Element)]
            elif isinstance(each, (list, tuple)):
                children += each
            elif isinstance(each, Element):
                children.append(each)
        self.__dict__.update(told, kind=kind, children=children, items=[])

    def AddItem(self, text: str) -> None:
        self.__dict__["items"].append(text)

    def AddItems(self, texts: List[str]) -> None:
        self.__dict__["items"] += texts

    def Clear(self) -> None:
        del self.__dict__["items"][:]

    def every(self) -> "Iterator[Element]":
        """Yield the element and all in it."""
        yield self
        for child in self.__dict__["children"]:
            for each in child.every():
                yield each


class _Events:
    """``window.On``: the handlers by element and event."""

    def __init__(self) -> None:
        self.__dict__["handlers"] = {}

    def __getattr__(self, element: str) -> "_Events":
        return self.__dict__["handlers"].setdefault(element, _Events())  # type: ignore[no-any-return]

    __getitem__ = __getattr__

    def __setattr__(self, event: str, handler: Optional[Callable[[Any], None]]) -> None:
        self.__dict__["handlers"][event] = handler


class Window:
    """A window that a script made."""

    def __init__(self, user: "User", given: Tuple[Any, ...]) -> None:
        self._user = user
        self._root = Element("Window", given)
        self.On = _Events()
        self.Visible = False

    def Show(self) -> None:
        self.Visible = True
        self._user.shown.append(self)

    def Hide(self) -> None:
        self.Visible = False

    def RecalcLayout(self) -> None:
        """Nothing moves here."""

    def Find(self, name: str) -> Optional[Element]:
        return next((each for each in self._root.every() if each.__dict__["ID"] == name), None)

    def GetItems(self) -> Dict[str, Element]:
        return {each.__dict__["ID"]: each for each in self._root.every() if each.__dict__["ID"]}

    @property
    def title(self) -> str:
        return str(self._root.__dict__.get("WindowTitle", ""))

    @property
    def texts(self) -> List[str]:
        """The texts of all its elements."""
        return [str(each.__dict__["Text"]) for each in self._root.every() if each.__dict__["Text"]]

    def fire(self, name: str, event: str) -> bool:
        """Call the handler of an event; return whether there is one."""
        events = self.On.__dict__["handlers"].get(name)
        handler = events.__dict__["handlers"].get(event) if events else None
        if handler is None:
            return False
        handler({"who": name, "what": event, "window": self})
        return True

    def close(self) -> bool:
        """Close it as its cross does; return whether the script answers to that."""
        return self.fire(str(self._root.__dict__["ID"]), "Close")


class Dispatcher:
    """``bmd.UIDispatcher(ui)``."""

    def __init__(self, user: "User") -> None:
        self._user = user
        self._running = False
        self._code: Any = None
        self._windows: List[Window] = []

    def AddWindow(self, *given: Any) -> Window:
        self._windows.append(Window(self._user, given))
        return self._windows[-1]

    def ExitLoop(self, code: Any = None) -> None:
        self._running = False
        self._code = code

    def StepLoop(self, timeout: Any = None) -> None:
        if self._user.planned:
            self._act(self._user.planned.pop(0))

    def RunLoop(self) -> Any:
        self._running = True
        while self._running:
            if self._user.planned:
                self._act(self._user.planned.pop(0))
                continue
            open_windows = [window for window in self._windows if window.Visible]
            if not open_windows or not open_windows[-1].close() or self._running:
                self._user.session.violate("a window cannot be closed by its cross")
        return self._code

    def _act(self, planned: Tuple[str, str, Dict[str, Any]]) -> None:
        wanted, event, changes = planned
        for window in self._windows:
            for name, element in window.GetItems().items():
                if wanted in (name, element.__dict__["Text"]):
                    element.__dict__.update(changes)
                    if event and not window.fire(name, event):
                        self._user.session.violate("nothing happens on %s of %s" % (event, wanted))
                    return
        self._user.session.violate("no window has %r" % wanted)


class User:
    """What the user sees and does."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.shown: List[Window] = []
        self.planned: List[Tuple[str, str, Dict[str, Any]]] = []

    def press(self, button: str) -> None:
        """Plan a click on a button, by its ID or its text."""
        self.planned.append((button, "Clicked", {}))

    def enter(self, element: str, **changes: Any) -> None:
        """Plan a change of an element: Text, Checked, CurrentIndex, Value."""
        self.planned.append((element, "", changes))


class UIManager:
    """``fusion.UIManager``: makes elements."""

    def __init__(self, user: User) -> None:
        self.user = user

    def __getattr__(self, kind: str) -> Any:
        if kind in ELEMENTS:
            return lambda *given: Element(kind, given)
        if kind.startswith("__"):
            raise AttributeError(kind)
        self.user.session.unknown.append("UIManager.%s" % kind)
        return None
