"""Dialogs of the system: by osascript, PowerShell, zenity or kdialog.

Resolve's own windows are for the Studio edition alone (see ``windows.py``), so these are what every
editor sees. No text becomes part of a command or a script: names of clips and timelines may hold
anything. Where no program shows dialogs, the text is printed, and a question has the answer that
changes nothing.
"""

import html
import os
import shutil
import subprocess
import sys
from typing import Callable, Dict, List, Optional

from shotlog_resolve.progress import (
    MacProgress,
    Progress,
    WindowsProgress,
    ZenityProgress,
)
from shotlog_resolve.system import WINDOW, clean_environment, say

TITLE = "Shotlog"

VARIABLE = "SHOTLOG_DIALOGS"
"""Variable of the environment that turns dialogs off, with the value ``none``."""

_LONGEST = 2000
"""Letters of a text that a dialog shows; more would not fit on a screen."""

_APPLESCRIPT = (
    "on run argv",
    'if (item 2 of argv) is "stop" then',
    'display dialog (item 4 of argv) with title (item 3 of argv) buttons {"OK"}'
    " default button 1 with icon stop",
    'else if (item 2 of argv) is "ask" then',
    "set answer to display dialog (item 4 of argv) with title (item 3 of argv)"
    " buttons {item 6 of argv, item 5 of argv} default button 1",
    "if button returned of answer is (item 6 of argv) then error number 1",
    "else",
    'display dialog (item 4 of argv) with title (item 3 of argv) buttons {"OK"}'
    " default button 1 with icon note",
    "end if",
    "end run",
)

_POWERSHELL = (
    "$ErrorActionPreference = 'Stop'; "
    "Add-Type -AssemblyName System.Windows.Forms; "
    "$front = New-Object System.Windows.Forms.Form -Property @{TopMost = $true}; "
    "$answer = [System.Windows.Forms.MessageBox]::Show($front, $env:SHOTLOG_TEXT, "
    "$env:SHOTLOG_TITLE, $env:SHOTLOG_BUTTONS, $env:SHOTLOG_ICON); "
    "if ($answer -eq 'No') { exit 1 }"
)


class Dialogs:
    """Dialogs where there are none: everything is printed and logged.

    Args:
        log: Is called with each text, for the log.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self.log = log

    def tell(self, text: str, error: bool = False) -> None:
        """Show a text, and wait until it was read."""
        self.log(text)
        say(text)
        if not self._show("stop" if error else "note", _shortened(text)):
            self.log("No dialog could be shown")

    def ask(self, text: str, yes: str, no: str) -> bool:
        """Show a question with two buttons; return True for the first, False where none is shown.

        Args:
            text: The question.
            yes: Label of the button that goes ahead.
            no: Label of the button that changes nothing.
        """
        self.log(text)
        answer = self._ask(_shortened(text), yes, no)
        self.log(f"Answer: {yes if answer else no}")
        return answer

    def progress(self, text: str, folder: str) -> Progress:
        """Return what shows progress and can be cancelled, a context manager.

        Args:
            text: What is done.
            folder: Folder for files that it needs.
        """
        return Progress(text)

    def _show(self, kind: str, text: str) -> bool:
        return True

    def _ask(self, text: str, yes: str, no: str) -> bool:
        return False


class MacDialogs(Dialogs):
    """Dialogs of macOS; texts are arguments of the script."""

    def progress(self, text: str, folder: str) -> Progress:
        """Return a dialog with a button that stops the work."""
        return MacProgress(text)

    def _show(self, kind: str, text: str) -> bool:
        return _run(self._command(kind, text)) == 0

    def _ask(self, text: str, yes: str, no: str) -> bool:
        return _run([*self._command("ask", text), yes, no]) == 0

    def _command(self, kind: str, text: str) -> List[str]:
        script = [part for line in _APPLESCRIPT for part in ("-e", line)]
        # The word in front ends osascript's options, so that a text may begin with a hyphen.
        return ["osascript", *script, "shotlog", kind, TITLE, text]


class WindowsDialogs(Dialogs):
    """Dialogs of Windows; texts are variables of the environment."""

    def progress(self, text: str, folder: str) -> Progress:
        """Return a window with a bar and a button that stops the work."""
        return WindowsProgress(text, folder)

    def _show(self, kind: str, text: str) -> bool:
        return self._box(text, "OK", "Error" if kind == "stop" else "Information") == 0

    def _ask(self, text: str, yes: str, no: str) -> bool:
        return self._box(f"{text}\n\nYes: {yes}\nNo: {no}", "YesNo", "Question") == 0

    def _box(self, text: str, buttons: str, icon: str) -> Optional[int]:
        texts = {"TEXT": text, "TITLE": TITLE, "BUTTONS": buttons, "ICON": icon}
        command = ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
        return _run(command, {f"SHOTLOG_{name}": value for name, value in texts.items()})


class ZenityDialogs(Dialogs):
    """Dialogs of GNOME's zenity."""

    def progress(self, text: str, folder: str) -> Progress:
        """Return a window with a bar and a button that stops the work."""
        return ZenityProgress(text)

    def _show(self, kind: str, text: str) -> bool:
        return _run(self._command("--error" if kind == "stop" else "--info", text)) in (0, 1)

    def _ask(self, text: str, yes: str, no: str) -> bool:
        labels = [f"--ok-label={yes}", f"--cancel-label={no}"]
        return _run([*self._command("--question", text), *labels]) == 0

    def _command(self, kind: str, text: str) -> List[str]:
        # Zenity takes backslashes for escapes; without markup, nothing else has a meaning.
        plain = text.replace("\\", "\\\\")
        return ["zenity", kind, f"--title={TITLE}", "--no-markup", "--width=420", f"--text={plain}"]


class KdialogDialogs(Dialogs):
    """Dialogs of KDE."""

    def _show(self, kind: str, text: str) -> bool:
        return _run(self._command("--error" if kind == "stop" else "--msgbox", text)) in (0, 1)

    def _ask(self, text: str, yes: str, no: str) -> bool:
        labels = ["--yes-label", yes, "--no-label", no]
        return _run([*self._command("--yesno", text), *labels]) == 0

    def _command(self, kind: str, text: str) -> List[str]:
        return ["kdialog", "--title", TITLE, kind, rich_text(text)]


def native_dialogs(log: Callable[[str], None]) -> Dialogs:
    """Return the dialogs of this system.

    Args:
        log: Is called with each text, for the log.
    """
    if os.environ.get(VARIABLE) == "none":
        return Dialogs(log)
    if sys.platform == "darwin":
        return MacDialogs(log)
    if os.name == "nt":
        return WindowsDialogs(log)
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        for program, kind in (("zenity", ZenityDialogs), ("kdialog", KdialogDialogs)):
            if shutil.which(program):
                return kind(log)
    return Dialogs(log)


def rich_text(text: str) -> str:
    """Return plain text as Qt's rich text, in which nothing of it has a meaning."""
    return "<qt>{}</qt>".format(html.escape(text).replace("\n", "<br>"))


def _shortened(text: str) -> str:
    text = text.replace("\0", "")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _run(command: List[str], texts: Optional[Dict[str, str]] = None) -> Optional[int]:
    """Run a program and return its exit code; None where it cannot be started."""
    try:
        return subprocess.call(  # noqa: S603
            command,
            env=dict(clean_environment(), **(texts or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=WINDOW,
        )
    except (OSError, ValueError):  # ValueError: a text that is no argument of a program
        return None
