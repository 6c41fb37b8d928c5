"""Logs and pictures for reports, made without any analysis."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import cv2
import numpy as np

from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Cut,
    CutKind,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    Problem,
    Provenance,
    Shot,
    Tier,
    TimeMap,
    TimeRange,
)

RATE = Fraction(24)
HOUR = Fraction(3600)


def span(start: Fraction | float, duration: Fraction | float) -> TimeRange:
    return TimeRange(start=Fraction(start), duration=Fraction(duration))


def finding(
    family: Family,
    label: str,
    at: TimeRange,
    *,
    scores: dict[str, float] | None = None,
    tier: Tier = Tier.BUILTIN,
    reasons: tuple[str, ...] = (),
    analyzer: str | None = None,
) -> Finding:
    return Finding(
        family=family,
        label=label,
        scores={label: 0.8} if scores is None else scores,
        confidence=0.0 if label == UNDEFINED else 0.8,
        source=at,
        timeline=at,
        shot="s",
        reasons=reasons,
        provenance=Provenance(
            analyzer=analyzer or f"{tier.value}.{family.value}", version="1", tier=tier
        ),
    )


def size(label: str, at: TimeRange) -> Finding:
    """Return a finding of the built-in size; without a face it has no scores."""
    if label == UNDEFINED:
        why = "nobody in the picture to measure by"
        return finding(Family.SIZE, label, at, scores={}, reasons=(why,))
    return finding(Family.SIZE, label, at, reasons=(f"face of a {label}",))


def move(label: str, at: TimeRange, dynamics: float = 1.0) -> Finding:
    return finding(Family.MOVE, label, at, scores={label: 0.9, "motion.dynamics": dynamics})


def logged(
    start: float,
    duration: float,
    sizes: str = "MS",
    moves: str = "static",
    *,
    clip: str = "V1/0",
    name: str = "clip",
    content: str = "a",
    findings: Sequence[Finding] | None = None,
    same_framing: bool | None = None,
) -> LoggedShot:
    at = span(start, duration)
    return LoggedShot(
        shot=Shot(id=f"{clip} {start}", clip=clip, source=at, core=at, timeline=at),
        clip_name=name,
        content_id=content,
        findings=tuple((size(sizes, at), move(moves, at)) if findings is None else findings),
        same_framing=same_framing,
    )


def highlight(rank: int, start: float, duration: float, score: float) -> Finding:
    found = finding(
        Family.HIGHLIGHT,
        f"HL {rank}",
        span(start, duration),
        scores={"score": score},
        reasons=("loudness +3.0σ over its surroundings",),
    )
    return found.model_copy(update={"shot": None, "source": None})


def clip(id_: str, name: str, start: float, duration: float) -> ClipRange:
    at = span(start, duration)
    return ClipRange(
        id=id_,
        name=name,
        media=None,
        source=at,
        timeline=at,
        time_map=TimeMap(timeline_start=at.start, source_start=at.start),
    )


def log(
    shots: Sequence[LoggedShot],
    *,
    name: str = "Cut 7",
    highlights: Sequence[Finding] = (),
    problems: Sequence[Problem] = (),
    clips: Sequence[ClipRange] = (),
    cuts: dict[str, tuple[Cut, ...]] | None = None,
    warnings: tuple[str, ...] = (),
) -> Log:
    end = max((s.shot.timeline.end for s in shots), default=Fraction(0))
    edit = Edit(name=name, rate=RATE, start=HOUR, duration=end, clips=tuple(clips))
    return Log(
        edit=edit,
        shots=tuple(shots),
        highlights=tuple(highlights),
        problems=tuple(problems),
        cuts=cuts or {},
        warnings=warnings,
    )


def dissolve(at: float) -> Cut:
    return Cut(at=Fraction(at), kind=CutKind.DISSOLVE, span=span(at - 0.5, 1), confidence=0.9)


def small_log() -> Log:
    """Return six shots of 1 to 6 seconds, a highlight and an offline clip."""
    shots = [
        logged(0, 1, "MS", "static", name="Talk"),
        logged(1, 2, "MS", "static", name="Talk"),
        logged(3, 3, "CS", "pan_left", name="Listener"),
        logged(6, 4, "LS", "tilt_up", name="Valley"),
        logged(10, 5, UNDEFINED, "static", name="Windows"),
        logged(15, 6, "CS", "pan_left", name="Listener"),
    ]
    talk, lost = clip("V1/0", "Talk", 0, 21), clip("V1/1", "Lost reel", 21, 2)
    problem = Problem(
        code="media-missing",
        message="the media is offline",
        subject="lost.mov",
        hint="Put it back.",
        clip=lost.id,
    )
    return log(shots, highlights=[highlight(1, 4, 5, 92)], problems=[problem], clips=[talk, lost])


def picture(shot: LoggedShot) -> bytes:
    """Return a flat JPEG in a colour of the shot's own."""
    level = float(shot.shot.timeline.start * 37 % 200)
    pixels = np.full((144, 256, 3), (level, 120, 200 - level), np.uint8)
    return bytes(cv2.imencode(".jpg", pixels)[1])
