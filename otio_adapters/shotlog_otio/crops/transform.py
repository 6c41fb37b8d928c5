"""The Transform of DaVinci Resolve that shows a crop, in its spelling of OpenTimelineIO.

The layout is that of Resolve's own exports (``effects.otio`` among OpenTimelineIO's samples). An
import with such key frames was seen to be animated in Resolve 21.0.4.5 by others; the signs of pan
and tilt follow Resolve's inspector: pan to the right, tilt upwards.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from shotlog.schema import ClipRange, CropKey, CropPath, Reframing, largest_crop

OWN: Final = "shotlog"
"""Key of our metadata on an effect."""
_RESOLVE: Final = "Resolve_OTIO"
_TRANSFORM: Final = "Transform"
_TYPE: Final = 2
"""Resolve's number of the kind of effect."""
_SLACK: Final = 1e-3
"""Share of a picture by which a crop may reach over it without counting as bars: a frame has whole
pixels, and programs round numbers."""
_NUDGE: Final = 1e-6
"""Added to a value that equals its declared default: Resolve discards such a parameter, key frames
and all."""


class Placement(NamedTuple):
    """The place of a picture in the frame, as Resolve's Transform has it.

    Attributes:
        zoom: Enlargement against the size at which the whole picture fits into the frame.
        pan: Way to the right, in widths of the frame.
        tilt: Way upwards, in heights of the frame.
    """

    zoom: float
    pan: float
    tilt: float


def placement(
    reframing: Reframing, path: CropPath, key: CropKey, size: tuple[int, int]
) -> Placement:
    """Return the place of a picture that shows a crop in the whole frame.

    Resolve first fits a picture into the frame ("Scale entire image to fit", its default).

    Args:
        reframing: The crops.
        path: The crop of the clip.
        key: Its moment.
        size: Width and height of the timeline's frame in pixels.
    """
    box = reframing.box(path, key.at)
    width, height = size
    fitted = min(width / path.width, height / path.height)
    shown = max(width / box.width, height / box.height)
    right = (box.left + box.width / 2 - path.width / 2) * shown / width
    down = (box.top + box.height / 2 - path.height / 2) * shown / height
    return Placement(shown / fitted, -right, down)


def key_of(
    place: Placement,
    at: Fraction,
    picture: tuple[int, int],
    aspect: Fraction,
    size: tuple[int, int],
) -> tuple[CropKey, bool]:
    """Return the crop that a place in the frame shows, and whether it fills the frame.

    It is the inverse of :func:`placement`. A place that leaves bars gives the nearest crop.

    Args:
        place: The place of the picture.
        at: Its moment on the timeline's clock.
        picture: Width and height of the upright picture of the media in pixels.
        aspect: Width over height of the crop.
        size: Width and height of the frame, in any unit.

    Raises:
        ValueError: The picture has no size.
    """
    (width, height), (across, down) = size, picture
    if not place.zoom > 0:
        raise ValueError("the picture has no size")
    shown = place.zoom * min(width / across, height / down)
    largest = largest_crop(across, down, aspect)
    scale = max(width / largest[0], height / largest[1]) / shown
    x = 0.5 - place.pan * width / shown / across
    y = 0.5 + place.tilt * height / shown / down
    rooms = (
        (x, min(1, width / shown / across) / 2), (y, min(1, height / shown / down) / 2)
    )  # fmt: skip
    fills = scale <= 1 + _SLACK and all(
        room - _SLACK <= share <= 1 - room + _SLACK for share, room in rooms
    )
    x, y = (min(1.0, max(0.0, share)) for share in (x, y))
    return CropKey(at=at, x=x, y=y, scale=min(1.0, scale)), fills


def joined(
    zoom: Mapping[Fraction, float], pan: Mapping[Fraction, float], tilt: Mapping[Fraction, float]
) -> dict[Fraction, Placement]:
    """Return the places at every moment at which a value has a key; others go evenly."""
    # A value that never changes has one key, whose moment tells nothing.
    moving = [curve for curve in (zoom, pan, tilt) if len(curve) > 1] or [zoom]
    moments = sorted({at for curve in moving for at in curve})
    curves = (zoom, pan, tilt)
    return {at: Placement(*(_value(curve, at) for curve in curves)) for at in moments}


def _value(curve: Mapping[Fraction, float], at: Fraction) -> float:
    times = sorted(curve)
    place = bisect_right(times, at)
    if place in (0, len(times)):
        return curve[times[min(place, len(times) - 1)]]
    before, after = times[place - 1], times[place]
    share = float((at - before) / (after - before))
    return curve[before] + (curve[after] - curve[before]) * share


def effect_of(
    reframing: Reframing, path: CropPath, clip: ClipRange, rate: Fraction, size: tuple[int, int]
) -> dict[str, Any]:
    """Return the effect of a clip, with key frames on its frames.

    Args:
        reframing: The crops.
        path: The crop of the clip.
        clip: The clip.
        rate: Frames per second of the timeline.
        size: Width and height of its frame in pixels.
    """
    keys = [(round((key.at - clip.timeline.start) * rate), key) for key in path.keys]
    places = {frame: placement(reframing, path, key, size) for frame, key in keys}
    curves = {
        "transformationZoomX": ({n: p.zoom for n, p in places.items()}, 1.0, 0.0, 100.0),
        "transformationZoomY": ({n: p.zoom for n, p in places.items()}, 1.0, 0.0, 100.0),
        "transformationPan": ({n: p.pan for n, p in places.items()}, 0.0, -4.0, 4.0),
        "transformationTilt": ({n: p.tilt for n, p in places.items()}, 0.0, -4.0, 4.0),
    }
    parameters = [_parameter(name, *curve) for name, curve in curves.items()]
    resolve = {
        "Display Type": 1,
        "Effect Name": _TRANSFORM,
        "Enabled": True,
        "Name": _TRANSFORM,
        "Parameters": [each for each in parameters if each is not None],
        "Type": _TYPE,
    }
    own = {
        "aspect": str(reframing.aspect),
        "crop": path.model_dump(mode="json"),
        "digest": digest(resolve),
    }
    return {
        "OTIO_SCHEMA": "Effect.1",
        "metadata": {_RESOLVE: resolve, OWN: own},
        "name": "",
        "effect_name": "Resolve Effect",
        "enabled": True,
    }


def _parameter(
    name: str, values: Mapping[int, float], default: float, low: float, high: float
) -> dict[str, Any] | None:
    """Return a parameter; None for one that is as by default all along."""
    even = {frame: min(high, max(low, round(value, 9))) for frame, value in values.items()}
    start = next(iter(even.values()))
    still = all(value == start for value in even.values())
    if still and start == default:
        return None
    told: dict[str, Any] = {
        "Default Parameter Value": default,
        "Parameter ID": name,
        "Parameter Value": start + _NUDGE if start == default else start,
        "Variant Type": "Double",
        "maxValue": high,
        "minValue": low,
    }
    if not still:
        told["Key Frames"] = {
            str(frame): {"Value": value, "Variant Type": "Double"} for frame, value in even.items()
        }
    return told


def digest(resolve: Mapping[str, Any]) -> str:
    """Return a digest of the parameters of a Transform: it tells whether an editor changed them."""
    told = sorted((each.get("Parameter ID"), each.get("Parameter Value"), each.get("Key Frames"))
                  for each in resolve.get("Parameters", ()))  # fmt: skip
    text = json.dumps(told, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def find_transform(effects: Sequence[Any]) -> int | None:
    """Return the number of the Transform among the effects of a clip that changes something."""
    for number, effect in enumerate(effects):
        resolve = resolve_of(effect)
        if resolve.get("Effect Name") == _TRANSFORM and resolve.get("Parameters"):
            return number
    return None


def own_crop(effect: Any) -> tuple[CropPath, bool] | None:
    """Return the crop that an effect was written for, and whether an editor changed it since.

    None where it is not ours.
    """
    metadata = effect.get("metadata") if isinstance(effect, dict) else None
    own = metadata.get(OWN) if isinstance(metadata, dict) else None
    if not isinstance(own, dict) or "crop" not in own:
        return None
    try:
        path = CropPath.model_validate(own["crop"])
    except ValueError:
        return None
    return path, digest(resolve_of(effect)) != own.get("digest")


def resolve_of(effect: Any) -> dict[str, Any]:
    """Return what Resolve tells of an effect; nothing where it is none of Resolve's."""
    metadata = effect.get("metadata") if isinstance(effect, dict) else None
    resolve = metadata.get(_RESOLVE) if isinstance(metadata, dict) else None
    return resolve if isinstance(resolve, dict) else {}
