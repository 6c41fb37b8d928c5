"""Results of stages, kept by their keys: a stage runs again only where something changed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from shotlog.files import quarantine, replace_file
from shotlog.schema import Model

A = TypeVar("A", bound=Model)

_MOST: Final = 2000
"""Results that are kept, of all films together; a path of a film of two hours takes 100 kB."""


class StageStore:
    """A folder of results, one JSON file for each stage and key.

    Files are written whole or not at all, and the same key always holds the same result, so several
    runs may use one folder. A file that cannot be read is put aside, and its stage runs again.

    Args:
        folder: The folder; made with the first result. None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, stage: str, key: str, kind: type[A]) -> A | None:
        """Return a result; None where it is not kept."""
        if self._folder is None:
            return None
        path = self._path(stage, key)
        try:
            text = path.read_bytes()
        except OSError:
            return None
        try:
            result = kind.model_validate_json(text)
        except ValidationError:
            with suppress(OSError):
                quarantine(path, time.time())
            return None
        with suppress(OSError):  # the oldest use goes first
            os.utime(path)
        return result

    def keep(self, stage: str, key: str, result: Model) -> None:
        """Keep a result; a folder that cannot be written keeps none, and costs nothing else."""
        if self._folder is None:
            return
        path = self._path(stage, key)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, result.model_dump_json().encode())
            self._make_room()

    @property
    def size(self) -> int:
        """Bytes of all results."""
        return sum(path.stat().st_size for path in self._files())

    def clear(self) -> int:
        """Remove all results; return their number."""
        files = self._files()
        for path in files:
            path.unlink(missing_ok=True)
        return len(files)

    def _path(self, stage: str, key: str) -> Path:
        assert self._folder is not None  # noqa: S101  # for mypy; callers have checked
        return self._folder / stage / f"{key}.json"

    def _files(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return [path for path in self._folder.glob("*/*.json") if path.is_file()]

    def _make_room(self) -> None:
        files = self._files()
        if len(files) <= _MOST:
            return
        for path in sorted(files, key=lambda each: each.stat().st_mtime)[: len(files) - _MOST]:
            path.unlink(missing_ok=True)
