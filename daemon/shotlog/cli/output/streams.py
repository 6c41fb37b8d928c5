"""Standard output and standard error while a command runs: no fault of theirs costs the work.

What the stream cannot encode is spelled in what it can. Where the reader has gone (a closed pipe, a
terminal that hung up) the rest goes nowhere, and the work goes on. Where it fails otherwise (a full
disk) so too, but the command says so at its end and fails.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from shotlog.schema import escaped

_ASCII = {
    "·": "-", "•": "*", "–": "-", "—": "-", "…": "...", "→": "->", "←": "<-", "≈": "~", "×": "x",
    "✓": "v", "✗": "x", "✎": "*", "━": "-", "╸": "-", "╺": "-", "‘": "'", "’": "'", "“": '"',
    "”": '"', "σ": "sigma",
}  # fmt: skip
"""What we write ourselves, in ASCII; of one letter where it stands in a column of its own."""

_GONE = {errno.EPIPE, errno.EIO, errno.ECONNRESET}
"""The reader is no longer there; EIO is what a terminal says that hung up."""


def spelled(text: str, encoding: str) -> str:
    r"""Text that an encoding can hold: ``→`` becomes ``->``, other letters ``\u65e5``."""
    return text.encode(encoding, _spell.__name__).decode(encoding)


def _spell(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101
    lost = error.object[error.start : error.end]
    return "".join(_ASCII.get(character) or escaped(character) for character in lost), error.end


codecs.register_error(_spell.__name__, _spell)


class Stream:
    """A standard stream; see the module.

    It has no ``buffer``, past which click would write to it in an encoding of its own choice.

    Args:
        beneath: The stream that is written to; None where the process has none, as under pythonw.

    Attributes:
        gone: Whether nothing more can be written.
        failure: Why, where the reader is not the reason.
    """

    errors = "backslashreplace"  # for input(), which encodes its prompt itself

    def __init__(self, beneath: TextIO | None) -> None:
        self._beneath = beneath
        self.gone = beneath is None
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:
        """Of what is written; UTF-8 where the stream has none, and takes characters as they are."""
        return getattr(self._beneath, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Writes what can be written."""
        if self._beneath is not None and not self.gone:
            try:
                self._beneath.write(spelled(text, self.encoding))
            except OSError as error:
                self._lose(error)
        return len(text)

    def flush(self) -> None:
        """Writes what still waits."""
        if self._beneath is not None and not self.gone:
            try:
                self._beneath.flush()
            except OSError as error:
                self._lose(error)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._beneath is not None and self._beneath.isatty()

    def fileno(self) -> int:
        """Its descriptor.

        Raises:
            OSError: it has none.
        """
        if self._beneath is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._beneath.fileno()

    def _lose(self, error: OSError) -> None:
        self.gone = True
        # Windows says of a closed pipe that the argument is invalid.
        closed = error.errno in _GONE or (sys.platform == "win32" and error.errno == errno.EINVAL)
        self.failure = None if closed else error
        # Else Python writes at its end what still waits in it, and complains:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)


@contextmanager
def guarded_streams() -> Iterator[None]:
    """Puts a :class:`Stream` in the place of both standard streams.

    Raises:
        SystemExit: with 1, where what should have been printed could not be.
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
    """Whether somebody may still read what is printed: not after a pipe was closed."""
    return not (isinstance(sys.stdout, Stream) and sys.stdout.gone)
