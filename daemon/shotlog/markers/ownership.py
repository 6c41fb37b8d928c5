"""Ownership of markers: a hash of the content that we wrote, kept with each marker.

A marker whose hash no longer fits was changed by an editor, and is not touched again.

There are two hashes, and both stay as they are, because both are in users' projects. A caller of
the bridge computes its hash itself, as ``docs/bridge.md`` says, over what the editor's scripting
shows of a marker. That of a file covers the start of the range as well, in frames, and its colours
are in capitals.
"""

from __future__ import annotations

import json
from hashlib import blake2b, sha256

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
