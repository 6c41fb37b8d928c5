"""Files written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; None if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def part_of(path: Path) -> Path:
    """Return the file in which a file is written before it takes its name.

    Always the same one, so that the next run finds what an interruption has left.
    """
    return path.with_name(f".{path.name}.part")


def write(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write a file so that no one ever finds a part of it.

    Args:
        path: The file.
        content: Its content.
        durable: Wait until it is on the disk; takes up to a second where others write much.

    Raises:
        OSError: It cannot be written; a file that was there is as before.
    """
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def nearest_folder(path: Path) -> Path:
    """Return the nearest existing folder at or above a path."""
    return next(each for each in (path, *path.parents) if each.is_dir())


def measure(folder: Path) -> int:
    """Return the bytes in a file or folder; 0 if there is none."""
    if folder.is_file():
        return folder.stat().st_size
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(where, name).lstat().st_size
    return total


def size_text(size: float) -> str:
    """Format a number of bytes as people read it: ``1.9 GB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.1f} {unit}" if unit == "GB" else f"{size:.0f} {unit}"
