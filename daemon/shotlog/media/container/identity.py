"""Content identity of media: a hash that changes whenever the decoded content may have changed.

Up to :data:`MAX_FULL_READ` bytes the whole content is hashed, so a file that was copied, renamed or
touched keeps its identity. To read more would take too long (200 GB over 1 GbE: half an hour), and
samples cannot be trusted: files of a constant bit rate may be equal in all blocks that are read. Of
longer media the dates and the inode are hashed too, as every write changes the change time. So a
long file that was copied, renamed or touched is measured again, and none is taken for another.

Rejected: more samples (they fail for fewer films, but still for some); the path (two files that
swap their names would swap identities); the number of the device (it differs between mounts).
"""

from __future__ import annotations

import hashlib
import stat
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from shotlog.media.container.errors import media_errors
from shotlog.media.images import list_sequence_files
from shotlog.schema import ImageSequence, MediaUnreadable

MAX_FULL_READ = 64 << 20
"""Bytes up to which a media file is read whole: demuxed by the probe, which takes 0.1 s on a disk,
and hashed."""

_BLOCK = 1 << 16
_SAMPLES = 32
_PICTURE_SAMPLES = 3  # blocks per picture of a sequence

_RECENT = 2 * 10**9
"""Age of a date, in nanoseconds, below which a file may be written to again without a new date:
file systems count time in steps, FAT of 2 s ("racy git": git's documentation, technical/racy-git).
"""

_STEPS = (2.0, 0.05)
"""Length of such a step in seconds: where dates are whole seconds; elsewhere (Linux 10 ms, Windows
16 ms)."""


class _File(NamedTuple):
    """Facts about a file from its folder.

    Attributes:
        path: The file.
        number: Its number in its sequence, counted from the first; 0 for a single file.
        size: Bytes.
        modified: Modification time in ns.
        changed: Change time in ns.
        inode: Inode number.
    """

    path: str
    number: int
    size: int
    modified: int
    changed: int
    inode: int


@dataclass(frozen=True)
class MediaState:
    """Sizes and dates of the files of a media at one moment; no content is read for it.

    On Windows the change time is that of creation, and network shares may give no inode. There a
    write is visible in the modification time alone, and a program that resets it goes unnoticed.

    Attributes:
        path: The file, or the first of a sequence.
        files: Its files.
        clock: Rate, step and last number of a sequence, which time its pictures: at another rate
            the same pictures are another film.
    """

    path: str
    files: tuple[_File, ...]
    clock: tuple[Fraction | int | None, ...] = ()

    @property
    def written(self) -> str:
        """Hash of numbers, sizes and dates, which changes with every write."""
        # Without inodes: Linux invents them for FAT and exFAT, and may do so anew during a read.
        return _digest([file[1:5] for file in self.files]).hexdigest()

    @property
    def stamp(self) -> str:
        """Hash like ``written``, with inodes: it also tells apart files with equal dates."""
        return _digest([file[1:] for file in self.files]).hexdigest()

    @property
    def recent(self) -> bool:
        """True where a file was written so recently that another write may keep its dates."""
        return bool(self._recent_files())

    def content_id(self) -> str:
        """Return the identity; see :func:`content_id`."""
        with media_errors(self.path):
            if sum(file.size for file in self.files) > MAX_FULL_READ:
                return self._hash_dates_and_samples()
            return self._hash_content() if self.recent else _hash_content_once(self)

    def _hash_content(self) -> str:
        digest = _digest(self.clock)
        for file in self.files:
            # Number and size too, so that bytes that move between pictures change the hash.
            digest.update(_digest((file.number, file.size)).digest())
            # Unbuffered: file_digest reads into a buffer of its own.
            with self._skipping_unreadable(), Path(file.path).open("rb", buffering=0) as content:
                hashlib.file_digest(content, lambda: digest)
        return digest.hexdigest()

    def _hash_dates_and_samples(self) -> str:
        # Wait until the next write is bound to change the dates; a later stat then shows it.
        time.sleep(max(map(_step, self._recent_files()), default=0))
        digest = _digest((self.clock, self.stamp))
        if len(self.files) == 1:
            _add_blocks(digest, self.files[0], _SAMPLES)
            return digest.hexdigest()
        for file in _spread(self.files):
            with self._skipping_unreadable():
                _add_blocks(digest, file, _PICTURE_SAMPLES)
        return digest.hexdigest()

    def _skipping_unreadable(self) -> AbstractContextManager[None]:
        """Return a context in which a picture of a sequence may be unreadable."""
        # The other pictures of the sequence can still be analysed.
        return suppress(OSError) if self.clock else nullcontext()

    def _recent_files(self) -> list[_File]:
        """Return the files that were written within the last two seconds."""
        now = time.time_ns()
        dates = ((file, (file.modified, file.changed)) for file in self.files)
        # A date may lie in the future: the clock of a file server can be ahead.
        return [file for file, both in dates if any(abs(now - date) < _RECENT for date in both)]


@lru_cache(maxsize=1)
def _hash_content_once(state: MediaState) -> str:
    """Return the hash of the content, from memory for the same state.

    A caller that looks a file up in the cache probes it next, and the probe needs the hash again.
    """
    return state._hash_content()


def media_state(path: str, sequence: ImageSequence | None = None) -> MediaState:
    """Read sizes and dates of the files of a media, by one ``stat`` of each.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it is no regular file, or ``stat`` fails.
    """
    with media_errors(path):
        if sequence is None:
            return MediaState(path, (_stat(path, 0),))
        pictures = list_sequence_files(sequence)
        files = tuple(_stat(str(file), number - sequence.first) for number, file in pictures)
        last = None if sequence.last is None else sequence.last - sequence.first
        return MediaState(path, files, (sequence.rate, sequence.step, last))


def content_id(path: str, sequence: ImageSequence | None = None) -> str:
    """Return the content identity of a media, 32 hexadecimal digits.

    The hash is BLAKE2b. Up to :data:`MAX_FULL_READ` bytes (of a sequence: of all its pictures
    together) it covers the whole content. For longer media it covers their sizes, modification
    times, change times and inodes, and 32 blocks of 64 KiB, the first at the head, the last at the
    tail, the others evenly between them; for a sequence, three such blocks of each of 32 pictures.
    Where a longer media was written to within the last two seconds, the call waits until the next
    write is bound to change its dates: 0.05 s, or 2 s on file systems that count in seconds.

    Args:
        path: The file.
        sequence: The numbered pictures, where the media is an image sequence: each is hashed with
            its number, counted from the first, and all with their rate and step, which time them.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it cannot be read.
    """
    return media_state(path, sequence).content_id()


def _stat(path: str, number: int) -> _File:
    facts = Path(path).stat()
    if not stat.S_ISREG(facts.st_mode):
        raise MediaUnreadable(path, "this is not a regular file")
    return _File(path, number, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


def _digest(facts: object) -> hashlib.blake2b:
    # 128 bits: among a million files two share an identity with a chance of about 1 in 10**27.
    return hashlib.blake2b(repr(facts).encode(), digest_size=16)


def _step(file: _File) -> float:
    """Return the step in which the file system of a file counts time, in seconds."""
    return _STEPS[0] if file.changed % 10**9 == 0 else _STEPS[1]


def _spread(files: tuple[_File, ...]) -> tuple[_File, ...]:
    """Return up to 32 of the pictures, evenly spread, the first and the last among them."""
    number = min(_SAMPLES, len(files))
    return tuple(files[(len(files) - 1) * n // (number - 1)] for n in range(number))


def _add_blocks(digest: hashlib.blake2b, file: _File, samples: int) -> None:
    """Hash blocks that are evenly spread over a file."""
    last = max(0, file.size - _BLOCK)
    with Path(file.path).open("rb", buffering=0) as content:
        for offset in sorted({last * n // (samples - 1) for n in range(samples)}):
            content.seek(offset)
            digest.update(content.read(_BLOCK))
