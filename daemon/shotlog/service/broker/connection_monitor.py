"""Number of connected clients, from the events of a ZeroMQ socket monitor."""

from __future__ import annotations

import zmq
from zmq.utils.monitor import recv_monitor_message


class ConnectionMonitor:
    """Counter of the TCP connections of a bound socket.

    A ROUTER socket does not report that a client disconnected. Its monitor reports the file
    descriptor of every connection when it is accepted and when it ends, for whatever reason (tested
    with libzmq 4.3.5: closed, process killed, refused, silent during the handshake). Connections
    that are still in the handshake are counted too, for the few seconds that it may last.

    Args:
        router: Socket without connections.

    Attributes:
        socket: Socket to poll.
    """

    def __init__(self, router: zmq.Socket[bytes]) -> None:
        self._router, self._open = router, set[int]()
        self.socket: zmq.Socket[bytes] = router.get_monitor_socket(
            zmq.Event.ACCEPTED | zmq.Event.DISCONNECTED
        )

    def __len__(self) -> int:
        return len(self._open)

    def update(self) -> None:
        """Read the events that have arrived; never block."""
        while self.socket.poll(0):
            message = recv_monitor_message(self.socket)
            if message["event"] == zmq.Event.ACCEPTED:
                self._open.add(message["value"])
            else:
                self._open.discard(message["value"])

    def close(self) -> None:
        """Stop counting."""
        # A closed socket has stopped its monitor itself.
        if not self._router.closed:
            self._router.disable_monitor()
        self.socket.close(0)
