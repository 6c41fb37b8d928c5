"""Changes of settings files; comments, order and all else in them stay as they are."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from shotlog.files import NO_SPACE_ERRNOS, replace_file
from shotlog.paths import CONFIG_VARIABLE, check_access
from shotlog.schema import DiskFull, OutputNotWritable, readable
from shotlog.settings.files import SettingsFile, find_line, parse_file, read_file
from shotlog.settings.keys import Key, dotted
from shotlog.settings.loading import check_project
from shotlog.settings.template import new_file
from shotlog.settings.validation import parse_key, validate


def set_value(path: Path, key: Key, value: Any, *, project: bool = False) -> None:
    """Set a setting in a file, which is made where there is none.

    Args:
        path: The settings file.
        key: The setting.
        value: Its new value.
        project: True for the file of a project.

    Raises:
        SettingsError: The setting is not known or cannot have this value, or the file has a fault;
            it is as it was.
        OutputNotWritable: The file cannot be written.
    """
    validate(_nest(key, value), lambda _: "config set")
    file = read_file(path)
    text = new_file(project=project) if file is None else file.text
    changed = _with_value(text, key, value)
    if changed is None:
        check_file(path, project=project)  # the reason may be a fault
        message = f"{dotted(key)} cannot be added to a file of this form"
        raise OutputNotWritable(readable(str(path)), message, "Add it with: shotlog config edit.")
    _check(parse_file(path, changed.encode()), project=project)
    _write(path, changed)


def unset_value(path: Path, key: Key) -> bool:
    """Remove a setting or section from a file, so that its default holds.

    Args:
        path: The settings file.
        key: The setting; need not be a known one, so that a wrong one can be removed.

    Returns:
        False where the file does not set it.

    Raises:
        SettingsError: The file is no TOML, or there is no such setting; the file is as it was.
        OutputNotWritable: The file cannot be written.
    """
    file = read_file(path)
    removed = False

    def change(document: MutableMapping[str, Any]) -> None:
        nonlocal removed
        inner: Any = document
        for name in key[:-1]:
            inner = inner.get(name) if isinstance(inner, MutableMapping) else None
        if isinstance(inner, MutableMapping) and key[-1] in inner:
            del inner[key[-1]]
            removed = True

    changed = _changed(file.text, change) if file else None
    if file is None or changed is None or not removed:
        parse_key(dotted(key))
        return False
    _write(path, _ended(changed, file.text))
    return True


def _nest(key: Key, value: Any) -> dict[str, Any]:
    nested = value
    for name in reversed(key):
        nested = {name: nested}
    return nested if isinstance(nested, dict) else {}


def _with_value(text: str, key: Key, value: Any) -> str | None:
    """Return a text in which a setting is set, and nothing else is changed; None if none is found.

    TOML has several forms of a table, and not every form can be added to in every way.
    """
    wanted = _data_with_value(tomllib.loads(text), key, value)
    forms: tuple[Callable[[], str | None], ...] = (
        lambda: _in_place_of_comment(text, key, value),
        lambda: _changed(text, lambda document: _set(document, key, value)),
        lambda: f"{dotted(key)} = {_spelled(value)}\n{text}",
    )
    changed = (_ended(form(), text) for form in forms)
    return next((each for each in changed if wanted and _parsed(each) == wanted), None)


def _data_with_value(data: Any, key: Key, value: Any) -> Any:
    inner = data
    for name in key[:-1]:
        if not isinstance(inner := inner.setdefault(name, {}), dict):
            return None
    inner[key[-1]] = value
    return data


def _parsed(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _set(document: MutableMapping[str, Any], key: Key, value: Any) -> None:
    inner, fresh = document, False
    for name in key[:-1]:
        if fresh := name not in inner:
            inline = isinstance(inner, InlineTable)
            inner[name] = tomlkit.inline_table() if inline else tomlkit.table()
        inner = inner[name]
    inner[key[-1]] = value
    if fresh and isinstance(inner, Table):
        inner.add(tomlkit.nl())  # before the next section


def _ended(text: str | None, before: str) -> str:
    """Return a text with a line feed at its end, and with the line ends of an earlier text."""
    text = f"{(text or '').rstrip()}\n".replace("\r\n", "\n")
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def _spelled(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


def _in_place_of_comment(text: str, key: Key, value: Any) -> str | None:
    """Return the text with a line that shows the default of a key set; None if there is none."""
    *sections, name = key
    lines = text.splitlines(keepends=True)
    header = re.compile(rf"\[{re.escape('.'.join(sections))}\]\s*(#.*)?")
    shown = re.compile(rf"#\s*{re.escape(name)}\s*=.*?(\r?\n)?")
    start = next((n for n, line in enumerate(lines) if header.fullmatch(line.strip())), None)
    if start is None or find_line(text, key) is not None:
        return None
    for n, line in enumerate(lines[start + 1 :], start=start + 1):
        if line.startswith("["):
            return None
        if found := shown.fullmatch(line):
            lines[n] = f"{name} = {_spelled(value)}{found[1] or ''}"
            return "".join(lines)
    return None


def _changed(text: str, change: Callable[[MutableMapping[str, Any]], None]) -> str | None:
    try:
        document = tomlkit.parse(text)
        change(document)
        return str(document.as_string())
    except (TOMLKitError, ValueError):  # ValueError: an inline table cannot hold it
        return None


def check_file(path: Path, *, project: bool = False) -> None:
    """Check a whole settings file, where there is one.

    Args:
        path: The file.
        project: True for the file of a project.

    Raises:
        SettingsError: It has a fault.
    """
    if (file := read_file(path)) is not None:
        _check(file, project=project)


def _check(file: SettingsFile, *, project: bool) -> None:
    if project:
        check_project(file)
    validate(file.data, file.place)


def _write(path: Path, text: str) -> None:
    # The target of a link: people keep settings elsewhere and link them.
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.encode(), mode=mode)
    except OSError as error:
        name = readable(str(path))
        if error.errno in NO_SPACE_ERRNOS:
            raise DiskFull(name, hint="Free some room, and set it again.") from error
        denial = check_access(target, CONFIG_VARIABLE)
        words = denial.words if denial else error.strerror or str(error)
        hint = denial.remedy if denial else f"Name another file in {CONFIG_VARIABLE}."
        raise OutputNotWritable(name, f"the settings cannot be written: {words}", hint) from error
