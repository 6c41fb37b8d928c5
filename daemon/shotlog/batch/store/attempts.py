"""Notes of the items that a worker has begun, by which items that end their process are known.

A note is written before the work begins and removed when it ends, in whatever way. One that is left
behind tells that the process ended with it. An item that has ended its process twice while it was
alone is *parked*: it has a failure that names it, and is not tried again unless the user asks.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from shotlog.batch.store.layout import OutputFolder
from shotlog.files import output_errors, replace_file

MAX_DEATHS = 2
"""Deaths of a worker with an item alone after which the item is parked."""


@dataclass(frozen=True)
class Deaths:
    """Notes that were left behind.

    Attributes:
        alone: By item, the number of processes that ended while they worked on it alone.
        together: Items that were among several in a process that ended.
    """

    alone: Counter[str]
    together: frozenset[str]

    def is_poison(self, item: str) -> bool:
        """Return True if an item is to be parked."""
        return self.alone[item] >= MAX_DEATHS

    def is_suspect(self, item: str) -> bool:
        """Return True if an item is to be worked on alone."""
        return item in self.together or self.alone[item] > 0


class Attempts:
    """The notes of a batch.

    Args:
        folder: The output folder.
    """

    def __init__(self, folder: OutputFolder) -> None:
        self._folder, self._root = folder, folder.attempts

    @contextmanager
    def noted(self, items: Sequence[str]) -> Iterator[None]:
        """Keep a note of items while a block runs.

        Raises:
            OutputNotWritable: It cannot be written.
            DiskFull: There is no room.
        """
        note = self._root / f"{secrets.token_hex(16)}.json"
        with output_errors(note):
            self._folder.make_parent(note)
            replace_file(note, json.dumps(list(items)).encode())
        try:
            yield
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)

    def deaths(self) -> Deaths:
        """Return the notes that are there; call it before the own work begins."""
        alone: Counter[str] = Counter()
        together: set[str] = set()
        for items in self._notes().values():
            if len(items) == 1:
                alone[items[0]] += 1
            else:
                together.update(items)
        return Deaths(alone, frozenset(together))

    def forget(self, items: Sequence[str] | None = None) -> None:
        """Remove the notes that name one of some items; None for all notes.

        Another note of the same process is not needed: items with results are never begun again.
        """
        chosen = None if items is None else set(items)
        for name, noted in self._notes().items():
            if chosen is None or chosen & set(noted):
                with suppress(OSError):
                    (self._root / name).unlink(missing_ok=True)

    def _notes(self) -> dict[str, list[str]]:
        notes: dict[str, list[str]] = {}
        with suppress(OSError):
            for path in self._root.glob("[0-9a-f]*.json"):
                with suppress(
                    OSError, ValueError, TypeError
                ):  # removed just now, or damaged by a full disk
                    content = json.loads(path.read_bytes())
                    notes[path.name] = [str(item) for item in content]
        return notes
