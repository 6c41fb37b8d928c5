"""The hashes that are kept with our markers: where one no longer fits, an editor has spoken.

There are two, and neither can take the place of the other, because both stand in people's projects.
A caller of the bridge computes its hash itself, as ``docs/bridge.md`` says, over what the editor's
scripting shows of a marker. That of a file covers the start of the range as well, in frames, and
knows colours in capitals.
"""

from __future__ import annotations

import json
from hashlib import blake2b, sha256

OWNER = "shotlog1;"
"""What our custom data begin with."""

_DIGITS = 16


def custom_data(
    marker: str, family: str, at: int, *, colour: str, duration: int, name: str, note: str
) -> str:
    """Return the custom data of a marker; see :class:`shotlog.bridge.result_models.ReadyMarker`.

    Args:
        marker: Its stable identity.
        family: Its kind.
        at: Its own frame.
        colour: As the editor shows it.
        duration: Likewise.
        name: Likewise.
        note: Likewise.
    """
    seen = "\n".join([colour, str(duration), name, note])
    own = {
        "id": marker,
        "family": family,
        "at": at,
        "hash": sha256(seen.encode()).hexdigest()[:_DIGITS],
    }
    return OWNER + json.dumps(own, separators=(",", ":"))


def hash_in_file(name: str, note: str, colour: str, frames: tuple[int, int] | None) -> str:
    """Return the hash of a marker in a timeline file.

    Args:
        name: As it stands in the file.
        note: Likewise.
        colour: Likewise, in capitals.
        frames: Start and length in frames, as tools differ in the digits of a rate; None where its
            range cannot be read.
    """
    content = [name, note, colour, frames]
    return blake2b(json.dumps(content).encode(), digest_size=12).hexdigest()
