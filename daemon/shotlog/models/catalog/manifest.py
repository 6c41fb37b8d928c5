"""Manifest of a model's folder: every file with its size, modification time and SHA-256.

The manifest is written last and atomically: a model is installed when it has a manifest.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from shotlog.files import replace
from shotlog.paths import MODELS_VARIABLE, why_not
from shotlog.schema import Model, ModelUnreadable, OutputNotWritable

MANIFEST_FILE = "manifest.json"


class FileRecord(Model):
    """One file of a model.

    Attributes:
        name: Name in the folder.
        size: Size in bytes.
        modified: Modification time in nanoseconds. The file is not hashed again while this and the
            size are unchanged.
        sha256: SHA-256 of the current content, in hex.
        origin: SHA-256 at installation; for a downloaded file the one announced by the hub.
    """

    name: str
    size: int
    modified: int
    sha256: str
    origin: str


class Manifest(Model):
    """The files of one model.

    Attributes:
        version: Version of this format.
        files: Records, config first, weights last.
        source: Origin of the files, for people: a repository or a folder.
        revision: Commit on the hub; None for files from a folder.
        linked: Folder of the user that holds the files, where they were not copied.
    """

    version: int = 1
    files: tuple[FileRecord, ...]
    source: str
    revision: str | None = None
    linked: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files, config first."""
        return tuple(file.name for file in self.files)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, in hex."""
        # Weights are last in the manifest.
        return self.files[-1].sha256

    @property
    def size(self) -> int:
        """Total size of all files, in bytes."""
        return sum(file.size for file in self.files)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe_file(path: Path, sha256: str | None = None) -> FileRecord:
    """Return the record of a file as it is now; hash it only where ``sha256`` is not given."""
    status = path.stat()
    digest = sha256 or sha256_of(path)
    return FileRecord(
        name=path.name,
        size=status.st_size,
        modified=status.st_mtime_ns,
        sha256=digest,
        origin=digest,
    )


def refresh_manifest(manifest: Manifest, folder: Path, *, read: bool = False) -> Manifest:
    """Return the manifest of the files as they are now; the same object where nothing changed.

    Args:
        manifest: Recorded state.
        folder: Folder of the files.
        read: Hash every file again, even if its size and time are unchanged.

    Raises:
        OSError: A file is missing or cannot be read.
    """
    now = tuple(_refreshed(record, folder / record.name, read) for record in manifest.files)
    return manifest if now == manifest.files else manifest.model_copy(update={"files": now})


def _refreshed(record: FileRecord, path: Path, read: bool) -> FileRecord:
    status = path.stat()
    # Hashing a gigabyte takes seconds, so an unchanged size and time are trusted.
    if not read and (status.st_size, status.st_mtime_ns) == (record.size, record.modified):
        return record
    return describe_file(path).model_copy(update={"origin": record.origin})


def read_manifest(folder: Path, model: str) -> Manifest | None:
    """Return the manifest of a model; None where it has none.

    Raises:
        ModelUnreadable: The manifest is damaged.
    """
    try:
        return Manifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        why, hint = (
            str(folder / MANIFEST_FILE),
            f"Remove it with: shotlog models remove {model}; then get it.",
        )
        if isinstance(error, OSError):
            why, hint = why_not(error, folder / MANIFEST_FILE, MODELS_VARIABLE, hint)
        raise ModelUnreadable(model, f"its manifest cannot be read: {why}", hint) from error


def write_json(path: Path, document: Model) -> None:
    """Write a document as JSON, atomically.

    Raises:
        OutputNotWritable: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, f"{document.model_dump_json(indent=2)}\n".encode())
    except OSError as error:
        raise write_error(path, "cannot be written", error) from error


def write_error(path: Path, what: str, error: OSError) -> OutputNotWritable:
    """Return the error for a file in the models folder that cannot be written."""
    hint = f"Free some room, or name another folder in {MODELS_VARIABLE}."
    why, remedy = why_not(error, path, MODELS_VARIABLE, hint)
    return OutputNotWritable(str(path), f"{what}: {why}", remedy)
