"""Construction of small timelines, counted in frames."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import opentimelineio as otio

Json = dict[str, Any]


def span(start: float, frames: float, rate: float) -> Any:
    """Return a range in frames."""
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(frames, rate)
    )


def clip(
    name: str,
    media: Path | Any,
    source: tuple[float, float],
    *effects: Any,
    rate: float = 25,
    available: tuple[float, float] | None = None,
    enabled: bool = True,
) -> Any:
    """Return a clip that uses (first frame, frames) of a file or of another media reference."""
    made = otio.schema.ExternalReference(media.as_uri()) if isinstance(media, Path) else media
    made.available_range = span(*available, rate) if available else None
    item = otio.schema.Clip(name, made, span(*source, rate))
    item.effects.extend(effects)
    item.enabled = enabled
    return item


def timeline(
    *items: Any,
    start: tuple[float, float] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Json:
    """Return the JSON of a timeline of one track; ``start`` is its first frame and its rate."""
    made = otio.schema.Timeline("edit")
    made.tracks.append(otio.schema.Track("V1", items, kind="Video"))
    made.global_start_time = start and otio.opentime.RationalTime(*start)
    made.metadata.update(metadata or {})
    data: Json = json.loads(otio.core.serialize_json_to_string(made))
    return data


def saved(folder: Path, data: Json) -> Path:
    """Write the timeline to a file; return its path."""
    path = folder / "edit.otio"
    path.write_text(json.dumps(data, indent=4), encoding="utf-8")
    return path
