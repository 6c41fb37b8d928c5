"""The environment that a daemon gets: the user's, without what a host application put there.

A client may run inside another program's process tree (an NLE, a compositor), which points Python
and the dynamic loader at its own files. The daemon outlives that program and must not depend on
it. Entries that our own interpreter lives by are kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE, MODELS_VARIABLE, path_from_environment
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
_OURS = (CACHE_VARIABLE, MODELS_VARIABLE, "HF_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
"""Variables that say where results and models lie, perhaps from the client's folder onwards."""


def daemon_environment(environ: Mapping[str, str], places: DaemonPaths) -> dict[str, str]:
    """The environment of a daemon that is started for these places.

    ``PYTHONHOME`` is kept where it is the home of the interpreter that runs, ``PYTHONPATH`` so far
    as Shotlog itself was found through it, the loader's paths so far as they lead into our
    interpreter's own folders or to the graphics driver (``libcuda``, which some systems keep
    where only this variable finds it).
    """
    kept = {name: value for name, value in environ.items() if name not in _DROPPED}
    _keep(kept, "PYTHONHOME", _holds_interpreter)
    _keep(kept, "PYTHONPATH", _holds_shotlog)
    for name in _LOADER:
        _keep(kept, name, _holds_our_libraries)
    return kept | path_variables(environ, places)


def path_variables(environ: Mapping[str, str], places: DaemonPaths) -> dict[str, str]:
    """What a daemon needs to find the same files as a client, from whatever folder it starts in."""
    places_named = {name: path_from_environment(name, environ) for name in _OURS}
    found = {name: str(place) for name, place in places_named.items() if place is not None}
    return {HOME_VARIABLE: str(places.home), **found}


def _keep(environ: dict[str, str], name: str, wanted: Callable[[Path], bool]) -> None:
    entries = [entry for entry in environ.pop(name, "").split(os.pathsep) if entry]
    if left := [str(Path(entry).absolute()) for entry in entries if wanted(Path(entry).resolve())]:
        environ[name] = os.pathsep.join(left)


def _holds_interpreter(folder: Path) -> bool:
    return Path(sys.executable).resolve().is_relative_to(folder)


def _holds_shotlog(folder: Path) -> bool:
    return folder == Path(__file__).resolve().parents[2]


def _holds_our_libraries(folder: Path) -> bool:
    ours = (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
    # An interpreter of the system itself lives in /usr, and so does everything else: the loader
    # looks there without being told.
    roots = [root for root in ours if root != Path("/usr")]
    return any(folder.is_relative_to(root) for root in roots) or any(folder.glob("libcuda.*"))
