"""What is kept with a marker in an editor, so that it is known as ours, and as untouched."""

from __future__ import annotations

import json
from hashlib import sha256

OWNER = "shotlog1;"
"""What our custom data begin with."""

_DIGITS = 16


def custom_data(
    marker: str, family: str, at: int, *, colour: str, duration: int, name: str, note: str
) -> str:
    """The custom data of a marker; see :class:`shotlog.bridge.forms.ReadyMarker`.

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
