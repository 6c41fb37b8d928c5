"""Records of logs: exact ranges with their frames and timecode, labels with their reasons."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from shotlog.mcp.records import (
    Findings,
    HighlightRecord,
    LabelRecord,
    LogSummary,
    MediaSpan,
    ShotRecord,
    TimelineSpan,
)
from shotlog.schema import (
    UNDEFINED,
    VOCABULARIES,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    TimeRange,
    nearest_frame,
    timecode,
)

_BEST = 3
_PROBLEMS = 50
_NO_REASON = "no label is certain enough"


def summarize(log: Log) -> LogSummary:
    """Return the summary of a log."""
    edit = log.edit
    return LogSummary(
        timeline=edit.name,
        rate=edit.rate,
        start_timecode=edit.timecode(Fraction(0)),
        duration=edit.duration,
        clips=len(edit.clips),
        shots=len(log.shots),
        kinds=_count(shot.leading(Family.KIND) for shot in log.shots),
        sizes=_count(shot.leading(Family.SIZE) for shot in log.shots),
        moves=_count(shot.leading(Family.MOVE, Family.MOVEMENT) for shot in log.shots),
    )


def describe_shots(log: Log, numbers: Sequence[int]) -> tuple[ShotRecord, ...]:
    """Return records of shots.

    Args:
        log: The log.
        numbers: Places of the shots in ``log.shots``, from 0.
    """
    paths = {clip.id: clip.media.path for clip in log.edit.clips if clip.media is not None}
    return tuple(_shot(log, number, paths.get(log.shots[number].shot.clip)) for number in numbers)


def describe_highlights(log: Log) -> tuple[HighlightRecord, ...]:
    """Return records of the highlights, best first."""
    return tuple(
        HighlightRecord(
            label=found.label,
            score=found.scores.get("score"),
            confidence=found.confidence,
            timeline=span_of(found.timeline, log.edit),
            shots=tuple(
                number
                for number, logged in enumerate(log.shots, start=1)
                if logged.shot.timeline.intersection(found.timeline)
            ),
            reasons=found.reasons,
        )
        for found in log.highlights
    )


def describe_problems(log: Log) -> Findings:
    """Return the problems and warnings of a log."""
    return Findings(
        problems=log.problems[:_PROBLEMS],
        more_problems=max(0, len(log.problems) - _PROBLEMS),
        warnings=tuple(dict.fromkeys((*log.edit.warnings, *log.warnings))),
    )


def span_of(span: TimeRange, edit: Edit) -> TimelineSpan:
    """Return a range of a timeline, with the frames that show it: those of its markers."""
    first = math.ceil(span.start * edit.rate)
    end = max(first + 1, math.ceil(span.end * edit.rate))
    return TimelineSpan(
        start=span.start,
        duration=span.duration,
        first_frame=first,
        end_frame=end,
        timecode=edit.timecode(first / edit.rate),
        end_timecode=edit.timecode(end / edit.rate),
    )


def _shot(log: Log, number: int, path: str | None) -> ShotRecord:
    logged = log.shots[number]
    shot = logged.shot
    labels = {
        families: tuple(_label(f, shot.timeline, log.edit) for f in logged.leading(*families))
        for families in ((Family.SIZE,), (Family.MOVE, Family.MOVEMENT))
    }
    sizes, moves = labels.values()
    return ShotRecord(
        number=number + 1,
        clip=shot.clip,
        clip_name=logged.clip_name,
        timeline=span_of(shot.timeline, log.edit),
        media=_media_span(logged, path),
        kind=logged.kind,
        sizes=sizes,
        moves=moves,
        highlights=tuple(
            h.label for h in log.highlights if h.timeline.intersection(shot.timeline) is not None
        ),
        facts=logged.facts,
    )


def _media_span(logged: LoggedShot, path: str | None) -> MediaSpan:
    source, facts = logged.shot.source, logged.facts
    span = MediaSpan(path=path, start=source.start, duration=source.duration)
    if facts is None or facts.rate is None:
        return span
    first = nearest_frame(source.start, facts.rate)
    frames: dict[str, object] = {
        "first_frame": first,
        "end_frame": max(first + 1, nearest_frame(source.end, facts.rate)),
    }
    if facts.start_timecode is not None:
        frame = nearest_frame(source.start + facts.start_timecode, facts.rate)
        frames["timecode"] = timecode(frame, facts.rate)
    return span.model_copy(update=frames)


def _label(finding: Finding, whole: TimeRange, edit: Edit) -> LabelRecord:
    known = finding.label != UNDEFINED
    reasons = finding.reasons or (() if known else (_NO_REASON,))
    # Scores also hold figures that are no labels, such as the strength of motion.
    names = VOCABULARIES[finding.family].names
    scores = {name: score for name, score in finding.scores.items() if name in names}
    best = heapq.nlargest(_BEST, scores, key=lambda name: scores[name])
    return LabelRecord(
        label=finding.label,
        confidence=round(finding.confidence, 4) if known else None,
        reasons=reasons,
        best_scores={name: round(scores[name], 4) for name in best},
        analyzer=finding.provenance.analyzer,
        tier=finding.provenance.tier,
        profile=finding.provenance.profile,
        timeline=None if finding.timeline == whole else span_of(finding.timeline, edit),
    )


def _count(opinions: Iterable[Sequence[Finding]]) -> dict[str, int]:
    counted = Counter(label for found in opinions for label in {f.label for f in found})
    return dict(counted.most_common())
