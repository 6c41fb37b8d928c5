"""Levels and effects of clips of OpenShot, for renders.

A property is a curve of points ``{"co": {"X": frame, "Y": value}}``, frames counted from 1 at the
start of the media; a volume is the factor of the samples. Between points Bezier curves are taken as
straight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

from shotlog_otio.openshot.values import number_in, objects_in
from shotlog_otio.timeline import ItemFacts, Level, UnfollowedPart, checked_gain, level_of

_HELD: Final = 2
"""The way to a point by a jump: the value of the point before it stays up to there."""
_PICTURE: Final = {
    "alpha": ("blend", "Opacity", 1),
    "location_x": ("effect", "Location", 0),
    "location_y": ("effect", "Location", 0),
    "rotation": ("effect", "Rotation", 0),
    "scale_x": ("effect", "Scale", 1),
    "scale_y": ("effect", "Scale", 1),
    "shear_x": ("effect", "Shear", 0),
    "shear_y": ("effect", "Shear", 0),
}
"""Curves of the picture: kind, name, and the value that changes nothing."""


def facts_of(clip: Mapping[str, Any], source: int, frames: int, rate: Fraction) -> ItemFacts:
    """Return the facts of a clip.

    Args:
        clip: The clip in the project.
        source: Its first frame of the media, from 0.
        frames: Its length in frames.
        rate: Frames per second of the project.
    """
    parts = {
        UnfollowedPart(kind, name): None
        for key, (kind, name, unset) in _PICTURE.items()
        if any(value != unset for _, value in _points(clip.get(key)))
    }
    for effect in objects_in(clip.get("effects")):
        name = effect.get("name") or effect.get("type") or effect.get("class_name")
        parts[UnfollowedPart("effect", str(name or "an effect without a name"))] = None
    heard = [value for _, value in _points(clip.get("has_audio"))]
    return ItemFacts(
        tuple(_levels(clip.get("volume"), source, frames, rate)), tuple(parts), heard == [0]
    )


def _levels(curve: Any, source: int, frames: int, rate: Fraction) -> Iterator[Level]:
    with suppress(ValueError):
        points = [
            ((at - 1 - source) / rate, checked_gain(float(value))) for at, value in _points(curve)
        ]
        if frames:
            yield from level_of(points)


def _points(curve: Any) -> list[tuple[Fraction, Fraction]]:
    """Return the points of a curve, frame and value; none where it cannot be read."""
    found: list[tuple[Fraction, Fraction]] = []
    for point in objects_in(curve.get("Points")) if isinstance(curve, dict) else ():
        place = point.get("co")
        at = number_in(place.get("X")) if isinstance(place, dict) else None
        value = number_in(place.get("Y")) if isinstance(place, dict) else None
        if at is None or value is None:
            return []
        if found and point.get("interpolation") == _HELD:
            found.append((at, found[-1][1]))
        found.append((at, value))
    return found
