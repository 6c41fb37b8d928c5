"""The contract of highlighters, which are found by the entry point group ``shotlog.highlighters``.

A highlighter judges every quarter second of a timeline. It names the measures that it uses, as an
analyzer does. Which stretches become highlights is selected from its judgement in one place for
all highlighters, :class:`~shotlog.highlights.HighlightAnalyzer`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import EditClock, Numbers
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import HighlighterError, Measure, Series, Tier


@runtime_checkable
class Embedder(Protocol):
    """A measure of windows whose rows hold a vector of what is seen."""

    @property
    def name(self) -> str:
        """The unique name of the measure."""

    @property
    def fingerprint(self) -> str:
        """Identity of the weights."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        """Return (n, d) the vectors of the rows of a series."""


def measure_of(embedder: Embedder) -> Measure:
    """Return an embedder as the measure that it is.

    Raises:
        TypeError: It is none, so that the engine cannot measure it.
    """
    if not isinstance(embedder, Measure):
        raise TypeError(f"{embedder.name} is no measure")
    return embedder


@dataclass(frozen=True, eq=False)
class Criterion:
    """One of the features that a judgement is made of, at every step.

    Attributes:
        name: Name among the scores of a finding.
        weight: Weight in the judgement, by which reasons are ordered.
        text: Reason shown to an editor; ``{z}`` is the highest z-score in the moment, ``{value}``
            the highest value.
        values: (n,) in its own unit; NaN where unknown.
        z: (n,) in spreads from the timeline's median; NaN where unknown.
    """

    name: str
    weight: float
    text: str
    values: Numbers
    z: Numbers


class Absence(NamedTuple):
    """Evidence that may be missing: names of criteria, and a sentence for where all are unknown."""

    criteria: tuple[str, ...]
    text: str


class Note(NamedTuple):
    """A reason in words for the steps [first, last), and its weight among the others."""

    first: int
    last: int
    weight: float
    text: str


@dataclass(frozen=True, eq=False)
class Judgement:
    """The judgement of a timeline by a highlighter, at every step of its clock.

    Attributes:
        viral: (n,) how much a step grips at once; NaN where unknown.
        compelling: (n,) how much it holds in its surroundings; NaN where unknown. Both count in
            spreads of the same noise, so that chance is judged alike for every highlighter.
        criteria: The features that both are made of.
        absences: What is told of a moment where evidence is missing.
        notes: Reasons in words; the weightiest of a moment is told.
    """

    viral: Numbers
    compelling: Numbers
    criteria: tuple[Criterion, ...] = ()
    absences: tuple[Absence, ...] = ()
    notes: tuple[Note, ...] = ()


class Highlighter(ConfigurablePlugin, ABC):
    """A way of judging a timeline; its fields are the parameters that users may choose.

    Attributes:
        name: Unique name, by which users choose it.
        version: Version; must be raised when the same rows give another judgement.
        tier: Place where it computes.
    """

    version: ClassVar[str]
    tier: ClassVar[Tier] = Tier.BUILTIN

    @abstractmethod
    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return the measures that it uses.

        Args:
            embedders: The embedders of the run's models, the leading one first.

        Raises:
            HighlighterError: It needs a model, and there is none.
        """

    @abstractmethod
    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement of a timeline that is not empty.

        It depends on the rows of its measures and on the clock alone.

        Raises:
            HighlighterError: It cannot be made; the reason is told to the editor.
        """

    def weights(self, embedders: Sequence[Embedder]) -> str | None:
        """Return the fingerprint of its weights, or of other files that decide; None without."""
        return None

    def completed(self, given: Mapping[str, str]) -> Self:
        """Return the same highlighter with parameters that it has and that have their default.

        Args:
            given: Values by the name of the parameter; "" for none.
        """
        fields = type(self).model_fields
        missing = {
            name: value
            for name, value in given.items()
            if value and name in fields and getattr(self, name) == fields[name].default
        }
        return type(self).model_validate(self.model_dump() | missing) if missing else self

    def without_faces(self) -> Highlighter:
        """Return the same highlighter without criteria of faces; itself where it has none."""
        return self

    @property
    def key(self) -> str:
        """Identity: all that decides its judgement, apart from rows, weights and files."""
        return f"{self.text}@{self.version}"


HIGHLIGHTERS = PluginKind("shotlog.highlighters", Highlighter, "highlighter", HighlighterError)
"""Highlighters; ``shotlog highlights find --backend`` chooses them."""
