"""The path of a crop as a plot: centre and scale over the time of the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree as ET

from shotlog.schema import CropKey, CropPath, TimeRange

_WIDTH: Final = 960
_HEIGHT: Final = 240
_MARGIN: Final = 40
_CURVES: Final = (("x", "#0a7ea4"), ("y", "#c2410c"), ("scale", "#6b7280"))
"""Values of key frames, each with its colour."""
_LOST: Final = "#fde68a"


def plot_path(path: CropPath, shown: TimeRange) -> bytes:
    """Return an SVG picture of a path: its values from 0 to 1, with a dot at each key frame.

    Stretches without a subject are yellow.

    Args:
        path: The path.
        shown: The range of the timeline that is plotted.
    """
    size = {"width": str(_WIDTH), "height": str(_HEIGHT), "viewBox": f"0 0 {_WIDTH} {_HEIGHT}"}
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size})
    ET.SubElement(root, "title").text = _printable(path.name)
    ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "white"})
    for lost in path.lost:
        if (part := lost.range.intersection(shown)) is not None:
            _band(root, part, shown, lost.reason)
    for value in (0.0, 0.5, 1.0):
        _line(root, value)
    keys = [path.at(shown.start), *_within(path, shown), path.at(shown.end)]
    for number, (name, colour) in enumerate(_CURVES):
        _curve(root, keys, shown, name, colour)
        _text(root, _MARGIN + 60 * number, 24, name, colour)
    for share in (0, 1):
        moment = float(shown.end if share else shown.start)
        _text(root, _MARGIN + share * (_WIDTH - 2 * _MARGIN) - 20, _HEIGHT - 12, f"{moment:.2f} s")
    plot: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return plot


def _within(path: CropPath, shown: TimeRange) -> list[CropKey]:
    return [key for key in path.keys if shown.start <= key.at <= shown.end]


def _curve(
    root: ET.Element, keys: Sequence[CropKey], shown: TimeRange, name: str, colour: str
) -> None:
    points = [(_across(key.at, shown), _down(getattr(key, name))) for key in keys]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    ET.SubElement(root, "polyline", {"points": line, "fill": "none", "stroke": colour})
    for x, y in points[1:-1]:
        ET.SubElement(
            root, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "3", "fill": colour}
        )


def _band(root: ET.Element, part: TimeRange, shown: TimeRange, reason: str) -> None:
    left, right = _across(part.start, shown), _across(part.end, shown)
    place = {"x": f"{left:.1f}", "y": f"{_down(1):.1f}", "width": f"{right - left:.1f}"}
    height = f"{_down(0) - _down(1):.1f}"
    band = ET.SubElement(root, "rect", {**place, "height": height, "fill": _LOST})
    ET.SubElement(band, "title").text = _printable(reason)


def _line(root: ET.Element, value: float) -> None:
    across = {"x1": str(_MARGIN), "x2": str(_WIDTH - _MARGIN)}
    y = f"{_down(value):.1f}"
    ET.SubElement(root, "line", {**across, "y1": y, "y2": y, "stroke": "#e5e7eb"})
    _text(root, 8, _down(value) + 4, f"{value:g}")


def _text(root: ET.Element, x: float, y: float, words: str, colour: str = "#374151") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": colour}
    font = {"font-family": "sans-serif", "font-size": "12"}
    ET.SubElement(root, "text", {**place, **font}).text = words


def _printable(words: str) -> str:
    """Return words without the control characters that XML forbids."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def _across(moment: Fraction, shown: TimeRange) -> float:
    share = float((moment - shown.start) / shown.duration) if shown.duration else 0.0
    return _MARGIN + share * (_WIDTH - 2 * _MARGIN)


def _down(value: float) -> float:
    return _HEIGHT - _MARGIN - value * (_HEIGHT - 2 * _MARGIN)
