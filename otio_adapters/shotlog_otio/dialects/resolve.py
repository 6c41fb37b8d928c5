"""DaVinci Resolve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from shotlog.markers import MarkerTag, join_tag, names_in
from shotlog_otio.dialects.contract import Dialect
from shotlog_otio.dialects.easing import KeyFrame

_KEY = "Resolve_OTIO"

_COLOURS = names_in("resolve")
"""The sixteen marker colours of its scripting API. OpenTimelineIO has fewer, so a file gets the
nearest one: Resolve's own export does so too (Mint becomes GREEN, as was seen; the others of the
last six are guesses)."""


@dataclass(frozen=True)
class ResolveDialect(Dialect):
    """The conventions of DaVinci Resolve's OpenTimelineIO export."""

    name: str = "resolve"
    colours: Mapping[str, str] = field(default_factory=lambda: _COLOURS)

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Resolve's exporter."""
        return _KEY in metadata

    def import_doubts(self, stack: Any) -> tuple[str, ...]:
        """Return a sentence where titles or generators are in it: Resolve then imports nothing.

        Measured on Resolve 21 (its own exports hold them as ``MissingReference``).
        """
        count = sum(map(_is_placeholder, _items_in(stack)))
        if not count:
            return ()
        clips = "a title or generator" if count == 1 else f"{count} titles or generators"
        return (
            f"DaVinci Resolve refuses to import a timeline with {clips} in it, although it exports"
            " such files; import the markers alone into your own timeline: shotlog export --to"
            " resolve-edl",
        )

    def key_frames(self, metadata: Mapping[str, Any]) -> Sequence[KeyFrame] | None:
        """Return the key frames of a speed ramp.

        Each is written as seconds of the clip, seconds of its content, whether it is eased, and two
        handles of a cubic Bezier curve, that of the curve before and that of the curve after it.
        So much was measured on renders: of a 100 %, 25 %, 100 % ramp, frame by frame; and of an
        eased one, in which the first and the last key frame's handles have no effect.
        """
        written = _written_keys(metadata)
        try:
            rows = [[_number(value) for value in row] for row in written or ()]
            if not rows or {len(row) for row in rows} != {7}:
                return None
        except (OverflowError, TypeError, ValueError):
            return None
        last = len(rows) - 1
        return [
            KeyFrame(at, content, (ax, ay), (bx, by)) if eased and 0 < n < last
            else KeyFrame(at, content)
            for n, (at, content, eased, ax, ay, bx, by) in enumerate(rows)
        ]  # fmt: skip

    def marker_metadata(self, note: str, tag: MarkerTag) -> Mapping[str, Any]:
        """Return the note as Resolve 21 reads it; it ignores comments, and drops other metadata."""
        return {_KEY: {"Keywords": [], "Note": join_tag(note, tag)}}

    def marker_note(self, metadata: Mapping[str, Any]) -> str:
        """Return the note that Resolve keeps in its metadata."""
        own = metadata.get(_KEY)
        note = own.get("Note") if isinstance(own, Mapping) else None
        return note if isinstance(note, str) else ""

    def describe_effect(self, metadata: Mapping[str, Any]) -> str | None:
        """Return a description of a speed ramp: its number of key frames."""
        frames = _written_keys(metadata)
        return None if frames is None else f"a speed ramp of {len(frames)} key frames"


def _written_keys(metadata: Mapping[str, Any]) -> Sequence[Any] | None:
    own = metadata.get(_KEY)
    frames = own.get("Key Frames") if isinstance(own, Mapping) else None
    return frames if isinstance(frames, Sequence) and not isinstance(frames, str) else None


def _number(value: float) -> Fraction:
    # Seconds with the noise of a double: 49.199999999999996 stands for 49.2.
    return Fraction(value).limit_denominator(10**7)


def _items_in(stack: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all items below a stack."""
    pending = [stack]
    while pending:
        children = pending.pop().get("children")
        items = [c for c in children if isinstance(c, dict)] if isinstance(children, list) else []
        yield from items
        pending += items


def _is_placeholder(item: Mapping[str, Any]) -> bool:
    references = item.get("media_references")
    active = item.get("active_media_reference_key", "DEFAULT_MEDIA")
    chosen = references.get(active) if isinstance(references, dict) else item.get("media_reference")
    schema = chosen.get("OTIO_SCHEMA") if isinstance(chosen, dict) else None
    return str(schema).startswith("MissingReference.")
