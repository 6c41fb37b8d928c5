"""What the page shows of every shot and of every highlight."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._words import Badge, at, badge, length, moves_of, sizes_of, unique
from shotlog.schema import UNDEFINED, Family, Finding, Log, LoggedShot, Tier

Thumbnail = Callable[[LoggedShot], bytes | None]

_TOPICS = {
    Family.SIZE: "Size",
    Family.MOVE: "Move",
    Family.MOVEMENT: "Movement",
    Family.MOTION: "Motion",
}
_RUNNERS_UP = 3
"""How many labels are told with their scores."""


@dataclass(frozen=True)
class Saying:
    """One finding in words: what, where in the shot, why and by whom."""

    topic: str
    label: str
    span: str
    scores: str
    reasons: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class Card:
    """One shot.

    Attributes:
        number: Counts from 1 in timeline order.
        clip: The clip's name.
        timecode: Of its first frame on the timeline.
        length: For people.
        seconds: For the length filter.
        picture: A data URI, or None where there is none.
        sizes: Badges of its size.
        moves: Badges of its moves, each label once.
        size_names: Labels that the filter knows it by, joined by ``|``.
        move_names: Likewise.
        faces: ``seen``, ``none``, or ``unknown`` where nobody looked for faces.
        highlights: Labels of the highlights that it takes part in.
        spoken: Its labels and its clip, for those who listen.
        sayings: Everything that was said of it; of each topic first by whoever leads.
    """

    number: int
    clip: str
    timecode: str
    length: str
    seconds: str
    picture: str | None
    sizes: tuple[Badge, ...]
    moves: tuple[Badge, ...]
    size_names: str
    move_names: str
    faces: str
    highlights: tuple[str, ...]
    spoken: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True)
class Moment:
    """One highlight; ``shots`` are the numbers of those that it shows."""

    label: str
    score: str
    timecode: str
    length: str
    picture: str | None
    reasons: tuple[str, ...]
    shots: tuple[int, ...]
    by: str


def cards(log: Log, thumbnail: Thumbnail) -> list[Card]:
    """A card for every shot, in the log's order."""
    return [
        _card(log, number, logged, picture_of(thumbnail(logged)))
        for number, logged in enumerate(log.shots, start=1)
    ]


def moments(log: Log, shown: Sequence[Card]) -> list[Moment]:
    """The highlights, best first; each with the picture of the shot that fills most of it."""
    return [_moment(log, finding, shown) for finding in log.highlights]


def picture_of(jpeg: bytes | None) -> str | None:
    """A JPEG as a data URI."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}" if jpeg else None


def faces(findings: Sequence[Finding]) -> str:
    """Whether somebody was seen.

    The built-in size is measured by faces alone and has scores only where one was found
    (``analyzers/size.py``); a model's size says nothing about faces.
    """
    measured = [f for f in findings if f.provenance.tier == Tier.BUILTIN]
    if not measured:
        return "unknown"
    return "seen" if any(f.scores for f in measured) else "none"


def signature(finding: Finding) -> str:
    """Who says it: ``builtin.size 1 (builtin tier)``."""
    by = finding.provenance
    weights = f", weights {by.weights}" if by.weights else ""
    return f"{by.analyzer} {by.version} ({by.tier.value} tier{weights})"


def _card(log: Log, number: int, logged: LoggedShot, picture: str | None) -> Card:
    span = logged.shot.timeline
    sizes, moves = sizes_of(logged), moves_of(logged)
    shown = (*_badges(sizes), *_badges(moves))
    return Card(
        number=number,
        clip=logged.clip_name,
        timecode=at(log.edit, span.start),
        length=length(span.duration),
        seconds=f"{float(span.duration):.4f}",
        picture=picture,
        sizes=_badges(sizes),
        moves=_badges(moves),
        size_names="|".join(unique(sizes)),
        move_names="|".join(unique(moves)),
        faces=faces(logged.of(Family.SIZE)),
        highlights=tuple(f.label for f in log.highlights if f.timeline.intersection(span)),
        spoken=", ".join((*(one.display for one in shown), logged.clip_name)),
        sayings=tuple(
            _saying(finding, span.start)
            for family in _TOPICS
            for voice in logged.opinions(family)
            for finding in voice
        ),
    )


def _badges(findings: Sequence[Finding]) -> tuple[Badge, ...]:
    """Each label once, with the confidence of its surest finding; abstentions only if alone."""
    surest: dict[str, Finding] = {}
    for finding in findings:
        best = surest.get(finding.label)
        if best is None or finding.confidence > best.confidence:
            surest[finding.label] = finding
    known = [finding for label, finding in surest.items() if label != UNDEFINED]
    return tuple(badge(finding) for finding in known or surest.values())


def _saying(finding: Finding, start: Fraction) -> Saying:
    first, last = finding.timeline.start - start, finding.timeline.end - start
    one = badge(finding)
    ranked = sorted(finding.scores.items(), key=lambda item: -item[1])
    weighed = [(name, score) for name, score in ranked if "." not in name and score >= 0.005]
    return Saying(
        topic=_TOPICS[finding.family],
        label=f"{one.display} {one.confidence}".rstrip(),
        span=f"{float(first):.1f}–{float(last):.1f} s",
        scores=", ".join(f"{name} {score:.2f}" for name, score in weighed[:_RUNNERS_UP]),
        reasons=finding.reasons,
        by=signature(finding),
    )


def _moment(log: Log, finding: Finding, shown: Sequence[Card]) -> Moment:
    shared = {
        card.number: common.duration
        for card, logged in zip(shown, log.shots, strict=True)
        if (common := logged.shot.timeline.intersection(finding.timeline))
    }
    most = max(shared, key=lambda number: shared[number], default=None)
    score = finding.scores.get("score")
    return Moment(
        label=finding.label,
        score="" if score is None else f"{score:.0f}",
        timecode=at(log.edit, finding.timeline.start),
        length=length(finding.timeline.duration),
        picture=None if most is None else shown[most - 1].picture,
        reasons=finding.reasons,
        shots=tuple(shared),
        by=signature(finding),
    )
