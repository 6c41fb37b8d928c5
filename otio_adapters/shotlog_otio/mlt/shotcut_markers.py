"""Shotcut's markers in an MLT project."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property

from shotlog.markers import MarkerOptions, MarkerTag, colour_in
from shotlog.schema import MarkerFamily
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.mlt.marker_lines import join_line, read_line
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.property_text import property_of, raw_element
from shotlog_otio.mlt.times import clock_of, frames_of
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    insert_after,
    insert_first,
    insert_last,
    quote_attribute,
    quote_text,
    remove,
    replace,
)

LIST = "shotcut:markers"
TIMELINE: Hashable = "markers"
"""The owner of all markers: Shotcut's clips have none."""

_FORMER = "shotlog:was"
"""A property of each of our markers in a list that was empty: the list as it was written, as JSON,
so that it has no line ends, which take the layout of their place."""

_LEAST = re.compile(
    r"<properties name=(\"shotcut:markers\"|'shotcut:markers')\s*(?:/>|>\s*</properties>)"
)


def colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    """Return the colour of a kind of marker; Shotcut takes every colour."""
    return str(colour_in("shotcut", options.colour("shotcut", family) or family))


class ShotcutMarkers:
    """The markers of one project.

    Args:
        project: The project.
        tractor: The timeline, which holds them.
    """

    def __init__(self, project: MltProject, tractor: Element) -> None:
        self._project = project
        self._tractor = tractor
        listed = [item for item in tractor.all("properties") if item.get("name") == LIST]
        self._list = listed[-1] if listed else None
        self._markers = [] if self._list is None else self._list.all("properties")

    def found(self) -> Iterator[FoundMarker]:
        """Yield the markers; those without a readable start are left out."""
        for number, item in enumerate(self._markers):
            facts, rate = self._project.properties(item), self._project.rate
            try:
                start = frames_of(facts.get("start", ""), rate)
                end = frames_of(facts.get("end") or facts.get("start", ""), rate)
            except ValueError:
                continue
            colour, length = facts.get("color", "").strip().upper(), max(0, end - start)
            text = facts.get("text", "")
            name, note, tag, edited = read_line(text, colour, (start, length))
            yield FoundMarker(
                start=start / rate,
                duration=length / rate,
                name=name,
                note=note,
                colour=colour,
                owner=TIMELINE,
                key=number,
                tag=tag,
                edited=edited,
            )

    def patched(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        text = self._project.text
        gone = {int(str(found.key)) for found in changes.removed}
        splices = [
            self._replaced(int(str(found.key)), item, tag) for found, item, tag in changes.replaced
        ]
        if self._list is not None and not changes.added and len(gone) == len(self._markers):
            return text.patched([self._emptied(self._list)])
        splices += [remove(text.data, self._markers[number]) for number in gone]
        first = max((_number(item) for item in self._markers), default=-1) + 1
        new = [
            self._lines(str(first + number), self._facts(item, tag))
            for number, (item, tag) in enumerate(changes.added)
        ]
        return text.patched([*splices, *self._appended(new)])

    def _appended(self, new: list[list[str]]) -> list[XmlSplice]:
        """Return the splices that put markers at the end, each given as its lines."""
        if not new:
            return []
        data = self._project.text.data
        if self._markers:
            return [insert_after(data, self._markers[-1], _joined(new))]
        if self._list is not None:
            return [insert_last(data, self._list, _joined(new))]
        inner = [f"\t{line}" for lines in new for line in lines]
        xml = _joined([[f'<properties name="{LIST}">', *inner, "</properties>"]])
        own = [item for item in self._tractor if item.tag in ("property", "properties")]
        # Shotcut writes them after the property by which it knows its own projects.
        after = property_of(self._tractor, "shotcut") or next(reversed(own), None)
        if after is None:
            return [insert_first(data, self._tractor, xml)]
        return [insert_after(data, after, xml)]

    def _replaced(self, number: int, item: PlacedText, tag: MarkerTag) -> XmlSplice:
        former = self._markers[number]
        lines = self._lines(former.get("name") or str(number), self._facts(item, tag))
        return replace(self._project.text.data, former, _joined([lines]))

    def _emptied(self, listed: Element) -> XmlSplice:
        if self._former and _LEAST.fullmatch(self._former):
            return XmlSplice(listed.start, listed.end, self._former)
        return remove(self._project.text.data, listed)

    @cached_property  # it is asked for with every marker that is written
    def _former(self) -> str:
        """The empty list as it was written before there were markers of ours; "" where unknown."""
        if self._list is not None and not self._markers:
            return raw_element(self._project.text, self._list)
        told = (self._project.properties(item).get(_FORMER) for item in self._markers)
        try:
            former = json.loads(next(filter(None, told), '""'))
        except ValueError:
            return ""
        return former if isinstance(former, str) else ""

    def _facts(self, item: PlacedText, tag: MarkerTag) -> dict[str, str]:
        start, length = item.frames
        return {
            "text": join_line(item.name, item.note, tag),
            "start": clock_of(start, self._project.rate),
            "end": clock_of(start + length, self._project.rate),
            "color": item.colour,
            **({_FORMER: json.dumps(self._former)} if self._former else {}),
        }

    def _lines(self, name: str, facts: Mapping[str, str]) -> list[str]:
        inner = [_property(key, value) for key, value in facts.items()]
        return [f"<properties name={quote_attribute(name)}>", *inner, "</properties>"]


def _property(name: str, value: str) -> str:
    return f'\t<property name="{name}">{quote_text(value)}</property>'


def _joined(elements: list[list[str]]) -> str:
    return "\n".join(line for lines in elements for line in lines)


def _number(item: Element) -> int:
    name = item.get("name") or ""
    return int(name) if name.isascii() and name.isdigit() and len(name) < 10 else -1
