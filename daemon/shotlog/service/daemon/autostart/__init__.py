"""Files that have the system start the daemon when the user logs in: systemd, launchd, Windows.

None is needed, as every client starts a daemon where none runs; they spare the first client that
moment, and begin again with what was left undone before the machine went down. Each is for one
user and runs with that user's rights alone. An installer writes them::

    python -m shotlog.service.daemon.autostart systemd > ~/.config/systemd/user/shotlog.service
    python -m shotlog.service.daemon.autostart launchd > ~/Library/LaunchAgents/app.shotlog.daemon.plist
    python -m shotlog.service.daemon.autostart windows > shotlog.xml
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape

from shotlog.service.client import our_variables
from shotlog.service.runtime import DaemonPaths

LAUNCHD_LABEL = "app.shotlog.daemon"


def systemd_unit(python: str, places: DaemonPaths, environ: Mapping[str, str]) -> str:
    """A unit for ``systemctl --user``.

    Args:
        python: The interpreter that has Shotlog.
        places: Of the daemon.
        environ: A client's; what says where its files lie goes into the unit, as a service does
            not see what a shell exports.
    """
    variables = our_variables(environ, places)
    return _template("shotlog.service").substitute(
        context=places.context,
        # In a command line a $ would name a variable; in Environment= it is a letter.
        command=" ".join(_quoted(word).replace("$", "$$") for word in _command(python, places)),
        variables=" ".join(_quoted(f"{name}={value}") for name, value in variables.items()),
    )


def launchd_agent(python: str, places: DaemonPaths, environ: Mapping[str, str]) -> bytes:
    """A property list for ``~/Library/LaunchAgents`` (launchd.plist(5)).

    Interactive, because an editor waits for it: launchd throttles other kinds.

    Args:
        python: The interpreter that has Shotlog.
        places: Of the daemon.
        environ: A client's; see ``systemd_unit``.
    """
    return plistlib.dumps({
        "Label": _label(places),
        "ProgramArguments": _command(python, places),
        "EnvironmentVariables": our_variables(environ, places),
        "RunAtLoad": True,
        "KeepAlive": {"Crashed": True},
        "ProcessType": "Interactive",
        "StandardErrorPath": str(places.errors),
        "Umask": 0o077,
    })  # fmt: skip


def windows_task(python: str, places: DaemonPaths, user: str) -> bytes:
    """A task for ``schtasks /Create /XML``, in UTF-16 as Windows wants it.

    A task has no variables of its own: it sees those that are set for the user.

    Args:
        python: The interpreter that has Shotlog; ``pythonw.exe`` opens no window.
        places: Of the daemon.
        user: Whose logon starts it, with the domain before the name.
    """
    program, *arguments = _command(python, places)
    values = {
        "name": _label(places),
        "context": places.context,
        "user": user,
        "program": program,
        "arguments": subprocess.list2cmdline(arguments),
        "folder": str(places.home),
    }
    text = _template("shotlog.xml").substitute({k: escape(v) for k, v in values.items()})
    return text.encode("utf-16")


def _command(python: str, places: DaemonPaths) -> list[str]:
    return [python, "-P", "-m", "shotlog.service.daemon", "--context", places.context]


def _label(places: DaemonPaths) -> str:
    default = places.context == "default"
    return LAUNCHD_LABEL if default else f"{LAUNCHD_LABEL}.{places.context}"


def _template(name: str) -> Template:
    return Template(files(__package__).joinpath(name).read_text("utf-8"))


def _quoted(word: str) -> str:
    """A word as systemd reads it back (systemd.syntax(7), "Quoting", and its specifiers)."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{word}"'
