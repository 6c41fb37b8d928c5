"""Several highlighters together, by their percentiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from shotlog.analyzers.clock import EditClock, Numbers
from shotlog.highlights.contract import (
    HIGHLIGHTERS,
    Absence,
    Criterion,
    Embedder,
    Highlighter,
    Judgement,
)
from shotlog.highlights.salience import SMOOTHED_NOISE, combine
from shotlog.schema import Measure, Tier


class EnsembleHighlighter(Highlighter):
    """Judges by several highlighters.

    Each counts by the percentile of a step within the timeline, so that their scales agree. The
    percentiles are combined by Stouffer's method: the weighted sum of the normal deviates that they
    stand for, which is as large by chance as one of them is. Where one highlighter knows nothing,
    the others decide.
    """

    name: ClassVar[str] = "ensemble"
    version: ClassVar[str] = "1"
    tier: ClassVar[Tier] = Tier.LOCAL

    of: str = "heuristic+embedding"
    """The highlighters, separated by ``+``, each with its parameters, separated by ``;``."""
    shares: str = ""
    """Their weights, separated by ``+``: ``0.7+0.3``; empty for equal ones."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        names = self.of.split("+")
        if not all(name.strip() for name in names):
            raise ValueError("highlighters are separated by one +")
        if any(name.partition(":")[0].strip() == self.name for name in names):
            raise ValueError("an ensemble has no ensemble among its parts")
        if len(set(names)) != len(names):
            raise ValueError("a highlighter is given twice")
        shares = self._weigh(len(names))
        if len(shares) != len(names):
            raise ValueError(f"there are {len(shares)} weights for {len(names)} highlighters")
        if not all(np.isfinite(share) and share >= 0 for share in shares) or sum(shares) <= 0:
            raise ValueError("weights are numbers of at least 0, and one is above 0")
        return self

    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return the measures of all its parts, each once."""
        measures = (m for part in self._parts for m in part.measures(embedders))
        return tuple({measure.key: measure for measure in measures}.values())

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement by the percentiles of its parts."""
        judgements = [part.judge(clock, embedders) for part in self._parts]
        shares = np.array(self._weigh(len(judgements)))
        shares /= shares.sum()
        return Judgement(
            _combined([judgement.viral for judgement in judgements], shares),
            _combined([judgement.compelling for judgement in judgements], shares),
            tuple(
                _named(part, share, criterion)
                for part, share, judgement in zip(self._parts, shares, judgements, strict=True)
                for criterion in judgement.criteria
            ),
            tuple(
                Absence(tuple(f"{part.name}.{name}" for name in absence.criteria), absence.text)
                for part, judgement in zip(self._parts, judgements, strict=True)
                for absence in judgement.absences
            ),
            tuple(note for judgement in judgements for note in judgement.notes),
        )

    def completed(self, given: Mapping[str, str]) -> EnsembleHighlighter:
        """Return an ensemble of the same parts, each completed."""
        return self._of(part.completed(given) for part in self._parts)

    def without_faces(self) -> EnsembleHighlighter:
        """Return an ensemble of the same parts without criteria of faces."""
        return self._of(part.without_faces() for part in self._parts)

    def weights(self, embedders: Sequence[Embedder]) -> str | None:
        """Return the fingerprints of its parts."""
        known = {part.name: part.weights(embedders) for part in self._parts}
        return ",".join(f"{name}={weights}" for name, weights in known.items() if weights) or None

    @property
    def key(self) -> str:
        """Its identity, with those of its parts."""
        return " ".join([super().key, *(part.key for part in self._parts)])

    @cached_property
    def _parts(self) -> tuple[Highlighter, ...]:
        texts = (text.strip().replace(";", ",") for text in self.of.split("+"))
        return tuple(map(HIGHLIGHTERS.choose, texts))

    def _of(self, parts: Iterable[Highlighter]) -> EnsembleHighlighter:
        shares: dict[str, float] = {}
        for part, share in zip(parts, self._weigh(len(self._parts)), strict=True):
            # A comma divides the parameters of the ensemble itself.
            text = part.text.replace(",", ";")
            shares[text] = shares.get(text, 0.0) + share  # two may have become one
        even = len(set(shares.values())) == 1
        listed = "" if even else "+".join(f"{share:g}" for share in shares.values())
        return EnsembleHighlighter(of="+".join(shares), shares=listed)

    def _weigh(self, count: int) -> list[float]:
        if not self.shares.strip():
            return [1.0] * count
        try:
            return [float(text) for text in self.shares.split("+")]
        except ValueError:
            raise ValueError(f"'{self.shares}' are no numbers separated by +") from None


def percentiles(values: Numbers) -> Numbers:
    """Return the share of the known values below each, equal ones by half; NaN where unknown."""
    from scipy.stats import rankdata  # SciPy takes longer to import than all else

    known = np.isfinite(values)
    out = np.full(len(values), np.nan)
    if known.any():
        out[known] = (rankdata(values[known]) - 0.5) / known.sum()
    return out


def _combined(series: Sequence[Numbers], shares: Numbers) -> Numbers:
    """Return the weighted sum of normal deviates, with the spread of noise in other judgements."""
    from scipy.special import ndtri

    deviates = np.column_stack([ndtri(percentiles(values)) for values in series])
    return SMOOTHED_NOISE * combine(deviates, shares)


def _named(part: Highlighter, share: float, criterion: Criterion) -> Criterion:
    return replace(
        criterion,
        name=f"{part.name}.{criterion.name}",
        weight=criterion.weight * share,
        text=f"{criterion.text} ({part.name})",
    )
