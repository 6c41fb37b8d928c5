"""Markers in the layout of an application, until there is a writer of ours."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from fractions import Fraction

Place = tuple[int, str]
"""Frame and name of a marker."""


def ges(marks: Sequence[Place], rate: Fraction) -> str:
    """Return the metadata of a timeline of GES that hold markers."""

    def entry(frame: int, name: str) -> str:
        # Upwards: GStreamer takes a time for the frame that began before it.
        time = math.ceil(frame * 10**9 / rate)
        values = f'comment=(string)"{_escaped(name)}", marker-color=(uint)4294901760'
        return f"marker-times, position=(guint64){time}; metadatas, {values}"

    content = "; ".join(entry(*mark) for mark in marks)
    inner = content.replace("\\", "\\\\").replace('"', '\\"')
    return f', markers=(GESMarkerList)"{inner}"'.replace("&", "&amp;").replace('"', "&quot;")


def _escaped(text: str) -> str:
    """Return a text as a string of a GStreamer structure holds it: all but letters with strokes."""
    return "".join(_sign(byte) for byte in text.encode())


def _sign(byte: int) -> str:
    if byte < 0x80:
        return chr(byte) if chr(byte).isalnum() else f"\\{chr(byte)}"
    return f"\\{byte:03o}"


def openshot(marks: Sequence[Place], rate: Fraction) -> str:
    """Return OpenShot's list of markers."""

    return json.dumps([
        {"id": name, "position": float(frame / rate), "icon": "blue.png", "vector": "blue"}
        for frame, name in marks
    ])  # fmt: skip
