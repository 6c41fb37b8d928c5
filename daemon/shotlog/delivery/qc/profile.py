"""Profiles: the checks that a file must pass, with their limits."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shotlog.delivery.qc.contract import QUALITY_CHECKS, QualityCheck
from shotlog.plugins import did_you_mean
from shotlog.schema import QualityProfileUnusable

_SUFFIX = ".toml"


@dataclass(frozen=True)
class QualityProfile:
    """Checks with their limits.

    Attributes:
        name: Its name, or the name of its file.
        title: One line for people.
        checks: The checks, by name.
    """

    name: str
    title: str
    checks: tuple[QualityCheck, ...]


def profile_names() -> list[str]:
    """Return the names of the profiles that come with Shotlog."""
    found = resources.files(__package__).joinpath("profiles").iterdir()
    return sorted(each.name.removesuffix(_SUFFIX) for each in found if each.name.endswith(_SUFFIX))


def load_profile(name: str) -> QualityProfile:
    """Return a profile by its name, or from a file.

    A table of the file is a check: ``[black]``, with its limits as keys. A check without a table is
    left out.

    Args:
        name: One of :func:`profile_names`, or the path of a TOML file.

    Raises:
        QualityProfileUnusable: There is no such profile or file, it is no TOML, or it has an
            unknown check or limit, or a limit that cannot be.
    """
    if name in profile_names():
        text = resources.files(__package__).joinpath("profiles", name + _SUFFIX).read_text("utf-8")
    else:
        text = _read(name)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QualityProfileUnusable(name, f"it is no TOML: {error}") from error
    title = data.pop("title", Path(name).stem)
    installed = QUALITY_CHECKS.by_name
    checks = [_check(name, key, limits, installed) for key, limits in data.items()]
    if not checks:
        raise QualityProfileUnusable(name, "it has no check", _listed(installed))
    return QualityProfile(name, str(title), tuple(sorted(checks, key=lambda check: check.name)))


def _read(name: str) -> str:
    path = Path(name)
    if not path.suffix and not path.exists():
        meant = did_you_mean(name, profile_names())
        hint = f"Choose one of {', '.join(profile_names())}, or give a TOML file."
        raise QualityProfileUnusable(name, f"there is no such profile{meant}", hint)
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise QualityProfileUnusable(name, f"it cannot be read: {reason}") from error


def _check(
    profile: str, key: str, limits: Any, installed: Mapping[str, QualityCheck]
) -> QualityCheck:
    if key not in installed:
        message = f"there is no check '{key}'{did_you_mean(key, installed)}"
        raise QualityProfileUnusable(profile, message, _listed(installed))
    kind = type(installed[key])
    fields = ", ".join(kind.model_fields)
    if not isinstance(limits, dict):
        raise QualityProfileUnusable(profile, f"'{key}' is no table of limits", f"Write [{key}].")
    try:
        return kind.model_validate(limits)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, (key, *fault["loc"])))
        hint = f"The limits of {key}: {fields}."
        raise QualityProfileUnusable(profile, f"{where}: {fault['msg']}", hint) from error


def _listed(installed: Mapping[str, QualityCheck]) -> str:
    return f"The checks: {', '.join(installed)}."
