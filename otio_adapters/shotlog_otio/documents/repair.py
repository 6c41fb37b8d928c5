"""Repair of damaged timelines: only the objects that OpenTimelineIO refuses are lost.

OpenTimelineIO reads all of a file or nothing: for one marker without a range, or one effect with a
null in it, it refuses the file. Here every object is tried alone, inner before outer, so that the
library itself decides what it cannot read, and only that is replaced. Lists keep their length and
order, except lists of markers, so that positions in the object tree are positions in the text.
"""

from __future__ import annotations

import json
from typing import Any

import opentimelineio as otio

from shotlog.markers import NAME_LIMIT, clean
from shotlog_otio.documents.replacements import (
    FORMER_NAMES,
    Json,
    make_effect,
    make_missing_reference,
)

_NOT_A_NUMBER = {"OTIO_SCHEMA": "RationalTime.1", "rate": 1.0, "value": float("nan")}
_NO_RANGE = {
    "OTIO_SCHEMA": "TimeRange.1",
    "start_time": _NOT_A_NUMBER,
    "duration": _NOT_A_NUMBER,
}
"""Replaces a ``source_range`` that cannot be read. :mod:`shotlog_otio.exact` refuses its numbers,
so that the item has no known length; null would mean all of its media."""

_OPTIONAL = frozenset(
    {
        *("metadata", "name", "enabled", "effect_name"),
        *("available_range", "available_image_bounds", "missing_frame_policy"),
    }
)
"""Members of an effect or a media reference that are of use without them."""

_ESSENTIAL = "tracks"
"""The member without which a timeline is not readable."""

_NAMES = {
    "marked_range": "range",
    "source_range": "range of its own",
    "available_range": "length",
    "color": "colour",
    "time_scalar": "speed",
    "enabled": "enabled flag",
}
"""Names of members for people, where they are not those of the file."""


class RepairError(ValueError):
    """Too little of a timeline can be read; the text is the damage, for people."""


def repair(data: Json) -> tuple[str, ...]:
    """Replace, in place, the objects that OpenTimelineIO cannot read.

    Returns:
        A sentence for each replacement.

    Raises:
        RepairError: Too little can be read.
    """
    repairer = _Repairer()
    if damage := repairer.repair_object(data, "the timeline"):
        raise RepairError(f"the timeline {damage}")
    return tuple(dict.fromkeys(repairer.warnings))


class _Repairer:
    """Repair in place; ``warnings`` holds a sentence for each part that was lost."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def repair_object(self, item: Json, subject: str) -> str:
        """Repair an object with all that it holds.

        Args:
            item: The object.
            subject: Its name for people.

        Returns:
            The damage that is left, for people; empty where the object can be read now.
        """
        if _reads(item):  # most objects: nothing in them needs a look
            return ""
        for member in list(item):
            item[member] = self._repair_member(item[member], member, subject)
        if _reads(item):
            return ""
        default, kind = _default(_kind(item)), _class(_kind(item))
        if default is None or kind is None:
            return "cannot be read"
        if item["OTIO_SCHEMA"] != default["OTIO_SCHEMA"]:  # older versions have other members
            if issubclass(kind, otio.schema.Marker):  # a marker without its range is of no use
                return "cannot be read"
            default = {member: default[member] for member in default if member in item}
        damaged = _damaged(item, default)
        for member in damaged:
            if member == _ESSENTIAL or _is_required(member, kind):
                return _lacks(item, member)
        for member in damaged:
            self.warnings.append(f"{subject} {_lacks(item, member)}; that is passed over")
            item.pop(member, None)
            if member in default:
                item[member] = _NO_RANGE if member == "source_range" else default[member]
        return "" if _reads(item) else "cannot be read"

    def _repair_member(self, value: Any, member: str, subject: str) -> Any:
        """Return the value of a member with all that it holds repaired."""
        if member in ("markers", "effects", "children") and isinstance(value, list):
            return [kept for part in value for kept in self._repair_part(part, member, subject)]
        if member == "media_references" and isinstance(value, dict):
            parts = {key: self._repair_part(part, member, subject) for key, part in value.items()}
            return {key: part for key, (part,) in parts.items()}
        if member == "media_reference" and value is not None:
            return self._repair_part(value, member, subject)[0]
        if isinstance(value, dict) and "OTIO_SCHEMA" in value:
            self.repair_object(value, subject)
        elif isinstance(value, (dict, list)):
            self._repair_container(value, member, subject)
        return value

    def _repair_container(self, value: Any, member: str, subject: str) -> None:
        """Repair the values in an object without a schema or in a list, such as metadata."""
        if _reads(_in_metadata(value)):
            return
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            value[key] = self._repair_member(value[key], "", subject)
            if not _reads(_in_metadata(value[key])):
                value[key] = None
                lost = f"something in its {member or 'metadata'} cannot be read"
                self.warnings.append(f"{subject}: {lost} and is passed over")

    def _repair_part(self, part: Any, member: str, owner: str) -> list[Any]:
        """Return an object of a list, repaired or replaced; no object for a damaged marker."""
        called = _name_of(part, member, owner)
        damage = "cannot be read"
        if isinstance(part, dict) and _is_allowed(_kind(part), member):
            damage = self.repair_object(part, called)
        if not damage:
            return [part]
        name = _kind(part)
        match member:
            case "markers":
                self.warnings.append(f"{called} {damage} and is passed over")
                return []
            case "effects":
                self.warnings.append(f"{called} {damage}; what it does is not known")
                return [make_effect(name)]
            case "children":
                self.warnings.append(f"{called} {damage} and is left out")
                # A gap keeps the positions of the other children.
                return [{**(_default("Gap") or {}), "source_range": None}]
            case _:
                self.warnings.append(f"{called} {damage} and counts as missing")
                return [make_missing_reference(name)]


_PARTS = {
    "markers": otio.schema.Marker,
    "effects": otio.schema.Effect,
    "children": (otio.core.Composable, otio.schema.Timeline, otio.schema.SerializableCollection),
    "media_references": otio.core.MediaReference,
    "media_reference": otio.core.MediaReference,
}
"""The kinds of objects that a member may hold."""


def _is_allowed(kind: str, member: str) -> bool:
    class_ = _class(kind)
    return class_ is not None and issubclass(class_, _PARTS[member])


def _is_required(member: str, kind: type) -> bool:
    """Return whether an object of a kind is of no use without a member."""
    if issubclass(kind, (otio.schema.Effect, otio.core.MediaReference)):
        return member not in _OPTIONAL
    return issubclass(kind, otio.schema.Marker)


def _damaged(item: Json, default: Json) -> list[str]:
    """Return the members that OpenTimelineIO refuses in a default object, or misses."""
    kind = {"OTIO_SCHEMA": item["OTIO_SCHEMA"]}
    wrong = [m for m in item if m not in kind and not _reads({**default, **kind, m: item[m]})]
    missing = [m for m in default if m not in item]
    readable = {m: value for m, value in item.items() if m not in wrong}
    if _reads({**{m: default[m] for m in wrong if m in default}, **readable}):
        return wrong
    return wrong + [m for m in missing if not _reads({k: v for k, v in default.items() if k != m})]


def _lacks(item: Json, member: str) -> str:
    lacks = f"has no {_NAMES.get(member, member.replace('_', ' '))}"
    return lacks if item.get(member) is None else f"{lacks} that can be read"


def _name_of(part: Any, member: str, owner: str) -> str:
    """Return the name of an object for people."""
    kind = _kind(part)
    name = part.get("name") if isinstance(part, dict) else None
    if member.startswith("media_reference"):
        return f"the media of {owner}"
    named = f' "{clean(name, NAME_LIMIT)}"' if isinstance(name, str) and name else ""
    if member == "children":
        return f"the {kind.lower() or 'item'}{named or ' without a name'}"
    word = member.removesuffix("s")
    return f"the {word}{named} on {owner}" if named else f"one {word} on {owner}"


def _kind(item: Any) -> str:
    """Return ``Clip`` for an object whose schema is ``Clip.2``; empty where it has none."""
    schema = item.get("OTIO_SCHEMA") if isinstance(item, dict) else None
    return schema.rpartition(".")[0] if isinstance(schema, str) else ""


def _class(kind: str) -> type | None:
    class_ = getattr(otio.schema, FORMER_NAMES.get(kind, kind), None)
    return class_ if isinstance(class_, type) else None


def _default(kind: str) -> Json | None:
    """Return the JSON of a new, empty object of a kind, as OpenTimelineIO itself writes it."""
    class_ = _class(kind)
    if class_ is None or not issubclass(class_, otio.core.SerializableObject):
        return None
    data: Json = json.loads(otio.core.serialize_json_to_string(class_()))
    return data


def _in_metadata(value: Any) -> Json:
    """Return an object that holds a value in its metadata, to try whether that can be read."""
    return {"OTIO_SCHEMA": "SerializableObjectWithMetadata.1", "metadata": {"": value}, "name": ""}


def _reads(item: Json) -> bool:
    try:
        otio.core.deserialize_json_from_string(json.dumps(item))
    except (KeyError, ValueError, TypeError, RuntimeError, otio.exceptions.OTIOError):
        return False
    return True
