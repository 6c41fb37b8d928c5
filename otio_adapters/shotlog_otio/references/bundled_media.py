"""Media inside of .otioz bundles, extracted to a cache folder.

A bundle is a zip file, and decoders cannot seek in zip files; so a member that a clip uses is
copied into the user's cache, once. Its folder there is named by name, CRC-32 and size in the zip
directory, so that the same media of a bundle that was saved again is found.
"""

from __future__ import annotations

import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from shotlog.files import open_replacement
from shotlog.paths import CACHE_VARIABLE, bundles_folder, explain_os_error
from shotlog.schema import HomeMissing, MediaUnreadable
from shotlog_otio.lookup import similar_names

_FAULTS = (OSError, RuntimeError, zipfile.BadZipFile, EOFError, zlib.error, HomeMissing)


@dataclass(frozen=True)
class CacheLimits:
    """Limits of the cache of extracted media.

    Attributes:
        size: Bytes of all media; exceeded where the bundle that is being read needs more.
        age: Seconds after its last use at which media is removed.
        in_use: Seconds after its last use in which media is kept however full the cache is, as a
            running job may still read it.
    """

    size: int = 64 << 30
    age: float = 7 * 86400
    in_use: float = 86400


class BundledMedia:
    """The media of one .otioz file.

    Args:
        path: The file.
        cache: Folder for the media; None takes the user's cache folder.
        limits: Limits of that folder; None takes the default ones.
    """

    def __init__(
        self, path: Path, cache: Path | None = None, limits: CacheLimits | None = None
    ) -> None:
        self._path = path
        self._limits = limits or CacheLimits()
        self._named = cache
        with zipfile.ZipFile(path) as bundle:
            members = [info for info in bundle.infolist() if not info.is_dir()]
        self._members = {_name(info): info for info in members}

    def find(self, names: Sequence[str]) -> str | None:
        """Return the first of some names that the bundle holds, or the only similar one."""
        exact = next((name for name in names if name in self._members), None)
        others = (similar_names(name, self._members) for name in names if not exact)
        return exact or next((found[0] for found in others if len(found) == 1), None)

    @cached_property
    def _cache(self) -> Path:
        # Not on construction: a bundle whose media lie elsewhere needs no cache folder.
        return self._named or bundles_folder()

    def extract(self, name: str) -> Path:
        """Copy a member into the cache, and return its path there.

        Raises:
            MediaUnreadable: The member is damaged, or the cache cannot be written.
        """
        info = self._members[name]
        try:
            target = self._cached_path(info)
            if target.is_file() and target.stat().st_size == info.file_size:
                os.utime(target)  # its age counts from its last use
                return target
            self._remove_old(info.file_size)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._copy(info, target)
        except _FAULTS as error:
            raise self._extraction_error(name, error) from error
        return target

    def _extraction_error(self, name: str, error: Exception) -> MediaUnreadable:
        why, hint = str(error), "Make room in your cache folder, or unpack the bundle and relink."
        if isinstance(error, HomeMissing):
            why, hint = f"{error.problem.subject}: {error.problem.message}", error.problem.hint
        elif isinstance(error, OSError):
            why, hint = explain_os_error(error, self._cache, CACHE_VARIABLE, hint)
        message = f"it cannot be taken out of the bundle ({why})"
        return MediaUnreadable(f"{self._path}:{name}", message, hint)

    def _cached_path(self, info: zipfile.ZipInfo) -> Path:
        identity = f"{info.filename}\n{info.CRC}\n{info.file_size}".encode()
        last = PurePosixPath(info.filename).name
        safe = "".join(c if c.isalnum() or c in " ._-" else "_" for c in last).lstrip(".")
        folder = self._cache / blake2b(identity, digest_size=16).hexdigest()
        return folder / (safe[-100:] or "media")  # file systems allow 255 bytes

    def _copy(self, info: zipfile.ZipInfo, target: Path) -> None:
        """Copy a member to a path, whole or not at all."""
        with zipfile.ZipFile(self._path) as bundle, bundle.open(info) as source:
            try:
                with open_replacement(target, mode=0o600) as stream:
                    shutil.copyfileobj(source, stream, 1 << 20)
            except BaseException:
                with suppress(OSError):
                    # After Ctrl-C, too: a failed copy leaves no empty folder behind.
                    target.parent.rmdir()
                raise

    def _remove_old(self, wanted: int) -> None:
        """Remove media that was not used for long, and the oldest where the cache is full.

        Args:
            wanted: Bytes of the media to come.
        """
        now = time.time()
        kept = []
        for path in self._cache.glob("*/*"):
            with suppress(FileNotFoundError):  # another process may remove media at the same time
                kept.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in kept) + wanted
        for used, size, path in sorted(kept):
            full = total > self._limits.size and now - used > self._limits.in_use
            if full or now - used > self._limits.age:
                shutil.rmtree(path.parent, ignore_errors=True)
                total -= size


_UTF8 = 0x800
"""The flag of a zip member whose name is said to be UTF-8 (APPNOTE 4.4.4, bit 11)."""


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8:
        return info.filename
    # zipfile decodes other names by code page 437, but many programs write UTF-8 without the flag.
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename
