"""Conversion of a log to the flat form of the bridge, in frames, with markers ready to be set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from shotlog.bridge.result_models import (
    ClipSummary,
    EditSummary,
    HighlightSummary,
    MoveSummary,
    ReadyMarker,
    ShotSummary,
)
from shotlog.markers import (
    DEFAULT_OPTIONS,
    MarkerOptions,
    PlacedMarker,
    markers_of,
    place_markers,
)
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Family,
    Finding,
    Log,
    LoggedShot,
    Opinion,
    TimeRange,
    group_by_range,
    nearest_frame,
)


def summarize_log(
    log: Log, rates: Mapping[str, Fraction], options: MarkerOptions = DEFAULT_OPTIONS
) -> EditSummary:
    """Convert a log.

    Args:
        log: The result of an analysis.
        rates: Rates of the clips' source frames, by clip id; others take the timeline's rate.
        options: Those of the markers; the findings are the same for all.
    """
    shots: dict[str, list[LoggedShot]] = {}
    for logged in sorted(log.shots, key=lambda s: s.shot.timeline.start):
        shots.setdefault(logged.shot.clip, []).append(logged)
    rate = log.edit.rate
    return EditSummary(
        timeline=log.edit.name,
        rate=rate,
        clips=tuple(
            ClipSummary(
                id=clip.id,
                name=clip.name,
                rate=(counted := rates.get(clip.id, rate)),
                shots=tuple(_shot(s, clip, counted, log) for s in shots.get(clip.id, ())),
            )
            for clip in log.edit.clips
        ),
        highlights=tuple(_highlight(finding, rate) for finding in log.highlights),
        markers=tuple(map(_marker, placed_markers(log, options))),
        problems=log.problems,
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
        fallback=log.fallback,
    )


def placed_markers(log: Log, options: MarkerOptions = DEFAULT_OPTIONS) -> list[PlacedMarker]:
    """Return the markers of a log as the editing program is to set them."""
    return place_markers(markers_of(log, on="clips", options=options), log.edit, options)


def _shot(logged: LoggedShot, clip: ClipRange, counted: Fraction, log: Log) -> ShotSummary:
    shot, rate = logged.shot, log.edit.rate
    sizes = group_by_range(logged.leading(Family.SIZE))
    moves = group_by_range(logged.leading(Family.MOVE, Family.MOVEMENT))
    first, end = _frames(shot.timeline, rate)
    source_in, source_out = _source(clip, shot.timeline, counted)
    return ShotSummary(
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
        kind=logged.kind,
    )


def _move(span: Opinion, rate: Fraction) -> MoveSummary:
    first, end = _frames(span[0].timeline, rate)
    return MoveSummary(
        move=_label([span]), confidence=_confidence([span]), timeline_in=first, timeline_out=end
    )


def _highlight(finding: Finding, rate: Fraction) -> HighlightSummary:
    first, end = _frames(finding.timeline, rate)
    return HighlightSummary(
        label=finding.label,
        score=finding.scores.get("score"),
        confidence=finding.confidence,
        timeline_in=first,
        timeline_out=end,
        reasons=finding.reasons,
    )


def _label(found: Sequence[Opinion]) -> str:
    """Return the label of the first range; simultaneous labels are joined as in markers."""
    labels = [f.label for f in found[0] if f.label != UNDEFINED] if found else []
    return "+".join(labels) or UNDEFINED


def _confidence(found: Sequence[Opinion]) -> float:
    """Return the confidence of the first range, the lowest of simultaneous labels."""
    return min(finding.confidence for finding in found[0]) if found else 0.0


def _scores(found: Sequence[Opinion]) -> dict[str, float]:
    return dict(found[0][0].scores) if found else {}


def _frames(span: TimeRange, rate: Fraction) -> tuple[int, int]:
    """Return the frames of the timeline that show a range, at least one, as for its markers."""
    first = math.ceil(span.start * rate)
    return first, max(first + 1, math.ceil(span.end * rate))


def _source(clip: ClipRange, span: TimeRange, rate: Fraction) -> tuple[int, int]:
    """Return the source frames that a timeline range shows, in the caller's count."""
    shown = clip.time_map.range_to_source(span).intersection(clip.source) or clip.source
    first = nearest_frame(shown.start, rate)
    return first, max(first + 1, nearest_frame(shown.end, rate))


def _marker(placed: PlacedMarker) -> ReadyMarker:
    marker = placed.marker
    return ReadyMarker(
        frame=placed.frame,
        duration=placed.duration,
        name=placed.name,
        note=placed.note,
        colour=placed.colour,
        custom_data=placed.custom_data,
        marker=marker.id,
        family=marker.family.value,
        clip=marker.clip,
        facts=marker.payload,
    )
