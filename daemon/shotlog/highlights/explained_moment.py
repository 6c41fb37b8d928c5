"""The judgement of one moment: every criterion beside the timeline's own spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from shotlog.analyzers.clock import STEP, EditClock, Numbers
from shotlog.highlights.analyzer import HighlightAnalyzer
from shotlog.highlights.candidates import Candidates
from shotlog.highlights.contract import Judgement
from shotlog.highlights.moments import Selected
from shotlog.highlights.passages import Passages
from shotlog.schema import Claim, Edit, EditAnalyzer, EditView, Family, TimeRange


@dataclass(frozen=True)
class ExplainedCriterion:
    """A criterion at a moment; what is unknown is None.

    Attributes:
        name: Its name.
        weight: Its weight in the judgement.
        value: Its value at the moment, in its own unit.
        z: The same in spreads from the timeline's median.
        quartiles: Lower quartile, median and upper quartile of the timeline.
    """

    name: str
    weight: float
    value: float | None
    z: float | None
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True)
class ExplainedMoment:
    """The judgement of a quarter second of a timeline.

    Attributes:
        moment: The moment that was asked for.
        criteria: Every criterion.
        viral: Percentage of the timeline that grips as much or less; None if unknown.
        compelling: Percentage of it that holds as much or less; None if unknown.
        highlight: Label of the highlight that it lies in; None if it lies in none.
        verdict: A sentence on why it lies in that one, or in none.
    """

    moment: Fraction
    criteria: tuple[ExplainedCriterion, ...]
    viral: float | None
    compelling: float | None
    highlight: str | None
    verdict: str


class MomentExplainer(EditAnalyzer):
    """Explains a moment of the edit that an engine analyses; it claims nothing.

    Args:
        asked: Finds the passages that the moment may lie in.
        moment: The moment on the timeline, in seconds.

    Attributes:
        found: The explanation of the last edit; None where it is empty.

    Raises:
        TypeError: The analyzer selects no passages.
    """

    family = Family.HIGHLIGHT

    def __init__(self, asked: HighlightAnalyzer, moment: Fraction) -> None:
        if not isinstance(asked.selection, Passages):
            raise TypeError(f"{asked.name} selects no passages")
        self.name, self.tier, self.version = asked.name, asked.tier, asked.version
        self.measures, self.weights = asked.measures, asked.weights
        self._asked, self._passages, self._moment = asked, asked.selection, moment
        self.found: ExplainedMoment | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Explain the moment; return no claim.

        Raises:
            TimelineTooShort: No passage can be found in so short a timeline.
        """
        judged = self._asked.judge(view)
        if judged is not None:
            self.found = explain_moment(*judged, self._passages, self._moment, view.edit)
        return []

    def warnings(self, view: EditView) -> Sequence[str]:
        """Return what the analyzer that it explains has to tell."""
        return self._asked.warnings(view)


def explain_moment(
    clock: EditClock, judgement: Judgement, passages: Passages, moment: Fraction, edit: Edit
) -> ExplainedMoment:
    """Return what a judgement has of a moment.

    Args:
        clock: The timeline.
        judgement: Its judgement.
        passages: Selects the highlights.
        moment: The moment on the timeline, in seconds.
        edit: The timeline, whose timecodes the verdict tells.

    Raises:
        TimelineTooShort: No passage can be found in so short a timeline.
    """
    step = min(int(moment / STEP), len(clock) - 1)
    chosen = passages.select(judgement, clock)
    inside = [n for n, item in enumerate(chosen, start=1) if item.range.contains(moment)]
    verdict = _Verdict(passages, chosen, judgement, clock, edit)
    return ExplainedMoment(
        moment,
        tuple(
            ExplainedCriterion(
                each.name,
                each.weight,
                _known(each.values[step]),
                _known(each.z[step]),
                _quartiles(each.values),
            )
            for each in judgement.criteria
        ),
        _percentage(judgement.viral, step),
        _percentage(judgement.compelling, step),
        f"HL {inside[0]}" if inside else None,
        verdict.of_highlight(inside[0]) if inside else verdict.of_none(moment, step),
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _quartiles(values: Numbers) -> tuple[float, float, float] | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, middle, high = (float(each) for each in np.quantile(known, (0.25, 0.5, 0.75)))
    return low, middle, high


def _percentage(series: Numbers, step: int) -> float | None:
    known = series[np.isfinite(series)]
    if not np.isfinite(series[step]):
        return None
    return round(100 * float(np.mean(known <= series[step])), 1)


@dataclass(frozen=True)
class _Verdict:
    """Says why a moment lies in a highlight, or in none."""

    passages: Passages
    chosen: Sequence[Selected]
    judgement: Judgement
    clock: EditClock
    edit: Edit

    def of_highlight(self, rank: int) -> str:
        item = self.chosen[rank - 1]
        return f"it lies in HL {rank}, {self._place(item)}, score {item.scores['score']:.1f}"

    def of_none(self, moment: Fraction, step: int) -> str:
        if not np.isfinite(self.judgement.viral[step]):
            return "nothing is known of it: there is no picture and no sound that could be read"
        found = self.passages.find_candidates(self.judgement, self.clock)
        if not len(found):
            return "nothing stands out in this timeline, so there is no highlight"
        around = self._around(found, moment)
        options = self.passages.options
        if around is None:
            lengths = f"{float(options.min_duration):g} to {float(options.max_duration):g} s"
            return f"no stretch of {lengths} around it begins and ends at a cut or in a pause"
        best = f"the best passage around it, {self._place(around)}, has the score"
        best = f"{best} {around.scores['score']:.1f}"
        for rank, item in enumerate(self.chosen, start=1):
            better = item.scores["score"] >= around.scores["score"]
            if better and item.range.intersection(around.range):
                return f"{best} and overlaps HL {rank}, which has {item.scores['score']:.1f}"
        last = self.chosen[-1].scores["score"]
        return f"{best}; HL {len(self.chosen)}, the last of those wanted, has {last:.1f}"

    def _around(self, found: Candidates, moment: Fraction) -> Selected | None:
        """Return the best candidate around a moment."""
        instant = TimeRange(start=moment, duration=1 / self.clock.rate)
        numbers = np.flatnonzero(found.overlapping(instant))
        if not len(numbers):
            return None
        return self.passages.choose(found.only(numbers), self.judgement)[0]

    def _place(self, item: Selected) -> str:
        start, end = map(self.edit.timecode, (item.range.start, item.range.end))
        return f"{start} to {end}"
