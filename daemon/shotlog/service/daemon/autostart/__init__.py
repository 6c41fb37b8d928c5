r"""Files by which systemd, launchd or Windows start the daemon when the user logs in.

They are optional, because every client starts the daemon if none is running. With them the first
client need not wait for the start, and unfinished jobs are resumed after a reboot. Each file is for
one user and runs with that user's rights. An installer writes them::

    python -m shotlog.service.daemon.autostart systemd > ~/.config/systemd/user/shotlog.service
    python -m shotlog.service.daemon.autostart launchd \
        > ~/Library/LaunchAgents/app.shotlog.daemon.plist
    python -m shotlog.service.daemon.autostart windows > shotlog.xml
"""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape

from shotlog.service.client import path_variables
from shotlog.service.runtime import DaemonPaths

__all__ = ["launchd_agent", "systemd_unit", "windows_task"]

_LABEL = "app.shotlog.daemon"


def systemd_unit(python: str, paths: DaemonPaths, environ: Mapping[str, str]) -> str:
    """Return a unit for ``systemctl --user`` (systemd.service(5)).

    Args:
        python: Path of the interpreter that Shotlog is installed in.
        paths: Files of the daemon.
        environ: Environment of a client. Its variables for locations of files are written into the
            unit, because services do not see what a shell exports.
    """
    variables = path_variables(environ, paths)
    return _template("shotlog.service").substitute(
        context=paths.context,
        # $ begins a variable in ExecStart=, but not in Environment=.
        command=" ".join(_quote(word).replace("$", "$$") for word in _command(python, paths)),
        variables=" ".join(_quote(f"{name}={value}") for name, value in variables.items()),
    )


def launchd_agent(python: str, paths: DaemonPaths, environ: Mapping[str, str]) -> bytes:
    """Return a property list for ``~/Library/LaunchAgents`` (launchd.plist(5)).

    Args:
        python: Path of the interpreter that Shotlog is installed in.
        paths: Files of the daemon.
        environ: Environment of a client; see :func:`systemd_unit`.
    """
    return plistlib.dumps({
        "Label": _label(paths),
        "ProgramArguments": _command(python, paths),
        "EnvironmentVariables": path_variables(environ, paths),
        "RunAtLoad": True,
        "KeepAlive": {"Crashed": True},
        "ProcessType": "Interactive",  # launchd throttles the others, and an editor waits for it
        "StandardErrorPath": str(paths.errors),
        "Umask": 0o077,
    })  # fmt: skip


def windows_task(python: str, paths: DaemonPaths, user: str) -> bytes:
    r"""Return a task for ``schtasks /Create /XML``, in UTF-16 as that requires.

    A task cannot set environment variables; it sees those that are set for the user.

    Args:
        python: Path of the interpreter that Shotlog is installed in; ``pythonw.exe`` opens no
            console window.
        paths: Files of the daemon.
        user: User at whose logon it starts, as ``DOMAIN\name``.
    """
    program, *arguments = _command(python, paths)
    values = {
        "name": _label(paths),
        "context": paths.context,
        "user": user,
        "program": program,
        "arguments": subprocess.list2cmdline(arguments),
        "folder": str(paths.home),
    }
    text = _template("shotlog.xml").substitute({k: escape(v) for k, v in values.items()})
    return text.encode("utf-16")


def _command(python: str, paths: DaemonPaths) -> list[str]:
    return [python, "-P", "-m", "shotlog.service.daemon", "--context", paths.context]


def _label(paths: DaemonPaths) -> str:
    default = paths.context == "default"
    return _LABEL if default else f"{_LABEL}.{paths.context}"


def _template(name: str) -> Template:
    return Template(files(__package__).joinpath(name).read_text("utf-8"))


def _quote(word: str) -> str:
    """Quote a word for a unit file (systemd.syntax(7), "Quoting"; %: systemd.unit(5))."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{word}"'
