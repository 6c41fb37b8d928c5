"""Who a media file is: a hash that changes whenever what can be decoded of it may have changed.

Up to :data:`WHOLE` bytes the whole content decides, so a file that was copied, renamed or touched
is the same. To read more would cost too much (200 GB over 1 GbE: half an hour), and no sample of it
can be trusted: encodings of constant size may differ in none of the blocks that are read. Of longer
media the dates and the inode are taken too, as every write moves the change time. So one that was
copied, renamed or touched is measured anew, and none is taken for another.

Weighed and left: more samples (they are fooled by fewer films, not by none); the path (two files
that change places keep theirs); the number of the device (it differs between mounts).
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
from shotlog.media.images import sequence_files
from shotlog.schema import ImageSequence, MediaUnreadable

WHOLE = 64 << 20
"""Bytes up to which a media file is read whole to know it well: demuxed by the probe, which takes a
tenth of a second on a disk, and hashed."""

_BLOCK = 1 << 16
_SAMPLES = 32
_PICTURE_SAMPLES = 3

_FRESH = 2 * 10**9
"""Nanoseconds: a file whose date lies so near to now may be written to again without another date,
as file systems count in steps, FAT of 2 s ("racy git": git's documentation, technical/racy-git)."""

_STEPS = (2.0, 0.05)
"""Seconds of such a step: where dates are whole seconds; else (Linux 10 ms, Windows 16 ms)."""


class _File(NamedTuple):
    """What a folder tells of a file: dates in ns, and which number it has in its sequence."""

    path: str
    number: int
    size: int
    modified: int
    changed: int
    inode: int


@dataclass(frozen=True)
class MediaState:
    """What folders tell of the files of a media at one moment; nothing of them is read for it.

    The clock is what times the pictures of a sequence: one of another rate is another film.

    On Windows the change time is that of creation, and shares may give no inode: there the
    modification time alone tells of a write, so a program that sets it back is believed.
    """

    path: str
    files: tuple[_File, ...]
    clock: tuple[Fraction | int | None, ...] = ()

    @property
    def written(self) -> str:
        """Moves with every write: of numbers, sizes and dates.

        Without inodes: Linux makes them up for FAT and exFAT, and may do so while a film is read.
        """
        return _digest([file[1:5] for file in self.files]).hexdigest()

    @property
    def stamp(self) -> str:
        """Moves with every write, and tells files apart that were dated at one moment."""
        return _digest([file[1:] for file in self.files]).hexdigest()

    @property
    def fresh(self) -> bool:
        """Whether a file could still be written to without its dates telling."""
        return bool(self._fresh())

    def content_id(self) -> str:
        """The identity; see :func:`content_id`."""
        with media_errors(self.path):
            if sum(file.size for file in self.files) > WHOLE:
                return self._by_dates_and_samples()
            return self._by_content() if self.fresh else _found_last(self)

    def _by_content(self) -> str:
        digest = _digest(self.clock)
        for file in self.files:
            digest.update(_digest((file.number, file.size)).digest())
            with self._passing(), Path(file.path).open("rb", buffering=0) as content:
                hashlib.file_digest(content, lambda: digest)
        return digest.hexdigest()

    def _by_dates_and_samples(self) -> str:
        time.sleep(max(map(_step, self._fresh()), default=0))
        digest = _digest((self.clock, self.stamp))
        if len(self.files) == 1:
            _add_blocks(digest, self.files[0], _SAMPLES)
            return digest.hexdigest()
        for file in _spread(self.files):
            with self._passing():
                _add_blocks(digest, file, _PICTURE_SAMPLES)
        return digest.hexdigest()

    def _passing(self) -> AbstractContextManager[None]:
        """Passes over a picture of a sequence that cannot be read; the others can still be seen."""
        return suppress(OSError) if self.clock else nullcontext()

    def _fresh(self) -> list[_File]:
        now = time.time_ns()
        dates = ((file, (file.modified, file.changed)) for file in self.files)
        return [file for file, both in dates if any(abs(now - date) < _FRESH for date in both)]


@lru_cache(maxsize=1)
def _found_last(state: MediaState) -> str:
    """By content, and not twice: whoever looks a file up probes it next, which asks again."""
    return state._by_content()


def media_state(path: str, sequence: ImageSequence | None = None) -> MediaState:
    """Looks at what folders tell of a media: one ``stat`` of each of its files.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it is no regular file, or nothing can be told of it.
    """
    with media_errors(path):
        if sequence is None:
            return MediaState(path, (_look(path, 0),))
        pictures = sequence_files(sequence)
        files = tuple(_look(str(file), number - sequence.first) for number, file in pictures)
        last = None if sequence.last is None else sequence.last - sequence.first
        return MediaState(path, files, (sequence.rate, sequence.step, last))


def content_id(path: str, sequence: ImageSequence | None = None) -> str:
    """Identity of what can be decoded of a media, 32 hexadecimal digits.

    BLAKE2b, up to :data:`WHOLE` bytes (of a sequence: of all its pictures together) of the whole
    content. Of longer media, of their sizes, modification times, change times and inodes, and of
    32 blocks of 64 KiB, the first at the head, the last at the tail, the others evenly between
    them; of a sequence, of three such blocks of each of 32 pictures. A longer media that was
    written to within the last two seconds is waited for until its dates would tell of the next
    write: 0.05 s, 2 s on file systems that count in seconds.

    Args:
        path: The file.
        sequence: The numbered pictures, where the media is an image sequence: each is taken with
            its number, counted from the first, and all with their rate and step, which time them.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it cannot be read.
    """
    return media_state(path, sequence).content_id()


def _look(path: str, number: int) -> _File:
    facts = Path(path).stat()
    if not stat.S_ISREG(facts.st_mode):
        raise MediaUnreadable(path, "this is not a regular file")
    return _File(path, number, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


def _digest(facts: object) -> hashlib.blake2b:
    return hashlib.blake2b(repr(facts).encode(), digest_size=16)


def _step(file: _File) -> float:
    return _STEPS[0] if file.changed % 10**9 == 0 else _STEPS[1]


def _spread(files: tuple[_File, ...]) -> tuple[_File, ...]:
    """So many of many pictures, the first and the last among them."""
    number = min(_SAMPLES, len(files))
    return tuple(files[(len(files) - 1) * n // (number - 1)] for n in range(number))


def _add_blocks(digest: hashlib.blake2b, file: _File, samples: int) -> None:
    last = max(0, file.size - _BLOCK)
    with Path(file.path).open("rb", buffering=0) as content:
        for place in sorted({last * n // (samples - 1) for n in range(samples)}):
            content.seek(place)
            digest.update(content.read(_BLOCK))
