"""Folders and files of Shotlog in the user's own folders, and remedies where they are unusable.

Each has an environment variable that names another location. Without it, the location is in the
user's folders as ``platformdirs`` finds them. A process may have none of these (a container without
an entry for its user, a service without ``HOME``), so each is looked up only when it is used.
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
"""Variable that names the folder with the folders of all daemons."""

CACHE_VARIABLE = "SHOTLOG_CACHE"
"""Variable that names the file of the result cache."""

MODELS_VARIABLE = "SHOTLOG_MODELS"
"""Variable that names the folder of the models' weights."""

HANDOVER_VARIABLE = "SHOTLOG_HANDOVER"
"""Variable that names the folder in which editing programs and Shotlog hand files to each other."""

CONFIG_VARIABLE = "SHOTLOG_CONFIG"
"""Variable that names the file of the user's settings."""

PROVIDERS_VARIABLE = "SHOTLOG_PROVIDERS"
"""Variable that names the folder of the remote providers: which there are, what was sent to them,
what it cost."""

PROFILES_VARIABLE = "SHOTLOG_PROFILES"
"""Variable that names the folder of the profiles that were learned from editors."""

UPLOADS_VARIABLE = "SHOTLOG_UPLOADS"
"""Variable that names the folder of the uploads: which were begun, and how far they are."""

RECORDS_VARIABLE = "SHOTLOG_RECORDS"
"""Variable that names the folder of the records of runs: what was written into timelines."""

BATCH_FOLDER = ".shotlog"
"""Name of the folder, in the output folder of a batch, that holds its plan and its results."""

_APP = "shotlog"
_FILES = {CACHE_VARIABLE, CONFIG_VARIABLE}
_ACCESS_ERRNOS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
"""Errors for a missing permission, and for a file where a folder is expected."""


def daemon_home() -> Path:
    """Return the folder with the folders of all daemons.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    return path_from_environment(HOME_VARIABLE) or _user_path(
        platformdirs.user_state_path, HOME_VARIABLE
    )


def cache_file() -> Path:
    """Return the file of the result cache.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(CACHE_VARIABLE)
    return named or _user_path(platformdirs.user_cache_path, CACHE_VARIABLE) / "evidence.sqlite"


def deliveries_folder() -> Path:
    """Return the folder of the results of stages of deliveries: beside the result cache.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    return cache_file().with_name("deliveries")


def frames_folder() -> Path:
    """Return the folder of the frames of labelled clips: beside the result cache.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    return cache_file().with_name("frames")


def models_folder() -> Path:
    """Return the folder of the models' weights.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(MODELS_VARIABLE)
    return named or _user_path(platformdirs.user_data_path, MODELS_VARIABLE) / "models"


def config_file() -> Path:
    """Return the file of the user's settings, which need not exist.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(CONFIG_VARIABLE)
    return named or _user_path(platformdirs.user_config_path, CONFIG_VARIABLE) / "config.toml"


def providers_folder() -> Path:
    """Return the folder of the remote providers, with the records of what was sent and paid.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(PROVIDERS_VARIABLE)
    return named or _user_path(platformdirs.user_data_path, PROVIDERS_VARIABLE) / "providers"


def profiles_folder() -> Path:
    """Return the folder of the profiles that were learned from editors.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(PROFILES_VARIABLE)
    return named or _user_path(platformdirs.user_data_path, PROFILES_VARIABLE) / "profiles"


def uploads_folder() -> Path:
    """Return the folder of the uploads that were begun.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(UPLOADS_VARIABLE)
    return named or _user_path(platformdirs.user_data_path, UPLOADS_VARIABLE) / "uploads"


def records_folder() -> Path:
    """Return the folder of the records of runs.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(RECORDS_VARIABLE)
    return named or _user_path(platformdirs.user_data_path, RECORDS_VARIABLE) / "records"


def bundles_folder() -> Path:
    """Return the folder of media that were extracted from bundles.

    Beside the result cache where this user has no folders but the cache's variable is set.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    try:
        return _user_path(platformdirs.user_cache_path, CACHE_VARIABLE) / "bundles"
    except HomeMissing:
        named = path_from_environment(CACHE_VARIABLE)
        if named is None:
            raise
        return named.with_name(f"{named.name}.bundles")


def answers_folder() -> Path:
    """Return the folder of answers of language models.

    Beside the result cache where the cache's variable is set.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    file = cache_file()
    return file.with_name(f"{file.name}.answers")


def handover_folder() -> Path:
    """Return the folder in which editing programs and Shotlog hand files to each other.

    It is a folder of the user's films, because that is the one that editing programs from Apple's
    App Store may use: ``~/Movies/Shotlog`` on macOS, ``~/Videos/Shotlog`` elsewhere, or wherever
    the system has been told that videos lie.

    Raises:
        HomeMissing: Neither the variable nor the user's folders give a location.
    """
    named = path_from_environment(HANDOVER_VARIABLE)
    return named or _user_path(
        lambda _: platformdirs.user_videos_path() / "Shotlog", HANDOVER_VARIABLE
    )


def path_from_environment(variable: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the absolute path that an environment variable names; None where it is not set.

    Args:
        variable: Name of the variable.
        environ: The environment.

    Raises:
        HomeMissing: It begins with ``~``, and this user has no home folder.
    """
    named = environ.get(variable)
    try:
        return Path(named).expanduser().absolute() if named else None
    except RuntimeError as error:
        message = f"it begins with ~, and the system knows no home of this user: {named}"
        raise HomeMissing(variable, message, "Write the whole path.") from error


def _user_path(find: Callable[[str], Path], variable: str) -> Path:
    try:
        found = find(_APP)
    # platformdirs raises any of these for a user without an entry in the user database.
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        raise _no_home_error(variable) from error
    if not found.is_absolute():  # HOME is empty or relative
        raise _no_home_error(variable)
    return found


def _no_home_error(variable: str) -> HomeMissing:
    home = os.environ.get("HOME")
    state = "is not set" if home is None else f"is '{home}'" if home else "is empty"
    return HomeMissing(
        variable,
        f"it is not set, HOME {state}, and the system knows no home of this user",
        f"Set {variable} to a {_kind(variable)} of your own, or HOME to your home folder.",
    )


def _kind(variable: str) -> str:
    return "file" if variable in _FILES else "folder"


class AccessProblem(NamedTuple):
    """A reason why this user cannot use a path, and its remedy.

    Attributes:
        path: The file or folder that denies access: the path itself or one of its parents.
        words: The reason, as a clause.
        remedy: The remedy, as a sentence.
        owner: Name of the owner, if that is another user.
    """

    path: Path
    words: str
    remedy: str
    owner: str | None = None


def explain_os_error(error: OSError, path: Path, variable: str, hint: str) -> tuple[str, str]:
    """Return the reason and the remedy for an error of the system.

    Args:
        error: The error.
        path: The file or folder that was to be used.
        variable: Variable that names another location.
        hint: Remedy for reasons that :func:`check_access` does not find.
    """
    problem = check_access(path, variable) if error.errno in _ACCESS_ERRNOS else None
    return (problem.words, problem.remedy) if problem else (error.strerror or str(error), hint)


def explain_access(path: Path) -> AccessProblem | None:
    """Return why this user cannot use a file in one of Shotlog's folders; None for other files."""
    folders: dict[str, Callable[[], Path]] = {
        HOME_VARIABLE: daemon_home,
        CACHE_VARIABLE: lambda: cache_file().parent,
        MODELS_VARIABLE: models_folder,
        HANDOVER_VARIABLE: handover_folder,
        PROVIDERS_VARIABLE: providers_folder,
        PROFILES_VARIABLE: profiles_folder,
        UPLOADS_VARIABLE: uploads_folder,
        RECORDS_VARIABLE: records_folder,
        CONFIG_VARIABLE: lambda: config_file().parent,
    }
    for variable, folder in folders.items():
        with suppress(HomeMissing):
            if path.is_relative_to(folder()):
                return check_access(path, variable)
    return None


def check_access(path: Path, variable: str, *, writing: bool = True) -> AccessProblem | None:
    """Return why this user cannot use a path: a permission, or a file in place of a folder.

    Args:
        path: A file or folder of Shotlog, which need not exist yet.
        variable: Variable that names another location.
        writing: True if it is to be written too, not only read.

    Returns:
        The problem of the outermost parent that denies access; None where none does.
    """
    write = os.W_OK if writing else 0
    for each in (*reversed(path.parents), path):
        try:
            is_folder = stat.S_ISDIR(each.lstat().st_mode)
        except OSError:  # it does not exist yet, so its parent must allow to make it
            return _check_one(each.parent, write | os.X_OK, path, variable)
        wanted = os.X_OK if each != path else os.R_OK | write | (os.X_OK if is_folder else 0)
        if problem := _check_one(each, wanted, path, variable):
            return problem
    # SQLite makes files beside its database, and other files are replaced by renaming a new one.
    return None if is_folder else _check_one(path.parent, write | os.X_OK, path, variable)


def _check_one(checked: Path, wanted: int, path: Path, variable: str) -> AccessProblem | None:
    """Return why ``checked``, which is ``path`` or one of its parents, denies access."""
    if not checked.is_dir() and checked != path:
        return AccessProblem(
            checked, f"{checked} is not a folder", f"Name another {_kind(variable)} in {variable}."
        )
    return None if os.access(checked, wanted) else _permission_problem(checked, variable)


def _permission_problem(path: Path, variable: str) -> AccessProblem:
    other = f"name another {_kind(variable)} in {variable}"
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        return AccessProblem(
            path, f"{path} is on a read-only file system", f"{other.capitalize()}."
        )
    if foreign := check_owner(path, variable):
        return foreign
    command = f"chmod {'u+rwx' if path.is_dir() else 'u+rw'} {shlex.quote(str(path))}"
    return AccessProblem(
        path, f"its mode keeps this user out of {path}", f"Run: {command}; or {other}."
    )


def check_owner(path: Path, variable: str) -> AccessProblem | None:
    """Return the problem of a file or folder that belongs to another user; None for one's own.

    Args:
        path: The file or folder.
        variable: Variable that names another location.
    """
    try:
        owner = path.lstat().st_uid
    except OSError:
        return None
    if os.name != "posix" or owner == os.geteuid():
        return None
    name, other = _user_name(owner), f"another {_kind(variable)} in {variable}"
    remedy = f"Name a {_kind(variable)} of your own in {variable}."
    if os.geteuid() == 0:
        # Files that root makes there would belong to root, and lock their user out.
        remedy = f"Run the command as {name}, or name {other}."
    elif _is_own_folder(path, variable):
        command = f"sudo chown -R $(id -u) {shlex.quote(str(path))}"
        remedy = f"Have it given back with: {command}; or name {other}."
    return AccessProblem(path, f"{path} belongs to {name}", remedy, name)


def _user_name(uid: int) -> str:
    import pwd  # not on Windows

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _is_own_folder(path: Path, variable: str) -> bool:
    """Return True where a change of owner is safe: in Shotlog's folders or this user's own."""
    # Not, for example, /root, which the variables of a root shell may name.
    named = path_from_environment(variable)
    if named is not None and path.is_relative_to(named):
        return True
    return _APP in path.parts or path.parent.stat().st_uid == os.geteuid()
