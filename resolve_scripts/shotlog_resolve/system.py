"""The system around the script: folders of the user, programs, files that are opened."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from typing import Dict, Iterator, Sequence

from shotlog_resolve import child

WINDOW = 0x08000000 if os.name == "nt" else 0
"""Flag that keeps a console window from opening on Windows (CREATE_NO_WINDOW)."""


OPENER_S = 5.0
"""Seconds after which a program that opens a file is taken to be the one that shows it."""


def clean_environment() -> Dict[str, str]:
    """Return the environment for other programs, without what Resolve set for itself."""
    return child.clean_environment(dict(os.environ))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl-C for the moment of the block, which must not be left half done."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which alone is interrupted
        before = None
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)


def say(text: str) -> None:
    """Print a line where Resolve shows what scripts print, in whatever letters it has there."""
    try:
        print(text)
    except UnicodeError:
        print(text.encode("ascii", "backslashreplace").decode("ascii"))
    except (OSError, ValueError, AttributeError):
        pass  # there is no Console: no stdout, or a closed one


def state_folder(preferred: str) -> str:
    """Return a folder of this user that can be written to, and make it.

    Args:
        preferred: The folder that the installer chose; empty if that is not known.
    """
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        own = os.path.join(home, "Library", "Application Support", "shotlog")
    elif os.name == "nt":
        own = os.path.join(os.environ.get("LOCALAPPDATA") or home, "shotlog", "shotlog")
    else:
        base = os.environ.get("XDG_STATE_HOME") or os.path.join(home, ".local", "state")
        own = os.path.join(base, "shotlog")
    for folder in filter(None, (preferred, os.path.join(own, "resolve"))):
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return tempfile.mkdtemp(prefix="shotlog-")


def open_file(path: str) -> bool:
    """Open a file in the program that the user has for it; return True if one was started."""
    if os.name == "nt":
        os.startfile(path)  # type: ignore[attr-defined]  # noqa: S606
        return True
    return start_program(["open" if sys.platform == "darwin" else "xdg-open", path])


def start_program(command: Sequence[str], patience: float = OPENER_S) -> bool:
    """Start a program that shows something to the user.

    Args:
        command: The program and its arguments.
        patience: Seconds after which it is taken to be the one that shows it.

    Returns:
        False where it could not be started, or failed.
    """
    environment = clean_environment()
    for name in ("VISUAL", "EDITOR"):  # these may need a terminal, and there is none
        environment.pop(name, None)
    try:
        program = subprocess.Popen(  # noqa: S603
            list(command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=WINDOW,
        )
        return program.wait(timeout=patience) == 0
    except subprocess.TimeoutExpired:
        return True  # it is the program itself, and runs as long as its window is open
    except OSError:
        return False
