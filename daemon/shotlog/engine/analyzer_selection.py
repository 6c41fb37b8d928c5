"""Who is asked: the models that are on this machine, then the built-in analyzers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shotlog.engine.plugins import load_analyzers
from shotlog.engine.resident import ResidentMeasure
from shotlog.models.catalog import InstalledModel, Registry
from shotlog.schema import Analyzer, ModelError, ModelMissing

Models = Literal["auto", "builtin", "local"]

Local = Callable[[Sequence[InstalledModel], str, str], Sequence[Analyzer]]
"""Analyzers of models, on a device (``cuda:0``), in a precision; the one that leads first."""

_NONE_HERE = (
    "no model is on this machine; sizes and moves are those of the built-in analyzers, which need"
    " no weights (see: shotlog models list)"
)


@dataclass(frozen=True)
class Candidates:
    """The models that would speak; nothing of them is loaded yet.

    Attributes:
        here: The models, and what identifies their weights.
        warnings: What stands in the way of a model, or that there is none.
    """

    here: tuple[InstalledModel, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voices:
    """Who is asked.

    Attributes:
        analyzers: In the order in which they speak: of two that disagree the first leads.
        place: Which models run where, in words; None where none does.
        warnings: What stands in the way of a model, or that there is none.
        measures: The resident measures of the models; they hold the weights.
    """

    analyzers: Sequence[Analyzer]
    place: str | None = None
    warnings: tuple[str, ...] = ()
    measures: tuple[ResidentMeasure, ...] = ()

    def holding(self) -> tuple[str, ...]:
        """The models whose weights are loaded, where, and in which precision."""
        return tuple(
            f"{measure.name.removeprefix('model.')} on {device.name} in {device.precision}"
            for measure in self.measures
            if (device := measure.loaded) is not None
        )


def voices(models: Models, names: Sequence[str], device: str, precision: str) -> Voices:
    """Finds who is asked.

    Args:
        models: ``auto``, ``local`` (refuses where no model is here) or ``builtin``.
        names: Only these models; empty for all that are here.
        device: Where they run.
        precision: Of their weights.

    Raises:
        ModelMissing: a named model, or with ``local`` any, is not here.
        ModelError: a named model or the device cannot be used, or models are named and all are
            refused.
    """
    return voices_of(candidates(models, names), device, precision)


def candidates(models: Models, names: Sequence[str]) -> Candidates:
    """The models that would speak; arguments and errors as for :func:`voices`."""
    if models == "builtin":
        if names:
            message = "a model is named, and models are refused"
            raise ModelError(", ".join(names), message, "Name none, or leave models to auto.")
        return Candidates()
    registry = Registry()
    warnings = () if names else tuple(map(str, registry.problems()))
    here = [registry.find(name) for name in dict.fromkeys(names)] if names else registry.installed()
    if here:
        return Candidates(tuple(here), warnings)
    if models == "local":
        raise ModelMissing(str(registry.root), "no model is here")
    return Candidates((), (*warnings, _NONE_HERE))


def voices_of(
    found: Candidates,
    device: str,
    precision: str,
    *,
    local: Local | None = None,
    builtin: Callable[[], Sequence[Analyzer]] = load_analyzers,
) -> Voices:
    """The analyzers of the models, and the built-in ones behind them.

    Args:
        found: The models.
        device: Where they run.
        precision: Of their weights.
        local: Gives the analyzers of models, like
            :func:`~shotlog.models.analysis.build_analyzers`, which makes them where this is None.
        builtin: Gives the built-in ones.

    Raises:
        ModelError: a model or the device cannot be used.
    """
    if not found.here:
        return Voices(builtin(), warnings=found.warnings)
    # Here, not above: what has no model must not wait for the libraries that models need.
    from shotlog.models.analysis import build_analyzers
    from shotlog.models.runtime import choose_device

    where = choose_device(device, precision)  # refused before the long work, not after it
    models = (local or build_analyzers)(found.here, where.torch_name, where.precision)
    names = ", ".join(dict.fromkeys(one.card.name for one in found.here))
    measures = {m: None for a in models for m in a.measures if isinstance(m, ResidentMeasure)}
    return Voices(
        [*models, *builtin()],
        f"{names} on {where.name} in {where.precision}",
        found.warnings,
        tuple(measures),
    )
