"""Uploads that were begun: one file each in a folder of the user, for nobody else to read.

A session is noted before the step that it must survive. So a run after a crash finds what an
earlier one has begun, and sends no file for a second time. The address of a session lets anybody
who knows it go on with the upload, so it is kept like a private file; tokens are never in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import ValidationError

from shotlog.delivery.upload.contract import SentFile, UploadDetails, UploadTarget
from shotlog.files import NO_SPACE_ERRNOS, replace_file
from shotlog.paths import UPLOADS_VARIABLE, explain_os_error, uploads_folder
from shotlog.schema import DiskFull, Model, PathText, UploadRefused

_MODE: Final = 0o600
_HINT: Final = "Forget it with: shotlog upload sessions --forget {}; look first what is there."


class UploadSession(Model):
    """An upload that was begun, or finished."""

    key: str
    """Its name: the identity of content, target and details."""
    path: PathText
    """The file."""
    identity: str
    """Identity of its content."""
    size: int
    """Its bytes."""
    target: str
    """The target with its parameters."""
    details: UploadDetails
    """What is told of the file there."""
    marks: Mapping[str, str]
    """Marks by which the target knows the session."""
    received: int = 0
    """Bytes that the target had when it was last asked."""
    complete: bool = False
    """True from the moment at which the last bytes are sent: then the file may be there, although
    no answer came."""
    place: str = ""
    """Address of the finished file; empty before."""


class UploadSessions:
    """The uploads of this user.

    Args:
        folder: The folder; None takes that of this user.

    All methods raise ``UploadRefused`` where the folder or a session cannot be used, and
    ``DiskFull``.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or uploads_folder()

    def find(self, file: SentFile, target: UploadTarget, details: UploadDetails) -> UploadSession:
        """Return the session of a file, target and details; one without marks where none is begun.

        Raises:
            UploadRefused: An upload of another content of the same file was begun.
        """
        key = _key(file, target, details)
        for each in self.all():
            same = (each.path, each.target, each.details) == (str(file.path), target.text, details)
            if each.key == key:
                return each
            if same and not each.place:
                message = "the file has changed since its upload was begun"
                hint = f"Begin anew with: shotlog upload sessions --forget {each.key}."
                raise UploadRefused(str(file.path), message, hint)
        return UploadSession(
            key=key, path=str(file.path), identity=file.identity, size=file.size,
            target=target.text, details=details, marks={},
        )  # fmt: skip

    def all(self) -> list[UploadSession]:
        """Return all sessions, by their keys."""
        try:
            files = sorted(self._folder.glob("*.json"))
            return [self._read(file) for file in files]
        except OSError as error:
            raise self._unusable(error) from error

    def keep(self, session: UploadSession) -> None:
        """Keep a session on the disk, in the place of its earlier state."""
        try:
            self._make_folder()
            content = session.model_dump_json(indent=1).encode()
            replace_file(self._file(session.key), content, mode=_MODE)
        except OSError as error:
            raise self._unusable(error) from error

    def forget(self, key: str) -> bool:
        """Forget a session; return False where there is none of this key."""
        file = self._file(Path(key).name)
        try:
            was_there = file.is_file()
            file.unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        return was_there

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Keep other processes from the same upload while the block runs.

        Raises:
            UploadRefused: Another process is at it.
        """
        try:
            self._make_folder()
            lock = FileLock(self._folder / f"{key}.lock", timeout=0, mode=_MODE)
            lock.acquire()
        except Timeout as error:
            message = "another process is sending this file to the same place"
            raise UploadRefused(key, message, "Wait until it has ended.") from error
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _make_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"

    def _read(self, file: Path) -> UploadSession:
        try:
            return UploadSession.model_validate_json(file.read_bytes())
        except ValidationError as error:
            # Not begun anew: the file may be there already.
            message = "the record of an upload is damaged"
            raise UploadRefused(str(file), message, _HINT.format(file.stem)) from error

    def _unusable(self, error: OSError) -> UploadRefused | DiskFull:
        if error.errno in NO_SPACE_ERRNOS:
            return DiskFull(str(self._folder))
        hint = f"Check the folder, or name another one in {UPLOADS_VARIABLE}."
        words, remedy = explain_os_error(error, self._folder, UPLOADS_VARIABLE, hint)
        return UploadRefused(str(self._folder), f"uploads cannot be noted: {words}", remedy)


def _key(file: SentFile, target: UploadTarget, details: UploadDetails) -> str:
    place = target.place(file)  # a folder takes one content under several names
    told = repr((file.identity, target.text, place, details.model_dump_json()))
    return hashlib.blake2b(told.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
