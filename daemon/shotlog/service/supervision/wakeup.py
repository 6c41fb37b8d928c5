"""Wake-up of a poller by other threads (the self-pipe trick)."""

from __future__ import annotations

import socket
from contextlib import suppress


class Wakeup:
    """Pair of sockets: any thread writes a byte, and the poller's thread wakes."""

    def __init__(self) -> None:
        # A socket pair instead of a pipe, because ZeroMQ cannot poll pipes on Windows.
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def fileno(self) -> int:
        """Return the file descriptor that becomes readable."""
        return self._reader.fileno()

    def set(self) -> None:
        """Make the descriptor readable. For any thread."""
        # Fails if the buffer is full, which already wakes the poller, or after ``close``.
        with suppress(OSError):
            self._writer.send(b"!")

    def clear(self) -> None:
        """Make the descriptor unreadable until the next ``set``."""
        with suppress(BlockingIOError):
            while self._reader.recv(4096):
                pass

    def close(self) -> None:
        """Close both sockets."""
        self._reader.close()
        self._writer.close()
