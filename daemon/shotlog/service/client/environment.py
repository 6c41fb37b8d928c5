"""Environment variables of a daemon: the user's, without those that a host application has set.

A client may run inside another program's process tree (an NLE, a compositor), which points Python
and the dynamic loader at its own files. The daemon outlives that program and must not depend on
it. Entries that our own interpreter needs are kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from shotlog.paths import (
    CACHE_VARIABLE,
    CONFIG_VARIABLE,
    HOME_VARIABLE,
    MODELS_VARIABLE,
    path_from_environment,
)
from shotlog.service.runtime import DaemonPaths

_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_DROPPED = (
    "DYLD_INSERT_LIBRARIES",
    "LD_PRELOAD",
    "PYTHONEXECUTABLE",
    "PYTHONINSPECT",
    "PYTHONSTARTUP",
    "__PYVENV_LAUNCHER__",  # macOS: makes another Python take itself for the host's
)
_PATH_VARIABLES = (
    CACHE_VARIABLE,
    MODELS_VARIABLE,
    CONFIG_VARIABLE,
    "HF_HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)
"""Variables that name the locations of results, models and settings, possibly as relative paths."""


def daemon_environment(environ: Mapping[str, str], paths: DaemonPaths) -> dict[str, str]:
    """Return the environment of a daemon that this client starts.

    ``PYTHONHOME`` is kept where it is the home of the running interpreter, an entry of
    ``PYTHONPATH`` where Shotlog itself was imported from it, and an entry of the loader's paths
    where it lies in our interpreter's own folders or contains the graphics driver's ``libcuda``
    (some systems have it where only this variable finds it).

    Args:
        environ: The client's environment.
        paths: Files of the daemon.
    """
    kept = {name: value for name, value in environ.items() if name not in _DROPPED}
    _filter_entries(kept, "PYTHONHOME", _contains_interpreter)
    _filter_entries(kept, "PYTHONPATH", _contains_shotlog)
    for name in _LOADER:
        _filter_entries(kept, name, _contains_our_libraries)
    return kept | path_variables(environ, paths)


def path_variables(environ: Mapping[str, str], paths: DaemonPaths) -> dict[str, str]:
    """Return the variables by which a daemon finds the same files as this client.

    Values are absolute, because the daemon starts in another folder.

    Args:
        environ: The client's environment.
        paths: Files of the daemon.
    """
    absolute = {name: path_from_environment(name, environ) for name in _PATH_VARIABLES}
    named = {name: str(path) for name, path in absolute.items() if path is not None}
    return {HOME_VARIABLE: str(paths.home), **named}


def _filter_entries(environ: dict[str, str], name: str, wanted: Callable[[Path], bool]) -> None:
    """Keep the wanted entries of a path list, made absolute; drop the variable if none is left."""
    entries = [entry for entry in environ.pop(name, "").split(os.pathsep) if entry]
    if kept := [str(Path(entry).absolute()) for entry in entries if wanted(Path(entry).resolve())]:
        environ[name] = os.pathsep.join(kept)


def _contains_interpreter(folder: Path) -> bool:
    return Path(sys.executable).resolve().is_relative_to(folder)


def _contains_shotlog(folder: Path) -> bool:
    return folder == Path(__file__).resolve().parents[3]


def _contains_our_libraries(folder: Path) -> bool:
    prefixes = (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
    # The prefix of a system interpreter is /usr, which contains every host application too; the
    # loader searches /usr without this variable.
    roots = [root for root in prefixes if root != Path("/usr")]
    return any(folder.is_relative_to(root) for root in roots) or any(folder.glob("libcuda.*"))
