"""Edits, logs and timelines for the tests of writing markers."""

from __future__ import annotations

import contextlib
import json
import resource
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import (
    ClipRange,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    Marker,
    MarkerFamily,
    MediaReference,
    Provenance,
    Shot,
    Tier,
    TimeMap,
    TimeRange,
)

NTSC = Fraction(24000, 1001)


def span(start: Fraction | int, end: Fraction | int) -> TimeRange:
    return TimeRange.between(Fraction(start), Fraction(end))


def finding(
    family: Family,
    label: str,
    place: TimeRange,
    *,
    score: float = 0.87,
    analyzer: str | None = None,
    tier: Tier = Tier.BUILTIN,
    reasons: tuple[str, ...] = (),
    scores: dict[str, float] | None = None,
) -> Finding:
    return Finding(
        family=family,
        label=label,
        scores={label: score} if scores is None else scores,
        confidence=score,
        source=None,
        timeline=place,
        reasons=reasons,
        provenance=Provenance(analyzer=analyzer or f"builtin.{family}", version="3", tier=tier),
    )


def clip_range(
    number: int, start: Fraction | int, end: Fraction | int, *, speed: Fraction | int = 1
) -> ClipRange:
    """A clip of ``[start, end)`` of the timeline; its source clock begins at one hour."""
    length, hour = Fraction(end) - start, Fraction(3600)
    return ClipRange(
        id=f"V1/{number}",
        name=f"clip {number}",
        media=MediaReference(path=f"/media/{number}.mov", start=hour),
        source=span(hour, hour + max(length * abs(Fraction(speed)), Fraction(1, 24))),
        timeline=span(start, end),
        time_map=TimeMap(
            timeline_start=Fraction(start),
            source_start=hour if speed >= 0 else hour + length * -speed,
            speed=Fraction(speed),
        ),
        path=("tracks", "children", 0, "children", number),
    )


def edit_of(*clips: ClipRange, rate: Fraction = Fraction(24)) -> Edit:
    return Edit(name="edit", rate=rate, duration=max(c.timeline.end for c in clips), clips=clips)


def shot_of(clip: ClipRange, *findings: Finding, shot: str | None = None) -> LoggedShot:
    """The clip as one shot; making markers does not use its source."""
    return LoggedShot(
        shot=Shot(
            id=shot or f"{clip.name} {clip.source.start} {clip.source.duration}",
            clip=clip.id,
            source=clip.source,
            core=clip.source,
            timeline=clip.timeline,
        ),
        clip_name=clip.name,
        content_id="film",
        findings=findings,
    )


def log_of(edit: Edit) -> Log:
    """A shot per clip, each with a size and a move."""
    return Log(
        edit=edit,
        shots=tuple(
            shot_of(
                clip,
                finding(Family.SIZE, "MS", clip.timeline),
                finding(Family.MOVE, "pan_left", clip.timeline),
            )
            for clip in edit.clips
            if clip.timeline.duration > 0
        ),
    )


def marker(number: int, *, frame: int | None = None, **facts: Any) -> Marker:
    return Marker(
        **{
            "id": f"{number:016x}",
            "family": list(MarkerFamily)[number % 4],
            "name": f"MS · pan {number}",
            "note": "Größe: 87 %\nBy builtin.size 3",
            "frame": 10 * number if frame is None else frame,
            "duration": 5,
            "rate": Fraction(24),
            "payload": {"shot": "a", "score": 0.1, "weights": None},
            **facts,
        }
    )


def timeline(*clips: tuple[int, int], rate: float = 24.0) -> otio.schema.Timeline:
    """A timeline of one track; each clip is (first source frame, frames)."""
    made = otio.schema.Timeline("edit")
    track = otio.schema.Track("V1", kind="Video")
    for number, (first, frames) in enumerate(clips):
        source = otio.opentime.TimeRange(
            otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(frames, rate)
        )
        reference = otio.schema.ExternalReference(f"/media/{number}.mov", source)
        track.append(otio.schema.Clip(f"clip {number}", reference, source))
    made.tracks.append(track)
    return made


def write_timeline(path: Path, *clips: tuple[int, int], rate: float = 24.0) -> Path:
    otio.adapters.write_to_file(timeline(*(clips or ((0, 240),)), rate=rate), str(path))
    return path


def edited_by_otio(path: Path, change: Any, *, indent: int = 4) -> None:
    """An editor's session: OpenTimelineIO reads the file, changes it and writes it anew."""
    root = otio.adapters.read_from_file(str(path))
    change(root)
    otio.adapters.write_to_file(root, str(path), indent=indent)


def all_markers(item: Any) -> Iterator[dict[str, Any]]:
    """Every marker in parsed JSON."""
    if isinstance(item, dict):
        if str(item.get("OTIO_SCHEMA")).startswith("Marker."):
            yield item
            return
        item = list(item.values())
    for inner in item if isinstance(item, list) else ():
        yield from all_markers(inner)


def stack_markers(path: Path) -> list[dict[str, Any]]:
    data = json.loads(path.read_text(encoding="utf-8"))
    return list(data.get("tracks", data)["markers"])


def names(path: Path) -> list[str]:
    return [m["name"] for m in all_markers(json.loads(path.read_text(encoding="utf-8")))]


@contextlib.contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As full a disk as the system gives to anyone: writing past the limit is refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
