"""Colours of markers in Final Cut Pro 7 XML: Premiere Pro's number, and three of older programs."""

from __future__ import annotations

from contextlib import suppress

from shotlog.markers import (
    PALETTE,
    PALETTES,
    RGB,
    ColourValue,
    MarkerOptions,
    colour_in,
    colour_named,
)
from shotlog.schema import MarkerFamily
from shotlog_otio.fcp7.values import number_in
from shotlog_otio.xml_text import Element

PREMIERE, FCP7 = "premiere", "fcp7"
"""The palettes of the two forms; users choose colours by Premiere Pro's names."""

_DEFAULT = "Green"
"""Premiere Pro's own colour of markers, for which it writes no element."""

NAMES = tuple(colour.name for colour in PALETTES[PREMIERE].colours)
"""Premiere Pro's names of its colours."""


def colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return Premiere Pro's name of the colour for a kind of marker."""
    return colour_named(PREMIERE, options.colour(PREMIERE, family) or PALETTE[family]).name


def number_of(name: str) -> ColourValue:
    """Return the ``<pproColor>`` for a colour; None for the one that is not written."""
    return None if name == _DEFAULT else colour_named(PREMIERE, name).value


def parts_of(name: str) -> RGB:
    """Return the ``<color>`` for one of Premiere Pro's colours: red, green and blue."""
    # By OpenTimelineIO's name: the palette of the older program has names of its own.
    parts = colour_in(FCP7, colour_named(PREMIERE, name).otio)
    assert isinstance(parts, tuple)  # noqa: S101
    return parts


def written_colour(marker: Element) -> str:
    """Return the colour of a marker: its name, else ``#rrggbb``; "" where none is written."""
    with suppress(ValueError):
        number = number_in(marker, "pproColor")
        if number is not None and number.denominator == 1:
            value = int(number) % 2**32  # some versions write it with the sign of 32 bits
            return _name(PREMIERE, value)
        parts = [number_in(marker, "color", part) for part in ("red", "green", "blue")]
        if all(part is not None and 0 <= part <= 255 for part in parts):
            red, green, blue = (int(part or 0) for part in parts)
            return _name(FCP7, (red, green, blue))
    return ""


def _name(palette: str, value: ColourValue) -> str:
    colours, rgb = PALETTES[palette].colours, PALETTES[palette].rgb_of(value)
    named = (colour.name for colour in colours if colour.value == value)
    return next(named, "" if rgb is None else "#{:02x}{:02x}{:02x}".format(*rgb))
