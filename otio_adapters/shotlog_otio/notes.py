"""What a marker tells people, line by line, and machines, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from shotlog.schema.errors import Problem
from shotlog.schema.findings import Finding, Provenance, Tier
from shotlog.schema.labels import MOVEMENTS, MOVES, SIZES, UNDEFINED, Family

Fact = str | int | float | None

_VOCABULARIES = {v.family: v for v in (SIZES, MOVES, MOVEMENTS)}
_TOPICS = {Family.SIZE: "Size", Family.MOVE: "Move", Family.MOVEMENT: "Movement"}
_TOP = 3
"""How many labels are told with their scores."""

Voice = Sequence[Finding]
"""What one analyzer says about one family, in time order."""


def voices(findings: Iterable[Finding]) -> list[Voice]:
    """Findings of one family by analyzer; the first speaks in the name, the others second it.

    Models that were installed or called on purpose come before the built-in ones; otherwise the
    order of the findings decides.
    """
    by_analyzer: dict[str, list[Finding]] = {}
    for finding in findings:
        by_analyzer.setdefault(finding.provenance.analyzer, []).append(finding)
    return sorted(by_analyzer.values(), key=lambda voice: voice[0].provenance.tier == Tier.BUILTIN)


def spans(voice: Voice) -> list[Voice]:
    """The findings of a voice by range; one range has several where labels hold together."""
    ordered = sorted(voice, key=lambda f: (f.timeline.start, f.timeline.end))
    return [list(same) for _, same in groupby(ordered, key=lambda f: f.timeline)]


def label(span: Voice) -> str | None:
    """What a span is called: its labels joined by ``+``; None for an abstention."""
    return "+".join(f.label for f in span if f.label != UNDEFINED) or None


def told(family: Family, heard: Sequence[Voice]) -> list[str]:
    """The lines about one family: what is found and why, then every second opinion."""
    lines = []
    for n, voice in enumerate(heard):
        topic = _TOPICS[family] if n == 0 else f"Second opinion on {_TOPICS[family].lower()}"
        lines.append(f"{topic}: {', then '.join(map(_scored, voice))}{_because(voice)}")
    return lines


def told_highlight(finding: Finding) -> list[str]:
    """The lines about a highlight: its reasons, then its figures."""
    figures = [f"{name} {value:.2f}" for name, value in finding.scores.items()]
    return [*finding.reasons, *([f"Figures: {', '.join(figures)}"] if figures else [])]


def told_problem(problem: Problem) -> str:
    """What happened, and what to do."""
    return f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.hint}"


def signed(findings: Iterable[Finding]) -> str:
    """The last line: who says it."""
    return f"By {', '.join(dict.fromkeys(_signature(f.provenance) for f in findings))}"


def facts(topic: str, finding: Finding) -> dict[str, Fact]:
    """A finding for machines, each key led by its topic."""
    by = finding.provenance
    return {
        f"{topic}.label": finding.label,
        f"{topic}.confidence": finding.confidence,
        f"{topic}.analyzer": by.analyzer,
        f"{topic}.version": by.version,
        f"{topic}.tier": by.tier.value,
        f"{topic}.weights": by.weights,
    }


def _scored(finding: Finding) -> str:
    """``Medium Shot 87 %, Full Shot 9 %``; an abstention tells between what it could not decide."""
    vocabulary = _VOCABULARIES[finding.family]
    weighed = {n: s for n, s in finding.scores.items() if n in vocabulary and n != UNDEFINED}
    if finding.label == UNDEFINED:
        best = _percentages(weighed, finding.family)
        return f"undefined, likeliest {best}" if best else "undefined"
    first = {finding.label: weighed.pop(finding.label, finding.confidence)}
    ranked = {**first, **dict(sorted(weighed.items(), key=lambda item: -item[1]))}
    return _percentages(ranked, finding.family, sort=False)


def _percentages(scores: dict[str, float], family: Family, *, sort: bool = True) -> str:
    ranked = sorted(scores.items(), key=lambda item: -item[1]) if sort else list(scores.items())
    shown = [(name, score) for n, (name, score) in enumerate(ranked) if n == 0 or score >= 0.005]
    display = _VOCABULARIES[family].display
    return ", ".join(f"{display(name)} {100 * score:.0f} %" for name, score in shown[:_TOP])


def _because(voice: Voice) -> str:
    reasons = dict.fromkeys(reason for finding in voice for reason in finding.reasons)
    return f" ({'; '.join(reasons)})" if reasons else ""


def _signature(by: Provenance) -> str:
    weights = f", weights {by.weights}" if by.weights else ""
    return f"{by.analyzer} {by.version} ({by.tier.value} tier{weights})"
