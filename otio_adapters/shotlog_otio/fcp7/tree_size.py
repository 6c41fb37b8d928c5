"""The number of clips that a sequence holds when its nests are followed."""

from __future__ import annotations

from collections.abc import Hashable

from shotlog_otio.fcp7.catalog import Catalog
from shotlog_otio.xml_text import Element

MOST_ITEMS = 200_000
"""Clips beyond which a file is refused: sequences that show each other twice, thirty levels deep,
make a thousand million of a few lines."""

_KINDS = ("video", "audio")


def count_items(catalog: Catalog, sequence: Element) -> int:
    """Return the clips of a sequence, those of nests among them, each as often as it is shown."""
    return sum(_count(catalog, sequence, kind) for kind in _KINDS)


def _count(catalog: Catalog, sequence: Element, kind: str) -> int:
    counts: dict[Hashable, int] = {}
    begun: set[Hashable] = set()
    # Without recursion: a file may hold thousands of sequences, each in the next.
    pending = [sequence]
    while pending:
        item = pending[-1]
        if catalog.key(item) in counts:
            pending.pop()
            continue
        key, items = catalog.key(item), _items(catalog.definition(item), kind)
        nests = [nest for i in items if (nest := i.child("sequence")) is not None]
        if key not in begun:
            begun.add(key)
            pending += [nest for nest in nests if catalog.key(nest) not in begun]
            continue
        pending.pop()
        # A sequence that contains itself is not counted there yet, and shows nothing there.
        counts[key] = len(items) + sum(counts.get(catalog.key(nest), 0) for nest in nests)
    return counts[catalog.key(sequence)]


def _items(sequence: Element, kind: str) -> list[Element]:
    media = sequence.child("media", kind)
    return [item for track in (media.all("track") if media is not None else ()) for item in track]
