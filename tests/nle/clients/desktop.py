"""A screen that nobody sees and a message bus, for applications that have no other way."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.nle.clients.sandbox import RUN_S, ClientFailed, Sandbox, need, wait_for

OPENING_S = 150.0
STARTS = 3
"""Starts of an application; with their waits less than the time-out of a test."""
PRESSED_AGAIN_S = 5.0
_SCREEN = "1280x800x24"
_NO_VARIABLES: Mapping[str, str] = {}


class Opened(NamedTuple):
    """An application that has opened its project.

    Attributes:
        box: Its sandbox.
        pid: The id of its process.
    """

    box: Sandbox
    pid: int


@contextlib.contextmanager
def desktop(folder: Path, variables: Mapping[str, str] = _NO_VARIABLES) -> Iterator[Sandbox]:
    """Start an X server and a session bus; give the sandbox of the applications on them.

    Args:
        folder: A folder of their own.
        variables: Further environment variables of the applications.
    """
    xvfb, bus = need("Xvfb", "xvfb"), need("dbus-daemon", "dbus-daemon")
    screen = Sandbox(folder / "screen")
    x_server = (xvfb, "-displayfd", "1", "-screen", "0", _SCREEN, "-nolisten", "tcp")
    with contextlib.ExitStack() as started:
        started.enter_context(screen.start(*x_server))
        display = f":{_first_line(screen)}"
        messages = Sandbox(folder / "bus", {"DISPLAY": display})  # of the services that it starts
        session = (bus, "--session", "--nofork", "--nopidfile", "--print-address=1")
        started.enter_context(messages.start(*session))
        address = _first_line(messages)
        reached = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address}
        yield Sandbox(folder / "application", {**reached, **variables})


def titles(box: Sandbox) -> list[str]:
    """Return the titles of all windows."""
    said = _xdotool(box, "search", "--onlyvisible", "--name", ".", "getwindowname", "%@")
    return [line.strip() for line in said.splitlines()]


@contextlib.contextmanager
def opened(
    folder: Path,
    command: Sequence[str | Path],
    is_open: Callable[[Sandbox], bool],
    variables: Mapping[str, str] = _NO_VARIABLES,
) -> Iterator[Opened]:
    """Start an application on a desktop of its own, and wait until it has opened its project.

    One that does not come up is started again, with nothing left of the start before: editing
    programs now and then hang before their first window. One that asks something, or cannot read
    its project, does so at every start.

    Args:
        folder: A folder of its own.
        command: The application and its arguments.
        is_open: Tells whether it has opened its project.
        variables: Further environment variables.

    Raises:
        ClientFailed: It has not, after the last start.
    """
    for start in range(1, STARTS + 1):
        with (
            desktop(folder / f"start{start}", variables) as box,
            box.start(*command) as process,
        ):
            failed = _failure_to_open(box, process, is_open)
            if failed is None:
                yield Opened(box, process.pid)
                return
    raise ClientFailed(f"{command[0]} was started {STARTS} times; {failed}")


def _failure_to_open(
    box: Sandbox, process: subprocess.Popen[bytes], is_open: Callable[[Sandbox], bool]
) -> str | None:
    """Wait until an application has opened its project; return why it has not, or None."""
    try:
        wait_for(lambda: is_open(box) or process.poll() is not None, "a project", OPENING_S)
    except ClientFailed as failed:
        return f"{failed}; its windows are {titles(box)}; it said: {box.said()}"
    if process.poll() is not None:
        return f"it ended with {process.returncode}; it said: {box.said()}"
    return None


def save(box: Sandbox, title: str, project: Path, is_whole: Callable[[], bool]) -> None:
    """Press the key that saves in the window of a title until its project is written.

    Args:
        box: The sandbox of the application.
        title: The title of its window, or a part of it.
        project: The file that it saves in place; its content is another then.
        is_whole: Tells whether the file was written to its end.

    Raises:
        ClientFailed: It does not save; it may be that the application asks something.
    """
    before, window = project.read_bytes(), ("--onlyvisible", "--name", re.escape(title))
    ends = time.monotonic() + RUN_S
    # A key that comes while a window is still being set up is lost, on a busy machine at times.
    while project.read_bytes() == before:
        if time.monotonic() > ends:
            raise ClientFailed(f"{title} does not save; the windows are {titles(box)}")
        _xdotool(box, "search", *window, "windowfocus", "key", "ctrl+s")
        with contextlib.suppress(ClientFailed):
            wait_for(lambda: project.read_bytes() != before, "the project", PRESSED_AGAIN_S)
    wait_for(is_whole, f"{title} to finish saving")


def ask(box: Sandbox, service: str, path: str, method: str, *values: str) -> str:
    """Call a method of an application on the session bus; return the answer as text."""
    words = ("--session", "--print-reply", f"--dest={service}", path, method, *values)
    return _said_by(box, need("dbus-send", "dbus-bin"), *words)


def _xdotool(box: Sandbox, *words: str) -> str:
    return _said_by(box, need("xdotool", "xdotool"), *words)


def _said_by(box: Sandbox, *command: str) -> str:
    # Without a check: xdotool ends with an error also where there is no window yet.
    done = subprocess.run(
        command, env=box.environment, capture_output=True, check=False, text=True, timeout=RUN_S
    )
    return done.stdout + done.stderr


def _first_line(sandbox: Sandbox) -> str:
    """Wait until a server has written where it can be reached, and return that."""
    output = sandbox.folder / "stdout"
    wait_for(lambda: "\n" in output.read_text(encoding="utf-8"), f"{sandbox.folder.name} to start")
    return output.read_text(encoding="utf-8").splitlines()[0]
