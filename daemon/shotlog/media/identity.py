"""Who a media file is: a hash of its content, never of its path or date."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

from shotlog.media._sequence import sequence_files
from shotlog.media.border import media_errors
from shotlog.schema.media import ImageSequence

_BLOCK = 1 << 16
_WHOLE = 1 << 22
_SAMPLES = 32


def content_id(path: str, sequence: ImageSequence | None = None) -> str:
    """Identity of a file's content, 32 hexadecimal digits.

    BLAKE2b over the size and, up to 4 MiB, the whole content; of longer files 32 blocks of 64 KiB,
    the first at the head, the last at the tail, the others evenly between them. So a film of any
    length costs 2 MiB of reading. An edit that leaves the size and every sampled block alone is
    not seen; encoders do not write such files.

    Args:
        path: The file.
        sequence: The numbered pictures, where the media is an image sequence: its numbers and its
            rate, which make its media time, and each picture with its number, size, head and tail.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it cannot be read.
    """
    digest = blake2b(digest_size=16)
    with media_errors(path):
        if sequence is None:
            _add(digest, Path(path), _SAMPLES)
        else:
            clock = (sequence.first, sequence.step, sequence.last, sequence.rate)
            digest.update(" ".join(map(str, clock)).encode())
            for number, picture in sequence_files(sequence):
                digest.update(str(number).encode())
                _add(digest, picture, 2)
    return digest.hexdigest()


def _add(digest: Any, path: Path, samples: int) -> None:
    size = path.stat().st_size
    digest.update(size.to_bytes(8, "little"))
    with path.open("rb", buffering=0) as file:
        if size <= min(_WHOLE, samples * _BLOCK * 2):
            digest.update(file.read())
            return
        for sample in range(samples):
            file.seek((size - _BLOCK) * sample // (samples - 1), os.SEEK_SET)
            digest.update(file.read(_BLOCK))
