"""How many clients are connected, whether they talk or not."""

from __future__ import annotations

import zmq
from zmq.utils.monitor import recv_monitor_message


class ConnectionMonitor:
    """Counts the connections of a socket that is bound to TCP, by its monitor.

    ROUTER itself tells nobody that a client went away. The monitor tells of every connection by the
    handle that the system gave it, as it comes and as it goes, whichever way (tried on libzmq
    4.3.5: closed, of a killed process, refused, silent in the handshake). One that has not proven
    itself yet counts too, for the few seconds that it may stay.

    Args:
        door: Before it has any connection.

    Attributes:
        socket: To be polled.
    """

    def __init__(self, door: zmq.Socket[bytes]) -> None:
        self._door, self._open = door, set[int]()
        self.socket: zmq.Socket[bytes] = door.get_monitor_socket(
            zmq.Event.ACCEPTED | zmq.Event.DISCONNECTED
        )

    def __len__(self) -> int:
        return len(self._open)

    def hear(self) -> None:
        """Takes in who came and who went; never blocks."""
        while self.socket.poll(0):
            told = recv_monitor_message(self.socket)
            if told["event"] == zmq.Event.ACCEPTED:
                self._open.add(told["value"])
            else:
                self._open.discard(told["value"])

    def close(self) -> None:
        """Counts no more."""
        if not self._door.closed:
            self._door.disable_monitor()
        self.socket.close(0)
