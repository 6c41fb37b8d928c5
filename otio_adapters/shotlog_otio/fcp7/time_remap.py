"""Speed changes of clips: the filter Time Remap.

The in- and out-point of a retimed clip count frames of the clip as it is retimed; the graph of the
filter gives the frame of the media for each. Both count at the rate of the clip.
"""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from shotlog_otio.exact import LONGEST
from shotlog_otio.fcp7.values import is_on, number_in
from shotlog_otio.xml_text import Element

_COMPUTED_DIGITS = 6
"""Digits of a speed that the editor computed from rounded lengths, such as 500.012 for 500; what
people type has fewer."""

_SIMPLE = 12
"""Largest denominator of the speeds that people mean, such as 1/3 for 33.3333 %."""

_LEEWAY = 2
"""Frames by which a graph and a speed may differ over a clip; beyond, the graph is right."""

_HANDLES = frozenset({"inscale", "outscale", "inbez", "outbez"})
"""Elements of a key frame whose curve is smooth."""


@dataclass(frozen=True)
class Remap:
    """A speed change, in frames at the rate of its clip.

    Attributes:
        speed: Media frames per frame, negative backwards; None where it is not written.
        tolerance: The part by which the speed may be rounded.
        variable: True for a ramp.
        graph: Frames of the retimed clip, rising, with the frame of the media at each.
        smooth: True where the graph bends between its key frames as well.
    """

    speed: Fraction | None
    tolerance: Fraction
    variable: bool
    graph: tuple[tuple[Fraction, Fraction], ...] = ()
    smooth: bool = False

    def media_frame(self, frame: Fraction) -> Fraction:
        """Return the frame of the media for a frame of the retimed clip, by the graph."""
        whens = [when for when, _ in self.graph]
        # Before the first and after the last key frame the graph goes on straight.
        at = min(max(bisect_right(whens, frame), 1), len(whens) - 1)
        (when, value), (later, then) = self.graph[at - 1], self.graph[at]
        return value + (frame - when) * (then - value) / (later - when)

    def constant_speed(self, first: Fraction, last: Fraction) -> Fraction:
        """Return the speed of a clip that is no ramp.

        Args:
            first: The in-point, in frames of the retimed clip.
            last: The out-point.
        """
        slope, tolerance = None, self.tolerance
        if len(self.graph) > 1:
            last = max(last, first + 1)
            slope = (self.media_frame(last) - self.media_frame(first)) / (last - first)
            (when, value), (later, then) = self.graph[0], self.graph[-1]
            if tolerance and then != value:  # lengths are rounded to frames
                tolerance = max(tolerance, 1 / (later - when) + 1 / abs(then - value))
        if self.speed is None:
            return slope if slope is not None else Fraction(1)
        backwards = self.speed < 0 or (slope is not None and slope < 0)
        speed = abs(self.speed)
        if slope is not None and abs(abs(slope) - speed) * (last - first) > _LEEWAY:
            speed = abs(slope)
        simple = speed.limit_denominator(_SIMPLE)
        if abs(simple - speed) <= tolerance * speed:
            speed = simple
        return -speed if backwards else speed

    @property
    def rises(self) -> bool:
        """True where the graph tells later frames of the media for later frames of the clip."""
        return self.graph[-1][1] > self.graph[0][1]


def remap_of(item: Element) -> Remap | None:
    """Return the speed change of a clip; None where it has none.

    Raises:
        ValueError: Its numbers are none.
    """
    for holder in item.all("filter"):
        effect = holder.child("effect")
        if effect is None or not is_on(holder, "enabled", otherwise=True):
            continue
        if (effect.value("effectid") or effect.value("name") or "").casefold() in (
            "timeremap",
            "time remap",
        ):
            return _read(effect)
    return None


def _read(effect: Element) -> Remap:
    parameters: dict[str, Element] = {}
    for element in effect.all("parameter"):
        id_ = element.value("parameterid") or element.value("name") or ""
        parameters.setdefault(id_.casefold(), element)
    percent, text = None, ""
    if "speed" in parameters:
        percent = number_in(parameters["speed"], "value")
        text = parameters["speed"].value("value") or ""
    if percent is not None and abs(percent) > LONGEST:
        raise ValueError(f"its speed of {float(percent):g} % is out of all bounds")
    reverse, ramp = parameters.get("reverse"), parameters.get("variablespeed")
    backwards = reverse is not None and is_on(reverse, "value", otherwise=False)
    if percent is not None and backwards:
        percent = -abs(percent)
    graph, smooth = _graph(parameters.get("graphdict"))
    return Remap(
        speed=None if percent is None else percent / 100,
        tolerance=_rounding(text),
        variable=ramp is not None and is_on(ramp, "value", otherwise=False),
        graph=graph,
        smooth=smooth,
    )


def _rounding(text: str) -> Fraction:
    """Return the part by which a number may be rounded; 0 where its few digits are all it has."""
    mantissa = text.strip().lstrip("+-").lower().partition("e")[0]
    digits = mantissa.replace(".", "").strip("0")
    if len(digits) < _COMPUTED_DIGITS:
        return Fraction(0)
    with suppress(ValueError):
        return Fraction(1, 2 * int(digits))
    return Fraction(0)


def _graph(parameter: Element | None) -> tuple[tuple[tuple[Fraction, Fraction], ...], bool]:
    """Return the points of a graph, by frame, and True where it is smooth between them."""
    points: dict[Fraction, Fraction] = {}
    smooth = False
    for key in parameter.all("keyframe") if parameter is not None else ():
        when, value = number_in(key, "when"), number_in(key, "value")
        if when is None or value is None:
            continue
        if max(abs(when), abs(value)) > LONGEST:
            raise ValueError("a key frame of its speed is out of all bounds")
        points.setdefault(when, value)
        smooth = smooth or any(child.tag in _HANDLES for child in key)
    graph = tuple(sorted(points.items()))
    slopes = {(d - c) / (b - a) for (a, c), (b, d) in pairwise(graph)}
    return graph, smooth and len(slopes) > 1
