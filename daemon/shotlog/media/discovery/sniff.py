"""Tells film from other files by their content, from the head of the file alone."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition

from shotlog.media.container import media_errors
from shotlog.media.discovery.names import Kind
from shotlog.schema import HEAD_BYTES, MediaError, detect_by_content, is_otio

_OPTIONS = {"protocol_whitelist": "file", "formatprobesize": "65536"}
"""No network; and FFmpeg is to know a format from 64 KiB, it would read 1 MiB of what is none."""

_SMALLEST = 16
"""Pixels: what FFmpeg takes for a raw stream by mistake tends to have no size, or none like it."""

_NO_FILM = frozenset({"tty", "cdg"})
"""Demuxers that call text and binaries film: of 4,353 files of a Linux system, 21."""

_COVERS = Disposition.attached_pic | Disposition.timed_thumbnails

_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")


def head_of(path: str) -> bytes:
    """The first bytes of a file, as many as :mod:`shotlog.schema.formats` wants.

    Raises:
        MediaMissing: as are the other errors of :func:`shotlog.media.container.errors.media_errors`.
    """
    with media_errors(path), Path(path).open("rb", buffering=0) as file:
        return file.read(HEAD_BYTES)


def is_written(head: bytes) -> bool:
    """Whether the head of a file is text that people or programs write: UTF-8 or plain ASCII."""
    if not head or not _CONTROLS.isdisjoint(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return len(head) == HEAD_BYTES and error.start > HEAD_BYTES - 4  # a letter cut in two
    return True


def sniffed(path: str) -> Kind | None:
    """What a file of an unknown name is; None where it is film.

    FFmpeg has to know its format, and to find moving pictures of a size in it.

    Raises:
        MediaMissing: the file is gone.
        MediaUnreadable: the operating system does not let it be read.
    """
    head = head_of(path)
    if detect_by_content(head) or is_otio(head):
        return Kind.TIMELINE
    if is_written(head):
        return Kind.DOCUMENT
    try:
        with (
            media_errors(path),
            av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace") as container,
        ):
            return _kind(container)
    except MediaError:
        return Kind.OTHER


def _kind(container: InputContainer) -> Kind | None:
    name = container.format.name
    if name.endswith("_pipe") or name == "image2":
        return Kind.PICTURE
    streams = [s for s in container.streams.video if not s.disposition & _COVERS]
    contexts = [s.codec_context for s in streams if s.codec_context is not None]
    if name not in _NO_FILM and any(min(c.width, c.height) >= _SMALLEST for c in contexts):
        return None
    return Kind.SOUND if container.streams.audio and not streams else Kind.OTHER
