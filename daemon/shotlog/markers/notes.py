"""What a marker tells people, line by line, and machines, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shotlog.schema import (
    UNDEFINED,
    VOCABULARIES,
    ClipRange,
    Family,
    Finding,
    Opinion,
    Problem,
    Provenance,
    abstains,
    group_by_range,
)

Fact = str | int | float | None

TOPICS = {
    Family.SIZE: "Size",
    Family.MOVE: "Move",
    Family.MOVEMENT: "Movement",
    Family.MOTION: "Motion",
}
"""What a note calls the families that speak of a shot, in the order of its lines."""

_TOP = 3
"""How many labels are told with their scores; all that hold together count as one."""

_LEAST = 0.005
"""A score that would be told as 0 % is not told."""


def label(span: Opinion) -> str | None:
    """What a span is called: its labels joined by ``+``; None for an abstention."""
    return "+".join(f.label for f in span if f.label != UNDEFINED) or None


def told(family: Family, heard: Sequence[Opinion]) -> list[str]:
    """The lines about one family: what is found and why, then every second opinion."""
    return [
        f"{_led(TOPICS[family], voice, second=n > 0)}: "
        f"{', then '.join(map(_scored, group_by_range(voice)))}{_because(voice)}"
        for n, voice in enumerate(heard)
    ]


def _led(topic: str, voice: Opinion, *, second: bool) -> str:
    """How the line of a voice begins; one that abstains is named, for its turn went to another."""
    if not second:
        return topic
    if abstains(voice):
        return f"{voice[0].provenance.analyzer} abstains on {topic.lower()}"
    return f"Second opinion on {topic.lower()}"


def told_highlight(finding: Finding) -> list[str]:
    """The lines about a highlight: its reasons, then its figures."""
    figures = [f"{name} {value:.2f}" for name, value in finding.scores.items()]
    return [*finding.reasons, *([f"Figures: {', '.join(figures)}"] if figures else [])]


def told_problem(problem: Problem) -> str:
    """What happened, and what to do."""
    return f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.hint}"


def told_warnings(clip: ClipRange) -> list[str]:
    """What was assumed about a clip, a line each."""
    return [f"Note: {warning}" for warning in dict.fromkeys(clip.warnings)]


def signed(findings: Iterable[Finding]) -> str:
    """The last line: who says it."""
    return f"By {', '.join(dict.fromkeys(_signature(f.provenance) for f in findings))}"


def facts(topic: str, span: Opinion) -> dict[str, Fact]:
    """A span for machines, each key led by its topic; labels that hold together are one fact.

    All of them hold as far as the least sure of them does.
    """
    by = span[0].provenance
    return {
        f"{topic}.label": label(span) or UNDEFINED,
        f"{topic}.confidence": min(finding.confidence for finding in span),
        f"{topic}.analyzer": by.analyzer,
        f"{topic}.version": by.version,
        f"{topic}.tier": by.tier.value,
        f"{topic}.weights": by.weights,
    }


def _scored(span: Opinion) -> str:
    """``Medium Shot 87 %, Full Shot 9 %``; an abstention tells between what it could not decide.

    Labels that hold together are joined: ``Pan Left 91 % + Shake 60 %, Tilt Up 9 %``.
    """
    family = span[0].family
    vocabulary = VOCABULARIES[family]
    weighed = {n: s for n, s in span[0].scores.items() if n in vocabulary and n != UNDEFINED}
    held = {f.label: weighed.pop(f.label, f.confidence) for f in span if f.label != UNDEFINED}
    if not held:
        best = _percentages(family, weighed)[:_TOP]
        return ", ".join(["undefined", *([f"likeliest {', '.join(best)}"] if best else [])])
    others = _percentages(family, {n: s for n, s in weighed.items() if s >= _LEAST})
    return ", ".join([" + ".join(_percentages(family, held)), *others[: _TOP - 1]])


def _percentages(family: Family, scores: Mapping[str, float]) -> list[str]:
    """Best first."""
    display = VOCABULARIES[family].display
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return [f"{display(name)} {100 * score:.0f} %" for name, score in ranked]


def _because(voice: Opinion) -> str:
    reasons = dict.fromkeys(reason for finding in voice for reason in finding.reasons)
    return f" ({'; '.join(reasons)})" if reasons else ""


def _signature(by: Provenance) -> str:
    weights = f", weights {by.weights}" if by.weights else ""
    return f"{by.analyzer} {by.version} ({by.tier.value} tier{weights})"
