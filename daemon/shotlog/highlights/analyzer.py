"""Highlights of an edit: what a selection takes from the judgement of a highlighter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

import numpy as np

from shotlog.analyzers.clock import STEP, EditClock
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.highlights.contract import Embedder, Highlighter, Judgement
from shotlog.highlights.explanation import find_reasons, peak_scores
from shotlog.highlights.moments import Moments, Selected, relative_heights
from shotlog.schema import Claim, Curve, EditAnalyzer, EditView, Family


class Selection(Protocol):
    """A rule that selects stretches of a timeline from a judgement."""

    @property
    def key(self) -> str:
        """Identity of the rule and its parameters."""

    def warnings(self, view: EditView) -> tuple[str, ...]:
        """Return sentences for people about what it was given."""
        ...

    def select(self, judgement: Judgement, clock: EditClock) -> list[Selected]:
        """Return the stretches, best first; they never overlap.

        Args:
            judgement: The judgement.
            clock: The timeline.

        Raises:
            TimelineTooShort: None can be found in so short a timeline.
        """
        ...


class HighlightAnalyzer(EditAnalyzer):
    """Analyzer of highlights, by a highlighter and a selection.

    A claim's scores are those of the selection, and by criterion the highest z-score in the
    stretch; a criterion that is unknown there is left out.

    Args:
        highlighter: Judges the timeline.
        selection: Selects the highlights.
        embedders: The embedders of the run's models, the leading one first.

    Raises:
        HighlighterError: The highlighter needs a model, and there is none.
    """

    family = Family.HIGHLIGHT

    def __init__(
        self,
        highlighter: Highlighter,
        selection: Selection | None = None,
        embedders: Sequence[Embedder] = (),
    ) -> None:
        self._highlighter, self._embedders = highlighter, embedders
        self._selection = selection or Moments()
        self._judged = WeakKeyDictionary[EditView, tuple[EditClock, Judgement] | None]()
        # Every selection spares phrases, so that speech is heard in any case.
        measures = (*highlighter.measures(embedders), LoudnessMeasure(), SpeechMeasure())
        self.measures = tuple({measure.key: measure for measure in measures}.values())
        self.name = f"{highlighter.tier}.highlight.{highlighter.text}"
        self.tier, self.version = highlighter.tier, highlighter.version
        self.weights = highlighter.weights(embedders)

    @property
    def claims_key(self) -> str:
        """The highlighter and the selection; its claims are kept."""
        return f"{self._highlighter.key} {self._selection.key}"

    @property
    def selection(self) -> Selection:
        """The selection."""
        return self._selection

    def judge(self, view: EditView) -> tuple[EditClock, Judgement] | None:
        """Return the clock of an edit and its judgement; None where there is nothing to see."""
        # Claims and curve come from one judgement; it goes when its view does.
        if view not in self._judged:
            clock = EditClock.of(view)
            seen = (clock.owner >= 0).any()
            judged = (clock, self._highlighter.judge(clock, self._embedders)) if seen else None
            self._judged[view] = judged
        return self._judged[view]

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Return the claims about the edit, best first; none where nothing stands out."""
        judged = self.judge(view)
        if judged is None:
            return []
        clock, judgement = judged
        return [
            Claim(
                label=f"HL {rank}",
                scores=item.scores | peak_scores(judgement, item.first, item.last),
                confidence=item.confidence,
                range=item.range,
                reasons=find_reasons(judgement, item.first, item.last) + item.reasons,
            )
            for rank, item in enumerate(self._selection.select(judgement, clock), start=1)
        ]

    def warnings(self, view: EditView) -> Sequence[str]:
        """Return what the selection has to tell of what it was given."""
        return self._selection.warnings(view)

    def curve(self, view: EditView) -> Curve | None:
        """Return what grips at once, over its median, in spreads."""
        judged = self.judge(view)
        if judged is None:
            return None
        height = relative_heights(judged[1].viral)
        known = np.isfinite(height)
        values = tuple(float(h) if k else None for h, k in zip(height, known, strict=True))
        return Curve(step=STEP, values=values)
