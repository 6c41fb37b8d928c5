"""The parts of an exported clip: its retime, its effects, its media reference."""

import os
import re
from fractions import Fraction
from typing import Any, Dict, List, Match, Optional

Json = Dict[str, Any]
_SEQUENCE = re.compile(r"^(.*)\[(\d+)-(\d+)\](\.[^.]*)$")


def told_time(value: Fraction, rate: Fraction) -> Json:
    """Return a rational time."""
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": told_rate(rate), "value": float(value)}


def told_rate(rate: Fraction) -> float:
    """Return a rate as exports hold it: 24.0, 23.976."""
    return round(float(rate), 3)


def told_range(start: Fraction, duration: Fraction, rate: Fraction) -> Json:
    """Return a time range."""
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "duration": told_time(duration, rate),
        "start_time": told_time(start, rate),
    }


def told_retime(item: Any) -> List[Json]:
    """Return the effect of a speed or a ramp; none of plain speed."""
    if item.media is None or item.retime.is_plain:
        return []
    effect: Json = {"metadata": {}, "name": "", "effect_name": ""}
    if not item.retime.is_ramp:
        scalar = float(item.retime.speed)
        return [dict(effect, OTIO_SCHEMA="LinearTimeWarp.1", time_scalar=scalar)]
    keys = [
        [float(at / item.timeline.rate), float(media / item.fps), False, 0.0, 0.0, 0.0, 0.0]
        for at, media in item.retime.points
    ]
    ratio = (keys[-1][1] - keys[0][1]) / (keys[-1][0] - keys[0][0])
    told = {"Resolve_OTIO": {"Key Frames": keys, "Speed Ratio": ratio}}
    return [dict(effect, OTIO_SCHEMA="TimeEffect.1", metadata=told)]


def told_effect(name: str, number: int, parameters: List[Json], enabled: bool = True) -> Json:
    """Return an effect of Resolve."""
    told = {
        "Display Type": 1,
        "Effect Name": name,
        "Enabled": enabled,
        "Name": name,
        "Parameters": parameters,
        "Type": number,
    }
    return {
        "OTIO_SCHEMA": "Effect.1",
        "metadata": {"Resolve_OTIO": told},
        "name": "",
        "effect_name": "Resolve Effect",
    }


def told_effects(item: Any) -> List[Json]:
    """Return the effects that every clip has; the keys of the zoom begin at minus LeftOffset."""
    first = str(-int(item.left_offset)) if item.left_offset >= 1 else "0"
    centre = {key: {"Value": [0.0, 0.0], "Variant Type": "POINTF"} for key in (first, "1000")}
    scale = {
        first: {"Value": 0.8, "Variant Type": "Double"},
        "1000": {"Value": 1.0, "Variant Type": "Double"},
    }
    zoom: List[Json] = [
        {
            "Default Parameter Value": [0.0, 0.0],
            "Key Frames": centre,
            "Parameter ID": "dynamicZoomCenter",
            "Parameter Value": [0.0, 0.0],
            "Variant Type": "POINTF",
        },
        {
            "Default Parameter Value": 1.0,
            "Key Frames": scale,
            "Parameter ID": "dynamicZoomScale",
            "Parameter Value": 1.0,
            "Variant Type": "Double",
            "maxValue": 100.0,
            "minValue": 0.01,
        },
    ]
    return [
        told_effect("Transform", 2, []),
        told_effect("Cropping", 3, []),
        told_effect("Dynamic Zoom", 59, zoom, enabled=False),
        told_effect("Composite", 1, []),
        told_effect("Lens Correction", 43, []),
        told_effect("Retime and Scaling", 22, []),
        told_effect("Video Faders", 36, []),
    ]


def told_reference(item: Any) -> Json:
    """Return the media reference of an item."""
    media = item.media
    if media is None or not media.path:
        return _missing({}, "", None)
    available = told_range(
        Fraction(media.first - media.offset), Fraction(media.file_frames), media.fps
    )
    reference: Json = {
        "metadata": {},
        "name": media.path.replace("\\", "/").rpartition("/")[2],
        "available_range": available,
        "available_image_bounds": None,
    }
    if not media.online:
        return _missing({"Resolve_OTIO": {"Media Url": media.path}}, reference["name"], available)
    sequence = _sequence(media.path)
    if sequence is None:
        return dict(reference, OTIO_SCHEMA="ExternalReference.1", target_url=media.path)
    return dict(reference, OTIO_SCHEMA="ImageSequenceReference.1", **_numbered(sequence, media))


def _missing(metadata: Json, name: str, available: Optional[Json]) -> Json:
    return {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": metadata,
        "name": name,
        "available_range": available,
        "available_image_bounds": None,
    }


def _sequence(path: str) -> Optional[Match[str]]:
    return _SEQUENCE.match(path)


def _numbered(sequence: Any, media: Any) -> Json:
    head, first, _, suffix = sequence.groups()
    folder = os.path.dirname(head) if "/" in head else head.rpartition("\\")[0]
    return {
        "target_url_base": folder,
        "name_prefix": head[len(folder) + 1 :],
        "name_suffix": suffix,
        "start_frame": int(first),
        "frame_step": 1,
        "rate": told_rate(media.fps),
        "frame_zero_padding": len(first),
        "missing_frame_policy": "error",
    }
