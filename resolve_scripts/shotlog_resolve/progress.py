"""Progress of the work: printed lines, and a window of the system with a button that stops it."""

import contextlib
import html
import os
import subprocess
import time
from contextlib import suppress
from typing import Any, Dict, List, Optional

from shotlog_resolve.system import WINDOW, clean_environment, say

_LINE_S = 5.0
"""Seconds between two printed lines of the same stage."""

_APPLESCRIPT = (
    "on run argv",
    'display dialog (item 2 of argv) with title "Shotlog" buttons {"Stop"}',
    "end run",
)

_POWERSHELL = """
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Windows.Forms
$form = New-Object System.Windows.Forms.Form -Property @{
    Text = 'Shotlog'; Width = 440; Height = 150; TopMost = $true; StartPosition = 'CenterScreen' }
$label = New-Object System.Windows.Forms.Label -Property @{
    Left = 12; Top = 12; Width = 400; Height = 32; Text = $env:SHOTLOG_TEXT; UseMnemonic = $false }
$bar = New-Object System.Windows.Forms.ProgressBar -Property @{
    Left = 12; Top = 46; Width = 400 }
$stop = New-Object System.Windows.Forms.Button -Property @{
    Left = 312; Top = 76; Width = 100; Text = 'Stop' }
$stop.Add_Click({ $form.Close() })
$timer = New-Object System.Windows.Forms.Timer -Property @{ Interval = 300 }
$timer.Add_Tick({
    try { $told = [IO.File]::ReadAllLines($env:SHOTLOG_FILE, [Text.Encoding]::UTF8) }
    catch { return }
    if ($told.Length -ge 2) { $bar.Value = [int]$told[0]; $label.Text = $told[1] } })
$timer.Start()
[void]$form.ShowDialog()
"""


class Progress:
    """Progress in printed lines, which Resolve shows in its Console.

    Args:
        text: What is done.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._stage = ""
        self._told = 0.0

    def __enter__(self) -> "Progress":
        say(self.text)
        self.open()
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    @property
    def is_cancelled(self) -> bool:
        """True once the user has stopped the work."""
        return False

    def update(self, stage: str, done: float, total: float, unit: str = "") -> None:
        """Show how far a stage of the work has come.

        Args:
            stage: Its name.
            done: What is done of it.
            total: All of it.
            unit: Unit of both.
        """
        now = time.monotonic()
        if stage == self._stage and now - self._told < _LINE_S:
            return
        self._stage, self._told = stage, now
        percent = min(100, max(0, int(100 * done / total))) if total else 0
        line = f"{stage}: {percent} % ({done:.0f} of {total:.0f} {unit})".replace(" )", ")")
        say(line)
        self.show(percent, line.replace("\n", " "))

    def open(self) -> None:
        """Open the window, if there is one."""

    def show(self, percent: int, line: str) -> None:
        """Show a line and how much is done, if there is a window."""

    def close(self) -> None:
        """Close the window, if there is one."""


class _Window(Progress):
    """A program that shows a window; the user stops the work by closing it."""

    process: Optional["subprocess.Popen[bytes]"] = None

    @property
    def is_cancelled(self) -> bool:
        """True once the user has closed the window by its button."""
        code = self.process.poll() if self.process else None
        return code is not None and self.means_stop(code)

    def means_stop(self, code: int) -> bool:
        """Return True for the exit code of a window that the user has closed."""
        return code == 0

    def close(self) -> None:
        """End the program."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
        if self.process.stdin:
            with suppress(OSError):  # it has ended; what was written last may be lost
                self.process.stdin.close()
        self.process.wait()

    def start(self, command: List[str], texts: Optional[Dict[str, str]] = None) -> None:
        """Start the program, if it is there."""
        try:
            self.process = subprocess.Popen(  # noqa: S603
                command,
                env=dict(clean_environment(), **(texts or {})),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                creationflags=WINDOW,
            )
        except (OSError, ValueError):
            self.process = None


class MacProgress(_Window):
    """A dialog of macOS with one button; it has no bar."""

    def open(self) -> None:
        """Show it."""
        script = [part for line in _APPLESCRIPT for part in ("-e", line)]
        self.start(["osascript", *script, "shotlog", self.text])


class ZenityProgress(_Window):
    """A window of zenity with a bar."""

    def open(self) -> None:
        """Show it."""
        plain = html.escape(self.text).replace("\\", "\\\\")
        self.start(["zenity", "--progress", "--title=Shotlog", "--width=420", f"--text={plain}"])

    def means_stop(self, code: int) -> bool:
        """Return True for the exit code of its button."""
        return code == 1

    def show(self, percent: int, line: str) -> None:
        """Write to it as zenity reads it: a number, and a text after a ``#``."""
        if self.process is None or self.process.stdin is None:
            return
        told = f"{min(percent, 99)}\n# {html.escape(line)}\n"  # it ends at 100
        try:
            self.process.stdin.write(told.encode("utf-8", "replace"))
            self.process.stdin.flush()
        except OSError:
            pass  # the window was closed: is_cancelled tells


class WindowsProgress(_Window):
    """A window of PowerShell with a bar; it reads a file twice a second.

    Args:
        text: What is done.
        folder: Folder for the file.
    """

    def __init__(self, text: str, folder: str) -> None:
        super().__init__(text)
        self._file = os.path.join(folder, f"progress-{os.getpid()}.txt")

    def open(self) -> None:
        """Show it."""
        self.show(0, self.text.replace("\n", " "))
        command = ["powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL]
        self.start(command, {"SHOTLOG_TEXT": self.text, "SHOTLOG_FILE": self._file})

    def show(self, percent: int, line: str) -> None:
        """Write the file that it reads."""
        try:
            with open(self._file, "w", encoding="utf-8", errors="replace") as file:
                file.write(f"{percent}\n{line}\n")
        except OSError:
            pass  # the window shows what it read last

    def close(self) -> None:
        """End the program and remove the file."""
        super().close()
        with contextlib.suppress(OSError):
            os.remove(self._file)
