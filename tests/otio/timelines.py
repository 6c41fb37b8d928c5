"""Small timelines for tests, counted in frames."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import ClipRange, Edit
from shotlog_otio import read_edit
from shotlog_otio.documents import Document
from shotlog_otio.formats import OtioTextFormat, find_format

Frames = tuple[float, float]


def span(frames: Frames, rate: float = 24) -> Any:
    return otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, rate) for n in frames))


def warp(scalar: float) -> Any:
    return otio.schema.LinearTimeWarp(time_scalar=scalar)


def clip(
    name: str = "a",
    source: Frames | None = (0, 10),
    *effects: Any,
    media: Any = "/media/a.mov",
    available: Frames | None = (0, 100),
    rate: float = 24,
    enabled: bool = True,
) -> Any:
    reference = otio.schema.ExternalReference(media) if isinstance(media, str) else media
    if reference is not None and available is not None:
        reference.available_range = span(available, rate)
    made = otio.schema.Clip(name, reference)
    made.source_range = source and span(source, rate)
    made.effects.extend(effects)
    made.enabled = enabled
    return made


def gap(frames: float, rate: float = 24) -> Any:
    return otio.schema.Gap(source_range=span((0, frames), rate))


def _composed(made: Any, children: Any, source: Frames | None, effects: Any, enabled: bool) -> Any:
    made.extend(children)
    made.source_range = source and span(source)
    made.effects.extend(effects)
    made.enabled = enabled
    return made


def track(
    *children: Any,
    kind: str = "Video",
    source: Frames | None = None,
    effects: tuple[Any, ...] = (),
    enabled: bool = True,
) -> Any:
    return _composed(otio.schema.Track(kind=kind), children, source, effects, enabled)


def stack(
    *children: Any,
    source: Frames | None = None,
    effects: tuple[Any, ...] = (),
    enabled: bool = True,
) -> Any:
    return _composed(otio.schema.Stack(), children, source, effects, enabled)


def timeline(*tracks: Any, start: tuple[float, float] | None = None) -> Any:
    made = otio.schema.Timeline("edit")
    made.tracks.extend(tracks)
    made.global_start_time = start and otio.opentime.RationalTime(*start)
    return made


def as_data(item: Any) -> Any:
    """The JSON of an OpenTimelineIO object, for tests that damage it."""
    return json.loads(otio.core.serialize_json_to_string(item))


def saved(folder: Path, item: Any) -> Path:
    """An .otio file of an OpenTimelineIO object, of JSON data, or of a text."""
    path = folder / "edit.otio"
    if not isinstance(item, (str, dict, list)):
        item = as_data(item)
    path.write_text(item if isinstance(item, str) else json.dumps(item), encoding="utf-8")
    return path


def load(path: Path) -> Document:
    format_ = find_format(path)
    assert isinstance(format_, OtioTextFormat)
    return format_.load(path)


def read(folder: Path, item: Any) -> Edit:
    return read_edit(saved(folder, item))


def frames_of(clip: ClipRange, rate: Fraction | int = 24) -> tuple[Fraction | int, ...]:
    """Timeline start and end, source start and end, in frames."""
    ends = (clip.timeline.start, clip.timeline.end, clip.source.start, clip.source.end)
    return tuple(moment * rate for moment in ends)
