"""Keywords and shot types of Final Cut Pro for what a marker says."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from shotlog.schema import UNDEFINED, VOCABULARIES, Family, Marker, MarkerFamily

HIGHLIGHT = "Highlight"
"""The keyword of a highlight."""

_SHOT_TYPES = MappingProxyType({
    "ECS": "closeUp", "CS": "closeUp", "MS": "mediumShot", "FS": "wideShot", "LS": "wideShot",
})  # fmt: skip
"""Shot types of Final Cut Pro's own analysis by our sizes; camera moves have none."""

_TOPICS = MappingProxyType({
    "kind.label": (Family.KIND,), "size.label": (Family.SIZE,),
    "move.label": (Family.MOVE, Family.MOVEMENT),
})  # fmt: skip


_FAULTS = (MarkerFamily.PROBLEM, MarkerFamily.DEFECT, MarkerFamily.REFRAMING)


def keywords_of(marker: Marker) -> tuple[str, ...]:
    """Return the keywords for a marker: the names of its labels; none for a fault."""
    if marker.family is MarkerFamily.HIGHLIGHT:
        return (HIGHLIGHT,)
    if marker.family in _FAULTS:
        return ()
    # A comma separates keywords.
    return tuple(dict.fromkeys(name.replace(",", " ") for name in _names(marker)))


def shot_type_of(marker: Marker) -> str | None:
    """Return the shot type for the size in a shot's marker; None where there is none."""
    if marker.family is not MarkerFamily.SHOT:
        return None
    return _SHOT_TYPES.get(str(marker.payload.get("size.label")))


def shot_type_of_keywords(keywords: str) -> str | None:
    """Return the shot type that came with some keywords of ours; None where none did."""
    size = keywords.split(",")[0]
    sizes = VOCABULARIES[Family.SIZE]
    return next((t for label, t in _SHOT_TYPES.items() if sizes.display(label) == size), None)


def _names(marker: Marker) -> Iterator[str]:
    for topic, families in _TOPICS.items():
        labels = str(marker.payload.get(topic) or UNDEFINED).split("+")
        for label in labels:
            if label != UNDEFINED:
                known = (VOCABULARIES[family] for family in families)
                named = next((v for v in known if label in v), VOCABULARIES[families[0]])
                yield named.display(label)
