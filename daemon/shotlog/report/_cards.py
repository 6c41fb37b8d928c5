"""Cards of the page: the content for every shot and every highlight."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._words import (
    Badge,
    format_length,
    format_timecode,
    leading_kinds,
    leading_moves,
    leading_sizes,
    make_badge,
    unique_labels,
)
from shotlog.schema import UNDEFINED, Family, Finding, Log, LoggedShot

Thumbnail = Callable[[LoggedShot], bytes | None]

_BY_FACES = "builtin.size"
"""The analyzer that tells sizes by faces; it has no scores where none is seen."""

_TOPICS = {
    Family.KIND: "Kind",
    Family.SIZE: "Size",
    Family.MOVE: "Move",
    Family.MOVEMENT: "Movement",
    Family.MOTION: "Motion",
}
_RUNNERS_UP = 3
"""Number of labels whose scores are shown."""


@dataclass(frozen=True)
class Statement:
    """One finding as text: label, range in the shot, scores, reasons and analyzer."""

    topic: str
    label: str
    span: str
    scores: str
    reasons: tuple[str, ...]
    by: str


@dataclass(frozen=True)
class ShotCard:
    """One shot.

    Attributes:
        number: Number in timeline order, from 1.
        clip: Name of the clip.
        timecode: Timecode of its first frame on the timeline.
        length: Length for people, such as ``2.04 s``.
        seconds: Length in seconds, for the length filter.
        picture: A data URI; None without a picture.
        kinds: Badge of its kind, where it is no shot of anything.
        sizes: Badges of its size.
        moves: Badges of its moves, each label once.
        kind_names: Labels for the filter of kinds, joined by ``|``.
        size_names: Labels for the size filter, joined by ``|``.
        move_names: Labels for the move filter, joined by ``|``.
        faces: ``seen``, ``none``, or ``unknown`` where no analyzer looked for faces.
        highlights: Labels of the highlights that overlap it.
        spoken: Its labels and its clip, for screen readers.
        statements: All findings about it; in each topic those of the leading analyzer first.
    """

    number: int
    clip: str
    timecode: str
    length: str
    seconds: str
    picture: str | None
    kinds: tuple[Badge, ...]
    sizes: tuple[Badge, ...]
    moves: tuple[Badge, ...]
    kind_names: str
    size_names: str
    move_names: str
    faces: str
    highlights: tuple[str, ...]
    spoken: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class HighlightCard:
    """One highlight; ``shots`` holds the numbers of the shots that it overlaps."""

    label: str
    score: str
    timecode: str
    length: str
    picture: str | None
    reasons: tuple[str, ...]
    shots: tuple[int, ...]
    by: str


def make_shot_cards(log: Log, thumbnail: Thumbnail) -> list[ShotCard]:
    """Make a card for every shot, in the log's order."""
    return [
        _card(log, number, logged, to_data_uri(thumbnail(logged)))
        for number, logged in enumerate(log.shots, start=1)
    ]


def make_highlight_cards(log: Log, shown: Sequence[ShotCard]) -> list[HighlightCard]:
    """Make a card for every highlight, best first, with the picture of its longest shot."""
    return [_moment(log, finding, shown) for finding in log.highlights]


def to_data_uri(jpeg: bytes | None) -> str | None:
    """Return a JPEG as a data URI; None for None."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}" if jpeg else None


def face_state(findings: Sequence[Finding]) -> str:
    """Return ``seen``, ``none``, or ``unknown`` where no analyzer looked for faces."""
    by_faces = [f for f in findings if f.provenance.analyzer == _BY_FACES]
    if not by_faces:
        return "unknown"
    return "seen" if any(f.scores for f in by_faces) else "none"


def describe_source(finding: Finding) -> str:
    """Return the analyzer of a finding, such as ``builtin.size 1 (builtin tier, profile anna)``."""
    by = finding.provenance
    weights = f", weights {by.weights}" if by.weights else ""
    profile = f", profile {by.profile_name}" if by.profile_name else ""
    return f"{by.analyzer} {by.version} ({by.tier.value} tier{weights}{profile})"


def _card(log: Log, number: int, logged: LoggedShot, picture: str | None) -> ShotCard:
    span = logged.shot.timeline
    kinds, sizes, moves = leading_kinds(logged), leading_sizes(logged), leading_moves(logged)
    shown = (*_badges(kinds), *_badges(sizes), *_badges(moves))
    return ShotCard(
        number=number,
        clip=logged.clip_name,
        timecode=format_timecode(log.edit, span.start),
        length=format_length(span.duration),
        seconds=f"{float(span.duration):.4f}",
        picture=picture,
        kinds=_badges(kinds),
        sizes=_badges(sizes),
        moves=_badges(moves),
        kind_names="|".join(unique_labels(kinds)),
        size_names="|".join(unique_labels(sizes)),
        move_names="|".join(unique_labels(moves)),
        faces=face_state(logged.of(Family.SIZE)),
        highlights=tuple(f.label for f in log.highlights if f.timeline.intersection(span)),
        spoken=", ".join((*(badge.display for badge in shown), logged.clip_name)),
        statements=tuple(
            _statement(finding, span.start)
            for family in _TOPICS
            for opinion in logged.opinions(family)
            for finding in opinion
        ),
    )


def _badges(findings: Sequence[Finding]) -> tuple[Badge, ...]:
    """Return each label once, with its highest confidence; abstentions only without others."""
    surest: dict[str, Finding] = {}
    for finding in findings:
        best = surest.get(finding.label)
        if best is None or finding.confidence > best.confidence:
            surest[finding.label] = finding
    known = [finding for label, finding in surest.items() if label != UNDEFINED]
    return tuple(make_badge(finding) for finding in known or surest.values())


def _statement(finding: Finding, start: Fraction) -> Statement:
    first, last = finding.timeline.start - start, finding.timeline.end - start
    badge = make_badge(finding)
    ranked = sorted(finding.scores.items(), key=lambda item: -item[1])
    # Names with a dot are measurements, not labels; below 0.005 a score would read 0.00.
    shown = [(name, score) for name, score in ranked if "." not in name and score >= 0.005]
    return Statement(
        topic=_TOPICS[finding.family],
        label=f"{badge.display} {badge.confidence}".rstrip(),
        span=f"{float(first):.1f}–{float(last):.1f} s",
        scores=", ".join(f"{name} {score:.2f}" for name, score in shown[:_RUNNERS_UP]),
        reasons=finding.reasons,
        by=describe_source(finding),
    )


def _moment(log: Log, finding: Finding, shown: Sequence[ShotCard]) -> HighlightCard:
    shared = {
        card.number: common.duration
        for card, logged in zip(shown, log.shots, strict=True)
        if (common := logged.shot.timeline.intersection(finding.timeline))
    }
    most = max(shared, key=lambda number: shared[number], default=None)
    score = finding.scores.get("score")
    return HighlightCard(
        label=finding.label,
        score="" if score is None else f"{score:.0f}",
        timecode=format_timecode(log.edit, finding.timeline.start),
        length=format_length(finding.timeline.duration),
        picture=None if most is None else shown[most - 1].picture,
        reasons=finding.reasons,
        shots=tuple(shared),
        by=describe_source(finding),
    )
