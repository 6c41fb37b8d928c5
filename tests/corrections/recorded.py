"""The records that commands leave."""

from __future__ import annotations

from pathlib import Path

from shotlog.corrections import RecordStore, TimelineKey


def recorded_of_file(path: Path, folder: Path | None = None) -> set[str]:
    """Return the names of the markers in the record of a file; empty where there is none.

    Args:
        path: The file.
        folder: The folder of the records; None takes that of this process.
    """
    return _names(TimelineKey.of_file("", path), RecordStore(folder) if folder else RecordStore())


def recorded_of_program(timeline: str) -> set[str]:
    """Return the same of a timeline whose markers an editing program took."""
    return _names(TimelineKey(timeline), RecordStore())


def _names(key: TimelineKey, store: RecordStore) -> set[str]:
    record = store.find(set(), key)
    return {marker.name for marker in record.markers} if record else set()
