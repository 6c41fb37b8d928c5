"""Dialogs as Resolve's own windows, by its UIManager, which the Studio edition has."""

import os
from typing import Any, Callable, Dict, Optional

from shotlog_resolve.dialogs import TITLE, VARIABLE, Dialogs, rich_text
from shotlog_resolve.host import Host
from shotlog_resolve.progress import Progress

_PLACE = [300, 200, 460, 180]
"""Left, top, width and height of a window, in points."""


def best_dialogs(globals_: Dict[str, Any], host: Host, native: Dialogs) -> Dialogs:
    """Return dialogs in Resolve's own windows where it has them, else those of the system.

    Args:
        globals_: Those of the menu script, among which Resolve puts its objects.
        host: Resolve.
        native: The dialogs of the system.
    """
    fusion, bmd = globals_.get("fusion") or globals_.get("fu"), globals_.get("bmd")
    # In the free edition, even the question for UIManager opens a window that offers Studio.
    unwanted = os.environ.get(VARIABLE) == "none"
    if unwanted or not host.is_studio or fusion is None or bmd is None:
        return native
    try:
        manager = fusion.UIManager
        dispatcher = bmd.UIDispatcher(manager) if manager is not None else None
    except Exception:  # one of them is not there in this version
        return native
    return native if dispatcher is None else _HostDialogs(manager, dispatcher, native)


class _HostDialogs(Dialogs):
    """Dialogs in Resolve's own windows; those of the system where one cannot be opened.

    Args:
        manager: Resolve's ``UIManager``, which makes the parts of windows.
        dispatcher: Its ``UIDispatcher``, which shows them.
        native: The dialogs of the system, which show progress as well: a window of Resolve
            would stand still while the script waits.
    """

    def __init__(self, manager: Any, dispatcher: Any, native: Dialogs) -> None:
        super().__init__(native.log)
        self._manager = manager
        self._dispatcher = dispatcher
        self._native = native

    def progress(self, text: str, folder: str) -> Progress:
        """Return the progress window of the system."""
        return self._native.progress(text, folder)

    def _show(self, kind: str, text: str) -> bool:
        if self._window(text, {"yes": "OK"}) is not None:
            return True
        return self._native._show(kind, text)

    def _ask(self, text: str, yes: str, no: str) -> bool:
        answer = self._window(text, {"no": no, "yes": yes})
        return self._native._ask(text, yes, no) if answer is None else answer == "yes"

    def _window(self, text: str, buttons: Dict[str, str]) -> Optional[str]:
        """Show a window until one of its buttons is pressed; None where that cannot be done."""
        pressed = ["no"]  # also where the window is closed

        def end_with(button: str) -> Callable[[Any], None]:
            def end(_: Any) -> None:
                pressed[0] = button
                self._dispatcher.ExitLoop()

            return end

        try:
            ui = self._manager
            row = [ui.Button({"ID": name, "Text": label}) for name, label in buttons.items()]
            label = ui.Label({"ID": "text", "Text": rich_text(text), "WordWrap": True})
            content = ui.VGroup([label, ui.HGroup({"Weight": 0}, row)])
            look = {"ID": "shotlog", "WindowTitle": TITLE, "Geometry": _PLACE}
            window = self._dispatcher.AddWindow(look, [content])
            for name in buttons:
                window.On[name].Clicked = end_with(name)
            window.On.shotlog.Close = end_with("no")
            window.Show()
            self._dispatcher.RunLoop()
            window.Hide()
        except Exception as error:  # another version of Resolve, another way to make windows
            self.log(f"Resolve's own window could not be shown: {error!r}")
            return None
        return pressed[0]
