"""Ownership of markers: a hash of the content that we wrote, kept with each marker.

A marker whose hash no longer fits was changed by an editor, and is not touched again.

There are three hashes, and all stay as they are, because all are in users' projects. A caller of
the bridge computes its hash itself, as ``docs/bridge.md`` says, over what the editor's scripting
shows of a marker. That of an OpenTimelineIO file covers the start of the range as well, in frames,
and its colours are in capitals. That of a tag, for formats whose markers hold texts alone, is
shorter, as people see it.
"""

from __future__ import annotations

import json
import re
from hashlib import blake2b, sha256
from typing import NamedTuple

from shotlog.schema import MarkerFamily

METADATA_KEY = "shotlog"
"""Our key in the metadata of a file's markers, and of timelines that we make."""

_PREFIX = "shotlog1;"
"""The start of our custom data, by which a caller of the bridge knows our markers."""

_DIGITS = 16
"""Hexadecimal digits of the hash in custom data."""


def custom_data(
    marker: str, family: str, at: int, *, colour: str, duration: int, name: str, note: str
) -> str:
    """Return the custom data of a marker; see :class:`shotlog.bridge.result_models.ReadyMarker`.

    Args:
        marker: Its stable identity.
        family: Its kind.
        at: Its own frame, as :class:`shotlog.bridge.result_models.ReadyMarker` defines it.
        colour: Its colour, as the editor shows it.
        duration: Its length in frames, as the editor shows it.
        name: Its name, as the editor shows it.
        note: Its note, as the editor shows it.
    """
    content = "\n".join([colour, str(duration), name, note])
    own = {
        "id": marker,
        "family": family,
        "at": at,
        "hash": sha256(content.encode()).hexdigest()[:_DIGITS],
    }
    return _PREFIX + json.dumps(own, separators=(",", ":"))


def hash_in_file(name: str, note: str, colour: str, frames: tuple[int, int] | None) -> str:
    """Return the hash of a marker in a timeline file.

    Args:
        name: Its name in the file.
        note: Its note in the file.
        colour: Its colour in the file, in capitals.
        frames: Start and length in frames; None where its range cannot be read.
    """
    # Frames, not seconds: tools write the same rate with different digits.
    content = [name, note, colour, frames]
    return blake2b(json.dumps(content).encode(), digest_size=12).hexdigest()


_TAG_DIGITS = 8
_TAG = re.compile(
    r"\s*\[shotlog (?P<id>[\w-]+) (?P<family>[a-z]+)"
    rf" (?P<hash>[0-9a-f]{{{_TAG_DIGITS}}})\]\s*\Z"
)


class MarkerTag(NamedTuple):
    """The identity of a marker of ours, as a text that rides with its note.

    Attributes:
        id: Its stable identity.
        family: Its kind.
        hash: Hash of the content that we wrote; see :func:`hash_in_text`.
    """

    id: str
    family: MarkerFamily
    hash: str

    def __str__(self) -> str:
        return f"[shotlog {self.id} {self.family.value} {self.hash}]"


def hash_in_text(name: str, note: str, colour: str, frames: tuple[int, int]) -> str:
    """Return the hash of a marker in a file whose markers hold texts alone.

    Blanks and line ends are not counted: programs join lines and trim texts.

    Args:
        name: Its name in the file.
        note: Its note in the file, without the tag.
        colour: Its colour in the file; "" where programs do not keep it.
        frames: Start and length in frames.
    """
    content = ["".join(name.split()), "".join(note.split()), colour, frames]
    return blake2b(json.dumps(content).encode(), digest_size=_TAG_DIGITS // 2).hexdigest()


def split_tag(text: str) -> tuple[str, MarkerTag | None]:
    """Return a note without our tag, and the tag; None where there is none."""
    # Most notes are an editor's, and a search takes longer than a look.
    found = _TAG.search(text) if "[shotlog " in text else None
    if found is None:
        return text, None
    try:
        family = MarkerFamily(found["family"])
    except ValueError:  # of a newer Shotlog, or written by hand
        return text, None
    return text[: found.start()], MarkerTag(found["id"], family, found["hash"])


def join_tag(text: str, tag: MarkerTag, *, separator: str = "\n") -> str:
    """Return a note that ends in our tag.

    Args:
        text: The note.
        tag: The tag.
        separator: The text between them; a blank where notes have one line.
    """
    return f"{text}{separator}{tag}" if text else str(tag)
