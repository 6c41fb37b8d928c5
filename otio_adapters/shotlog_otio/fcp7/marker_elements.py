"""The ``<marker>`` elements of sequences and clips, read and written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.markers import MarkerTag, hash_in_text, join_tag, split_tag
from shotlog_otio.fcp7.colours import NAMES, number_of, parts_of, written_colour
from shotlog_otio.fcp7.values import frames_of, rate_in
from shotlog_otio.markers import FoundMarker, PlacedText
from shotlog_otio.timeline import Address
from shotlog_otio.xml_text import Element, XmlSplice, insert_after, insert_first, quote_text

POINT = -1
"""The ``<out>`` of a marker without a length."""

_NO_TIME = Fraction(0)

_BEFORE = {
    "sequence": ("uuid", "updatebehavior", "name", "duration", "rate", "timecode", "in", "out",
                 "media"),
    "clipitem": ("masterclipid", "name", "enabled", "duration", "rate", "start", "end", "in", "out",
                 "pproTicksIn", "pproTicksOut", "subclipinfo", "alphatype", "pixelaspectratio",
                 "anamorphic", "compositemode", "file", "sequence", "multiclip", "sourcetrack",
                 "effect", "filter", "link"),
}  # fmt: skip
"""The elements after which Premiere Pro writes markers, by the element that holds them."""


@dataclass(frozen=True)
class MarkerClock:
    """The clock in which the markers of a sequence or clip count.

    Attributes:
        rate: Frames per second.
        origin: Frame 0 on the owner's own clock, in seconds.
        still: The in-point of a picture that stands still, in frames; None where the clock runs.
    """

    rate: Fraction
    origin: Fraction = Fraction(0)
    still: Fraction | None = None

    def frame_of(self, moment: Fraction) -> int:
        """Return the frame that the format writes for a moment of the owner's own clock."""
        return round((moment - self.origin) * self.rate)


def markers_of_element(
    element: Element, owner: Address, clock: MarkerClock
) -> Iterator[FoundMarker]:
    """Yield the markers of a sequence or clip; those whose place is not known are left out."""
    in_point = None if clock.still is None else clock.still / clock.rate
    for marker in element.all("marker"):
        parts = {part.tag: part for part in reversed(marker.children)}
        try:
            rate = (rate_in(marker) if "rate" in parts else None) or clock.rate
            first, last = (frames_of(parts[t], rate) if t in parts else None for t in ("in", "out"))
        except ValueError:
            continue
        if first is None or first.numerator < 0:
            continue
        # Compared as numerators, most of which are -1: a timeline has thousands of markers.
        ends = last is not None and last.numerator > 0 and last > first
        distance = first / rate
        note, tag = split_tag(parts["comment"].text if "comment" in parts else "")
        found = FoundMarker(
            start=clock.origin + distance,
            duration=(last - first) / rate if last is not None and ends else _NO_TIME,
            name=parts["name"].text if "name" in parts else "",
            note=note,
            colour=written_colour(marker) if "pproColor" in parts or "color" in parts else "",
            owner=owner,
            key=marker,
            tag=tag,
            shown_at=None if in_point is None else distance - in_point,
        )
        yield found if tag is None else _checked(found, tag, clock.rate)


def _checked(found: FoundMarker, tag: MarkerTag, rate: Fraction) -> FoundMarker:
    """Return a marker of ours, and whether an editor has changed it."""
    frames = round(found.start * rate), round(found.duration * rate)
    # Where Premiere Pro's number is gone, another program wrote the file. Resolve makes all blue.
    assert isinstance(found.key, Element)  # noqa: S101 (set above)
    kept = found.key.child("pproColor") is not None
    colours = (found.colour,) if kept else NAMES
    hashes = (hash_in_text(found.name, found.note, colour, frames) for colour in colours)
    return replace(found, edited=tag.hash not in hashes)


def marker_xml(item: PlacedText, tag: MarkerTag, clock: MarkerClock) -> str:
    """Return the element of a marker; its elements are in the order of Premiere Pro."""
    first = clock.frame_of(item.start)
    length = item.frames[1]
    number, parts = number_of(item.colour), parts_of(item.colour)
    lines = [
        "<marker>",
        f"\t<comment>{_on_one_line(join_tag(item.note, tag))}</comment>",
        f"\t<name>{_on_one_line(item.name)}</name>",
        f"\t<in>{first}</in>",
        f"\t<out>{first + length if length else POINT}</out>",
        *([f"\t<pproColor>{number}</pproColor>"] if number is not None else []),
        "\t<color>",
        "\t\t<alpha>0</alpha>",
        *(f"\t\t<{n}>{v}</{n}>" for n, v in zip(("red", "green", "blue"), parts, strict=True)),
        "\t</color>",
        "</marker>",
    ]
    return "\n".join(lines)


def insertion(data: bytes, owner: Element, xml: str) -> XmlSplice:
    """Return the splice that puts markers into a sequence or clip, after those it has."""
    before = owner.all("marker")
    if not before:
        tags = _BEFORE["sequence" if owner.tag == "sequence" else "clipitem"]
        before = [child for child in owner.children if child.tag in tags]
    return insert_after(data, before[-1], xml) if before else insert_first(data, owner, xml)


def _on_one_line(text: str) -> str:
    """Return a text for an element; its line ends are references, so that no layout joins them."""
    return quote_text(text).replace("\n", "&#10;").replace("\t", "&#9;")
