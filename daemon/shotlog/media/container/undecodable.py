"""Names of picture formats that FFmpeg cannot decode, recognised by the head of the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shotlog.schema import MediaUnreadable, MediaUnsupported

_HEAD = 32
_ANIMATED = 0x02
"""The flag "animation" of a WebP file's ``VP8X`` chunk (RFC 9649, section 2.7.1.1)."""

_JPEG_XL = (b"\xff\x0a", bytes.fromhex("0000000c4a584c200d0a870a"))
"""First bytes of a bare codestream and of a container of JPEG XL (ISO/IEC 18181-2)."""

_STILL_HINT = "Convert it to PNG, TIFF or JPEG, and relink."
_ANIMATION_HINT = "Convert it to an animated PNG, or to a film (ProRes, DNxHR, H.264), and relink."


@contextmanager
def name_undecodable_format(path: str) -> Iterator[None]:
    """Name the format in errors about a file that this build of FFmpeg cannot decode.

    Args:
        path: The file, or the first of a sequence of pictures.

    Raises:
        MediaUnsupported: in place of the error, where the format is recognised; it names a format
            to convert the file to.
    """
    try:
        yield
    except (MediaUnreadable, MediaUnsupported) as error:
        recognised = _recognise(path)
        if recognised is None:
            raise
        name, hint = recognised
        raise MediaUnsupported(
            path, f"{name} is not supported: FFmpeg has no decoder for it here", hint
        ) from error


def _recognise(path: str) -> tuple[str, str] | None:
    """Return the name of a file's format and a hint; None for all other files."""
    try:
        if not Path(path).is_file():  # opening a pipe would block until a program writes to it
            return None
        with Path(path).open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    if head.startswith(_JPEG_XL):
        return "JPEG XL", _STILL_HINT
    # FFmpeg decodes still WebP: of the extended format only the animation is named.
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and head[20:21]:
        return ("animated WebP", _ANIMATION_HINT) if head[20] & _ANIMATED else None
    return None
