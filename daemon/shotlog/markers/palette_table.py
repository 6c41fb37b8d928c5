"""The table of the colours that markers have in each editing program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shotlog.markers.colours import (
    RGB,
    Colour,
    ColourValue,
    Palette,
    no_rgb,
    rgb_of_abgr,
    rgb_of_argb,
    rgb_of_hex,
    rgb_of_triple,
    rgb_of_triple_16,
)

OTIO_COLOURS: Mapping[str, RGB] = MappingProxyType({
    "PINK": (255, 105, 180), "RED": (255, 0, 0), "ORANGE": (255, 128, 0),
    "YELLOW": (255, 255, 0), "GREEN": (0, 255, 0), "CYAN": (0, 255, 255), "BLUE": (0, 0, 255),
    "PURPLE": (128, 0, 128), "MAGENTA": (255, 0, 255), "BLACK": (0, 0, 0),
    "WHITE": (255, 255, 255),
})  # fmt: skip
"""The names of ``opentimelineio.schema.MarkerColor`` (0.18), with the values of its
``opentimelineio.core.Color``, but for pink, which is magenta there."""


def _hex(rgb: RGB) -> str:
    return "#{:02X}{:02X}{:02X}".format(*rgb)


def _standing_for(**names: str) -> Mapping[str, str]:
    """Return the names that stand for OpenTimelineIO's colours; where none is given, its own."""
    return MappingProxyType({name: names.get(name, name.capitalize()) for name in OTIO_COLOURS})


def _any_colour(value: Callable[[RGB], ColourValue]) -> tuple[Colour, ...]:
    """Return the colours of a program that takes every colour: OpenTimelineIO's."""
    return tuple(
        Colour(name.capitalize(), rgb, value(rgb), name) for name, rgb in OTIO_COLOURS.items()
    )


def _abgr(rgb: RGB) -> int:
    red, green, blue = rgb
    return 0xFF << 24 | blue << 16 | green << 8 | red


def _argb(rgb: RGB) -> int:
    red, green, blue = rgb
    return 0xFF << 24 | red << 16 | green << 8 | blue


_RESOLVE = (
    ("Blue", "#007FE3", "BLUE"), ("Cyan", "#00CED0", "CYAN"), ("Green", "#00AD00", "GREEN"),
    ("Yellow", "#F09D00", "YELLOW"), ("Red", "#E12401", "RED"), ("Pink", "#FF44C8", "PINK"),
    ("Purple", "#9013FE", "PURPLE"), ("Fuchsia", "#C02E6F", "MAGENTA"),
    ("Rose", "#FFA1B9", "PINK"), ("Lavender", "#A193C8", "PURPLE"), ("Sky", "#92E2FD", "CYAN"),
    ("Mint", "#72DB00", "GREEN"), ("Lemon", "#DCE95A", "YELLOW"), ("Sand", "#C4915E", "ORANGE"),
    ("Cocoa", "#6E5143", "ORANGE"), ("Cream", "#F5EBE1", "WHITE"),
)  # fmt: skip

_PREMIERE = (
    ("Green", "#718637", "GREEN"), ("Red", "#D22C36", "RED"), ("Purple", "#AF8BB1", "PURPLE"),
    ("Orange", "#E96F24", "ORANGE"), ("Yellow", "#D0A12B", "YELLOW"),
    ("White", "#FFFFFF", "WHITE"), ("Blue", "#428DFC", "BLUE"), ("Cyan", "#19F4D6", "CYAN"),
)  # fmt: skip

_FCP7 = (
    ("Red", (255, 0, 0), "RED"), ("Orange", (255, 127, 0), "ORANGE"),
    ("Yellow", (255, 255, 0), "YELLOW"), ("Green", (48, 191, 72), "GREEN"),
    ("Turquoise", (48, 191, 191), "CYAN"), ("Blue", (0, 128, 255), "BLUE"),
    ("Purple", (127, 0, 255), "PURPLE"), ("Pink", (255, 0, 127), "PINK"),
)  # fmt: skip

_FINAL_CUT = (
    ("Standard", "#7C60FF", "standard", "PURPLE"), ("To Do", "#FF2600", "to-do", "RED"),
    ("Completed", "#00C000", "completed", "GREEN"), ("Chapter", "#FF9300", "chapter", "ORANGE"),
)  # fmt: skip

_AVID = (
    ("Red", (41471, 12134, 6564)), ("Green", (13107, 52428, 13107)),
    ("Blue", (13107, 13107, 52428)), ("Cyan", (13107, 52428, 52428)),
    ("Magenta", (52428, 13107, 52428)), ("Yellow", (58981, 58981, 6553)), ("Black", (0, 0, 0)),
    ("White", (65535, 65535, 65535)),
)  # fmt: skip

_KDENLIVE = (
    ("Purple", "#9B59B6", "PURPLE"), ("Blue", "#3DAEE9", "BLUE"), ("Turquoise", "#1ABC9C", "CYAN"),
    ("Green", "#1CDC9A", "GREEN"), ("Yellow", "#C9CE3B", "YELLOW"),
    ("Light orange", "#FDBC4B", "ORANGE"), ("Orange", "#F39C1F", "ORANGE"),
    ("Coral", "#F47750", "PINK"), ("Red", "#DA4453", "RED"),
)  # fmt: skip

_AVID_FOR_OTIO = _standing_for(PINK="Magenta", ORANGE="Yellow", PURPLE="Magenta")
_AVID_SOURCE = "markers in AAF files of Media Composer; black and white are not in them"


def _known(hexes: str) -> RGB:
    rgb = rgb_of_hex(hexes)
    assert rgb is not None  # noqa: S101 (a typing error in this module)
    return rgb


def _eighth(rgb: RGB) -> RGB:
    red, green, blue = (part // 257 for part in rgb)
    return red, green, blue


PALETTES: Mapping[str, Palette] = MappingProxyType({
    "otio": Palette(
        "OpenTimelineIO", "`color` of a marker",
        tuple(Colour(name, rgb, name, name) for name, rgb in OTIO_COLOURS.items()),
        MappingProxyType({name: name for name in OTIO_COLOURS}),
        "`opentimelineio.schema.MarkerColor`, 0.18", no_rgb,
    ),
    "resolve": Palette(
        "DaVinci Resolve", "scripting API; `|C:ResolveColorCyan` in a marker EDL",
        tuple(Colour(name, _known(rgb), name, otio) for name, rgb, otio in _RESOLVE),
        _standing_for(ORANGE="Sand", MAGENTA="Fuchsia", BLACK="Cocoa", WHITE="Cream"),
        "names: the scripting manual; how they look is approximate, and serves to find the nearest",
        rgb_of_hex,
    ),
    "premiere": Palette(
        "Premiere Pro", "`<pproColor>` of a marker in Final Cut Pro 7 XML, 0xAABBGGRR",
        tuple(Colour(name, _known(rgb), _abgr(_known(rgb)), otio) for name, rgb, otio in _PREMIERE),
        _standing_for(PINK="Purple", MAGENTA="Purple", BLACK="White"),
        "an export of Premiere Pro of 2026; names: its scripting guide, `Marker.setColorByIndex`",
        rgb_of_abgr,
    ),
    "fcp7": Palette(
        "Final Cut Pro 7 XML", "`<color>` of a marker: `<red>`, `<green>`, `<blue>`",
        tuple(Colour(name, rgb, rgb, otio) for name, rgb, otio in _FCP7),
        _standing_for(CYAN="Turquoise", MAGENTA="Pink", BLACK="Purple", WHITE="Yellow"),
        "OpenTimelineIO's wiki on the format", rgb_of_triple,
    ),
    "finalcut": Palette(
        "Final Cut Pro", "the kind of a marker: `<marker>`, `<marker completed=…>`,"
        " `<chapter-marker>`",
        tuple(Colour(name, _known(rgb), kind, otio) for name, rgb, kind, otio in _FINAL_CUT),
        MappingProxyType({
            "PINK": "Standard", "RED": "To Do", "ORANGE": "Chapter", "YELLOW": "Chapter",
            "GREEN": "Completed", "CYAN": "Standard", "BLUE": "Standard", "PURPLE": "Standard",
            "MAGENTA": "Standard", "BLACK": "Standard", "WHITE": "Standard",
        }),
        "the DTD of FCPXML has kinds of markers and no colours; how they look is approximate",
        no_rgb,
    ),
    "avid": Palette(
        "Avid Media Composer, text", "fourth column, in lower case",
        tuple(Colour(name, _eighth(rgb), name.lower(), name.upper()) for name, rgb in _AVID),
        _AVID_FOR_OTIO, _AVID_SOURCE, no_rgb,
    ),
    "avid-aaf": Palette(
        "Avid Media Composer, AAF and XML", "`CommentMarkerColor`, 16 bits each;"
        " the name in `_ATN_CRM_COLOR`",
        tuple(Colour(name, _eighth(rgb), rgb, name.upper()) for name, rgb in _AVID),
        _AVID_FOR_OTIO, _AVID_SOURCE, rgb_of_triple_16,
    ),
    "kdenlive": Palette(
        "Kdenlive", "`type` of a guide or marker: the number of its category",
        tuple(
            Colour(name, _known(rgb), n, otio) for n, (name, rgb, otio) in enumerate(_KDENLIVE)
        ),
        _standing_for(CYAN="Turquoise", PINK="Coral", MAGENTA="Purple", BLACK="Purple",
                      WHITE="Blue"),
        "the default categories in Kdenlive's source, since 22.12; the names are ours", rgb_of_hex,
    ),
    "shotcut": Palette(
        "Shotcut", "`color` of a marker; any colour", _any_colour(_hex), _standing_for(),
        "`markersmodel.cpp` of Shotcut", rgb_of_hex,
    ),
    "ges": Palette(
        "GStreamer Editing Services, Pitivi", "`marker-color` of a marker, 0xAARRGGBB; any colour",
        _any_colour(_argb), _standing_for(), "`ges-marker-list.c`, run with GES 1.22", rgb_of_argb,
    ),
    "blender": Palette(
        "Blender", "", tuple(Colour(n.capitalize(), c, None, n) for n, c in OTIO_COLOURS.items()),
        _standing_for(), "markers of a scene have a name and a frame alone", no_rgb,
    ),
    "openshot": Palette(
        "OpenShot", "`vector` of a marker", (Colour("Blue", (83, 160, 237), "blue", "BLUE"),),
        MappingProxyType(dict.fromkeys(OTIO_COLOURS, "Blue")),
        "OpenShot's own markers are blue", no_rgb,
    ),
})  # fmt: skip
"""The palettes, by program or format."""
