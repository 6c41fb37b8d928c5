"""Identity of a timeline file by its content."""

from __future__ import annotations

import hashlib
import zipfile
from contextlib import suppress
from pathlib import Path

_BAD_ARCHIVE = (zipfile.BadZipFile, ValueError, NotImplementedError)


def timeline_identity(timeline: Path) -> str:
    """Return a hash of the content of a timeline.

    Of a bundle the directory of the archive is hashed, with its checksums, or the names and sizes
    of the files in its folder: their media may be hundreds of GB.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    if timeline.is_dir():
        for path in sorted(p for p in timeline.rglob("*") if p.is_file()):
            digest.update(f"{path.relative_to(timeline)}\0{path.stat().st_size}\n".encode())
            if path.parent == timeline:
                digest.update(path.read_bytes())
        return digest.hexdigest()
    with (
        suppress(*_BAD_ARCHIVE),
        zipfile.ZipFile(timeline) as bundle,
    ):
        for info in bundle.infolist():
            digest.update(f"{info.filename}\0{info.file_size}\0{info.CRC}\n".encode())
        return digest.hexdigest()
    with timeline.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
