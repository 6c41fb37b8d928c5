"""The list of markers of a project of OpenShot.

OpenShot's markers have a position and a colour, and no text. What we have to say rides in a member
of its own, which OpenShot keeps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from shotlog.markers import MarkerTag, hash_in_text, split_tag
from shotlog.schema import nearest_frame
from shotlog_otio.documents import (
    JsonText,
    Span,
    Splice,
    apply_splices,
    element_line,
    element_splices,
)
from shotlog_otio.exact import LONGEST
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText
from shotlog_otio.openshot.values import number_in

TIMELINE: Hashable = "markers"
"""The owner of all markers: clips have none."""

_LIST, _OWN = "markers", "shotlog"
_EMPTY = re.compile(r"\[\s*\]|null")


class MarkerList:
    """The markers of one project.

    Args:
        text: The document.
        content: The same, parsed.
        rate: Frames per second.

    Attributes:
        damaged: True where something else than a list stands in their place.
    """

    def __init__(self, text: str, content: Mapping[str, Any], rate: Fraction) -> None:
        self._text = text
        self._rate = rate
        listed = content.get(_LIST)
        self.damaged = listed is not None and not isinstance(listed, list)
        self._markers: list[Any] = listed if isinstance(listed, list) else []

    def found(self) -> Iterator[FoundMarker]:
        """Yield the markers; those without a readable position are left out."""
        for number, item in enumerate(self._markers):
            position = number_in(item.get("position")) if isinstance(item, dict) else None
            if position is not None and abs(position) <= LONGEST:
                yield self._found(number, item, nearest_frame(position, self._rate))

    def _found(self, number: int, item: Mapping[str, Any], frame: int) -> FoundMarker:
        own = item.get(_OWN)
        own = own if isinstance(own, dict) else {}
        # A later version of OpenShot may give markers a name.
        name, note = (str(own.get(key) or "") for key in ("name", "note"))
        name = name or str(item.get("name") or "")
        length, colour = own.get("frames"), str(item.get("vector") or "")
        length = length if isinstance(length, int) and 0 <= length < 10**9 else 0
        _, tag = split_tag(str(own.get("tag") or ""))
        wrote = hash_in_text(name, note, colour, (frame, length))
        return FoundMarker(
            start=frame / self._rate,
            duration=length / self._rate if tag else Fraction(0),
            name=name,
            note=note,
            colour=colour,
            owner=TIMELINE,
            key=number,
            tag=tag,
            edited=tag is not None and tag.hash != wrote,
        )

    def patched(self, changes: MarkerChanges) -> str:
        """Return the text of the document with other markers."""
        text = JsonText(self._text)
        gone = frozenset(int(str(found.key)) for found in changes.removed)
        member = text.member(text.root, _LIST)
        if len(gone) < len(self._markers) and member is not None:
            return apply_splices(self._text, self._edited(text, member.value, changes, gone))
        if changes.added:
            return apply_splices(self._text, [self._anew(text, changes.added)])
        return apply_splices(self._text, [self._emptied(text)])

    def _edited(
        self, text: JsonText, span: Span, changes: MarkerChanges, gone: frozenset[int]
    ) -> list[Splice]:
        style, line = text.style(text.root), element_line(text, span)
        was = self._former

        def encoded(item: PlacedText, tag: MarkerTag) -> str:
            made = self._made(item, tag, was)
            return json.dumps(made) if line is None else style.encode(made, line)

        replaced = {int(str(found.key)): encoded(i, tag) for found, i, tag in changes.replaced}
        added = [encoded(item, tag) for item, tag in changes.added]
        return element_splices(text, span, replaced, gone, added)

    def _anew(self, text: JsonText, added: Sequence[tuple[PlacedText, MarkerTag]]) -> Splice:
        """Return the splice that puts markers where none stays."""
        style, member = text.style(text.root), text.member(text.root, _LIST)
        former = None if member is None else self._text[slice(*member.value)]
        was = self._former if self._markers else former
        line = style.line(1)
        inner = [style.encode(self._made(item, tag, was), line) for item, tag in added]
        value = f"[{line}{f'{style.comma}{line}'.join(inner)}{style.line()}]"
        if member is not None:
            return Splice(member.value, value)
        end = text.members(text.root)[-1].value.end
        key = f"{style.comma}{style.line()}{json.dumps(_LIST)}{style.colon}"
        return Splice(Span(end, end), key + value)

    def _emptied(self, text: JsonText) -> Splice:
        members, member = text.members(text.root), text.member(text.root, _LIST)
        assert member is not None  # noqa: S101 (it holds the markers that are taken out)
        if self._former is None and member != members[0]:
            before = members[members.index(member) - 1]
            return Splice(Span(before.value.end, member.value.end), "")
        former = self._former or ""
        return Splice(member.value, former if _EMPTY.fullmatch(former) else "[]")

    @property
    def _former(self) -> str | None:
        """The list as it was written before there were markers of ours; None where there was none.

        "" where that is not known.
        """
        for item in self._markers:
            own = item.get(_OWN) if isinstance(item, dict) else None
            if isinstance(own, dict) and "was" in own:
                return own["was"] if isinstance(own["was"], str | None) else ""
        return ""

    def _made(self, item: PlacedText, tag: MarkerTag, was: str | None) -> dict[str, Any]:
        frame, length = item.frames
        own: dict[str, Any] = {
            "tag": str(tag), "name": item.name, "note": item.note, "frames": length,
        }  # fmt: skip
        return {
            "id": f"SHOTLOG{tag.id}"[:40],
            "position": float(Fraction(frame) / item.rate),
            "icon": f"{item.colour}.png",
            "vector": item.colour,
            _OWN: own if was == "" else {**own, "was": was},
        }
