"""Who is asked: the models that are on this machine, then the built-in analyzers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from shotlog.engine import load_analyzers
from shotlog.models.registry import Installed, Registry
from shotlog.schema.analysis import Analyzer
from shotlog.schema.errors import ModelMissing

Models = Literal["auto", "builtin", "local"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_NONE_HERE = (
    "no model is on this machine; sizes and moves are those of the built-in analyzers, which need"
    " no weights (see: shotlog models list)"
)


@dataclass(frozen=True)
class Voices:
    """Who is asked.

    Attributes:
        analyzers: In the order in which they speak: of two that disagree the first leads.
        place: Which models run where, in words; None where none does.
        warnings: What stands in the way of a model, or that there is none.
    """

    analyzers: Sequence[Analyzer]
    place: str | None = None
    warnings: tuple[str, ...] = ()


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that :func:`voices` takes."""
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


def voices(models: Models, names: Sequence[str], device: str, precision: str) -> Voices:
    """Finds who is asked.

    Args:
        models: ``auto``, ``local`` (refuses where no model is here) or ``builtin``.
        names: Only these models; empty for all that are here.
        device: Where they run.
        precision: Of their weights.

    Raises:
        click.UsageError: models are named, and all are refused.
        ModelMissing: a named model, or with ``local`` any, is not here.
        ModelError: a named model or the device cannot be used.
    """
    if models == "builtin":
        if names:
            raise click.UsageError("--model names a model, and --models builtin wants none.")
        return Voices(load_analyzers())
    registry = Registry()
    warnings = () if names else tuple(map(str, registry.problems()))
    here = [registry.find(name) for name in dict.fromkeys(names)] if names else registry.installed()
    if here:
        local, place = _local(here, device, precision)
        return Voices([*local, *load_analyzers()], place, warnings)
    if models == "local":
        raise ModelMissing(str(registry.root), "no model is here")
    return Voices(load_analyzers(), None, (*warnings, _NONE_HERE))


def _local(
    here: Sequence[Installed], device: str, precision: str
) -> tuple[Sequence[Analyzer], str]:
    # Here, not above: what has no model must not wait for the libraries that models need.
    from shotlog.models.analyzers import analyzers_of
    from shotlog.models.devices import choose_device

    where = choose_device(device, precision)  # refused before the long work, not after it
    found = analyzers_of(here, where.place, where.precision)
    names = ", ".join(dict.fromkeys(one.card.name for one in here))
    return found, f"{names} on {where.name} in {where.precision}"


def _device(_: click.Context, __: click.Parameter, value: str) -> str:
    if not _DEVICE.fullmatch(value):
        raise click.BadParameter(f"'{value}' is none of auto, cpu, cuda, cuda:1, mps.")
    return value
