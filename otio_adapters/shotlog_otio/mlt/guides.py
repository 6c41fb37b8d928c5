"""Guides and clip markers of Kdenlive as markers, and markers as guides."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from shotlog.markers import PALETTES, MarkerOptions, MarkerTag, colour_in
from shotlog.schema import MarkerFamily
from shotlog_otio.exact import LONGEST
from shotlog_otio.markers import FoundMarker, PlacedText
from shotlog_otio.mlt.guide_list import Guide
from shotlog_otio.mlt.marker_lines import join_line, read_line

CATEGORIES: Mapping[int, str] = MappingProxyType({
    int(str(colour.value)): "#{:02x}{:02x}{:02x}".format(*colour.rgb)
    for colour in PALETTES["kdenlive"].colours
})  # fmt: skip
"""Kdenlive's own categories of guides and their colours; projects from 22.12 on may change them."""


class Categories:
    """The categories of guides of one project.

    Args:
        text: The property ``guidesCategories`` of the project; "" where it has none.
    """

    def __init__(self, text: str) -> None:
        self.colours = _read_categories(text) or CATEGORIES

    def of(self, number: int) -> int:
        """Return the category of the project that looks most like one of Kdenlive's own."""
        wanted = CATEGORIES[number]
        if self.colours.get(number, "").lower() == wanted:
            return number
        return min(self.colours, key=lambda n: _distance(self.colours[n], wanted))


def found_guides(
    guides: Sequence[Guide | None],
    owner: Hashable,
    rate: Fraction,
    categories: Categories,
    origin: Fraction = Fraction(0),
) -> Iterator[FoundMarker]:
    """Yield the markers that a list of guides holds; guides without a usable frame are left out.

    Args:
        guides: The elements of the list.
        owner: The object that holds it.
        rate: Frames per second of the project, in which all guides are counted.
        categories: Those of the project.
        origin: Time of the owner's first frame on its own clock.
    """
    for number, guide in enumerate(guides):
        frame = _whole(guide, "pos")
        if guide is None or frame is None or abs(frame) > LONGEST * rate:
            continue
        type_, start = _whole(guide, "type"), origin + frame / rate
        # The length is left out of the hash: Kdenlive drops it up to 25.04.
        name, note, tag, edited = read_line(
            str(guide.get("comment") or ""), _as_colour(type_), (round(start * rate), 0)
        )
        length = max(0, _whole(guide, "duration") or 0)
        yield FoundMarker(
            start=start,
            duration=min(Fraction(length), LONGEST) / rate,
            name=name,
            note=note,
            colour=categories.colours.get(type_ or 0, ""),
            owner=owner,
            key=number,
            tag=tag,
            edited=edited,
        )


@dataclass(frozen=True)
class PlacedGuide(PlacedText):
    """A marker in the form of a guide.

    Its duration is 0 and its length is told here, as Kdenlive up to 25.04 drops it: it must not
    count in the hash. Its colour is the number of its category.

    Attributes:
        frame: Its frame on its owner, from 0.
        length: Its length in frames.
    """

    frame: int = 0
    length: int = 1


def guide_of(item: PlacedGuide, tag: MarkerTag) -> Guide:
    """Return a guide as Kdenlive holds it."""
    guide = {
        "comment": join_line(item.name, item.note, tag),
        "pos": item.frame,
        "type": int(item.colour),
    }
    return {**guide, "duration": item.length} if item.length > 1 else guide


def category_of(family: MarkerFamily, options: MarkerOptions, categories: Categories) -> int:
    """Return the category of a kind of marker in a project."""
    number = colour_in("kdenlive", options.colour("kdenlive", family) or family)
    return categories.of(int(str(number)))


def _as_colour(type_: int | None) -> str:
    return str(type_ or 0)


def _whole(guide: Guide | None, name: str) -> int | None:
    value = guide.get(name) if guide is not None else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _read_categories(text: str) -> dict[int, str]:
    try:
        listed = json.loads(text) if text.strip() else []
    except (ValueError, RecursionError):
        return {}
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    found = {_whole(item, "index"): str(item.get("color")) for item in items}
    return {n: colour for n, colour in found.items() if n is not None and _rgb(colour)}


def _rgb(colour: str) -> tuple[int, ...]:
    try:
        return tuple(bytes.fromhex(colour.removeprefix("#"))[-3:])
    except ValueError:
        return ()


def _distance(one: str, other: str) -> int:
    return sum((a - b) ** 2 for a, b in zip(_rgb(one), _rgb(other), strict=False))
