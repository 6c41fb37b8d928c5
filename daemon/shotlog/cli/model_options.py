"""Options that choose the models, and the device and precision they run in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import click

from shotlog.service.protocol import AnalysisOptions

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that :func:`asks_of` takes."""
    for option in reversed((
        click.option(
            "--models",
            type=click.Choice(["auto", "builtin", "local"]),
            default="auto",
            show_default=True,
            help="auto: installed models and the built-in analyzers. local: the same, but fail if"
            " no model is installed. builtin: no models.",
        ),
        click.option(
            "--model",
            "names",
            metavar="NAME",
            multiple=True,
            help="Use only this model; may be given more than once.",
        ),
    )):  # fmt: skip
        command = option(command)
    return place_options(command)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--device`` and ``--precision``."""
    for option in reversed((
        click.option(
            "--device",
            metavar="DEVICE",
            default="auto",
            show_default=True,
            callback=_device,
            help="Device for models: auto, cpu, cuda, cuda:1, mps.",
        ),
        click.option(
            "--precision",
            type=click.Choice(["auto", "fp32", "bf16", "fp16"]),
            default="auto",
            show_default=True,
            help="Number format of models; auto takes the best one for the device.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


def asks_of(
    models: str, names: Sequence[str], device: str, precision: str, *, disabled: bool = False
) -> AnalysisOptions:
    """Return the options as one value, the same for this process and for the daemon.

    Raises:
        click.UsageError: ``--model`` is given together with ``--models builtin``.
    """
    if models == "builtin" and names:
        raise click.UsageError("--model needs models, but --models builtin uses none.")
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
        raise click.BadParameter(f"'{value}' is not one of auto, cpu, cuda, cuda:1, mps.")
    return value
