"""Settings files: the user's own and that of a project."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shotlog.paths import CONFIG_VARIABLE, check_access, config_file
from shotlog.schema import HomeMissing, SettingsUnreadable, readable
from shotlog.settings.keys import Key

PROJECT_FILE = ".shotlog.toml"
"""Name of the settings file of a project."""

_LINE = re.compile(r" \(at line (\d+), column (\d+)\)")


@dataclass(frozen=True)
class SettingsFile:
    """A settings file that was read.

    Attributes:
        path: The file.
        text: Its content.
        data: Its content, parsed.
    """

    path: Path
    text: str
    data: Mapping[str, Any]

    def place(self, key: Key) -> str:
        """Return the file with the line in which a key is set."""
        line = find_line(self.text, key)
        return f"{readable(str(self.path))}:{line}" if line else readable(str(self.path))


def user_file() -> Path | None:
    """Return the file of the user's settings; None for a user without a home."""
    try:
        return config_file()
    except HomeMissing:
        return None


def settings_file_for(start: Path) -> Path:
    """Return the settings file of a project, which need not exist yet.

    Args:
        start: A timeline, or the project's folder.

    Raises:
        NotADirectoryError: There is no folder to keep it in.
    """
    if found := project_file(start):
        return found
    folder = start if start.is_dir() else start.parent
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no folder {folder}")
    return folder.absolute() / PROJECT_FILE


def project_file(start: Path) -> Path | None:
    """Return the settings file of the project that a timeline or folder belongs to, if any.

    It is the nearest one in the folder of the timeline or in a folder above, so that one file at
    the top of a project holds for all its timelines.

    Args:
        start: A timeline, or a folder; need not exist.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        # Not Path.exists(): it raises where a folder may not be entered.
        if os.path.lexists(folder / PROJECT_FILE):
            return folder / PROJECT_FILE
    return None


def project_folder(start: Path) -> Path:
    """Return the folder of a project: that of its settings file, else that of the timeline."""
    found = project_file(start)
    if found is not None:
        return found.parent
    # Not Path.is_dir(): it raises where a folder may not be entered.
    return (start if os.path.isdir(start) else start.parent).absolute()  # noqa: PTH112


def read_file(path: Path) -> SettingsFile | None:
    """Return a settings file; None where there is none.

    Raises:
        SettingsUnreadable: It cannot be read, or is no TOML.
    """
    if not os.path.lexists(path):
        return None
    if not path.is_file():  # not read: a pipe in its place would be waited for
        raise SettingsUnreadable(
            readable(str(path)), "this is not a file", "Remove it, or put the settings in a file."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        denial = check_access(path, CONFIG_VARIABLE, writing=False)
        words = denial.words if denial else error.strerror or str(error)
        hint = denial.remedy if denial else "Check that the file can be read."
        raise SettingsUnreadable(
            readable(str(path)), f"the settings cannot be read: {words}", hint
        ) from error
    return parse_file(path, content)


def parse_file(path: Path, content: bytes) -> SettingsFile:
    """Return the settings file of a content.

    Raises:
        SettingsUnreadable: It is no TOML.
    """
    try:
        # Editors on Windows put a mark at the beginning of UTF-8, which TOML knows not.
        text = content.decode("utf-8-sig")
        return SettingsFile(path, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        line, fault = content[: error.start].count(b"\n") + 1, "it is not UTF-8"
    except tomllib.TOMLDecodeError as error:
        told = _LINE.search(str(error))
        line = int(told[1]) if told else text.rstrip("\n").count("\n") + 1
        words = _LINE.sub("", str(error)).replace(" (at end of document)", "")
        fault = f"{words[:1].lower()}{words[1:]}"
    raise SettingsUnreadable(
        f"{readable(str(path))}:{line}",
        f"this line is no TOML: {fault}",
        'Correct it; texts are in quotation marks: device = "cpu".',
    )


def find_line(text: str, key: Key) -> int | None:
    """Return the number of the line in which a key of a TOML text is set; None if it is not."""
    # No TOML library tells lines. A statement is the fewest lines that can be parsed together,
    # below the table in which they stand. Not splitlines(): it splits at signs within texts, too.
    header, start, lines = "", 0, [f"{line}\n" for line in text.split("\n")]
    for end in range(1, len(lines) + 1):
        statement = "".join(lines[start:end])
        table = statement.lstrip().startswith("[")
        try:
            data = tomllib.loads(statement if table else header + statement)
        except tomllib.TOMLDecodeError:
            continue
        if _has(data, key):
            return start + 1
        header, start = statement if table else header, end
    return None


def _has(data: Any, key: Key) -> bool:
    for name in key:
        if not isinstance(data, dict) or name not in data:
            return False
        data = data[name]
    return True
