"""Ownership of markers: the tag that each of ours carries in its custom data.

Resolve keeps a text with every marker that no editor sees. Ours begins with ``shotlog1;`` and holds
a JSON object: the fields that the bridge gives (``id``, ``family``, ``at``, ``hash``; see
``docs/bridge.md``), and ours: ``project`` and ``timeline`` (Resolve's ids, so that the tags of a
duplicated timeline are known as copies), ``frame`` (where we put the marker) and ``clip``.
"""

import json
from hashlib import sha256
from typing import Any, Dict, NamedTuple, Optional

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Identity

PREFIX = "shotlog1;"
"""The start of our custom data."""

_DIGITS = 16
"""Hexadecimal digits of the hash, as the bridge writes it."""


class Tag(NamedTuple):
    """The contents of a marker's custom data; texts are empty where it tells nothing."""

    id: str
    family: str
    at: int
    hash: str
    project: str
    timeline: str
    frame: Optional[int]
    clip: str

    @property
    def identity(self) -> Identity:
        """Ids of the project and timeline that the marker was written for."""
        return Identity(self.project, self.timeline)

    def custom_data(self) -> str:
        """Return it as text for Resolve."""
        return PREFIX + json.dumps(self._asdict(), separators=(",", ":"))


class Present(NamedTuple):
    """A marker as it stands on a timeline."""

    frame: int
    colour: str
    duration: int
    name: str
    note: str
    custom_data: str
    tag: Optional[Tag]

    @property
    def hash(self) -> str:
        """Hash of its present content."""
        return content_hash(self.colour, self.duration, self.name, self.note)

    @property
    def is_edited(self) -> bool:
        """True where an editor changed or moved one of ours."""
        tag = self.tag
        return tag is not None and (tag.hash != self.hash or tag.frame not in (None, self.frame))


def content_hash(colour: str, duration: int, name: str, note: str) -> str:
    """Return the hash over what an editor sees of a marker, as the bridge computes it."""
    content = "\n".join([colour, str(duration), name, note])
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def track_of(clip_id: str) -> str:
    """Return the track in the id of a clip: ``V2`` for ``V2/86``; empty where there is none."""
    return clip_id.partition("/")[0]


def parse_tag(custom_data: Any) -> Optional[Tag]:
    """Return the tag in a marker's custom data; None where it is not ours."""
    if not isinstance(custom_data, str) or not custom_data.startswith(PREFIX):
        return None
    try:
        told = json.loads(custom_data[len(PREFIX) :])
        return Tag(
            id=str(told["id"]),
            family=str(told["family"]),
            at=int(told["at"]),
            hash=str(told["hash"]),
            project=str(told.get("project", "")),
            timeline=str(told.get("timeline", "")),
            frame=None if told.get("frame") is None else int(told["frame"]),
            clip=str(told.get("clip", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # not written by us: never touched


def read_markers(timeline: Any) -> Dict[int, Present]:
    """Return all markers of a timeline by their frames, in one call.

    Raises:
        ScriptError: The timeline does not answer any more.
    """
    found = timeline.GetMarkers()
    if found is None and not timeline.GetUniqueId():
        raise ScriptError(
            "The timeline no longer answers: it, its project or DaVinci Resolve was closed.",
            "Open it and run the entry again; what was analysed is kept.",
        )
    present = (_present(frame, fields) for frame, fields in (found or {}).items())
    return {marker.frame: marker for marker in present}


def _present(frame: Any, fields: Dict[str, Any]) -> Present:
    custom_data = fields.get("customData")
    return Present(
        frame=round(float(frame)),  # Resolve's keys and lengths are floating point numbers
        colour=str(fields.get("color") or ""),
        duration=round(float(fields.get("duration") or 1)),
        name=str(fields.get("name") or ""),
        note=str(fields.get("note") or ""),
        custom_data=custom_data if isinstance(custom_data, str) else "",
        tag=parse_tag(custom_data),
    )
