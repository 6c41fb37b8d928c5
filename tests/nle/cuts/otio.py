"""Cuts as OpenTimelineIO."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from tests.nle.cuts.cut import Clip, Cut, Gap, Item, Nest
from tests.nle.cuts.writing import PULLED_DOWN, WHOLE, Features, Writer
from tests.otio.marking import edited_by_otio
from tests.otio.timelines import as_data, gap, span, stack, timeline, track, warp

FEATURES = Features(drop_frame=False, media_rates=(*WHOLE, *PULLED_DOWN))


def text_of(cut: Cut) -> str:
    """The cut as a file of OpenTimelineIO."""
    tracks = [track(*(_item(item, cut.rate) for item in items)) for items in cut.tracks]
    made = timeline(*tracks, start=(cut.start, float(cut.rate)))
    for frame, name in cut.theirs:
        at = span((frame, 1), float(cut.rate))
        made.tracks.markers.append(otio.schema.Marker(name, at))
    return json.dumps(as_data(made), indent=4)


def _item(item: Item, rate: Fraction) -> Any:
    if isinstance(item, Gap):
        return gap(item.length, float(rate))
    if isinstance(item, Nest):
        made = stack(track(*(_item(part, rate) for part in item.items)))
        made.source_range = span((item.first, item.length), float(rate))
        made.name = item.name
        return made
    return _clip(item, rate)


def _clip(clip: Clip, rate: Fraction) -> Any:
    media = clip.media
    start = media.start or 0
    whole = span((start, media.length), float(media.rate))
    reference = otio.schema.ExternalReference(f"/media/{media.name}.mov", whole)
    first = otio.opentime.RationalTime(start + clip.first, float(media.rate))
    length = otio.opentime.RationalTime(clip.length, float(rate))
    made = otio.schema.Clip(clip.name, reference, otio.opentime.TimeRange(first, length))
    if clip.speed != 1:
        made.effects.append(warp(float(clip.speed)))
    return made


def _write(path: Path, cut: Cut) -> None:
    path.write_text(text_of(cut), encoding="utf-8")


def rename(path: Path, old: str, new: str) -> None:
    """Rename a marker as a program on OpenTimelineIO does: it writes the whole file anew."""

    def change(root: Any) -> None:
        [marker] = [m for m in root.tracks.markers if m.name == old]
        marker.name = new

    edited_by_otio(path, change)


WRITER = Writer(_write, ".otio", FEATURES, rename=rename)
