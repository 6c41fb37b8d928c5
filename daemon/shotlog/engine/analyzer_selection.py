"""Selection of the analyzers of a run: models that are on this machine, then the built-in tier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shotlog.engine.plugins import ANALYZERS
from shotlog.engine.profiles import apply_profile
from shotlog.engine.resident import ResidentMeasure
from shotlog.models.catalog import InstalledModel, Registry
from shotlog.profiles import ProfileStore
from shotlog.schema import (
    Analyzer,
    HighlightOptions,
    ModelError,
    ModelMissing,
    RemoteOptions,
)

ModelChoice = Literal["auto", "builtin", "local", "remote"]

ModelAnalyzerFactory = Callable[[Sequence[InstalledModel], str, str], Sequence[Analyzer]]
"""Maker of the analyzers of models, for a device (``cuda:0``) and a precision; the leader first."""

_NONE_HERE = (
    "no model is on this machine; sizes and moves are those of the built-in analyzers, which need"
    " no weights (see: shotlog models list)"
)

_NO_WORDS = (
    "no image-text model is on this machine, so these shots cannot be searched by words"
    " (see: shotlog models list)"
)


@dataclass(frozen=True)
class CandidateModels:
    """Models that a run would use; their weights are not loaded.

    Attributes:
        models: The models, with the identity of their weights.
        warnings: Reasons why a model cannot be used, or that there is none.
    """

    models: tuple[InstalledModel, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnalyzerSelection:
    """The analyzers of a run.

    Attributes:
        analyzers: By precedence: where two disagree, the first leads.
        placement: Names of the models with device and precision, for people; None without models.
        warnings: Reasons why a model cannot be used, or that there is none; and where a profile
            changes nothing.
        measures: Resident measures of the models, which hold the weights.
    """

    analyzers: Sequence[Analyzer]
    placement: str | None = None
    warnings: tuple[str, ...] = ()
    measures: tuple[ResidentMeasure, ...] = ()

    def with_profile(self, profile: str | None) -> AnalyzerSelection:
        """Return the selection with the profile of an id; itself for None.

        Raises:
            ProfileUnusable: The profile is not on this machine, or cannot be used.
        """
        if profile is None:
            return self
        analyzers, warnings = apply_profile(self.analyzers, ProfileStore().load(profile))
        return replace(self, analyzers=analyzers, warnings=(*self.warnings, *warnings))

    def loaded_models(self) -> tuple[str, ...]:
        """Return a line for each model whose weights are loaded, with device and precision."""
        return tuple(
            f"{measure.name.removeprefix('model.')} on {device.name} in {device.precision}"
            for measure in self.measures
            if (device := measure.loaded) is not None
        )


def select_analyzers(
    models: ModelChoice,
    names: Sequence[str],
    device: str,
    precision: str,
    *,
    embeddings: bool = False,
    highlights: HighlightOptions | None = None,
    remote: RemoteOptions | None = None,
    profile: str | None = None,
) -> AnalyzerSelection:
    """Select the analyzers of a run.

    Where no model is named, those that are installed are used, of image-text models the leading one
    alone: one vector of each shot is enough to search by, and one zero-shot opinion to hear.

    Args:
        models: ``auto``, ``local`` (an error where no model is installed), ``builtin``, or
            ``remote``: a provider and the built-in tier.
        names: Only these models on this machine; empty for all that are installed.
        device: The device that runs them.
        precision: Precision of their weights.
        embeddings: True to use an image-text model in any case, so that the shots can be searched
            by words: one that is named, else the leading one that is installed.
        highlights: The highlighters; None takes the default.
        remote: The provider, for ``remote``; None takes the only one that there is.
        profile: Id of the profile that corrects scores; None for none.

    Raises:
        ProviderError: a provider is asked for and cannot be used.
        ModelMissing: a named model is not installed; with ``local``: none is.
        ModelError: a named model or the device cannot be used; models are named or embeddings asked
            for, and all models are refused.
        HighlighterError: a highlighter cannot be used.
        ProfileUnusable: the profile of this id is not here, or cannot be used.
    """
    found = find_candidates(models, names, embeddings=embeddings)
    asked = ask_provider(models, remote)
    made = make_analyzers(found, device, precision, highlights=highlights, remote=asked)
    return made.with_profile(profile)


def ask_provider(models: ModelChoice, remote: RemoteOptions | None) -> list[Analyzer]:
    """Return the analyzers of the remote tier, if it is asked for.

    Raises:
        ProviderError: The provider cannot be used.
    """
    if models != "remote":
        return []
    # Imported here: few runs ask a provider.
    from shotlog.providers import make_remote_analyzers

    return list(make_remote_analyzers(remote or RemoteOptions()))


def find_candidates(
    models: ModelChoice, names: Sequence[str], *, embeddings: bool = False
) -> CandidateModels:
    """Find the models that a run would use; arguments and errors as :func:`select_analyzers`."""
    if models == "builtin":
        if names:
            message = "a model is named, and models are refused"
            raise ModelError(", ".join(names), message, "Name none, or leave models to auto.")
        if embeddings:
            message = "search by words is asked for, and models are refused"
            raise ModelError("embeddings", message, "Ask for none, or leave models to auto.")
        return CandidateModels()
    if models == "remote":
        names = ()  # they are of models on this machine, for the tiers that follow
    registry = Registry()
    warnings = () if names else tuple(map(str, registry.problems()))
    if names:
        found = [registry.find(name) for name in dict.fromkeys(names)]
    else:
        here = [] if models == "remote" else registry.installed()
        found = _without_lesser_image_text(here)
    if not found and models != "remote":
        if models == "local":
            raise ModelMissing(str(registry.root), "no model is here")
        warnings = (*warnings, _NONE_HERE)
    if embeddings and not any(map(_is_image_text, found)):
        others = [model for model in registry.installed() if _is_image_text(model)]
        found += others[:1]
        warnings = warnings if others else (*warnings, _NO_WORDS)
    return CandidateModels(tuple(found), warnings)


def _is_image_text(model: InstalledModel) -> bool:
    return model.card.text is not None


def _without_lesser_image_text(ranked: Sequence[InstalledModel]) -> list[InstalledModel]:
    """Return models, the leading one first, without all image-text models but the leading one."""
    leading = next(filter(_is_image_text, ranked), None)
    return [model for model in ranked if model is leading or not _is_image_text(model)]


def make_analyzers(
    found: CandidateModels,
    device: str,
    precision: str,
    *,
    highlights: HighlightOptions | None = None,
    remote: Sequence[Analyzer] = (),
    local: ModelAnalyzerFactory | None = None,
    builtin: Callable[[], Sequence[Analyzer]] = ANALYZERS.load,
) -> AnalyzerSelection:
    """Make the analyzers of the models, followed by the built-in ones and those of highlights.

    Args:
        found: The models.
        device: The device that runs them.
        precision: Precision of their weights.
        highlights: The highlighters; None takes the default.
        remote: Analyzers of the remote tier, which lead.
        local: Makes the analyzers of models; None takes
            :func:`~shotlog.models.analysis.build_analyzers`.
        builtin: Makes the built-in analyzers.

    Raises:
        ModelError: a model or the device cannot be used.
        HighlighterError: a highlighter cannot be used.
    """
    # Imported late: it needs the detectors, which commands without an analysis do not.
    from shotlog.highlights import Embedder, make_highlight_analyzers

    asked = highlights or HighlightOptions()
    if not found.models:
        analyzers = [*remote, *builtin(), *make_highlight_analyzers(asked)]
        return AnalyzerSelection(analyzers, warnings=found.warnings)
    # Imported here: a run without models must not wait for the libraries that models need.
    from shotlog.models.analysis import build_analyzers
    from shotlog.models.runtime import choose_device

    where = choose_device(device, precision)  # an unusable device is an error before the long work
    models = (local or build_analyzers)(found.models, where.torch_name, where.precision)
    names = ", ".join(dict.fromkeys(model.card.name for model in found.models))
    # A dictionary for the order, which a set would not keep: heads of a model share its measure.
    measures = {m: None for a in models for m in a.measures if isinstance(m, ResidentMeasure)}
    embedders = [measure for measure in measures if isinstance(measure, Embedder)]
    return AnalyzerSelection(
        [*remote, *models, *builtin(), *make_highlight_analyzers(asked, embedders)],
        f"{names} on {where.name} in {where.precision}",
        found.warnings,
        tuple(measures),
    )
