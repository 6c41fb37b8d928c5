"""What lies in a model's folder: every file with its size, time and SHA-256.

The manifest is written last, whole or not at all: a model is installed when it has one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from shotlog.files import replace_file
from shotlog.paths import MODELS_VARIABLE, explain_os_error
from shotlog.schema import Model, ModelUnreadable, OutputNotWritable

NAME = "manifest.json"


class Kept(Model):
    """One file of a model.

    Attributes:
        name: Its name in the folder.
        size: In bytes.
        modified: Time of its last change in nanoseconds; as long as it and the size are the same,
            the file is not read again.
        sha256: Of its content, in hex.
        origin: The same when it was installed; for a pulled file that is what the hub vouched for.
    """

    name: str
    size: int
    modified: int
    sha256: str
    origin: str


class Manifest(Model):
    """The files of one model.

    Attributes:
        version: Of this format.
        files: Config first, weights last.
        source: Where they came from, for people: a repository or a folder.
        revision: The commit of the hub that they are; None for a folder's.
        linked: The user's own folder that holds them, where they were not copied.
    """

    version: int = 1
    files: tuple[Kept, ...]
    source: str
    revision: str | None = None
    linked: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, config first."""
        return tuple(file.name for file in self.files)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, in hex."""
        return self.files[-1].sha256

    @property
    def size(self) -> int:
        """Of all files together, in bytes."""
        return sum(file.size for file in self.files)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(path: Path, sha256: str | None = None) -> Kept:
    """Describes a file as it is now; it is read only where its SHA-256 is not given."""
    found = path.stat()
    digest = sha256 or sha256_of(path)
    return Kept(
        name=path.name,
        size=found.st_size,
        modified=found.st_mtime_ns,
        sha256=digest,
        origin=digest,
    )


def refreshed(manifest: Manifest, folder: Path, *, read: bool = False) -> Manifest:
    """The manifest as the files are now; the same object where nothing has changed.

    Args:
        manifest: What was noted.
        folder: Where the files lie.
        read: Reads every file anew, whatever its size and time say.

    Raises:
        OSError: a file is gone or cannot be read.
    """
    now = tuple(_refreshed(kept, folder / kept.name, read) for kept in manifest.files)
    return manifest if now == manifest.files else manifest.model_copy(update={"files": now})


def _refreshed(kept: Kept, path: Path, read: bool) -> Kept:
    found = path.stat()
    if not read and (found.st_size, found.st_mtime_ns) == (kept.size, kept.modified):
        return kept
    return keep(path).model_copy(update={"origin": kept.origin})


def read(home: Path, model: str) -> Manifest | None:
    """The manifest of a model; None where it has none.

    Raises:
        ModelUnreadable: it is damaged.
    """
    try:
        return Manifest.model_validate_json((home / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        why, hint = str(home / NAME), f"Remove it with: shotlog models remove {model}; then get it."
        if isinstance(error, OSError):
            why, hint = explain_os_error(error, home / NAME, MODELS_VARIABLE, hint)
        raise ModelUnreadable(model, f"its manifest cannot be read: {why}", hint) from error


def write(path: Path, document: Model) -> None:
    """Write a document as JSON; a reader sees the old one or the new, never a part.

    Raises:
        OutputNotWritable: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, f"{document.model_dump_json(indent=2)}\n".encode())
    except OSError as error:
        raise unwritable(path, "cannot be written", error) from error


def unwritable(path: Path, what: str, error: OSError) -> OutputNotWritable:
    """The error for a file among the models that cannot be written."""
    hint = f"Free some room, or name another folder in {MODELS_VARIABLE}."
    why, remedy = explain_os_error(error, path, MODELS_VARIABLE, hint)
    return OutputNotWritable(str(path), f"{what}: {why}", remedy)
