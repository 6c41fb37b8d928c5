"""Translation of errors of PyAV and of the operating system to Shotlog's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from av import error as av_error

from shotlog.schema import MediaMissing, MediaUnreadable, MediaUnsupported

_UNSUPPORTED = (
    av_error.DecoderNotFoundError,
    av_error.DemuxerNotFoundError,
    av_error.PatchWelcomeError,
    av_error.ExperimentalError,
)
# MemoryError: a damaged header may ask FFmpeg for an absurd amount of memory.
_UNREADABLE = (av_error.FFmpegError, OSError, MemoryError)


@contextmanager
def media_errors(path: str) -> Iterator[None]:
    """Translate errors about a media file to :class:`~shotlog.schema.MediaError`.

    Args:
        path: The file, named in the error.

    Raises:
        MediaMissing: there is no such file.
        MediaUnsupported: there is no decoder or demuxer for it.
        MediaUnreadable: FFmpeg or the operating system reports another error.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise MediaMissing(path) from error
    except PermissionError as error:
        raise MediaUnreadable(
            path, "you may not read this file", "Change its permissions."
        ) from error
    except _UNSUPPORTED as error:
        raise MediaUnsupported(path) from error
    except _UNREADABLE as error:
        raise MediaUnreadable(path) from error
