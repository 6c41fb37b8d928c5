"""A timeline as OpenTimelineIO, in the shape that Resolve 21.0.2.4 writes."""

import struct
from fractions import Fraction
from typing import Any, List

from .frames import exact_rate
from .otio_clip import (
    Json,
    told_effect,
    told_effects,
    told_range,
    told_reference,
    told_retime,
    told_time,
)
from .palette import OTIO_COLOURS

# "Multicam Clip" is read by tools that parse such exports; the others are guessed after it.
SEQUENCE_TYPES = {
    "compound": "Compound Clip",
    "multicam": "Multicam Clip",
    "fusion": "Fusion Clip",
    "timeline": "Timeline",
}


def written(timeline: Any, rates: str = "short") -> Json:
    """Return the JSON of a timeline; ``rates`` is "short" or "float32"."""
    told = _written(timeline)
    if rates == "float32":
        _lengthen(told)
    return told


def _lengthen(told: Any) -> None:
    """Replace 23.976 by the nearest 32-bit number to 24000/1001, and so on."""
    if isinstance(told, dict):
        rate = told.get("rate")
        if isinstance(rate, float) and rate != int(rate):
            told["rate"] = struct.unpack("f", struct.pack("f", float(exact_rate(rate))))[0]
        for each in told.values():
            _lengthen(each)
    elif isinstance(told, list):
        for each in told:
            _lengthen(each)


def _written(timeline: Any) -> Json:
    markers = [
        _marker(marker, Fraction(at), timeline.rate)
        for at, marker in sorted(timeline.markers.items())
    ]
    return {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}},
        "name": "",
        "global_start_time": told_time(Fraction(timeline.first), timeline.rate),
        "tracks": {
            "OTIO_SCHEMA": "Stack.1",
            "metadata": {},
            "name": "",
            "source_range": None,
            "effects": [],
            "markers": markers,
            "enabled": True,
            "children": _tracks(timeline),
        },
    }


def _tracks(timeline: Any) -> List[Json]:
    return [
        _track(timeline, kind, index)
        for kind in ("video", "audio")
        for index in range(1, len(timeline.tracks[kind]) + 1)
    ]


def _marker(marker: Any, at: Fraction, rate: Fraction) -> Json:
    return {
        "OTIO_SCHEMA": "Marker.2",
        "metadata": {"Resolve_OTIO": {"Keywords": [], "Note": marker.note}},
        "name": marker.name,
        "color": OTIO_COLOURS[marker.color],
        "marked_range": told_range(at, Fraction(marker.duration), rate),
    }


def _track(timeline: Any, kind: str, index: int) -> Json:
    track = timeline.tracks[kind][index - 1]
    told: Json = {"Locked": track.locked}
    if kind == "audio":
        told = {"Audio Type": "Stereo", "Locked": track.locked, "SoloOn": False}
    items = timeline.on_track(kind, index)
    children: List[Json] = []
    at = 0
    for item in items:
        if item.type == "transition":
            children.append(_transition(item, items))
            continue
        if item.at > at:
            children.append(_gap(item.at - at, timeline.rate))
        nested = item.media is not None and item.media.content is not None
        children.append(_nested(item) if nested else _clip(item))
        at = item.at + item.length
    if at < timeline.length:  # padding to the end of the timeline
        children.append(_gap(timeline.length - at, timeline.rate))
    return {
        "OTIO_SCHEMA": "Track.1",
        "metadata": {"Resolve_OTIO": told},
        "name": track.name,
        "source_range": None,
        "effects": [],
        "markers": [],
        "enabled": track.enabled,
        "children": children,
        "kind": kind.capitalize(),
    }


def _gap(frames: int, rate: Fraction) -> Json:
    return {
        "OTIO_SCHEMA": "Gap.1",
        "metadata": {},
        "name": "",
        "source_range": told_range(Fraction(0), Fraction(frames), rate),
        "effects": [],
        "markers": [],
        "enabled": True,
    }


def _transition(item: Any, items: List[Any]) -> Json:
    cut = next(
        (
            other.at
            for other in items
            if other.type != "transition" and item.at < other.at <= item.at + item.length
        ),
        item.at + item.length // 2,
    )
    rate = item.timeline.rate
    effect = told_effect(item.name, 9, [])["metadata"]["Resolve_OTIO"]
    return {
        "OTIO_SCHEMA": "Transition.1",
        "metadata": {"Resolve_OTIO": {"Effects": effect, "Transition Type": item.name}},
        "name": item.name,
        "in_offset": told_time(Fraction(cut - item.at), rate),
        "out_offset": told_time(Fraction(item.at + item.length - cut), rate),
        "transition_type": "SMPTE_Dissolve",
    }


def _nested(item: Any) -> Json:
    """A compound clip or multicam: a stack of what is inside, cut by its source range."""
    clip = _clip(item)
    del clip["media_references"], clip["active_media_reference_key"]
    told = dict(clip["metadata"]["Resolve_OTIO"])
    told["Sequence Type"] = SEQUENCE_TYPES[item.media.type]
    return dict(
        clip,
        OTIO_SCHEMA="Stack.1",
        metadata={"Resolve_OTIO": told},
        children=_tracks(item.media.content),
    )


def _clip(item: Any) -> Json:
    told: Json = {}
    if item.track[0] == "audio":
        told["Channels"] = [{"Source Channel ID": 0, "Source Track ID": 0}]
    if item.link is not None:
        told["Link Group ID"] = item.link
    effects = told_retime(item) + (told_effects(item) if item.track[0] == "video" else [])
    rate = item.timeline.rate
    return {
        "OTIO_SCHEMA": "Clip.2",
        "metadata": {"Resolve_OTIO": told},
        "name": item.name,
        "source_range": told_range(_source_start(item), Fraction(item.length), rate),
        "effects": effects,
        "markers": [
            _marker(marker, _marker_start(item, at), rate)
            for at, marker in sorted(item.markers.items())
        ],
        "enabled": item.enabled,
        "media_references": {"DEFAULT_MEDIA": told_reference(item)},
        "active_media_reference_key": "DEFAULT_MEDIA",
    }


def _media_start(item: Any) -> Fraction:
    """The start timecode of the media in frames of the timeline's rate."""
    start = item.media.start_seconds * item.timeline.rate if item.media else Fraction(0)
    return Fraction(start)


def _source_start(item: Any) -> Fraction:
    if item.media is None:
        return Fraction(0)
    start = _media_start(item) + Fraction(item.source / item.fps * item.timeline.rate)
    if item.retime.speed < 0:  # seen: 20.000000000000004
        start = start * (1 + Fraction(1, 2**52))
    return start


def _marker_start(item: Any, at: int) -> Fraction:
    if item.timeline.item_markers == "clip":
        return _source_start(item) + at
    return _media_start(item) + at
