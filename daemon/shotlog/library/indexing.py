"""Rows of the library for one log."""

from __future__ import annotations

import ntpath
from dataclasses import dataclass
from fractions import Fraction

from shotlog.library.query import bits_of
from shotlog.schema import (
    UNDEFINED,
    Family,
    Finding,
    Log,
    Opinion,
    ShotFacts,
    TimeRange,
    abstains,
    readable,
)

_FAMILIES = (Family.SIZE, Family.MOVE, Family.MOVEMENT, Family.MOTION, Family.KIND)


@dataclass(frozen=True)
class ShotRow:
    """A shot as it is stored.

    Attributes:
        number: Index in ``log.shots``.
        clip: Name of the clip.
        media: Path of the media file; empty if the timeline names none.
        facts: Columns of ``shot`` from ``labels`` to ``highlight``.
        more_facts: Columns of ``shot`` from ``loudness`` on.
        detail: Columns of ``detail``.
    """

    number: int
    clip: str
    media: str
    facts: tuple[float | int | None, ...]
    more_facts: tuple[float | int | None, ...]
    detail: tuple[str | int | None, ...]


def file_name(path: str) -> str:
    """Return the last part of a path of any system."""
    return ntpath.basename(path.rstrip("/\\"))


def shot_rows(log: Log) -> list[ShotRow]:
    """Return the rows of a log's shots, in timeline order."""
    media = {clip.id: readable(clip.media.path) for clip in log.edit.clips if clip.media}
    spans = [logged.shot.timeline for logged in log.shots]
    order = sorted(range(len(spans)), key=lambda number: (spans[number].start, number))
    scores = _highlight_scores(log, [spans[number] for number in order])
    return [
        _row(log, number, score, media.get(log.shots[number].shot.clip, ""))
        for number, score in zip(order, scores, strict=True)
    ]


def _row(log: Log, number: int, highlight: float | None, media: str) -> ShotRow:
    logged = log.shots[number]
    span, facts = logged.shot.timeline, logged.facts or ShotFacts()
    present = {finding.family for finding in logged.findings}
    leading = {family: logged.leading(family) for family in _FAMILIES if family in present}
    sizes = leading.get(Family.SIZE, ())
    moves = logged.leading(*(one for one in (Family.MOVE, Family.MOVEMENT) if one in present))
    size, move = _main(sizes), _main(moves)
    labels = [(family, label) for family, opinion in leading.items() for label in _labels(opinion)]
    undefined = any(opinion and abstains(opinion) for opinion in (sizes, moves))
    return ShotRow(
        number=number,
        clip=readable(logged.clip_name),
        media=media,
        facts=(
            bits_of([*labels, *([(None, UNDEFINED)] if undefined else [])]),
            facts.faces,
            facts.speech,
            float(span.duration),
            highlight,
        ),
        more_facts=(
            facts.loudness,
            size.confidence if size else None,
            move.confidence if move else None,
            facts.width,
            facts.height,
            None if facts.rate is None else float(facts.rate),
        ),
        detail=(
            number,
            str(span.start),
            str(span.duration),
            log.edit.timecode(span.start),
            logged.kind,
            size.label if size else None,
            move.label if move else None,
            "|".join(_labels(sizes)),
            "|".join(_labels(moves)),
        ),
    )


def _labels(opinion: Opinion) -> tuple[str, ...]:
    """Return the labels of an opinion, each once; ``undefined`` only where there is no other."""
    labels = dict.fromkeys(finding.label for finding in opinion)
    known = tuple(label for label in labels if label != UNDEFINED)
    return known or tuple(labels)


def _main(opinion: Opinion) -> Finding | None:
    """Return the longest finding that has a label, else the longest; of equal ones the surest."""
    if len(opinion) <= 1:
        return next(iter(opinion), None)
    known = [finding for finding in opinion if finding.label != UNDEFINED]
    return max(
        known or opinion,
        key=lambda finding: (finding.timeline.duration, finding.confidence),
    )


def _highlight_scores(log: Log, spans: list[TimeRange]) -> list[float | None]:
    """Return the best score of the highlights that overlap each range; None without any.

    Args:
        log: The log; a highlight without a score counts as 0.
        spans: Ranges of the timeline, by their start.
    """
    coming = sorted(
        (
            (found.timeline.start, found.timeline.end, found.scores.get("score", 0.0))
            for found in log.highlights
        ),
        reverse=True,
    )
    begun: list[tuple[Fraction, Fraction, float]] = []
    best: list[float | None] = []
    for span in spans:
        start, end = span.start, span.end
        while coming and coming[-1][0] < end:
            begun.append(coming.pop())
        begun = [found for found in begun if found[1] > start]  # later ranges start no earlier
        overlapping = (score for first, _, score in begun if first < end)
        best.append(max(overlapping, default=None))
    return best
