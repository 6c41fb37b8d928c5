"""Loading of the settings in force, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from shotlog.schema import SettingInvalid, readable
from shotlog.settings.files import SettingsFile, project_file, read_file, user_file
from shotlog.settings.keys import Key, dotted
from shotlog.settings.model import Settings
from shotlog.settings.validation import Place, validate

PREFIX = "SHOTLOG_"
"""Start of the environment variables: ``SHOTLOG_MARKERS_LENGTH`` is ``markers.length``."""

_OWN_SECTIONS = {
    "daemon": "one daemon serves all projects",
    "remote": "what leaves this machine is for its user to say",
    "storage": "one daemon serves all projects",
}
"""Sections for the machine, which a project cannot set, and why."""


class Origin(NamedTuple):
    """The source of a setting.

    Attributes:
        kind: The kind of source; flags win over the environment, and so on to the default.
        place: The flag, variable, or file with its line; empty for a default.
    """

    kind: Literal["flag", "environment", "project", "user", "default"]
    place: str = ""


@dataclass(frozen=True)
class LoadedSettings:
    """The settings in force.

    Attributes:
        settings: The settings.
        origins: The sources of those that are set, by key; the others have their defaults.
        user: The user's settings file, which need not exist; None for a user without a home.
        project: The settings file of the project; None where there is none.
    """

    settings: Settings
    origins: Mapping[Key, Origin]
    user: Path | None
    project: Path | None

    def origin(self, key: Key) -> Origin:
        """Return the source of a setting."""
        return self.origins.get(key, Origin("default"))


@dataclass(frozen=True)
class _Layer:
    kind: Literal["flag", "environment", "project", "user"]
    data: Mapping[str, Any]
    place: Place


class _Reader(BaseSettings, Settings):
    # The first underscore after the prefix ends the section: others belong to the name.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="_", env_nested_max_split=1
    )


class _Environment(EnvSettingsSource):
    def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
        """Return a list or a group in JSON; a text that is none is validated as it is."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


def load_settings(
    project: Path | None = None, flags: Mapping[str, Any] | None = None
) -> LoadedSettings:
    """Return the settings in force: flags before environment, project, user and defaults.

    Args:
        project: A timeline or folder of the project; None for none.
        flags: Values that were given for this run alone, by dotted key: ``markers.length``.

    Raises:
        SettingsUnreadable: A file cannot be read, or is no TOML.
        SettingUnknown: A key is not known.
        SettingInvalid: A setting has a value that it cannot have.
    """
    user = user_file()
    found = None if project is None else project_file(project)
    layers = [
        _Layer("flag", _nested(flags or {}), lambda key: f"--set {dotted(key)}"),
        _environment_layer(),
        *_file_layers("project", None if found is None else read_file(found)),
        *_file_layers("user", None if user is None else read_file(user)),
    ]
    for layer in layers:  # each by itself, so that a fault is reported with its place
        validate(layer.data, layer.place)
    return LoadedSettings(
        settings=validate(_merge(layers), dotted),
        origins={
            key: Origin(layer.kind, layer.place(key))
            for layer in reversed(layers)
            for key in _set_keys(layer.data)
        },
        user=user,
        project=found,
    )


def _environment_layer() -> _Layer:
    data = _Environment(_Reader)()
    return _Layer("environment", data, _variable)


def _variable(key: Key) -> str:
    return PREFIX + "_".join(key[:2]).upper()


def _file_layers(kind: Literal["project", "user"], file: SettingsFile | None) -> Iterator[_Layer]:
    if file is None:
        return
    if kind == "project":
        check_project(file)
    yield _Layer(kind, file.data, file.place)


def check_project(file: SettingsFile) -> None:
    """Check that the file of a project sets nothing that belongs to the machine.

    Raises:
        SettingInvalid: It does.
    """
    for section, reason in _OWN_SECTIONS.items():
        if section in file.data:
            raise SettingInvalid(
                file.place((section,)),
                f"a project cannot set {section}, as {reason}",
                f"Move it to your own settings, {readable(str(user_file() or 'config.toml'))}.",
            )


def _merge(layers: list[_Layer]) -> dict[str, Any]:
    sources = tuple(InitSettingsSource(_Reader, dict(layer.data)) for layer in layers)

    class Merged(_Reader):
        @classmethod
        def settings_customise_sources(
            cls, *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return sources

    merged = Merged()
    return merged.model_dump(exclude_unset=True)


def _nested(flags: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in flags.items():
        *sections, last = name.split(".")
        inner = nested
        for section in sections:
            if not isinstance(inner.get(section), dict):
                inner[section] = {}
            inner = inner[section]
        inner[last] = value
    return nested


def _set_keys(data: Mapping[str, Any], above: Key = ()) -> Iterator[Key]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _set_keys(value, (*above, name))
        else:
            yield (*above, name)
