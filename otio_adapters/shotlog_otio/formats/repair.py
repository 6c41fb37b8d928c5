"""Makes a damaged timeline readable: what OpenTimelineIO refuses costs itself, not the whole file.

OpenTimelineIO reads all of a file or nothing: one marker without a range, one effect with a null in
it, and the file is refused. Here every object is tried alone, from the inside outwards, so that the
library itself says what it cannot read, and only that is replaced. Lists keep their length and
order, save lists of markers: a position in what is read is a position in the text.
"""

from __future__ import annotations

import json
from typing import Any

import opentimelineio as otio

from shotlog.markers import NAME_LIMIT, clean

Json = dict[str, Any]

FORMER_NAMES = {
    "Sequence": "Track",
    "Filler": "Gap",
    "SerializeableCollection": "SerializableCollection",
}
"""What OpenTimelineIO called some of its kinds before its 0.8."""

_TIMING_WORDS = ("time", "speed", "warp", "freeze", "ramp")

_NOT_A_NUMBER = {"OTIO_SCHEMA": "RationalTime.1", "rate": 1.0, "value": float("nan")}
_NO_RANGE = {
    "OTIO_SCHEMA": "TimeRange.1",
    "start_time": _NOT_A_NUMBER,
    "duration": _NOT_A_NUMBER,
}
"""Stands for an own range that cannot be read: one of no numbers is refused, and so the item has no
known length. Null would mean all of its media."""

_BESIDE_THE_POINT = frozenset(
    {
        *("metadata", "name", "enabled", "effect_name"),
        *("available_range", "available_image_bounds", "missing_frame_policy"),
    }
)
"""Members without which an effect or a media reference still says what it is for."""

_ESSENTIAL = "tracks"
"""The member without which there is no edit."""

_WORDS = {
    "marked_range": "range",
    "source_range": "range of its own",
    "available_range": "length",
    "color": "colour",
    "time_scalar": "speed",
    "enabled": "enabled flag",
}
"""What members are called for people, where not as in the file."""


class Unmendable(ValueError):
    """Too little is left without what is damaged; the text says what that is."""


def mend(data: Json) -> tuple[str, ...]:
    """Replaces, in place, what OpenTimelineIO cannot read.

    Returns:
        A sentence for everything that was replaced.

    Raises:
        Unmendable: where too little is left.
    """
    mender = _Mender()
    if damage := mender.damage_of(data, "the timeline"):
        raise Unmendable(f"the timeline {damage}")
    return tuple(dict.fromkeys(mender.warnings))


def unknown_effect(name: str) -> Json:
    """A known effect for an unknown one; where the name speaks of time, one that retimes."""
    timing = any(word in name.lower() for word in _TIMING_WORDS)
    return {
        "OTIO_SCHEMA": "TimeEffect.1" if timing else "Effect.1",
        "metadata": {},
        "name": name,
        "effect_name": name,
        "enabled": True,
    }


def missing_reference(name: str) -> Json:
    """A known reference to nothing for an unknown one."""
    return {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {},
        "name": name,
        "available_range": None,
        "available_image_bounds": None,
    }


class _Mender:
    """Mends objects, and tells in ``warnings`` what that cost."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def damage_of(self, thing: Json, subject: str) -> str:
        """What keeps an object from being read after it was mended; empty for nothing."""
        if _reads(thing):
            return ""
        for member in list(thing):
            thing[member] = self._inside(thing[member], member, subject)
        if _reads(thing):
            return ""
        sound, kind = _sound(_kind(thing)), _class(_kind(thing))
        if sound is None or kind is None:
            return "cannot be read"
        if thing["OTIO_SCHEMA"] != sound["OTIO_SCHEMA"]:  # older ones have other members
            if issubclass(kind, otio.schema.Marker):
                return "cannot be read"
            sound = {member: sound[member] for member in sound if member in thing}
        damaged = _damaged(thing, sound)
        for member in damaged:
            if member == _ESSENTIAL or _is_the_point(member, kind):
                return _without(thing, member)
        for member in damaged:
            self.warnings.append(f"{subject} {_without(thing, member)}; that is passed over")
            thing.pop(member, None)
            if member in sound:
                thing[member] = _NO_RANGE if member == "source_range" else sound[member]
        return "" if _reads(thing) else "cannot be read"

    def _inside(self, value: Any, member: str, subject: str) -> Any:
        """A member's value with all that lies in it mended."""
        if member in ("markers", "effects", "children") and isinstance(value, list):
            return [kept for part in value for kept in self._part(part, member, subject)]
        if member == "media_references" and isinstance(value, dict):
            parts = {key: self._part(part, member, subject) for key, part in value.items()}
            return {key: part for key, (part,) in parts.items()}
        if member == "media_reference" and value is not None:
            return self._part(value, member, subject)[0]
        if isinstance(value, dict) and "OTIO_SCHEMA" in value:
            self.damage_of(value, subject)
        elif isinstance(value, (dict, list)):
            self._contents(value, member, subject)
        return value

    def _contents(self, value: Any, member: str, subject: str) -> None:
        """Mends what lies in a container of no kind, such as metadata."""
        if _reads(_boxed(value)):
            return
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            value[key] = self._inside(value[key], "", subject)
            if not _reads(_boxed(value[key])):
                value[key] = None
                lost = f"something in its {member or 'metadata'} cannot be read"
                self.warnings.append(f"{subject}: {lost} and is passed over")

    def _part(self, part: Any, member: str, owner: str) -> list[Any]:
        """An object of a list as it was, mended, or what stands in its place; a marker goes."""
        called = _called(part, member, owner)
        damage = "cannot be read"
        if isinstance(part, dict) and _is_of(_kind(part), member):
            damage = self.damage_of(part, called)
        if not damage:
            return [part]
        name = _kind(part)
        match member:
            case "markers":
                self.warnings.append(f"{called} {damage} and is passed over")
                return []
            case "effects":
                self.warnings.append(f"{called} {damage}; what it does is not known")
                return [unknown_effect(name)]
            case "children":
                self.warnings.append(f"{called} {damage} and is left out")
                return [{**(_sound("Gap") or {}), "source_range": None}]
            case _:
                self.warnings.append(f"{called} {damage} and counts as missing")
                return [missing_reference(name)]


_PARTS = {
    "markers": otio.schema.Marker,
    "effects": otio.schema.Effect,
    "children": (otio.core.Composable, otio.schema.Timeline, otio.schema.SerializableCollection),
    "media_references": otio.core.MediaReference,
    "media_reference": otio.core.MediaReference,
}
"""What may stand in a member that holds objects."""


def _is_of(kind: str, member: str) -> bool:
    found = _class(kind)
    return found is not None and issubclass(found, _PARTS[member])


def _is_the_point(member: str, kind: type) -> bool:
    """Whether an object of a kind is of no use without a member."""
    if issubclass(kind, (otio.schema.Effect, otio.core.MediaReference)):
        return member not in _BESIDE_THE_POINT
    return issubclass(kind, otio.schema.Marker)


def _damaged(thing: Json, sound: Json) -> list[str]:
    """The members that OpenTimelineIO refuses in a sound object of the same kind, or misses."""
    kind = {"OTIO_SCHEMA": thing["OTIO_SCHEMA"]}
    wrong = [m for m in thing if m not in kind and not _reads({**sound, **kind, m: thing[m]})]
    missing = [m for m in sound if m not in thing]
    left = {m: value for m, value in thing.items() if m not in wrong}
    if _reads({**{m: sound[m] for m in wrong if m in sound}, **left}):
        return wrong
    return wrong + [m for m in missing if not _reads({k: v for k, v in sound.items() if k != m})]


def _without(thing: Json, member: str) -> str:
    lacks = f"has no {_WORDS.get(member, member.replace('_', ' '))}"
    return lacks if thing.get(member) is None else f"{lacks} that can be read"


def _called(part: Any, member: str, owner: str) -> str:
    """What an object is called for people."""
    kind = _kind(part)
    name = part.get("name") if isinstance(part, dict) else None
    if member.startswith("media_reference"):
        return f"the media of {owner}"
    named = f' "{clean(name, NAME_LIMIT)}"' if isinstance(name, str) and name else ""
    if member == "children":
        return f"the {kind.lower() or 'item'}{named or ' without a name'}"
    word = member.removesuffix("s")
    return f"the {word}{named} on {owner}" if named else f"one {word} on {owner}"


def _kind(thing: Any) -> str:
    """``Clip`` of an object whose schema is ``Clip.2``; empty where it has none."""
    schema = thing.get("OTIO_SCHEMA") if isinstance(thing, dict) else None
    return schema.rpartition(".")[0] if isinstance(schema, str) else ""


def _class(kind: str) -> type | None:
    found = getattr(otio.schema, FORMER_NAMES.get(kind, kind), None)
    return found if isinstance(found, type) else None


def _sound(kind: str) -> Json | None:
    """A new, empty object of a kind, as OpenTimelineIO itself makes it."""
    made = _class(kind)
    if made is None or not issubclass(made, otio.core.SerializableObject):
        return None
    found: Json = json.loads(otio.core.serialize_json_to_string(made()))
    return found


def _boxed(value: Any) -> Json:
    return {"OTIO_SCHEMA": "SerializableObjectWithMetadata.1", "metadata": {"": value}, "name": ""}


def _reads(thing: Json) -> bool:
    try:
        otio.core.deserialize_json_from_string(json.dumps(thing))
    except (KeyError, ValueError, TypeError, RuntimeError, otio.exceptions.OTIOError):
        return False
    return True
