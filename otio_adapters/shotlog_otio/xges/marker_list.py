"""The list of markers in the metadata of a timeline of GES."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

from shotlog.markers import MarkerTag, hash_in_text, split_tag
from shotlog_otio.exact import LONGEST
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.xges.attribute_text import (
    AttributeText,
    Span,
    attribute_of,
    attributes_of,
    in_attribute,
    unescaped,
    unescaped_places,
)
from shotlog_otio.xges.structure import (
    Structure,
    are_structures,
    escaped_value,
    quoted,
    structures_in,
)
from shotlog_otio.xml_text import Element, XmlSplice, XmlText

TIMELINE: Hashable = "markers"
"""The owner of all markers: clips have none."""

_NANO = 10**9
_OPAQUE = 0xFF000000
_OWN, _LENGTH, _MADE = "shotlog", "shotlog-frames", "shotlog-made"
"""Members of our markers, which GES keeps: the tag, the length, and what we made for the list."""

_FIELD_MADE, _VALUE_MADE, _ATTRIBUTE_MADE = "field", "value", "attribute"
"""What is made: the list among other metadata, all in an empty attribute, or the attribute."""

_SEPARATOR = re.compile(r"\s*;\s*")
_LIST = re.compile(
    r'(?:,\s*)?\bmarkers=\(GESMarkerList\)"(?P<list>(?:[^"\\]|\\.)*)"|"(?:[^"\\]|\\.)*"', re.DOTALL
)


class MarkerList:
    """The markers of one timeline.

    Args:
        text: The document.
        timeline: The element of the timeline.
        rate: Frames per second.

    Attributes:
        damaged: True where the list cannot be read, and would be lost by a change.
    """

    def __init__(self, text: XmlText, timeline: Element, rate: Fraction) -> None:
        self._text = text
        self._timeline = timeline
        self._rate = rate
        self._attribute = attribute_of(text, timeline, b"metadatas")
        place = self._attribute or Span(timeline.start, timeline.start)
        self._metadata = AttributeText(text, place)
        matches = (m for m in _LIST.finditer(self._metadata.value) if m["list"] is not None)
        self._field = next(matches, None)
        self._list = "" if self._field is None else unescaped(self._field["list"])
        self._markers = list(_pairs(self._list))
        self.damaged = not all(map(are_structures, (self._metadata.value, self._list)))

    def found(self) -> Iterator[FoundMarker]:
        """Yield the markers; those without a readable position are left out."""
        for number, (times, facts) in enumerate(self._markers):
            position = times.fields.get("position", "")
            if not (position.isascii() and position.isdigit()) or len(position) > 20:
                continue
            # GES shows a marker on the frame that has begun.
            frame = math.floor(int(position) * self._rate / _NANO)
            if frame > LONGEST * self._rate:
                continue
            yield self._found(number, frame, facts)

    def _found(self, number: int, frame: int, facts: Structure) -> FoundMarker:
        name, _, note = facts.fields.get("comment", "").partition("\n")
        colour = _hex(facts.fields.get("marker-color", ""))
        _, tag = split_tag(facts.fields.get(_OWN, ""))
        told = facts.fields.get(_LENGTH, "")
        length = int(told) if tag and told.isascii() and told.isdigit() and len(told) < 9 else 0
        wrote = hash_in_text(name, note, colour, (frame, length))
        return FoundMarker(
            start=frame / self._rate,
            duration=length / self._rate,
            name=name,
            note=note,
            colour=colour,
            owner=TIMELINE,
            key=number,
            tag=tag,
            edited=tag is not None and tag.hash != wrote,
        )

    def patched(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        gone = {int(str(found.key)) for found in changes.removed}
        if len(gone) == len(self._markers) and not changes.added and self._made:
            return self._text.patched([self._taken_out()])
        made = self._made if self._field is not None else self._to_be_made
        new = [self._entry(item, tag, made) for item, tag in changes.added]
        if self._field is None:
            return self._text.patched([self._begun(new)])
        edits = [
            (*self._span(int(str(found.key))), self._entry(item, tag, made))
            for found, item, tag in changes.replaced
        ]
        edits += _removals(self._list, [self._span(n) for n in range(len(self._markers))], gone)
        if new:
            end = len(self._list.rstrip().rstrip(";").rstrip())
            stays = self._list[: self._span(0)[0]].strip() if self._markers else self._list.strip()
            lead = "; " if stays or len(gone) < len(self._markers) else ""
            edits.append((end, end, lead + "; ".join(new)))
        return self._text.patched(self._splices(edits))

    @property
    def _to_be_made(self) -> str:
        if self._attribute is None:
            return _ATTRIBUTE_MADE
        return _FIELD_MADE if self._metadata.value.strip() else _VALUE_MADE

    @property
    def _made(self) -> str:
        """What was made for the list when the first marker of ours was put into it."""
        told = (facts.fields.get(_MADE) for _, facts in self._markers)
        return next(filter(None, told), "")

    def _span(self, number: int) -> tuple[int, int]:
        times, facts = self._markers[number]
        return times.start, facts.end

    def _entry(self, item: PlacedText, tag: MarkerTag, made: str) -> str:
        frame, length = item.frames
        # Upwards: GES takes a time for the frame that began before it.
        position = math.ceil(frame * _NANO / self._rate)
        comment = f"{item.name}\n{item.note}" if item.note else item.name
        facts = [
            f"comment=(string){quoted(comment)}",
            f"marker-color=(uint){_OPAQUE | int(item.colour.removeprefix('#'), 16)}",
            f"{_OWN}=(string){quoted(str(tag))}",
            f"{_LENGTH}=(int){length}",
            *([f"{_MADE}=(string){made}"] if made else []),
        ]
        return f"marker-times, position=(guint64){position}; metadatas, {', '.join(facts)}"

    def _begun(self, new: Sequence[str]) -> XmlSplice:
        """Return the splice that makes a list of markers."""
        value = f'markers=(GESMarkerList)"{escaped_value("; ".join(new))}"'
        if self._attribute is None:
            end = self._timeline.start + 1 + len(self._timeline.tag)
            known = list(attributes_of(self._text, self._timeline))
            at = known[-1][1].end + 1 if known else end
            return XmlSplice(at, at, f" metadatas='{in_attribute(f'metadatas, {value};')}'")
        if not self._metadata.value.strip():
            return XmlSplice(*self._attribute, in_attribute(f"metadatas, {value};"))
        end = len(self._metadata.value.rstrip())
        end -= self._metadata.value[:end].endswith(";")
        place = self._metadata.place(end)
        return XmlSplice(place, place, in_attribute(f", {value}"))

    def _taken_out(self) -> XmlSplice:
        assert self._field is not None and self._attribute is not None  # noqa: S101, PT018
        rest = self._metadata.value.replace(self._field[0], "").strip().removeprefix("metadatas")
        start, end = self._attribute
        if self._made == _ATTRIBUTE_MADE and not rest.strip(" ,;"):
            return XmlSplice(start - len(" metadatas='"), end + 1, "")
        if self._made == _VALUE_MADE and not rest.strip(" ,;"):
            return XmlSplice(start, end, "")
        start, end = map(self._metadata.place, self._field.span())
        return XmlSplice(start, end, "")

    def _splices(self, edits: Sequence[tuple[int, int, str]]) -> Iterator[XmlSplice]:
        """Yield the splices of the document for edits of the text of the list."""
        assert self._field is not None  # noqa: S101 (there is a list to edit)
        begin = self._field.start("list")
        places = [begin + at for at in unescaped_places(self._field["list"])]
        for start, end, text in edits:
            first, last = self._metadata.place(places[start]), self._metadata.place(places[end])
            yield XmlSplice(first, last, in_attribute(escaped_value(text)))


def _pairs(text: str) -> Iterator[tuple[Structure, Structure]]:
    """Yield the two structures of each marker."""
    times: Structure | None = None
    for item in structures_in(text):
        if times is not None and item.name == "metadatas":
            yield times, item
        times = item if item.name == "marker-times" else None


def _removals(
    text: str, spans: Sequence[tuple[int, int]], gone: set[int]
) -> list[tuple[int, int, str]]:
    """Return the edits that take markers out, each with the semicolon before or after it."""
    edits: list[tuple[int, int, str]] = []
    done = 0
    for number in sorted(gone):
        start, end = spans[number]
        before = start
        while before > done and text[before - 1].isspace():
            before -= 1
        if before > done and text[before - 1] == ";":
            start = before - 1
        elif after := _SEPARATOR.match(text, end):
            end = after.end()
        edits.append((start, end, ""))
        done = end
    return edits


def _hex(text: str) -> str:
    """Return a colour without its alpha."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return ""
    return f"#{int(text) & 0xFFFFFF:06X}"
