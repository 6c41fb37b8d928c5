"""Classification of files by their content: film or another kind, from the head of the file."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from shotlog.media.container import media_errors
from shotlog.media.discovery.names import FileKind
from shotlog.schema import HEAD_BYTES, MediaError, detect_by_content, is_aaf, is_otio

_OPTIONS = {"protocol_whitelist": "file", "formatprobesize": "65536"}
"""Options of FFmpeg: no network, and 64 KiB to recognise a format; by default FFmpeg reads 1 MiB of
a file whose format it does not recognise."""

_MIN_SIZE = 16
"""Least width and height of film, in pixels: files that FFmpeg mistakes for a raw stream mostly
have no size or a smaller one."""

_NO_FILM = frozenset({"tty", "cdg"})
"""Demuxers that accept text and binaries: 21 of 4,353 files of a Linux system."""

_COVERS = Disposition.attached_pic | Disposition.timed_thumbnails

_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")


def read_head(path: str) -> bytes:
    """Return the first :data:`~shotlog.schema.HEAD_BYTES` bytes of a file.

    Raises:
        MediaMissing: there is no such file.
        MediaUnreadable: it cannot be read.
    """
    with media_errors(path), Path(path).open("rb", buffering=0) as file:
        return file.read(HEAD_BYTES)


def is_text(head: bytes) -> bool:
    """Return true where the head of a file is text: UTF-8 or plain ASCII."""
    if not head or not _CONTROLS.isdisjoint(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD_BYTES and error.start > HEAD_BYTES - 4  # a letter cut in two
    return True


def sniff_kind(path: str) -> FileKind | None:
    """Return the kind of a file by its content; None where it is film.

    Film is a file whose format FFmpeg recognises and in which it finds moving pictures.

    Raises:
        MediaMissing: the file no longer exists.
        MediaUnreadable: it cannot be read.
    """
    head = read_head(path)
    if detect_by_content(head) or is_otio(head) or is_aaf(head):
        return FileKind.TIMELINE
    if is_text(head):
        return FileKind.DOCUMENT
    try:
        with (
            media_errors(path),
            av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace") as container,
        ):
            return _kind(container)
    except MediaError:
        return FileKind.OTHER


def _kind(container: InputContainer) -> FileKind | None:
    """Return the kind of an open file; None for film."""
    name = container.format.name
    if name.endswith("_pipe") or name == "image2":
        return FileKind.PICTURE
    streams = [s for s in container.streams.video if not s.disposition & _COVERS]
    contexts = [s.codec_context for s in streams if s.codec_context is not None]
    if name not in _NO_FILM and any(min(c.width, c.height) >= _MIN_SIZE for c in contexts):
        return None
    return FileKind.SOUND if container.streams.audio and not streams else FileKind.OTHER
