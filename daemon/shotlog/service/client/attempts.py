"""Record of failed attempts to connect, and the decisions that rest on it."""

from __future__ import annotations

from shotlog.service.client.connection import ConnectionLost, HandshakeFailed
from shotlog.service.client.handshake import HandshakeResult
from shotlog.service.client.spawn import MAX_STARTUP_CRASHES

# One daemon that hangs up three times in a row has another key; fewer may be daemons that crashed.
_MAX_HANG_UPS = 3


class ConnectAttempts:
    """Failed attempts of one connect, each with the boot id of the daemon that was met."""

    def __init__(self) -> None:
        self._failed: list[tuple[str, ConnectionLost]] = []

    def add_failure(self, boot: str, error: ConnectionLost) -> None:
        """Record that this daemon was there, but no session began."""
        self._failed.append((boot, error))

    @property
    def crashes(self) -> int:
        """Number of daemons that were gone before they had answered ``hello``."""
        return len({boot for boot, _ in self._failed})

    @property
    def is_daemon_gone(self) -> bool:
        """True where the last daemon was missed twice: no other has taken its place."""
        if not self._failed or _result_of(self._failed[-1][1]) is not HandshakeResult.NOT_LISTENING:
            return False
        return [boot for boot, _ in self._failed].count(self._failed[-1][0]) > 1

    @property
    def is_hopeless(self) -> bool:
        """True where another attempt would fail like those before."""
        last = self._failed[-_MAX_HANG_UPS:]
        hang_ups = [boot for boot, error in last if _result_of(error) is HandshakeResult.HUNG_UP]
        same_daemon = len(hang_ups) == _MAX_HANG_UPS and len(set(hang_ups)) == 1
        return same_daemon or self.crashes == MAX_STARTUP_CRASHES


def _result_of(error: ConnectionLost) -> HandshakeResult | None:
    return error.result if isinstance(error, HandshakeFailed) else None
