"""Media that lies inside an .otioz bundle, put where it can be read.

A bundle is a zip file, and no decoder seeks in a zip file; so a member that a clip uses is copied
into the user's cache, once. Its place there is named by its content (name, CRC-32 and size, as
the zip directory tells them), so that the same media of a bundle that was saved again is found.
"""

from __future__ import annotations

import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from shotlog.files import open_replacement
from shotlog.paths import CACHE_VARIABLE, bundles_folder, explain_os_error
from shotlog.schema import HomeMissing, MediaUnreadable
from shotlog_otio.lookup import alike

MAX_BYTES = 64 << 30
"""What the cache may hold; the media of the bundle that is being read always has its place."""

MAX_AGE = 7 * 86400
"""Seconds after its last use at which media leaves the cache."""

IN_USE = 86400
"""Seconds in which media may still be read by somebody, however full the cache is."""

_UNTAKEN = (OSError, RuntimeError, zipfile.BadZipFile, EOFError, zlib.error, HomeMissing)


class BundledMedia:
    """The media of one .otioz file.

    Args:
        path: The file.
        cache: Where media is put; None takes the user's cache folder.
    """

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        self._path = path
        self._named = cache
        with zipfile.ZipFile(path) as bundle:
            members = [info for info in bundle.infolist() if not info.is_dir()]
        self._members = {_name(info): info for info in members}

    def find(self, names: Sequence[str]) -> str | None:
        """The first of some names that the bundle holds, or the one that looks like the first."""
        exact = next((name for name in names if name in self._members), None)
        others = (alike(name, self._members) for name in names if not exact)
        return exact or next((found[0] for found in others if len(found) == 1), None)

    @cached_property
    def _cache(self) -> Path:
        return self._named or bundles_folder()

    def extract(self, name: str) -> Path:
        """Puts a member into the cache and tells where.

        Raises:
            MediaUnreadable: where the member is damaged, or there is no place to put it.
        """
        info = self._members[name]
        try:
            place = self._place(info)
            if place.is_file() and place.stat().st_size == info.file_size:
                os.utime(place)
                return place
            self._make_room(info.file_size)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._copy(info, place)
        except _UNTAKEN as error:
            raise self._untaken(name, error) from error
        return place

    def _untaken(self, name: str, error: Exception) -> MediaUnreadable:
        why, hint = str(error), "Make room in your cache folder, or unpack the bundle and relink."
        if isinstance(error, HomeMissing):
            why, hint = f"{error.problem.subject}: {error.problem.message}", error.problem.hint
        elif isinstance(error, OSError):
            why, hint = explain_os_error(error, self._cache, CACHE_VARIABLE, hint)
        message = f"it cannot be taken out of the bundle ({why})"
        return MediaUnreadable(f"{self._path}:{name}", message, hint)

    def _place(self, info: zipfile.ZipInfo) -> Path:
        identity = f"{info.filename}\n{info.CRC}\n{info.file_size}".encode()
        last = PurePosixPath(info.filename).name
        safe = "".join(c if c.isalnum() or c in " ._-" else "_" for c in last).lstrip(".")
        folder = self._cache / blake2b(identity, digest_size=16).hexdigest()
        return folder / (safe[-100:] or "media")

    def _copy(self, info: zipfile.ZipInfo, place: Path) -> None:
        """Copy a member to its place, whole or not at all."""
        with zipfile.ZipFile(self._path) as bundle, bundle.open(info) as source:
            try:
                with open_replacement(place, mode=0o600) as target:
                    shutil.copyfileobj(source, target, 1 << 20)
            except BaseException:
                with suppress(OSError):
                    place.parent.rmdir()
                raise

    def _make_room(self, wanted: int) -> None:
        """Removes what was not used for long, and the oldest where the cache is full."""
        now = time.time()
        kept = []
        for path in self._cache.glob("*/*"):
            with suppress(FileNotFoundError):  # another process makes room as well
                kept.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in kept) + wanted
        for used, size, path in sorted(kept):
            full = total > MAX_BYTES and now - used > IN_USE
            if full or now - used > MAX_AGE:
                shutil.rmtree(path.parent, ignore_errors=True)
                total -= size


_UTF8 = 0x800
"""The flag of a zip member whose name is said to be UTF-8 (APPNOTE 4.4.4, bit 11)."""


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; many programs write UTF-8 and do not say so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename
