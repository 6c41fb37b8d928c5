"""Colours of markers in Final Cut Pro 7 XML: Premiere Pro's number, and three of older programs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from shotlog.markers import PALETTE, MarkerOptions
from shotlog.schema import MarkerFamily
from shotlog_otio.fcp7.values import number_in
from shotlog_otio.xml_text import Element

DIALECT = "premiere"
"""The dialect whose colours users choose for this format."""


class MarkerColour(NamedTuple):
    """A colour as the format writes it.

    Attributes:
        number: 0xAABBGGRR of Premiere Pro; None for its default, which it does not write.
        rgb: Red, green and blue of Final Cut Pro 7, 0 to 255.
    """

    number: int | None
    rgb: tuple[int, int, int]


COLOURS: Mapping[str, MarkerColour] = MappingProxyType({
    "Green": MarkerColour(None, (48, 191, 72)),
    "Red": MarkerColour(0xFF362CD2, (255, 0, 0)),
    "Purple": MarkerColour(0xFFB18BAF, (127, 0, 255)),
    "Orange": MarkerColour(0xFF246FE9, (255, 127, 0)),
    "Yellow": MarkerColour(0xFF2BA1D0, (255, 255, 0)),
    "White": MarkerColour(0xFFFFFFFF, (255, 255, 255)),
    "Blue": MarkerColour(0xFFFC8D42, (0, 128, 255)),
    "Cyan": MarkerColour(0xFFD6F419, (48, 191, 191)),
})  # fmt: skip
"""By Premiere Pro's names. Sources: an export of Premiere Pro of 2026 for its numbers,
OpenTimelineIO's wiki on the format for those of Final Cut Pro 7."""

_NAMES = MappingProxyType({
    **{colour.rgb: name for name, colour in COLOURS.items()}, (255, 0, 127): "Pink",
})  # fmt: skip
_NUMBERS = MappingProxyType({colour.number: name for name, colour in COLOURS.items()})


def colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return the name of the colour for a kind of marker."""
    return options.colour(DIALECT, family) or PALETTE[family]


def colour_in(marker: Element) -> str:
    """Return the colour of a marker: its name, else ``#rrggbb``; "" where none is written."""
    with suppress(ValueError):
        number = number_in(marker, "pproColor")
        if number is not None and number.denominator == 1:
            value = int(number) % 2**32  # some versions write it with the sign of 32 bits
            rgb = (value & 255, value >> 8 & 255, value >> 16 & 255)
            return _NUMBERS.get(value) or "#{:02x}{:02x}{:02x}".format(*rgb)
        parts = [number_in(marker, "color", part) for part in ("red", "green", "blue")]
        if all(part is not None and 0 <= part <= 255 for part in parts):
            red, green, blue = (int(part or 0) for part in parts)
            name = _NAMES.get((red, green, blue))
            return name or f"#{red:02x}{green:02x}{blue:02x}"
    return ""
