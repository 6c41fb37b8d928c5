"""Timelines of every kind on the double, and how they are read."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog.bridge import PlainEdit, to_edit
from shotlog.engine.sources import find_origin
from shotlog.schema import ClipRange, Media, VideoStream
from shotlog.schema import Edit as ExactEdit
from shotlog_otio import read_edit as read_file
from shotlog_resolve.edit import Edit, read_edit
from shotlog_resolve.host import connect
from shotlog_resolve.scope import TIMELINE
from tests.resolve.double import Double, ProjectSpec, TimelineSpec

VERSIONS = ("18.5", "19.1", "20.3", "21.0.4", "21.1")
NO_EXPORT = "/nowhere/at/all"
"""A folder in which no export can be written, so that calls alone must tell."""

_OPTIONS = {"seed", "source_error", "edition", "rate_form"}

Scene = Callable[[ProjectSpec, TimelineSpec], object]


def beach(spec: ProjectSpec, **more: Any) -> str:
    told = {"fps": 24, "start": "10:00:00:00", "frames": 1500, **more}
    return spec.media("/films/beach.mov", **told)


def with_one_clip(spec: ProjectSpec, cut: TimelineSpec) -> str:
    film = beach(spec)
    cut.clip(film, length=48, source=100)
    return film


def three(spec: ProjectSpec, cut: TimelineSpec) -> None:
    """A straight clip, a fast one and one that runs backwards, with marks and a selection."""
    film = beach(spec)
    first = cut.clip(film, length=48, source=100)
    cut.clip(film, length=48, source=400, speed=2)
    last = cut.clip(film, length=48, source=600, speed=-1)
    cut.clip(film, length=48, kind="audio")
    cut.marks(24, 119)
    cut.select(first, last)
    cut.playhead(60)


def open_double(scene: Scene, version: str = "20.3", **more: Any) -> Double:
    """A Resolve with one timeline, which the scene fills."""
    options = {
        k: more.pop(k) for k in list(more) if k in ("seed", "source_error", "edition", "rate_form")
    }
    spec = ProjectSpec("Film", rate=more.get("rate", 24))
    scene(spec, spec.timeline("Cut 1", **more))
    return Double(spec, version=version, **options)


def read(double: Double, scope: str = TIMELINE, **more: Any) -> Edit:
    """Read the open timeline, and check that no rule was broken."""
    before = double.snapshot()
    try:
        return read_edit(connect(double.globals()), scope, **more)
    finally:
        double.check()
        assert double.session.edits == []
        assert double.snapshot() == before


def exact(edit: Edit) -> ExactEdit:
    """The edit that the bridge makes of it."""
    return to_edit(PlainEdit.model_validate_json(json.dumps(edit.plain), strict=True))


def exported(double: Double, folder: Path) -> ExactEdit:
    """The edit that shotlog_otio makes of the double's export."""
    path = folder / "Cut 1.otio"
    resolve = double.resolve
    timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert timeline.Export(str(path), resolve.EXPORT_OTIO)
    return read_file(path)


def probed(clip: ClipRange, timecode: Fraction, length: Fraction) -> Fraction:
    """The moment of a file that the first frame of a clip shows, as the engine finds it."""
    assert clip.media is not None
    video = VideoStream(
        index=0, codec="h264", width=64, height=36, rate=Fraction(24), tick=Fraction(1, 24),
        frames=None, duration=length,
    )  # fmt: skip
    media = Media(
        path="/a", sequence=None, content_id="a", container="mov", video=video, audio=None,
        start_timecode=timecode,
    )  # fmt: skip
    origin = find_origin(clip.media, media, [clip.source]).start
    return clip.time_map.to_source(clip.timeline.start) - origin


def facts(clip: ClipRange) -> tuple[Any, ...]:
    """What an analysis depends on: media, ranges and speed; the source counts from the media."""
    assert clip.media is not None
    sequence = clip.media.sequence and (clip.media.sequence.pattern, clip.media.sequence.first)
    source = clip.source.start - (clip.media.start or Fraction(0))
    shown = (clip.timeline.start, clip.timeline.end)
    return (clip.name, clip.media.path, sequence, shown, source, clip.source.duration, clip.speed)


def spans(edit: Edit) -> list[tuple[int, int]]:
    """Timeline ranges of the clips."""
    return [(clip["timeline_in"], clip["timeline_out"]) for clip in edit.plain["clips"]]


def sources(edit: Edit) -> list[tuple[int, int]]:
    """Source ranges from the first frame of the media."""
    return [
        (clip["source_in"] - clip["media_start"], clip["source_out"] - clip["media_start"])
        for clip in edit.plain["clips"]
    ]
