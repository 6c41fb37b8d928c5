"""Starts of scenes: the markers of an editor that are named ``scene``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from shotlog.schema import SceneStart, TimeRange
from shotlog_otio.markers import FoundMarker

_NAMED_SCENE = re.compile(
    r"scene(?:\s+#?(?P<number>[a-z]{0,2}\d+[a-z]{0,2}))?(?:\s*[:–—-]\s*(?P<name>.*))?",
    re.IGNORECASE | re.DOTALL,
)
"""``scene``, ``Scene 12``, ``scene A12b``, ``SCENE: kitchen``, ``Scene 12 - kitchen``; a sentence
that begins with the word names no scene."""


def names_scene(text: str) -> bool:
    """Return True where a marker of this name starts a scene, if an editor wrote it."""
    return _NAMED_SCENE.fullmatch(text.strip()) is not None


def starts_scene(marker: FoundMarker) -> bool:
    """Return True for a marker of an editor that is named as a scene is."""
    return marker.tag is None and names_scene(marker.name)


def scene_starts_of(placed: Iterable[tuple[FoundMarker, TimeRange]]) -> tuple[SceneStart, ...]:
    """Return the starts of scenes in order of time.

    Of several at one moment the first with a name counts. One with the name of the one before it,
    as a marker on each clip of a scene has, starts no other scene.

    Args:
        placed: Markers of which :func:`starts_scene` is true, each with its range on the timeline.
    """
    starts = [SceneStart(at=shown.start, name=_name_of(marker)) for marker, shown in placed]
    starts.sort(key=lambda start: start.at)
    kept: list[SceneStart] = []
    for _, same in groupby(starts, key=lambda start: start.at):
        together = list(same)
        start = next((one for one in together if one.name), together[0])
        if not (kept and start.name and kept[-1].name == start.name):
            kept.append(start)
    return tuple(kept)


def _name_of(marker: FoundMarker) -> str:
    """Return ``Scene 12``, ``kitchen``, ``Scene 12: kitchen``, or "" where it gives no name."""
    found = _NAMED_SCENE.fullmatch(marker.name.strip())
    number, name = (found["number"], (found["name"] or "").strip()) if found else (None, "")
    if not number:
        return name
    return f"Scene {number}: {name}" if name else f"Scene {number}"
