"""Logs and pictures of results, for shots that were found in a library."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from shotlog.batch.store import OutputFolder, ResultStore
from shotlog.schema import Log, ResultUnreadable, ShotlogError

_KEPT = 64
"""Logs that are kept in memory."""


class BatchResults:
    """Reads results of an output folder.

    Args:
        folder: The output folder.
    """

    def __init__(self, folder: Path) -> None:
        self._store = ResultStore(OutputFolder(folder))
        self._log = lru_cache(maxsize=_KEPT)(self._read)

    def log(self, item: str, sequence: int) -> Log:
        """Return the log of a sequence of an item.

        Raises:
            ResultUnreadable: It is not there, or damaged.
        """
        return self._log(item, sequence)

    def _read(self, item: str, sequence: int) -> Log:
        try:
            return self._store.log(item, sequence)
        except ResultUnreadable:
            with suppress(ShotlogError):  # so that the next batch makes it anew, as its hint says
                self._store.discard(item)
            raise

    def picture(self, item: str, sequence: int, shot: int) -> bytes | None:
        """Return the JPEG of a shot by its number in the log; None for none.

        Raises:
            ResultUnreadable: The result is not there, or damaged.
        """
        return self._store.picture(item, sequence, shot)
