"""The choice of a target by its name and parameters: ``folder:path=/mnt/delivery``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint

from shotlog import plugins
from shotlog.delivery.upload.contract import UploadTarget
from shotlog.schema import UploadTargetError

GROUP = "shotlog.delivery.upload"
_KIND = "target"


def load_targets(points: Iterable[EntryPoint] | None = None) -> list[UploadTarget]:
    """Return every installed target with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        UploadTargetError: An entry point cannot be loaded or makes no target, or two bear one name.
    """
    return plugins.load(
        GROUP,
        UploadTarget,  # type: ignore[type-abstract]
        error=UploadTargetError,
        points=points,
        kind=_KIND,
    )


def choose_target(text: str) -> UploadTarget:
    """Return a target with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        UploadTargetError: There is no such target or parameter, or a value cannot be used.
    """
    return plugins.choose(
        text,
        GROUP,
        UploadTarget,  # type: ignore[type-abstract]
        UploadTargetError,
        kind=_KIND,
    )


def describe_targets() -> list[str]:
    """Return a line for every installed target: its parameters and their defaults."""
    return [f"{plugins.describe(each)}: {each.summary}" for each in load_targets()]
