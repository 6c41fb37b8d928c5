"""From a log to what a caller is told: flat, in frames, with markers that can be set."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping, Sequence
from fractions import Fraction

from shotlog.bridge.result_models import (
    Found,
    FoundClip,
    FoundHighlight,
    FoundMove,
    FoundShot,
    ReadyMarker,
)
from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, PALETTE, clean, custom_data, markers_of
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Family,
    Finding,
    Log,
    LoggedShot,
    Marker,
    Opinion,
    TimeRange,
    group_by_range,
    nearest_frame,
)


def found_in(log: Log, rates: Mapping[str, Fraction]) -> Found:
    """What a log says, for a caller that reads frames.

    Args:
        log: The result of an analysis.
        rates: At which the source frames of clips are counted, by clip id; where it is not told,
            at the timeline's.
    """
    shots: dict[str, list[LoggedShot]] = {}
    for logged in sorted(log.shots, key=lambda s: s.shot.timeline.start):
        shots.setdefault(logged.shot.clip, []).append(logged)
    rate = log.edit.rate
    return Found(
        timeline=log.edit.name,
        rate=rate,
        clips=tuple(
            FoundClip(
                id=clip.id,
                name=clip.name,
                rate=(counted := rates.get(clip.id, rate)),
                shots=tuple(_shot(s, clip, counted, log) for s in shots.get(clip.id, ())),
            )
            for clip in log.edit.clips
        ),
        highlights=tuple(_highlight(finding, rate) for finding in log.highlights),
        markers=tuple(_ready(markers_of(log, on="clips"), math.ceil(log.edit.duration * rate))),
        problems=log.problems,
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
    )


def _shot(logged: LoggedShot, clip: ClipRange, counted: Fraction, log: Log) -> FoundShot:
    shot, rate = logged.shot, log.edit.rate
    sizes = group_by_range(logged.leading(Family.SIZE))
    moves = group_by_range(logged.leading(Family.MOVE, Family.MOVEMENT))
    first, end = _frames(shot.timeline, rate)
    source_in, source_out = _source(clip, shot.timeline, counted)
    return FoundShot(
        id=shot.id,
        timeline_in=first,
        timeline_out=end,
        source_in=source_in,
        source_out=source_out,
        size=_label(sizes),
        size_confidence=_confidence(sizes),
        size_scores=_scores(sizes),
        move=_label(moves),
        move_confidence=_confidence(moves),
        move_scores=_scores(moves),
        moves=tuple(_move(span, rate) for span in moves) if len(moves) > 1 else (),
        highlights=tuple(
            h.label for h in log.highlights if h.timeline.intersection(shot.timeline) is not None
        ),
    )


def _move(span: Opinion, rate: Fraction) -> FoundMove:
    first, end = _frames(span[0].timeline, rate)
    return FoundMove(
        move=_label([span]), confidence=_confidence([span]), timeline_in=first, timeline_out=end
    )


def _highlight(finding: Finding, rate: Fraction) -> FoundHighlight:
    first, end = _frames(finding.timeline, rate)
    return FoundHighlight(
        label=finding.label,
        score=finding.scores.get("score"),
        confidence=finding.confidence,
        timeline_in=first,
        timeline_out=end,
        reasons=finding.reasons,
    )


def _label(found: Sequence[Opinion]) -> str:
    """The first span's; labels that hold together are joined, as in a marker's name."""
    said = [f.label for f in found[0] if f.label != UNDEFINED] if found else []
    return "+".join(said) or UNDEFINED


def _confidence(found: Sequence[Opinion]) -> float:
    """Of labels that hold together, that of the least sure."""
    return min(finding.confidence for finding in found[0]) if found else 0.0


def _scores(found: Sequence[Opinion]) -> dict[str, float]:
    return dict(found[0][0].scores) if found else {}


def _frames(place: TimeRange, rate: Fraction) -> tuple[int, int]:
    """The frames of the timeline that show a range, as its markers have them; at least one."""
    first = math.ceil(place.start * rate)
    return first, max(first + 1, math.ceil(place.end * rate))


def _source(clip: ClipRange, place: TimeRange, rate: Fraction) -> tuple[int, int]:
    """The source frames that a range of the timeline shows, in the caller's own count."""
    shown = clip.time_map.range_to_source(place).intersection(clip.source) or clip.source
    first = nearest_frame(shown.start, rate)
    return first, max(first + 1, nearest_frame(shown.end, rate))


def _ready(markers: Sequence[Marker], frames: int) -> list[ReadyMarker]:
    """Each on a frame of its own: those that come second make way, never those that come first.

    Args:
        markers: By frame, on each the most important first.
        frames: Length of the timeline.
    """
    taken = {marker.frame for marker in markers}
    met: set[int] = set()
    ready = []
    for marker in markers:
        frame = _free(marker.frame, taken, frames) if marker.frame in met else marker.frame
        met.add(marker.frame)
        taken.add(frame)
        ready.append(_marker(marker, frame))
    return sorted(ready, key=lambda marker: marker.frame)


def _free(frame: int, taken: Container[int], frames: int) -> int:
    """The next free frame; where there is none up to the timeline's end, the last one before."""
    after = (n for n in range(frame + 1, frames) if n not in taken)
    before = (n for n in range(frame - 1, -1, -1) if n not in taken)
    return next(after, next(before, frame))


def _marker(marker: Marker, frame: int) -> ReadyMarker:
    name, note = clean(marker.name, NAME_LIMIT), clean(marker.note, NOTE_LIMIT)
    colour = PALETTE[marker.family]
    duration = max(1, marker.duration - max(0, frame - marker.frame))
    family = marker.family.value
    seen = {"colour": colour, "name": name, "note": note}
    return ReadyMarker(
        frame=frame,
        duration=duration,
        **seen,
        custom_data=custom_data(marker.id, family, marker.frame, duration=duration, **seen),
        marker=marker.id,
        family=family,
        clip=marker.clip,
        facts=marker.payload,
    )
