"""Profiles of this user: corrections of scores that were learned from editors, a JSON file each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from shotlog.files import NO_SPACE_ERRNOS, replace_file
from shotlog.paths import PROFILES_VARIABLE, explain_os_error, profiles_folder
from shotlog.schema import DiskFull, OutputNotWritable, Problem, describe_faults
from shotlog.schema.learning import EditorProfile, ProfileUnusable

# A file name that is valid on every system; lower case only, since some ignore case.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_VERSION = EditorProfile.model_fields["version"].default
"""The newest version of the format that is read."""


class ProfileStore:
    """The profiles of this user.

    Args:
        folder: Their folder, which need not exist; None takes ``$SHOTLOG_PROFILES``, or the user's
            data folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def file(self, name: str) -> Path:
        """Return the file of a profile, which need not exist.

        Raises:
            ProfileUnusable: No profile can have this name.
            HomeMissing: No folder can be derived from the environment.
        """
        if not _NAME.fullmatch(name):
            message = "a profile cannot have this name"
            hint = "Use up to 64 lower-case letters, digits, dots, dashes and underscores."
            raise ProfileUnusable(name, message, hint)
        return self._root() / f"{name}.json"

    def find(self, name: str) -> EditorProfile:
        """Return the profile of a name.

        Raises:
            ProfileUnusable: It is not here, damaged, or written by a newer version.
            HomeMissing: No folder can be derived from the environment.
        """
        file = self.file(name)
        try:
            content = file.read_bytes()
        except FileNotFoundError as error:
            message = "no profile of this name is on this machine"
            hint = f"See them with: shotlog learn --list. Its file would be {file}."
            raise ProfileUnusable(name, message, hint) from error
        except OSError as error:
            why, hint = explain_os_error(error, file, PROFILES_VARIABLE, ProfileUnusable.hint)
            raise ProfileUnusable(name, f"its file cannot be read: {why}", hint) from error
        return _parse(file, content)

    def load(self, profile: str) -> EditorProfile:
        """Return a profile by its id, ``NAME@DIGEST``: none but that of this content.

        Raises:
            ProfileUnusable: It is not here, damaged, or has another content.
            HomeMissing: No folder can be derived from the environment.
        """
        file = self.file(profile.partition("@")[0])
        hint = (
            f"Copy {file.name} from the machine that asks for it to {file}, or let"
            f" {PROFILES_VARIABLE} name a folder that both can read."
        )
        if not file.exists():
            raise ProfileUnusable(profile, "this profile is not on this machine", hint)
        found = self.find(file.stem)
        if found.id != profile:
            message = f"the profile of this name on this machine is another one, {found.id}"
            raise ProfileUnusable(profile, message, hint)
        return found

    def write(self, profile: EditorProfile) -> Path:
        """Write a profile in the place of any of its name, and return its file.

        Raises:
            ProfileUnusable: No profile can have this name.
            OutputNotWritable: The file cannot be written.
            DiskFull: There is no room for it.
            HomeMissing: No folder can be derived from the environment.
        """
        file = self.file(profile.name)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, f"{profile.model_dump_json(indent=1)}\n".encode())
        except OSError as error:
            raise _unwritable(file, error) from error
        return file

    def remove(self, name: str) -> None:
        """Remove a profile, also a damaged one.

        Raises:
            ProfileUnusable: It is not here.
            OutputNotWritable: Its file cannot be removed.
            HomeMissing: No folder can be derived from the environment.
        """
        file = self.file(name)
        try:
            file.unlink()
        except FileNotFoundError as error:
            raise ProfileUnusable(name, "no profile of this name is on this machine") from error
        except OSError as error:
            raise _unwritable(file, error) from error

    def list(self) -> tuple[EditorProfile, ...]:
        """Return all profiles that can be used, by name.

        Raises:
            HomeMissing: No folder can be derived from the environment.
        """
        return tuple(found for found in self._all() if isinstance(found, EditorProfile))

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the profiles that cannot be used, by name.

        Raises:
            HomeMissing: No folder can be derived from the environment.
        """
        return tuple(found for found in self._all() if isinstance(found, Problem))

    def _all(self) -> Iterator[EditorProfile | Problem]:
        for file in sorted(self._root().glob("*.json")):
            yield self._find_or_problem(file.stem)

    def _find_or_problem(self, name: str) -> EditorProfile | Problem:
        try:
            return self.find(name)
        except ProfileUnusable as error:
            return error.problem

    def _root(self) -> Path:
        return self._folder.absolute() if self._folder else profiles_folder()


def _parse(file: Path, content: bytes) -> EditorProfile:
    try:
        document = json.loads(content)
        version = document.get("version") if isinstance(document, dict) else None
        if isinstance(version, int) and version > _VERSION:
            message = f"it was written by a newer Shotlog: version {version}"
            raise ProfileUnusable(str(file), message, "Update Shotlog on this machine.")
        profile = EditorProfile.model_validate(document)
    except (ValueError, ValidationError) as error:  # no JSON, no UTF-8, or no profile
        why = describe_faults(error, "file") if isinstance(error, ValidationError) else str(error)
        hint = "Copy it again, or learn it again with: shotlog learn."
        raise ProfileUnusable(str(file), f"this profile is damaged: {why}", hint) from error
    # A renamed copy would stand in findings under the name of the other profile.
    if profile.name != file.stem:
        message = f"the profile in it is named {profile.name!r}"
        raise ProfileUnusable(str(file), message, f"Name the file {profile.name}.json.")
    return profile


def _unwritable(file: Path, error: OSError) -> OutputNotWritable | DiskFull:
    if error.errno in NO_SPACE_ERRNOS:
        return DiskFull(str(file))
    hint = f"Free some room, or name another folder in {PROFILES_VARIABLE}."
    why, remedy = explain_os_error(error, file, PROFILES_VARIABLE, hint)
    return OutputNotWritable(str(file), why, remedy)
