"""The options that say who is asked: models, which of them, and where they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from shotlog.service.protocol import AnalysisOptions

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that :func:`asks_of` takes."""
    for option in reversed((
        click.option(
            "--models",
            type=click.Choice(["auto", "builtin", "local"]),
            default="auto",
            show_default=True,
            help="auto: the models that are here, and the built-in analyzers. local: likewise, but"
            " refuse where no model is here. builtin: no models.",
        ),
        click.option(
            "--model",
            "names",
            metavar="NAME",
            multiple=True,
            help="Of the models, only this one; may be given more than once.",
        ),
    )):  # fmt: skip
        command = option(command)
    return place_options(command)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--device`` and ``--precision``."""
    for option in reversed((
        click.option(
            "--device",
            metavar="DEVICE",
            default="auto",
            show_default=True,
            callback=_device,
            help="Where models run: auto, cpu, cuda, cuda:1, mps.",
        ),
        click.option(
            "--precision",
            type=click.Choice(["auto", "fp32", "bf16", "fp16"]),
            default="auto",
            show_default=True,
            help="What models compute in; auto takes what the device is good at.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


def asks_of(
    models: str, names: Sequence[str], device: str, precision: str, *, disabled: bool = False
) -> AnalysisOptions:
    """The options as one value, the same for this process and for the daemon.

    Raises:
        click.UsageError: models are named, and all are refused.
    """
    if models == "builtin" and names:
        raise click.UsageError("--model names a model, and --models builtin wants none.")
    return AnalysisOptions.model_validate(
        {
            "models": models,
            "names": tuple(names),
            "device": device,
            "precision": precision,
            "disabled": disabled,
        }
    )


def _device(_: click.Context, __: click.Parameter, value: str) -> str:
    if not _DEVICE.fullmatch(value):
        raise click.BadParameter(f"'{value}' is none of auto, cpu, cuda, cuda:1, mps.")
    return value
