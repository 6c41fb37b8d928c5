"""Kdenlive's lists of guides and markers: JSON in a property of the project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from shotlog_otio.documents import JsonText, Splice, element_line, element_splices
from shotlog_otio.mlt.property_text import inserted, property_of, raw_element, replaced, spliced
from shotlog_otio.xml_text import (
    Element,
    XmlSplice,
    XmlText,
    quote_attribute,
    quote_text,
    remove,
)

Guide = Mapping[str, Any]

_FORMER = "shotlog_was"
"""A member of the first of our guides in a list that was empty: the property as it was written, or
null where there was none. Kdenlive drops it when it saves."""

_LEAST = re.compile(
    r"<property name=(\"[^\"<>&]*\"|'[^'<>&]*')\s*(?:/>|>\s*(?:\[\s*\]\s*)?</property>)"
)


class GuideList:
    """One list of guides.

    Args:
        text: The document.
        owner: The element that has the property.
        name: The name of the property.

    Attributes:
        damaged: True where the property holds something else than a list.
        guides: The elements of the list, in order; None for one that is no guide.
    """

    def __init__(self, text: XmlText, owner: Element, name: str) -> None:
        self._text = text
        self._owner = owner
        self._name = name
        self._property = property_of(owner, name)
        self._value = "" if self._property is None else self._property.text
        self.guides: list[Guide | None] = []
        self.damaged = False
        if self._value.strip():
            try:
                listed = json.loads(self._value)
            except (ValueError, RecursionError):
                listed = None
            self.damaged = not isinstance(listed, list)
            found = listed if isinstance(listed, list) else []
            self.guides = [item if isinstance(item, dict) else None for item in found]

    def changed(
        self, replaced_: Mapping[int, Guide], removed: frozenset[int], added: Sequence[Guide]
    ) -> list[XmlSplice]:
        """Return the splices that make some changes; the rest of the text stays as it is.

        Args:
            replaced_: New guides by the number of the one that each replaces.
            removed: Numbers of those to be taken out.
            added: Guides to be put at the end.
        """
        if not (replaced_ or removed or added):
            return []
        if len(removed) == len(self.guides):
            return [self._anew(added) if added else self._emptied()]
        assert self._property is not None  # noqa: S101 (it holds guides)
        # The former text rides with the first guide, which may be taken out.
        return spliced(self._text, self._property, self._splices(replaced_, removed, added))

    def _anew(self, added: Sequence[Guide]) -> XmlSplice:
        """Return the splice that puts guides where none stays."""
        former = self._former if self.guides else self._as_written
        first, *others = added
        value = f"{_encode([{**first, _FORMER: former}, *others])}\n"
        if self._property is not None:
            return replaced(self._text, self._property, value)
        name = quote_attribute(self._name)
        xml = f"<property name={name}>{quote_text(value)}</property>"
        return inserted(self._text, self._owner, self._neighbour(), xml)

    def _emptied(self) -> XmlSplice:
        """Return the splice that makes the property as it was before there were guides of ours."""
        assert self._property is not None  # noqa: S101 (it holds guides)
        former = self._former
        if former is None:
            return remove(self._text.data, self._property)
        if _LEAST.fullmatch(former):
            return XmlSplice(self._property.start, self._property.end, former)
        return replaced(self._text, self._property, "[\n]\n")

    @property
    def _as_written(self) -> str | None:
        return None if self._property is None else raw_element(self._text, self._property)

    @property
    def _former(self) -> str | None:
        """The property as it was written before there were guides of ours; "" where unknown."""
        told = [g[_FORMER] for g in self.guides if g is not None and _FORMER in g]
        return told[0] if told and isinstance(told[0], str | None) else ""

    def _neighbour(self) -> Element | None:
        """Return the property after which Kdenlive writes this one."""
        own = [item for item in self._owner if item.tag == "property"]
        group = self._name.rpartition(".")[0] or "kdenlive:"
        kin = [item for item in own if (item.get("name") or "").startswith(group)]
        before = [item for item in kin if (item.get("name") or "") < self._name]
        return next(reversed(before or kin or own), None)

    def _splices(
        self, replaced_: Mapping[int, Guide], removed: frozenset[int], added: Sequence[Guide]
    ) -> list[Splice]:
        text = JsonText(self._value)
        line = element_line(text, text.root)
        kept = next(n for n in range(len(self.guides)) if n not in removed)
        new = {n: dict(guide) for n, guide in replaced_.items()}
        if self._former != "" and (kept in new or kept):
            new[kept] = {**(new.get(kept) or self.guides[kept] or {}), _FORMER: self._former}
        texts = {n: _encode_in(guide, line) for n, guide in new.items()}
        more = [_encode_in(guide, line) for guide in added]
        return element_splices(text, text.root, texts, removed, more)


def _encode(guides: Sequence[Guide]) -> str:
    """Return a list in the layout of Kdenlive, which is that of Qt."""
    return json.dumps(guides, indent=4, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _encode_in(guide: Guide, line: str | None) -> str:
    """Return a guide in the layout of a list.

    Args:
        guide: The guide.
        line: The line end and the blanks before an element; None where they share a line.
    """
    if line is None:
        return json.dumps(
            guide, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        )
    return _encode_lines(guide).replace("\n", line)


def _encode_lines(guide: Guide) -> str:
    return json.dumps(guide, indent=4, sort_keys=True, ensure_ascii=False, allow_nan=False)
