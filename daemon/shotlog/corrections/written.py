"""The labels that a marker of ours was written to tell, and the findings behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shotlog.corrections.records import RecordedMarker
from shotlog.markers import labels_of_name
from shotlog.schema import (
    UNDEFINED,
    Family,
    Finding,
    LoggedShot,
    MarkerFamily,
    Opinion,
    TimeRange,
    group_by_range,
)

MOVES = (Family.MOVE, Family.MOVEMENT)
"""The families that answer how the camera moves, the finer one first."""

Labels = tuple[str, ...]


@dataclass(frozen=True)
class WrittenLabels:
    """The labels of one family that a marker was written to tell.

    Attributes:
        family: The family.
        labels: The labels; empty where all analyzers abstained, or the family was not wanted.
        source: Their range, in media time.
        shown: That range on the timeline.
        said: The findings of all analyzers about the family there, the leading analyzer first.
    """

    family: Family
    labels: Labels
    source: TimeRange
    shown: TimeRange
    said: tuple[Finding, ...]


def labels_in(name: str, *families: Family) -> tuple[Family, Labels]:
    """Return the labels of some families that a name tells; all are of one family.

    ``Static`` and ``static`` are names of one answer in both families of moves: the first family
    counts.
    """
    found = [(f, label) for f, label in labels_of_name(name).labels if label != UNDEFINED]
    of = {family: tuple(label for f, label in found if f is family) for family in families}
    told = next((family for family in families if of[family]), families[0])
    if told is not families[0] and families[0] in MOVES and all(map(_is_static, of[told])):
        return families[0], ("static" if families[0] is Family.MOVE else "Static",)
    return told, of[told]


def _is_static(label: str) -> bool:
    return label.casefold() == "static"


def labels_of_shot(logged: LoggedShot, name: str) -> Iterator[WrittenLabels]:
    """Yield what the marker of a shot was written to tell: the size, and the first move.

    Args:
        logged: The shot.
        name: The name that Shotlog gave the marker.
    """
    shot, (_, sizes) = logged.shot, labels_in(name, Family.SIZE)
    said = said_of(logged, Family.SIZE)
    yield WrittenLabels(Family.SIZE, sizes, shot.source, shot.timeline, said)
    spans = _spans(logged)
    family, moves = labels_in(name, *_families(spans))
    first = spans[0][0] if spans else None
    source = (first and first.source) or shot.source
    shown = first.timeline if first else shot.timeline
    yield WrittenLabels(family, moves, source, shown, said_of(logged, family, source))


def labels_of_move(logged: LoggedShot, marker: RecordedMarker) -> WrittenLabels | None:
    """Return what the marker of a further move was written to tell; None where it is not known."""
    spans = _spans(logged)
    family, labels = labels_in(marker.name, *_families(spans))
    start = marker.shown.start if marker.shown is not None else logged.shot.timeline.start
    same = [
        span
        for span in spans[1:]
        if {finding.label for finding in span} == set(labels) and span[0].source is not None
    ]
    nearest = min(same, key=lambda span: abs(span[0].timeline.start - start), default=None)
    if nearest is None or nearest[0].source is None:
        return None
    source, shown = nearest[0].source, nearest[0].timeline
    return WrittenLabels(family, labels, source, shown, said_of(logged, family, source))


def written_labels(marker: RecordedMarker, logged: LoggedShot) -> list[WrittenLabels]:
    """Return everything that a recorded marker was written to tell."""
    if marker.family is MarkerFamily.SHOT:
        return list(labels_of_shot(logged, marker.name))
    move = labels_of_move(logged, marker)
    return [] if move is None else [move]


def said_of(
    logged: LoggedShot, family: Family, source: TimeRange | None = None
) -> tuple[Finding, ...]:
    """Return the findings of all analyzers about a family, the leading analyzer first.

    Args:
        logged: The shot.
        family: The family.
        source: The range that they must touch, in media time; None takes all.
    """
    return tuple(
        finding
        for opinion in logged.opinions(family)
        for finding in opinion
        if source is None or finding.source is None or finding.source.intersection(source)
    )


def _families(spans: Sequence[Opinion]) -> tuple[Family, ...]:
    """Return the families of moves, that of the leading opinion first."""
    first = spans[0][0].family if spans else Family.MOVE
    return first, *(family for family in MOVES if family is not first)


def _spans(logged: LoggedShot) -> Sequence[Opinion]:
    return group_by_range(logged.leading(*MOVES))
