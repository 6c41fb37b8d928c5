"""Options that tasks share."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field

from shotlog.schema import HighlightOptions, Model, RemoteOptions

_FIRST, _SINCE_FACTS, _SINCE_CUT_FINDERS, _SINCE_HIGHLIGHTERS = (1, 0), (1, 4), (1, 5), (1, 6)
"""The first protocol version, the first whose options have facts and embeddings, the first in which
a cut finder can be chosen, and the first in which highlighters can."""

_SINCE_REMOTE = (1, 7)
"""The first protocol version whose options have a provider."""

_SINCE_PROFILES = (1, 8)
"""The first protocol version whose options have a profile."""

_CUTS_OF_OLD = ("builtin", "off")
"""Choices of cut finders that every protocol version can express."""


def _current_name(cuts: Any) -> Any:
    # Before 1.5 the built-in cut finder was the only one, and was called "find".
    return "builtin" if cuts == "find" else cuts


class ModelOptions(Model):
    """Selection of the models, and how they run."""

    models: Literal["auto", "builtin", "local", "remote"] = "auto"
    """`auto` uses the models on this machine and the built-in analyzers, `builtin` needs no model,
    `local` fails where there is no model. `remote` asks a provider and uses the built-in analyzers;
    since protocol 1.7."""
    names: tuple[str, ...] = ()
    """Use only these models; empty for all on this machine."""
    device: str = "auto"
    """Device that runs them: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """Number format of their weights and computations."""


class AnalysisOptions(ModelOptions):
    """Options of an analysis: those of ``shotlog analyze`` that affect findings."""

    disabled: bool = False
    """True to analyse disabled clips, too."""
    # Not written unless it is set, so that daemons of before understand all other analyses.
    cuts: Annotated[str, BeforeValidator(_current_name)] = Field(
        "builtin", exclude_if=lambda cuts: cuts == "builtin"
    )
    """The cut finder that divides clips into shots, with its parameters: `builtin`,
    `adaptive:threshold=4`; with `off` each clip is one shot. Others than these two since protocol
    1.5."""
    facts: bool = Field(False, exclude_if=operator.not_)
    """True to give every shot of the log its facts: faces, speech, loudness, properties of its
    media. Since protocol 1.4."""
    embeddings: bool = Field(False, exclude_if=operator.not_)
    """True to use an image-text model, where one is on the machine, even if other models are
    named, so that the shots can be searched by words. It answers sizes, too. Since protocol 1.4."""

    highlights: HighlightOptions = Field(
        HighlightOptions(), exclude_if=lambda highlights: highlights == HighlightOptions()
    )
    """The highlighters, and what is selected from their judgements; the default is the heuristic,
    with short moments. Since protocol 1.6."""

    remote: RemoteOptions | None = Field(None, exclude_if=lambda remote: remote is None)
    """The provider that may be asked, and what that may cost; None asks none. With `models` other
    than `remote` the order of the tiers in it decides. Since protocol 1.7."""

    profile: str | None = Field(None, exclude_if=lambda profile: profile is None)
    """Id of the profile of an editor that corrects scores, as `NAME@DIGEST`; the daemon refuses a
    profile of this name with another content. None for none. Since protocol 1.8."""

    def with_provider(self, remote: RemoteOptions | None, *, alone: bool) -> Self:
        """Return these options with a provider that may be asked.

        Args:
            remote: The provider; None asks none.
            alone: True for the remote tier, which no other tier follows.
        """
        if not alone:
            return self.model_copy(update={"remote": remote})
        return self.model_copy(update={"remote": remote, "models": "remote", "names": ()})

    @property
    def minimum_protocol(self) -> tuple[int, int]:
        """The oldest protocol version that can express these options."""
        if self.profile is not None:
            return _SINCE_PROFILES
        if self.remote is not None or self.models == "remote":
            return _SINCE_REMOTE
        if self.highlights != HighlightOptions():
            return _SINCE_HIGHLIGHTERS
        if self.cuts not in _CUTS_OF_OLD:
            return _SINCE_CUT_FINDERS
        return _SINCE_FACTS if self.facts or self.embeddings else _FIRST
