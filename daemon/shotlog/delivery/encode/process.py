"""FFmpeg as a process that takes raw pictures, and its failures as errors for people."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np

from shotlog.delivery.encode.canvas import Plane
from shotlog.schema import DiskFull, EncodingFailed, FfmpegUnusable

_FULL: Final = ("No space left on device", "File too large", "Disk quota exceeded")
"""What FFmpeg says, in the words of the C library, where there is no room."""
_TOO_LARGE: Final = -25
"""Exit code of a process that SIGXFSZ ended: it went over a limit on the size of files."""
_WORDS: Final = 400
"""Characters of FFmpeg's last words that are told."""
_WAIT: Final = 0.2
"""Seconds between two looks at whether somebody gives up."""
_PIPE_BYTES: Final = 1 << 20
"""Size of the pipe where it can be set: a picture then passes in few steps."""
_F_SETPIPE_SZ: Final = 1031
"""Linux's number of that request (``fcntl.h``); Python 3.11 names it on Linux alone."""


class EncodingProcess:
    """A run of FFmpeg with an open input for pictures; a context manager.

    It ends when the block ends, whatever happens in it: finished, or killed.
    """

    def __init__(self, command: Sequence[str], folder: Path, subject: str) -> None:
        """Start it.

        Args:
            command: The program and its arguments; it reads pictures from ``pipe:0``.
            folder: The folder that it runs in.
            subject: The file that is made, for messages.

        Raises:
            FfmpegUnusable: It cannot be started.
        """
        self._subject = subject
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=self._words,
                # Ctrl-C in a terminal goes to all processes of its group; this one we end.
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            self._words.close()
            raise FfmpegUnusable(command[0], f"it cannot be run ({error.strerror})") from error
        assert self._process.stdin is not None  # noqa: S101
        self._input = self._process.stdin
        if sys.platform == "linux":
            import fcntl

            with suppress(OSError):  # a user may have too many large pipes
                fcntl.fcntl(self._input.fileno(), _F_SETPIPE_SZ, _PIPE_BYTES)

    def __enter__(self) -> EncodingProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        with suppress(OSError):  # what is left in the buffer has nowhere to go
            self._input.close()
        self._process.wait()
        self._words.close()

    def write(self, plane: Plane) -> None:
        """Hand on the samples of a plane.

        Raises:
            DiskFull: FFmpeg has ended because there is no room.
            EncodingFailed: It has ended for another reason.
        """
        try:
            self._input.write(np.ascontiguousarray(plane).data)
        except BrokenPipeError:
            raise self._failure() from None

    def finish(self, waiting: Callable[[], None]) -> None:
        """Wait until the file is complete.

        Args:
            waiting: Called several times a second; may raise to give up.

        Raises:
            DiskFull: There was no room for it.
            EncodingFailed: It could not be made.
        """
        with suppress(BrokenPipeError):
            self._input.close()
        while self._process.poll() is None:
            waiting()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_WAIT)
        if self._process.returncode != 0:
            raise self._failure()

    def _failure(self) -> DiskFull | EncodingFailed:
        code = self._process.wait()
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, self._words.tell() - 10 * _WORDS))
        words = self._words.read().decode(errors="replace").strip()
        if code == _TOO_LARGE or any(sign in words for sign in _FULL):
            return DiskFull(self._subject)
        told = " ".join(words[-_WORDS:].split()) or f"it ended with code {code}"
        return EncodingFailed(self._subject, f"the file could not be encoded; FFmpeg: {told}")
