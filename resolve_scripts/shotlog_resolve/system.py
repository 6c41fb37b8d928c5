"""The system around the script: folders of the user, programs, files that are opened."""

import os
import subprocess
import sys
import tempfile
from typing import Dict, List

from shotlog_resolve import child

WINDOW = 0x08000000 if os.name == "nt" else 0
"""Flag that keeps a console window from opening on Windows (CREATE_NO_WINDOW)."""


OPENER_S = 5.0
"""Seconds after which a program that opens a file is taken to be the one that shows it."""


def clean_environment() -> Dict[str, str]:
    """Return the environment for other programs, without what Resolve set for itself."""
    return child.clean_environment(dict(os.environ))


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


def open_file(path: str, as_text: bool = False) -> bool:
    """Open a file in the program that the user has for it.

    Args:
        path: Path of the file.
        as_text: Open it for writing, in an editor of texts.

    Returns:
        True if a program was started.
    """
    if os.name == "nt" and not as_text:
        os.startfile(path)  # type: ignore[attr-defined]  # noqa: S606
        return True
    try:
        opener = subprocess.Popen(  # noqa: S603
            _opener(path, as_text),
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=WINDOW,
        )
        return opener.wait(timeout=OPENER_S) == 0
    except subprocess.TimeoutExpired:
        return True  # it is the program itself, and runs as long as its window is open
    except OSError:
        return False


def _opener(path: str, as_text: bool) -> List[str]:
    if os.name == "nt":
        return ["notepad.exe", path]
    if sys.platform == "darwin":
        return ["open", "-t", path] if as_text else ["open", path]
    return ["xdg-open", path]
