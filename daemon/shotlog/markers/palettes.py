"""Colours of markers in every editing program: the one table, and the search for the nearest.

Every reader, writer, dialect and exporter takes its colours from here; ``docs/colours.md`` is
generated from it. A colour is given as a kind of marker, as a name of OpenTimelineIO's
``MarkerColor``, or as the program itself calls it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shotlog.markers.colours import Colour, ColourValue, difference, rgb_of_hex
from shotlog.markers.palette import PALETTE
from shotlog.markers.palette_table import PALETTES
from shotlog.schema import MarkerFamily


def colour_in(nle: str, colour: MarkerFamily | str) -> ColourValue:
    """Return what a file of a program holds for a colour; None where it holds no colours.

    Args:
        nle: A key of :data:`PALETTES`.
        colour: A kind of marker, a name of OpenTimelineIO, or a name of the program's own, in any
            letter case.

    Raises:
        KeyError: There is no such program, or no such colour.
    """
    return colour_named(nle, colour).value


def colour_named(nle: str, colour: MarkerFamily | str) -> Colour:
    """Return a colour of a program, with its name there; arguments as of :func:`colour_in`."""
    palette = PALETTES[nle]
    name = PALETTE[colour] if isinstance(colour, MarkerFamily) else colour
    own = {entry.name.casefold(): entry for entry in palette.colours}
    # The program's own names first: Pink of Resolve is no other colour's.
    found = own.get(name.casefold())
    return found or own[palette.for_otio[name.upper()].casefold()]


def names_in(nle: str) -> Mapping[str, str]:
    """Return the colours that users may choose in a program; the value is OpenTimelineIO's name."""
    return MappingProxyType({entry.name: entry.otio for entry in PALETTES[nle].colours})


def nearest(nle: str, rgb: Sequence[int]) -> str:
    """Return the name of the colour of a program that looks most like another.

    Args:
        nle: A key of :data:`PALETTES`.
        rgb: Red, green and blue, 0 to 255 each.
    """
    red, green, blue = rgb
    return min(PALETTES[nle].colours, key=lambda c: difference(c.rgb, (red, green, blue))).name


def standard_colour(nle: str, value: object) -> str | None:
    """Return OpenTimelineIO's name for the colour that a file of a program holds.

    Args:
        nle: A key of :data:`PALETTES`.
        value: The value as :func:`colour_in` gives it, or another of its form, such as any colour
            in numbers; or a name of the program's own.

    Returns:
        The name; None for what is no colour.
    """
    palette = PALETTES[nle]
    for entry in palette.colours:
        if _same(value, entry.value) or _same(value, entry.name):
            return entry.otio
    rgb = palette.rgb_of(value)
    if rgb is None:
        return None
    name = nearest(nle, rgb)
    return next(entry.otio for entry in palette.colours if entry.name == name)


def any_colour(text: str) -> str | None:
    """Return OpenTimelineIO's name for a colour that is called so in any program.

    Args:
        text: A name, such as ``Fuchsia`` or ``ResolveColorMint``, or ``#RRGGBB``.
    """
    name = text.strip().removeprefix("ResolveColor")
    found = (standard_colour(nle, name) for nle in ("otio", "resolve", *PALETTES))
    rgb = rgb_of_hex(name)
    return nearest("otio", rgb) if rgb else next(filter(None, found), None)


def _same(value: object, known: ColourValue) -> bool:
    if isinstance(value, str) and isinstance(known, str):
        return value.casefold() == known.casefold()
    # True is the number 1.
    return known is not None and value == known and not isinstance(value, bool)
