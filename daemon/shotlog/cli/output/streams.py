"""Standard streams that never fail while a command works.

Characters that a stream cannot encode are replaced. If the reader has gone (a closed pipe, a
terminal that hung up), the rest of the output is dropped and the command finishes. The same holds
for other faults (a full disk), but then the command reports it at its end, with exit code 1.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from shotlog.schema import escape

_ASCII = {
    "·": "-", "•": "*", "–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "≈": "~", "×": "x",
    "✓": "v", "✗": "x", "✎": "*", "━": "-", "╸": "-", "╺": "-", "‘": "'", "’": "'", "“": '"',
    "”": '"', "σ": "sigma",
}  # fmt: skip
"""ASCII for the characters of our own texts; of one letter for those in a column of one letter."""

_GONE = {errno.EPIPE, errno.EIO, errno.ECONNRESET}
"""Errors that mean that the reader has gone; EIO is that of a terminal that hung up."""


def to_encodable(text: str, encoding: str) -> str:
    r"""Replace what an encoding cannot hold: ``→`` by ``->``, other letters by ``\u65e5``."""
    return text.encode(encoding, _spell.__name__).decode(encoding)


def _spell(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101
    lost = error.object[error.start : error.end]
    return "".join(_ASCII.get(character) or escape(character) for character in lost), error.end


codecs.register_error(_spell.__name__, _spell)


class Stream:
    """A standard stream that does not raise; see the module.

    Args:
        beneath: The stream to write to; None if the process has none, as under pythonw.

    Attributes:
        gone: True once nothing more can be written.
        failure: The error, unless the reader has just gone.
    """

    # No attribute "buffer": click would write to it, in an encoding of its own choice.
    errors = "backslashreplace"  # for input(), which encodes its prompt itself

    def __init__(self, beneath: TextIO | None) -> None:
        self._beneath = beneath
        self.gone = beneath is None
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:
        """Encoding of the stream; UTF-8 for one that takes characters as they are."""
        return getattr(self._beneath, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write a text; return its length, also if it is dropped."""
        if self._beneath is not None and not self.gone:
            try:
                self._beneath.write(to_encodable(text, self.encoding))
            except OSError as error:
                self._lose(error)
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Write the content of a file, as it is."""
        self.flush()
        beneath = getattr(self._beneath, "buffer", None)
        if beneath is None or self.gone:  # a stream of characters, such as that of a notebook
            self.write(content.decode(errors="replace"))
            return
        try:
            beneath.write(content)
            beneath.flush()
        except OSError as error:
            self._lose(error)

    def flush(self) -> None:
        """Write buffered text."""
        if self._beneath is not None and not self.gone:
            try:
                self._beneath.flush()
            except OSError as error:
                self._lose(error)

    def isatty(self) -> bool:
        """Return True for a terminal."""
        return self._beneath is not None and self._beneath.isatty()

    def fileno(self) -> int:
        """Return the file descriptor.

        Raises:
            OSError: The process has no such stream.
        """
        if self._beneath is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._beneath.fileno()

    def _lose(self, error: OSError) -> None:
        self.gone = True
        # Windows reports EINVAL for a closed pipe.
        closed = error.errno in _GONE or (sys.platform == "win32" and error.errno == errno.EINVAL)
        self.failure = None if closed else error
        # Otherwise Python flushes the stream again at exit, and prints an error:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Replace both standard streams by a :class:`Stream` while the block runs.

    Raises:
        SystemExit: With 1, if output was lost for another reason than a closed pipe.
    """
    before = sys.stdout, sys.stderr
    out, err = Stream(before[0]), Stream(before[1])
    sys.stdout, sys.stderr = cast(TextIO, out), cast(TextIO, err)
    try:
        yield
    finally:
        out.flush()
        if out.failure is not None:
            err.write(f"shotlog: standard output: it cannot be written ({out.failure.strerror})\n")
        err.flush()
        sys.stdout, sys.stderr = before
        if out.failure is not None:
            raise SystemExit(1)


def is_read() -> bool:
    """Return False once the reader of standard output has gone."""
    return not (isinstance(sys.stdout, Stream) and sys.stdout.gone)
