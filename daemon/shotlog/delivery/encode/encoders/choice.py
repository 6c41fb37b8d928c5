"""The choice of an encoder by its name and parameters: ``h264:crf=20,preset=slow``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint

from shotlog import plugins
from shotlog.delivery.encode.encoders.contract import GROUP, Encoder
from shotlog.schema import EncoderError


def load_encoders(points: Iterable[EntryPoint] | None = None) -> list[Encoder]:
    """Return every installed encoder with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        EncoderError: An entry point cannot be loaded or makes no encoder, or two bear one name.
    """
    return plugins.load(
        GROUP,
        Encoder,  # type: ignore[type-abstract]
        error=EncoderError,
        points=points,
        kind="encoder",
    )


def choose_encoder(text: str) -> Encoder:
    """Return an encoder with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        EncoderError: There is no such encoder or parameter, or a value cannot be used.
    """
    return plugins.choose(
        text,
        GROUP,
        Encoder,  # type: ignore[type-abstract]
        EncoderError,
        kind="encoder",
    )


def describe_encoders() -> list[str]:
    """Return a line for every installed encoder: its parameters, their defaults, its summary."""
    return [f"{plugins.describe(each)}: {each.summary}" for each in load_encoders()]
