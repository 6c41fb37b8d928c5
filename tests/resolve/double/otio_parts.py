"""Parts of an OpenTimelineIO file as the importer reads them."""

from fractions import Fraction
from typing import Any, Dict, Optional, Tuple

from .frames import exact_rate
from .markers import Marker
from .palette import FROM_OTIO

Json = Dict[str, Any]


def schema_of(told: Optional[Json]) -> str:
    """Return the schema of an object without its version; MissingReference of nothing."""
    return str((told or {}).get("OTIO_SCHEMA", "MissingReference.1")).partition(".")[0]


def snapped(rate: float) -> Fraction:
    """Return the exact rate of one that was written as a short or a 32-bit number."""
    for known in (24, 30, 48, 60, 120):
        ntsc = Fraction(known * 1000, 1001)
        if abs(rate - float(ntsc)) < 0.005:
            return ntsc
    return Fraction(rate).limit_denominator(1000)


def seconds_of(told: Json) -> Fraction:
    """Return a rational time as exact seconds."""
    value = Fraction(told["value"]).limit_denominator(10000)
    return value / exact_rate(snapped(told["rate"]))


def path_of(reference: Json) -> str:
    """Return the path of media, of an image sequence as Resolve writes it."""
    if schema_of(reference) == "ImageSequenceReference":
        width = int(reference.get("frame_zero_padding", 0))
        first = int(reference["start_frame"])
        last = first + int(reference["available_range"]["duration"]["value"]) - 1
        base = str(reference["target_url_base"])
        numbers = "[%0*d-%0*d]" % (width, first, width, last)
        name = "%s%s%s" % (reference["name_prefix"], numbers, reference["name_suffix"])
        return base + ("\\" if "\\" in base else "/") + name
    return str(reference.get("target_url", ""))


def retime_of(child: Json, rate: Fraction) -> Json:
    """Return the speed of a clip, or its ramp in seconds, as a description of an item."""
    for effect in child.get("effects") or []:
        if schema_of(effect) == "LinearTimeWarp":
            return {"speed": str(Fraction(effect["time_scalar"]).limit_denominator(100000))}
        if schema_of(effect) == "FreezeFrame":
            return {"speed": "0"}
        keys = effect.get("metadata", {}).get("Resolve_OTIO", {}).get("Key Frames")
        if schema_of(effect) == "TimeEffect" and keys:
            points = [
                (Fraction(k[0]).limit_denominator(100000), Fraction(k[1]).limit_denominator(100000))
                for k in keys
            ]
            return {"ramp": points}
    return {}


def marker_of(told: Json) -> Tuple[int, Marker]:
    """Return the frame of a marker, and what Resolve keeps of it."""
    marked = told["marked_range"]
    note = told.get("metadata", {}).get("Resolve_OTIO", {}).get("Note", "")
    color = FROM_OTIO.get(str(told.get("color", "")).upper(), "Blue")
    duration = max(1, int(round(marked["duration"]["value"])))
    made = Marker(color, told.get("name", ""), note, duration)
    return int(round(marked["start_time"]["value"])), made
