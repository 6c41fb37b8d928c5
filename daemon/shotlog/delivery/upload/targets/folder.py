"""The target of a folder: another disk, a network share, a folder that is synchronised."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, Final

from pydantic import field_validator

from shotlog.delivery.upload.contract import (
    Marks,
    PassingFault,
    SentFile,
    SessionState,
    UploadDetails,
    UploadTarget,
)
from shotlog.files import NO_SPACE_ERRNOS
from shotlog.schema import UploadRefused, UploadTargetError, readable

_PART: Final = 8 << 20
_PASSING: Final = {errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENETDOWN}
"""Errors of a share that may come back."""


class FolderTarget(UploadTarget):
    """Copies a file to a folder: written beside, compared with the source, renamed."""

    name: ClassVar[str] = "folder"
    summary: ClassVar[str] = "a folder on any disk or network share"
    looks: ClassVar[bool] = True

    path: str = ""
    """The folder, which must exist."""
    replace: bool = False
    """Replace another file of the same name."""

    @field_validator("path")
    @classmethod
    def _absolute(cls, path: str) -> str:
        return str(Path(path).absolute()) if path else path

    def require(self) -> None:
        """Check that a folder is named.

        Raises:
            UploadTargetError: None is.
        """
        if not self.path:
            hint = "Name it: --to folder:path=/mnt/delivery."
            raise UploadTargetError(self.name, "it needs a folder", hint)

    def check(self, file: SentFile, details: UploadDetails) -> None:
        """Check that the folder is there, is not that of the file, and has no other such file.

        Raises:
            UploadRefused: It cannot take the file.
        """
        super().check(file, details)
        folder, there = Path(self.path), self._end(file)
        if not folder.is_dir():
            message = "there is no such folder"
            raise UploadRefused(readable(self.path), message, "Make it, or mount its disk.")
        if there.exists() and there.samefile(file.path):
            message = "this is the folder that the file is in"
            raise UploadRefused(readable(self.path), message, "Name another folder.")
        if there.is_file() and not self.replace and not _is_same(there, file.path):
            message = "another file of this name is there"
            raise UploadRefused(
                readable(str(there)), message, "Rename the file, or add replace=true."
            )

    def place(self, file: SentFile) -> str:
        """Return the path of the copy."""
        return readable(str(self._end(file)))

    def account(self) -> str:
        """Return that a folder has none."""
        return "none"

    def part_size(self, file: SentFile) -> int:
        """Return the bytes of a part."""
        return _PART

    @contextmanager
    def open(self) -> Iterator[FolderConnection]:
        """Return the folder."""
        self.require()
        yield FolderConnection(Path(self.path))

    def _end(self, file: SentFile) -> Path:
        return Path(self.path) / file.path.name


class FolderConnection:
    """Copies to a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, file: SentFile, details: UploadDetails) -> Marks:
        """Make an empty file beside the place of the copy."""
        # Not derived from the file's name, which may have the maximum length already.
        draft = self._folder / f".shotlog-{file.identity}.part"
        with self._errors():
            draft.write_bytes(b"")
        return {"draft": draft.name}

    def state(self, marks: Marks, file: SentFile) -> SessionState:
        """Return the bytes that were copied; finished where the copy is in its place."""
        draft, end = self._draft(marks), self._folder / file.path.name
        with self._errors():
            if draft.is_file():
                return SessionState(min(draft.stat().st_size, file.size))
            if end.is_file() and _is_same(end, file.path):
                return SessionState(file.size, place=str(end))
        return SessionState(gone=True, absent=True)

    def send(self, marks: Marks, at: int, part: bytes, file: SentFile) -> SessionState:
        """Write a part, and whatever is behind it away."""
        with self._errors(), self._draft(marks).open("r+b") as copy:
            copy.seek(at)
            copy.truncate()
            copy.write(part)
            copy.flush()
            os.fsync(copy.fileno())  # or a power cut leaves zeros where bytes are believed to be
        return SessionState(at + len(part))

    def finish(self, marks: Marks, file: SentFile) -> str:
        """Compare the copy with the file, and rename it.

        Raises:
            UploadRefused: They differ.
        """
        draft, end = self._draft(marks), self._folder / file.path.name
        with self._errors():
            if not _is_same(draft, file.path):
                draft.unlink(missing_ok=True)
                message = "the copy differs from the file, and was removed"
                hint = "Check the disk, and run the command again."
                raise UploadRefused(readable(str(end)), message, hint)
            draft.replace(end)
        return str(end)

    def _draft(self, marks: Marks) -> Path:
        return self._folder / Path(marks["draft"]).name

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Tell errors of the folder in words."""
        try:
            yield
        except OSError as error:
            told = error.strerror or str(error)
            if error.errno in _PASSING:
                raise PassingFault(told) from error
            full = error.errno in NO_SPACE_ERRNOS
            hint = (
                "Free some room, and run the same command again." if full else "Check the folder."
            )
            message = "the disk is full" if full else f"it cannot be written: {told}"
            raise UploadRefused(readable(str(self._folder)), message, hint) from error


def _is_same(first: Path, second: Path) -> bool:
    with suppress(FileNotFoundError):
        if first.stat().st_size == second.stat().st_size:
            return _digest(first) == _digest(second)
    return False


def _digest(path: Path) -> bytes:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
