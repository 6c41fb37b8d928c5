"""The user's own places: where Shotlog keeps what is not asked for by name.

Each has a variable that names another place. Where that is not set, the place lies in the user's
own folders, as ``platformdirs`` finds them; a process may have none (a container without an entry
for its user, a service without ``HOME``), and one that needs no place must not ask for any.
"""

from __future__ import annotations

import errno
import os
import shlex
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import platformdirs

from shotlog.schema import HomeMissing

HOME_VARIABLE = "SHOTLOG_HOME"
"""Names the folder that holds the folders of every daemon."""

CACHE_VARIABLE = "SHOTLOG_CACHE"
"""Names the file of the result cache."""

MODELS_VARIABLE = "SHOTLOG_MODELS"
"""Names the folder of the models' weights."""

_APP = "shotlog"
_FILES = {CACHE_VARIABLE}
_BARRED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
"""What the system says where a permission is lacking, or a file lies in the place of a folder."""


def daemon_home() -> Path:
    """The folder that holds the folders of every daemon.

    Raises:
        HomeMissing: There is no place for it.
    """
    return path_from_environment(HOME_VARIABLE) or _own(platformdirs.user_state_path, HOME_VARIABLE)


def cache_file() -> Path:
    """The file of the result cache.

    Raises:
        HomeMissing: There is no place for it.
    """
    named = path_from_environment(CACHE_VARIABLE)
    return named or _own(platformdirs.user_cache_path, CACHE_VARIABLE) / "evidence.sqlite"


def models_folder() -> Path:
    """The folder of the models' weights.

    Raises:
        HomeMissing: There is no place for it.
    """
    named = path_from_environment(MODELS_VARIABLE)
    return named or _own(platformdirs.user_data_path, MODELS_VARIABLE) / "models"


def bundles_folder() -> Path:
    """Where media lies that was taken out of bundles; beside the result cache where no home is.

    Raises:
        HomeMissing: There is no place for it.
    """
    try:
        return _own(platformdirs.user_cache_path, CACHE_VARIABLE) / "bundles"
    except HomeMissing:
        named = path_from_environment(CACHE_VARIABLE)
        if named is None:
            raise
        return named.with_name(f"{named.name}.bundles")


def path_from_environment(variable: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """What a variable names, from this folder onwards; None where it is not set.

    Raises:
        HomeMissing: It begins with ``~``, and there is no home.
    """
    named = environ.get(variable)
    try:
        return Path(named).expanduser().absolute() if named else None
    except RuntimeError as error:
        message = f"it begins with ~, and the system knows no home of this user: {named}"
        raise HomeMissing(variable, message, "Write the whole path.") from error


def _own(find: Callable[[str], Path], variable: str) -> Path:
    try:
        found = find(_APP)
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        raise _homeless(variable) from error
    if not found.is_absolute():
        raise _homeless(variable)
    return found


def _homeless(variable: str) -> HomeMissing:
    home = os.environ.get("HOME")
    said = "is not set" if home is None else f"is '{home}'" if home else "is empty"
    return HomeMissing(
        variable,
        f"it is not set, HOME {said}, and the system knows no home of this user",
        f"Set {variable} to a {_noun(variable)} of your own, or HOME to your home folder.",
    )


def _noun(variable: str) -> str:
    return "file" if variable in _FILES else "folder"


class AccessProblem(NamedTuple):
    """What keeps this user from a place.

    Attributes:
        at: The file or folder that does.
        words: How, in a sentence that begins with ``at``.
        remedy: What to do.
        owner: Whose it is, where it is another user's.
    """

    at: Path
    words: str
    remedy: str
    owner: str | None = None


def explain_os_error(error: OSError, path: Path, variable: str, hint: str) -> tuple[str, str]:
    """Why a place cannot be used, and what to do.

    Args:
        error: What the system said.
        path: Of whom.
        variable: The variable that names another place.
        hint: What to do where the reason is another than :func:`check_access` knows.
    """
    told = check_access(path, variable) if error.errno in _BARRED else None
    return (told.words, told.remedy) if told else (error.strerror or str(error), hint)


def explain_access(path: Path) -> AccessProblem | None:
    """What keeps this user from a file in one of these places; None for a file elsewhere."""
    places: dict[str, Callable[[], Path]] = {
        HOME_VARIABLE: daemon_home,
        CACHE_VARIABLE: lambda: cache_file().parent,
        MODELS_VARIABLE: models_folder,
    }
    for variable, place in places.items():
        with suppress(HomeMissing):
            if path.is_relative_to(place()):
                return check_access(path, variable)
    return None


def check_access(path: Path, variable: str, *, writing: bool = True) -> AccessProblem | None:
    """What keeps this user from using a place: permissions, or a file where a folder must be.

    Args:
        path: A file or folder of Shotlog's own, which need not exist yet.
        variable: The variable that names another place.
        writing: Whether it is to be written as well, or only read.
    """
    write = os.W_OK if writing else 0
    for each in (*reversed(path.parents), path):
        try:
            is_folder = stat.S_ISDIR(each.lstat().st_mode)
        except OSError:  # it is not there yet
            return _unless(each.parent, write | os.X_OK, path, variable)
        wanted = os.X_OK if each != path else os.R_OK | write | (os.X_OK if is_folder else 0)
        if told := _unless(each, wanted, path, variable):
            return told
    # SQLite makes files beside its own, and others are replaced as a whole.
    return None if is_folder else _unless(path.parent, write | os.X_OK, path, variable)


def _unless(at: Path, wanted: int, path: Path, variable: str) -> AccessProblem | None:
    if not at.is_dir() and at != path:
        return AccessProblem(
            at, f"{at} is not a folder", f"Name another {_noun(variable)} in {variable}."
        )
    return None if os.access(at, wanted) else _told(at, variable)


def _told(at: Path, variable: str) -> AccessProblem:
    other = f"name another {_noun(variable)} in {variable}"
    if hasattr(os, "statvfs") and os.statvfs(at).f_flag & os.ST_RDONLY:
        return AccessProblem(at, f"{at} is on a read-only file system", f"{other.capitalize()}.")
    if foreign := check_owner(at, variable):
        return foreign
    command = f"chmod {'u+rwx' if at.is_dir() else 'u+rw'} {shlex.quote(str(at))}"
    return AccessProblem(
        at, f"its mode keeps this user out of {at}", f"Run: {command}; or {other}."
    )


def check_owner(at: Path, variable: str) -> AccessProblem | None:
    """What to say of a file or folder that is another user's; None where it is not.

    Root is told to act as that user: what root makes in the place would be root's.
    """
    try:
        owner = at.lstat().st_uid
    except OSError:
        return None
    if os.name != "posix" or owner == os.geteuid():
        return None
    name, other = _name(owner), f"another {_noun(variable)} in {variable}"
    remedy = f"Name a {_noun(variable)} of your own in {variable}."
    if os.geteuid() == 0:
        remedy = f"Run the command as {name}, or name {other}."
    elif _is_ours(at, variable):
        command = f"sudo chown -R $(id -u) {shlex.quote(str(at))}"
        remedy = f"Have it given back with: {command}; or name {other}."
    return AccessProblem(at, f"{at} belongs to {name}", remedy, name)


def _name(uid: int) -> str:
    import pwd  # Windows has none

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _is_ours(at: Path, variable: str) -> bool:
    """Whether a folder is made by Shotlog alone, or lies in one of this user: not ``/root``."""
    named = path_from_environment(variable)
    if named is not None and at.is_relative_to(named):
        return True
    return _APP in at.parts or at.parent.stat().st_uid == os.geteuid()
