"""Two files as readers other than ours see them: the second has our markers more, and no more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.otio.aaf.dumping import dump_and_definitions

OURS = "shotlog"

LISTS = frozenset({
    "kdenlive:docproperties.guides", "kdenlive:sequenceproperties.guides", "kdenlive:markers",
})  # fmt: skip
"""Properties of Kdenlive whose texts are lists of markers."""

_MARKERS = frozenset({"marker", "keyword", "analysis-marker", "properties", "property"})
"""Elements of XML that are markers, come with them, or hold them."""

_XML = frozenset({".fcpxml", ".xml", ".kdenlive", ".mlt", ".xges"})
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def difference(before: Path, after: Path) -> str:
    """Return what is different beyond our markers; "" for nothing."""
    if before.suffix == ".aaf":
        objects, defined = dump_and_definitions(after, without_ours=True)
        old_objects, old_defined = _of_aaf(before)
        if objects != old_objects:
            return "other objects"
        return "" if old_defined.items() <= defined.items() else "other definitions"
    if before.suffix in _XML:
        old, new = (etree.parse(path, _PARSER) for path in (before, after))
        if old.docinfo.doctype != new.docinfo.doctype:
            return "another document type"
        return _in_element(old.getroot(), new.getroot())
    if before.suffix in {".otio", ".osp"}:
        data = (
            json.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf")) for path in (before, after)
        )
        return _in_value(*data)
    return _in_lines(before.read_bytes().splitlines(), after.read_bytes().splitlines())


@cache  # a file of the corpus is compared several times, and to read it takes a second
def _of_aaf(path: Path) -> tuple[list[str], dict[str, bytes]]:
    return dump_and_definitions(path)


def _in_element(old: Any, new: Any) -> str:
    if (old.tag, (old.tail or "").strip()) != (new.tag, (new.tail or "").strip()):
        return f"{old.tag} is {new.tag}"
    if dict(old.attrib) != dict(new.attrib) and not _in_attributes(old, new):
        return f"{old.tag} has other attributes: {dict(new.attrib)}"
    if (old.text or "").strip() != (new.text or "").strip():
        return _in_text(old, new)
    return _in_children(list(old), list(new))


def _in_children(old: Sequence[Any], new: Sequence[Any]) -> str:
    left = list(old)
    for child in new:
        if left and not _in_element(left[0], child):
            del left[0]
        elif not _is_ours(child):
            reason = _in_element(left[0], child) if left else "one more"
            return f"{child.tag}: {reason}"
    return f"{left[0].tag} is gone" if left else ""


def _is_ours(item: Any) -> bool:
    # A marker of an analysis in Final Cut Pro has no text that could tell whose it is.
    told = item.tag == "analysis-marker" or OURS in etree.tostring(item).decode()
    return item.tag in _MARKERS and told


def _in_attributes(old: Any, new: Any) -> bool:
    """Return whether only the list of markers of a timeline of GES grew."""
    if old.tag != "timeline" or "marker-times" not in new.get("metadatas", ""):
        return False
    return {**old.attrib, "metadatas": ""} == {**new.attrib, "metadatas": ""}


def _in_text(old: Any, new: Any) -> str:
    if old.tag != "property" or old.get("name") not in LISTS:
        return f"{old.tag} has another text"
    return _in_list(json.loads(old.text or "[]"), json.loads(new.text or "[]"))


def _in_value(old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        more = {key: value for key, value in new.items() if key not in old}
        if any(OURS not in json.dumps([key, value]) for key, value in more.items()):
            return f"more members: {list(more)}"
        for key, value in old.items():
            if key not in new:
                return f"{key} is gone"
            markers = key == "markers"
            differs = (
                _in_list(value or [], new[key] or []) if markers else _in_value(value, new[key])
            )
            if differs:
                return f"{key}: {differs}"
        return ""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        found = (_in_value(a, b) for a, b in zip(old, new, strict=True))
        return next(filter(None, found), "")
    # NaN is no number, and equal to nothing.
    return "" if repr(old) == repr(new) else f"{old!r} is {new!r}"


def _in_list(old: list[Any], new: list[Any]) -> str:
    """Compare lists of markers."""
    kept = [item for item in new if item in old or OURS not in json.dumps(item)]
    return "" if kept == old else "other markers"


def _in_lines(old: Sequence[bytes], new: Sequence[bytes]) -> str:
    left = list(old)
    for line in new:
        if left and line == left[0]:
            del left[0]
        elif not line.startswith((b"* LOC:", b"* ")):
            return f"one more line: {line!r}"
    return f"a line is gone: {left[0]!r}" if left else ""
