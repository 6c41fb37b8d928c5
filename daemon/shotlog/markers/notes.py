"""Notes of markers, for people, and their payload, for machines."""

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
    Family.KIND: "Kind",
    Family.SIZE: "Size",
    Family.MOVE: "Move",
    Family.MOVEMENT: "Movement",
    Family.MOTION: "Motion",
}
"""Names of the families of findings on a shot, in the order of a note's lines."""

_TOP = 3
"""Number of labels that a line gives with their scores; labels that hold together count as one."""

_LEAST = 0.005
"""Score below which a label is left out, as it would be rounded to 0 %."""


def label_of(span: Opinion) -> str | None:
    """Return the labels of a span, joined by ``+``; None for an abstention."""
    return "+".join(f.label for f in span if f.label != UNDEFINED) or None


def opinion_lines(family: Family, opinions: Sequence[Opinion]) -> list[str]:
    """Return the lines on one family: the leading opinion with its reasons, then the others.

    Args:
        family: A key of :data:`TOPICS`.
        opinions: One of each analyzer, the leading one first.
    """
    return [
        f"{_beginning(TOPICS[family], opinion, second=n > 0)}: "
        f"{', then '.join(map(_scores_text, group_by_range(opinion)))}{_reasons_text(opinion)}"
        for n, opinion in enumerate(opinions)
    ]


def _beginning(topic: str, opinion: Opinion, *, second: bool) -> str:
    if not second:
        return topic
    # An analyzer that abstains is named, as it would have led otherwise.
    if abstains(opinion):
        return f"{opinion[0].provenance.analyzer} abstains on {topic.lower()}"
    return f"Second opinion on {topic.lower()}"


def highlight_lines(finding: Finding) -> list[str]:
    """Return the lines on a highlight: its reasons, then its figures."""
    figures = [f"{name} {value:.2f}" for name, value in finding.scores.items()]
    return [*finding.reasons, *([f"Figures: {', '.join(figures)}"] if figures else [])]


def problem_text(problem: Problem) -> str:
    """Return the sentences on a problem and its remedy."""
    return f"{problem.message[:1].upper()}{problem.message[1:]}. {problem.hint}"


def warning_lines(clip: ClipRange) -> list[str]:
    """Return a line for each assumption about a clip."""
    return [f"Note: {warning}" for warning in dict.fromkeys(clip.warnings)]


def signature_line(findings: Iterable[Finding]) -> str:
    """Return the last line: the analyzers that made some findings."""
    return f"By {', '.join(dict.fromkeys(_signature(f.provenance) for f in findings))}"


def payload_of(topic: str, span: Opinion) -> dict[str, Fact]:
    """Return a span for machines.

    Args:
        topic: Prefix of every key.
        span: Findings that hold together; they become one label, with the lowest confidence.
    """
    by = span[0].provenance
    return {
        f"{topic}.label": label_of(span) or UNDEFINED,
        f"{topic}.confidence": min(finding.confidence for finding in span),
        f"{topic}.analyzer": by.analyzer,
        f"{topic}.version": by.version,
        f"{topic}.tier": by.tier.value,
        f"{topic}.weights": by.weights,
        **({} if by.profile is None else {f"{topic}.profile": by.profile}),
    }


def _scores_text(span: Opinion) -> str:
    """Return ``Medium Shot 87 %, Full Shot 9 %``; for an abstention the likeliest labels.

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
    """Return labels with their scores, the best first."""
    display = VOCABULARIES[family].display
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    return [f"{display(name)} {100 * score:.0f} %" for name, score in ranked]


def _reasons_text(opinion: Opinion) -> str:
    reasons = dict.fromkeys(reason for finding in opinion for reason in finding.reasons)
    return f" ({'; '.join(reasons)})" if reasons else ""


def _signature(by: Provenance) -> str:
    weights = f", weights {by.weights}" if by.weights else ""
    provider = f", {by.remote.provider}" if by.remote and by.remote.provider else ""
    profile = f", profile {by.profile_name}" if by.profile_name else ""
    return f"{by.analyzer} {by.version} ({by.tier.value} tier{provider}{weights}{profile})"
