"""Crops read back from an .otio file: the inverse of what is written into its Transforms."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from shotlog.schema import ClipRange
from shotlog_otio.crops.otio import effects_of
from shotlog_otio.crops.shown import ShownClip, ShownCrops
from shotlog_otio.crops.transform import (
    OWN,
    Placement,
    find_transform,
    joined,
    own_crop,
    resolve_of,
)
from shotlog_otio.formats import OtioFormat

_FOLLOWED: Final[Mapping[str, float]] = MappingProxyType({
    "transformationZoomX": 1.0, "transformationZoomY": 1.0,
    "transformationPan": 0.0, "transformationTilt": 0.0,
})  # fmt: skip
"""Parameters that a crop follows, and their defaults."""


def shown_by_otio(path: Path) -> ShownCrops:
    """Return the places of the pictures of a timeline.

    Raises:
        TimelineError: It cannot be read.
    """
    form = OtioFormat()
    document, edit = form.load(path), form.read(path)
    clips, warnings, others, aspect = [], [], [], None
    for clip in edit.clips:
        effects = effects_of(document.data, clip)
        number = find_transform(effects)
        if number is None:
            others.append(clip.name or clip.id)
            continue
        effect = effects[number]
        own = own_crop(effect)
        try:
            if own is None:
                raise ValueError("the size of its picture is not told")
            places = places_of(effect, clip, edit.rate)
            aspect = aspect or own_aspect(effect)
        except (ValueError, TypeError, ZeroDivisionError) as error:
            warnings.append(f"{clip.name or clip.id}: its Transform is not followed: {error}")
            continue
        former, edited = own
        size = (former.width, former.height)
        clips.append(ShownClip(clip, size, places, edited, former.lost))
    return ShownCrops(aspect, None, tuple(clips), tuple(warnings), tuple(others))


def places_of(effect: Any, clip: ClipRange, rate: Fraction) -> dict[Fraction, Placement]:
    """Return the places that a Transform gives the picture of a clip, by moments of the timeline.

    Args:
        effect: The effect.
        clip: The clip.
        rate: Frames per second of the timeline.

    Raises:
        ValueError: It is switched off, or does what no crop does.
        TypeError: It is of another form.
    """
    resolve = resolve_of(effect)
    if effect.get("enabled") is False or resolve.get("Enabled") is False:
        raise ValueError("it is switched off")
    told = {each.get("Parameter ID"): each for each in resolve.get("Parameters", ())}
    if told.keys() - _FOLLOWED.keys():
        raise ValueError("it does more than zoom, pan and tilt")
    curves = {
        name: _curve(told.get(name, {}), default, clip.timeline.start, rate)
        for name, default in _FOLLOWED.items()
    }
    across, down, pan, tilt = curves.values()
    if across != down:
        raise ValueError("it zooms width and height apart")
    return joined(across, pan, tilt)


def _curve(
    told: Mapping[str, Any], default: float, start: Fraction, rate: Fraction
) -> dict[Fraction, float]:
    keys = told.get("Key Frames") or {}
    if not keys:
        return {start: float(told.get("Parameter Value", default))}
    return {start + int(frame) / rate: float(key["Value"]) for frame, key in keys.items()}


def own_aspect(effect: Any) -> Fraction | None:
    """Return the aspect of the crop that we wrote an effect for; None where it is not told.

    Raises:
        ValueError: It is no aspect.
        ZeroDivisionError: It is none either.
    """
    told = effect["metadata"][OWN].get("aspect")
    return None if told is None else Fraction(told)
