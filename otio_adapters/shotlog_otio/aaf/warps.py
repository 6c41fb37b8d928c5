"""Time warps of AAF effects: constant speed, reverse, freeze frames, and graphs.

An effect maps units of its own, from its start, to units of its input. Avid writes three forms:
``SpeedRatio``, the length of the output over that of the input; the sum of a graph of speeds as
``PARAM_SPEED_OFFSET_MAP_U``, which is right where the ratio is rounded to whole units; and a graph
of positions, ``PARAM_OFFSET_MAP_U``, whose times count the frames of the effect from 0 to 1 and
whose values are frames that are shown, the last one included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from aaf2 import misc

from shotlog_otio.aaf.values import Aaf, fraction_of, text_of, value_of
from shotlog_otio.exact import simplest_fraction

_SPEEDS = "PARAM_SPEED_OFFSET_MAP_U"
_POSITIONS = "PARAM_OFFSET_MAP_U"
_NOISE = Fraction(1, 10**8)
"""Relative noise of a speed: graphs are written with nine digits (24.4545455 over 8 frames)."""

_DECIMALS = frozenset(10**digits for digits in range(4, 10))
"""Denominators of ratios that were rounded to so many digits."""

Point = tuple[Fraction, Fraction]
"""A unit of the effect, and the unit of the input that is shown then."""


@dataclass(frozen=True)
class Warp:
    """The relation between the units of an effect and those of its input.

    Attributes:
        start: Unit of the input at the start of the effect; for one that runs backwards the end of
            the unit that is shown first.
        speed: Units of the input per unit of the effect.
        points: Of a speed ramp, its course.
        unknown: The end of the sentence "its speed is not known: ..."; None where it is known.
    """

    start: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    points: tuple[Point, ...] = ()
    unknown: str | None = None


def is_warp(group: Aaf) -> bool:
    """Return whether an effect changes the speed of its input."""
    return bool(value_of(value_of(group, "Operation"), "IsTimeWarp", False))


def warp_of(group: Aaf) -> Warp:
    """Return the time warp of an effect; an unknown one where it is of another kind."""
    parameters = {
        text_of(item.parameterdef, "Name").replace(" ", ""): item
        for item in value_of(group, "Parameters", ())
    }
    length = Fraction(value_of(group, "Length", 0))
    if points := _points(parameters.get(_SPEEDS)):
        return _of_sum(points)
    if points := _points(parameters.get(_POSITIONS)):
        return _of_positions(points, length, parameters[_POSITIONS])
    ratio = value_of(parameters.get("SpeedRatio"), "Value") if "SpeedRatio" in parameters else None
    if ratio is None:
        name = text_of(value_of(group, "Operation"), "Name")
        return Warp(unknown=f'it has a speed effect ("{name}") whose course the file does not tell')
    return _of_ratio(_unrounded(ratio), group, length)


def _points(parameter: Aaf | None) -> list[Point]:
    if not isinstance(parameter, misc.VaryingValue):
        return []
    found = (
        (fraction_of(value_of(item, "Time")), fraction_of(value_of(item, "Value")))
        for item in value_of(parameter, "PointList", ())
    )
    return list(dict(sorted(found)).items())


def _of_sum(points: Sequence[Point]) -> Warp:
    (first, shown), *more = points
    if not more:
        return Warp(shown, Fraction(0))
    speeds = {_tidy((b[1] - a[1]) / (b[0] - a[0])) for a, b in zip(points, more, strict=False)}
    if len(speeds) > 1:
        mean = (more[-1][1] - shown) / (more[-1][0] - first)
        return Warp(shown, mean, tuple(points))
    return _straight(first, shown, speeds.pop())


def _of_positions(points: Sequence[Point], length: Fraction, parameter: Aaf) -> Warp:
    if len(points) > 2 and value_of(parameter, "Interpolation").auid != misc.LinearInterp:
        reason = (
            "it has a speed ramp that is a curve through frames, which the file does not spell out"
        )
        return Warp(unknown=reason)
    units = [(at * (length - 1), shown) for at, shown in points]
    (first, shown), (last, end) = units[0], units[-1]
    if last == first or end == shown:
        return Warp(shown, Fraction(0))
    if len(units) > 2:
        return Warp(shown, (end - shown) / (last - first), tuple(units))
    # Both ends are frames that are shown, so there is one frame more than from end to end.
    frames = abs(end - shown) + 1
    speed = _tidy(frames / (last - first + 1))
    return _straight(first, shown, speed if end > shown else -speed)


def _of_ratio(ratio: Fraction, group: Aaf, length: Fraction) -> Warp:
    inputs = value_of(group, "InputSegments", ())
    whole = Fraction(value_of(inputs[0], "Length", 0)) if inputs else Fraction(0)
    if not ratio or (ratio == length and whole == 1):  # a single frame, held
        return Warp(speed=Fraction(0))
    speed = 1 / ratio
    return Warp(whole if speed < 0 else Fraction(0), speed)


def _unrounded(ratio: Aaf) -> Fraction:
    """Return the ratio that a written one stands for: 10/9 for 1111111/1000000 of other editors."""
    exact = fraction_of(ratio)
    if ratio.denominator not in _DECIMALS or not exact:
        return exact
    noise = Fraction(1, 2 * ratio.denominator) / abs(exact)
    return _tidy(exact, noise)


def _straight(first: Fraction, shown: Fraction, speed: Fraction) -> Warp:
    """Return a warp of one speed that shows a unit of the input at some unit of the effect."""
    return Warp(shown + (speed < 0) - first * speed, speed)


def _tidy(speed: Fraction, noise: Fraction = _NOISE) -> Fraction:
    """Return the speed that a rounded one stands for."""
    size = abs(speed)
    exact = simplest_fraction(size * (1 - noise), size * (1 + noise)) if size else size
    return exact if speed > 0 else -exact
