"""The Transform of DaVinci Resolve that shows a crop, in its spelling of OpenTimelineIO.

The layout is that of Resolve's own exports (``effects.otio`` among OpenTimelineIO's samples). An
import with such key frames was seen to be animated in Resolve 21.0.4.5 by others; the signs of pan
and tilt follow Resolve's inspector: pan to the right, tilt upwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from shotlog.schema import ClipRange, CropKey, CropPath, Reframing

OWN: Final = "shotlog"
"""Key of our metadata on an effect."""
_RESOLVE: Final = "Resolve_OTIO"
_TRANSFORM: Final = "Transform"
_TYPE: Final = 2
"""Resolve's number of the kind of effect."""
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
    own = {"crop": path.model_dump(mode="json"), "digest": digest(resolve)}
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
        resolve = _resolve_of(effect)
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
    return path, digest(_resolve_of(effect)) != own.get("digest")


def _resolve_of(effect: Any) -> dict[str, Any]:
    metadata = effect.get("metadata") if isinstance(effect, dict) else None
    resolve = metadata.get(_RESOLVE) if isinstance(metadata, dict) else None
    return resolve if isinstance(resolve, dict) else {}
