"""The shots of a timeline as the markers in it tell them, an editor's corrections included."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.markers import labels_of_name
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Family,
    Finding,
    Log,
    LoggedShot,
    MarkerFamily,
    Provenance,
    Shot,
    Tier,
    TimeRange,
)
from shotlog_otio import Reading, ReadOptions, WrittenMarker, read_markers, read_timeline

_UNTOLD = frozenset({"faces", "speech", "loudness", "width", "height", "fps"})
"""Fields of the query language that no marker tells."""
_CONFIDENCES = frozenset({"confidence", "size.confidence", "move.confidence"})
"""Fields that only the payload of a marker tells, which most formats do not keep."""

_BY = Provenance(analyzer="markers", version="1", tier=Tier.BUILTIN)
_UNKNOWN = math.nan
"""A confidence that the file does not tell; a library holds it as not measured."""


@dataclass(frozen=True)
class MarkedTimeline:
    """A timeline with markers of ours.

    Attributes:
        markers: The markers, as :func:`shotlog_otio.read_markers` returns them.
        log: The shots and highlights that they tell.
        shots: For each marker the numbers of the shots that it tells of, in ``log.shots``.
    """

    markers: tuple[WrittenMarker, ...]
    log: Log
    shots: tuple[frozenset[int], ...]

    @property
    def untold(self) -> frozenset[str]:
        """Fields of the query language that no marker here tells: nothing is known of them."""
        findings = (finding for logged in self.log.shots for finding in logged.findings)
        told = any(not math.isnan(finding.confidence) for finding in findings)
        return _UNTOLD if told else _UNTOLD | _CONFIDENCES


@dataclass(frozen=True)
class _Placed:
    """A marker, its range on the timeline, and the clip that it lies on."""

    marker: WrittenMarker
    range: TimeRange
    clip: ClipRange | None


def read_marked_timeline(path: Path, options: ReadOptions) -> MarkedTimeline:
    """Read the shots that the markers in a timeline tell.

    A shot lasts as long as its marker. Labels are those of the marker's present name; one that an
    editor wrote has no confidence.

    Args:
        path: The timeline.
        options: The sequence to read, and the rate of an EDL.

    Raises:
        TimelineError: The timeline cannot be read.
    """
    reading = read_timeline(path, options)
    markers = tuple(read_markers(path, options))
    placed = _places(reading, markers)

    def of(family: MarkerFamily) -> list[int]:
        found = (n for n, each in placed.items() if each.marker.family is family)
        return sorted(found, key=lambda n: placed[n].range.start)

    shots, highlights = of(MarkerFamily.SHOT), of(MarkerFamily.HIGHLIGHT)
    moves: dict[int, list[int]] = defaultdict(list)
    for n in of(MarkerFamily.MOVE):
        own = _shot_of(placed[n], placed, shots)
        if own is not None:
            moves[own].append(n)
    logged = tuple(_logged(placed[n], [placed[m] for m in moves[n]]) for n in shots)
    found: list[frozenset[int]] = [frozenset()] * len(markers)
    for number, n in enumerate(shots):
        for own in (n, *moves[n]):
            found[own] = frozenset({number})
    for n in highlights:
        under = (shot.shot.timeline.intersection(placed[n].range) for shot in logged)
        found[n] = frozenset(number for number, common in enumerate(under) if common)
    told = tuple(_highlight(placed[n]) for n in highlights)
    return MarkedTimeline(
        markers, Log(edit=reading.edit, shots=logged, highlights=told), tuple(found)
    )


def _places(reading: Reading, markers: Sequence[WrittenMarker]) -> dict[int, _Placed]:
    """Return the markers that the timeline shows, by their numbers."""
    shown: dict[tuple[str, str], list[tuple[TimeRange, ClipRange | None]]] = defaultdict(list)
    for item in reading.markers:
        if item.shown is not None and item.marker.tag is not None:
            clip = None if item.clip is None else reading.clips[item.clip].range
            shown[item.marker.id, item.marker.name].append((item.shown, clip))
    placed = {}
    for n, marker in enumerate(markers):
        if listed := shown.get((marker.id, marker.name)):
            range_, clip = listed.pop(0)
            placed[n] = _Placed(marker, range_, clip or reading.clip_at(range_.start))
    return placed


def _shot_of(move: _Placed, placed: dict[int, _Placed], shots: Sequence[int]) -> int | None:
    """Return the number of the marker of the shot in which a further move begins."""
    told = move.marker.payload.get("shot")
    before = (n for n in reversed(shots) if placed[n].range.start <= move.range.start)
    return next((n for n in before if placed[n].marker.payload.get("shot") == told), None)


def _logged(shot: _Placed, moves: Sequence[_Placed]) -> LoggedShot:
    clip, whole = shot.clip, shot.range
    # The first move lasts until the next one begins.
    end = min([whole.end, *(each.range.start for each in moves)])
    findings = [*_findings(shot.marker, whole, TimeRange.between(whole.start, end))]
    for each in moves:
        findings += _findings(each.marker, each.range, each.range)
    return LoggedShot(
        shot=Shot(
            id=str(shot.marker.payload.get("shot") or shot.marker.id),
            clip=clip.id if clip else "",
            source=whole,
            core=whole,
            timeline=whole,
        ),
        clip_name=clip.name if clip else "",
        content_id="",
        findings=tuple(findings),
    )


def _findings(marker: WrittenMarker, whole: TimeRange, span: TimeRange) -> Iterator[Finding]:
    """Yield the findings that the present name of a marker tells, and its payload beyond it.

    Args:
        marker: The marker of a shot, or of a further move.
        whole: Its range.
        span: The range of its move.
    """
    payload = marker.payload
    told = set()
    for family, label in labels_of_name(marker.name).labels:
        if family is Family.KIND:
            yield _finding(family, label, whole, payload.get("kind.confidence"))
            return
        topic = "size" if family is Family.SIZE else "move"
        told.add(topic)
        wrote = str(payload.get(f"{topic}.label")).split("+")
        confidence = payload.get(f"{topic}.confidence") if label in wrote else None
        yield _finding(family, label, whole if topic == "size" else span, confidence)
    for family, topic in ((Family.SIZE, "size"), (Family.MOVE, "move")):
        if topic not in told and payload.get(f"{topic}.label") == UNDEFINED:
            yield _finding(family, UNDEFINED, whole, payload.get(f"{topic}.confidence"))
    if isinstance(motion := payload.get("motion.label"), str):
        yield _finding(Family.MOTION, motion, whole, payload.get("motion.confidence"))


def _finding(family: Family, label: str, at: TimeRange, confidence: object) -> Finding:
    sure = float(confidence) if isinstance(confidence, int | float) else _UNKNOWN
    return Finding(
        family=family, label=label, scores={}, confidence=sure, source=None, timeline=at,
        provenance=_BY,
    )  # fmt: skip


def _highlight(each: _Placed) -> Finding:
    payload = each.marker.payload
    label, _, score = each.marker.name.partition(" · ")
    told = payload.get("score")
    if not isinstance(told, int | float):
        told = float(score) if score.strip().isdecimal() else 0.0
    found = _finding(Family.HIGHLIGHT, label, each.range, payload.get("highlight.confidence"))
    return found.model_copy(update={"scores": {"score": float(told)}})
