"""Colours in the forms that files hold, and how alike two colours look."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

RGB = tuple[int, int, int]
"""Red, green and blue, 0 to 255 each."""

ColourValue = str | int | RGB | None
"""What a file holds for a colour; of Avid's RGB each part is 0 to 65535."""


class Colour(NamedTuple):
    """One colour of markers in a program.

    Attributes:
        name: Its name there, or ours where the program has none.
        rgb: How it looks.
        value: What a file holds for it.
        otio: The name of OpenTimelineIO that stands for it.
    """

    name: str
    rgb: RGB
    value: ColourValue
    otio: str


@dataclass(frozen=True)
class Palette:
    """The colours of markers in one program, or in one of its formats.

    Attributes:
        title: The program and format, for people.
        place: Where a file holds the colour, for people; empty where it holds none.
        colours: Its colours, in the program's own order.
        for_otio: The name of the colour that stands for each of OpenTimelineIO's.
        source: How the values are known.
        rgb_of: Returns the colour of a value that stands in a file, None where it is none.
    """

    title: str
    place: str
    colours: tuple[Colour, ...]
    for_otio: Mapping[str, str]
    source: str
    rgb_of: Callable[[object], RGB | None]


def rgb_of_hex(value: object) -> RGB | None:
    """Return the colour of ``#RRGGBB`` or ``#AARRGGBB``."""
    found = re.fullmatch(r"#(?:[0-9a-fA-F]{2})?([0-9a-fA-F]{6})", str(value).strip())
    return _rgb(int(found[1], 16)) if found else None


def rgb_of_argb(value: object) -> RGB | None:
    """Return the colour of the number 0xAARRGGBB."""
    return _rgb(value) if isinstance(value, int) and not isinstance(value, bool) else None


def rgb_of_abgr(value: object) -> RGB | None:
    """Return the colour of the number 0xAABBGGRR; its sign is that of 32 bits or of more."""
    rgb = rgb_of_argb(value)
    return None if rgb is None else (rgb[2], rgb[1], rgb[0])


def rgb_of_triple(value: object) -> RGB | None:
    """Return the colour of three numbers from 0 to 255; others are cut to that."""
    if not isinstance(value, tuple | list) or len(value) != 3:
        return None
    if not all(isinstance(part, int) for part in value):
        return None
    red, green, blue = (min(max(part, 0), 255) for part in value)
    return red, green, blue


def rgb_of_triple_16(value: object) -> RGB | None:
    """Return the colour of three numbers from 0 to 65535."""
    if not isinstance(value, tuple | list) or not all(isinstance(part, int) for part in value):
        return None
    return rgb_of_triple([part // 257 for part in value])


def no_rgb(value: object) -> RGB | None:
    """Return None: the colours have names or numbers that tell no other colour."""
    del value
    return None


def _rgb(number: int) -> RGB:
    return number >> 16 & 255, number >> 8 & 255, number & 255


def difference(one: RGB, other: RGB) -> float:
    """Return how different two colours look: lightness, chroma and hue of OKLab.

    The hue of a colour that is nearly grey counts little. See
    https://bottosson.github.io/posts/oklab.
    """
    (light_1, a_1, b_1), (light_2, a_2, b_2) = _oklab(one), _oklab(other)
    chroma_1, chroma_2 = math.hypot(a_1, b_1), math.hypot(a_2, b_2)
    turn = math.atan2(b_1, a_1) - math.atan2(b_2, a_2)
    hue = abs(math.remainder(turn, math.tau)) / math.pi
    coloured = min(chroma_1, chroma_2, _COLOURED) / _COLOURED
    return (light_1 - light_2) ** 2 + (chroma_1 - chroma_2) ** 2 + hue**2 * coloured


_COLOURED = 0.1
"""Chroma of OKLab from which on a colour is known by its hue; that of pure red is 0.26."""


def _oklab(rgb: RGB) -> tuple[float, float, float]:
    r, g, b = (_linear(part / 255) for part in rgb)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear(part: float) -> float:
    """Return the linear light of a part of sRGB."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
