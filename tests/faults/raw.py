"""A client that speaks by hand, also wrongly, over a connection that is encrypted as it must be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import zmq

from shotlog.service.client import set_curve_keys
from shotlog.service.protocol import SIGNATURE, Hello, Reply, Request, Welcome, pack, unpack_reply
from shotlog.service.runtime import DaemonPaths, read_connection
from shotlog.service.security import KeyPair, load_client_keys
from tests.waiting import PATIENCE_S

GOLDEN = Path(__file__).parents[1] / "service" / "protocol" / "golden"


class Raw:
    """One connection, in frames."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket = socket

    def send(self, frames: Sequence[bytes]) -> None:
        """Says anything at all."""
        self.socket.send_multipart(frames)

    def receive(self, seconds: float = PATIENCE_S) -> list[bytes] | None:
        """What is said to it; None where that is nothing."""
        return self.socket.recv_multipart() if self.socket.poll(round(seconds * 1000)) else None

    def hear(self, seconds: float = PATIENCE_S) -> Reply | None:
        """The same, understood."""
        frames = self.receive(seconds)
        return None if frames is None else unpack_reply(frames)[1]

    def ask(self, request: Request) -> Reply:
        """The answer to a request; whatever else comes before it is passed over."""
        asked, frames = pack(request)
        self.send(frames)
        while (heard := self.receive()) is not None:
            header, reply = unpack_reply(heard)
            if header.reply_to == asked:
                return reply
        raise TimeoutError(f"no answer to {request.type}")


@contextmanager
def raw(
    places: DaemonPaths, *, hello: bool = True, room: int = 1000, keys: KeyPair | None = None
) -> Iterator[Raw]:
    """A connection to the daemon of these places.

    Args:
        places: Whose daemon.
        hello: Whether it says hello at once.
        room: Messages that it takes before it reads them.
        keys: Its own; None: those of this user.
    """
    connection = read_connection(places)
    assert connection is not None, "no daemon is running"
    with zmq.Context[zmq.Socket[bytes]]() as context, context.socket(zmq.DEALER) as socket:
        socket.linger, socket.rcvhwm = 0, room
        set_curve_keys(socket, connection, keys or load_client_keys(places))
        socket.connect(connection.endpoint)
        client = Raw(socket)
        if hello:
            assert isinstance(client.ask(Hello(client="raw", version="1")), Welcome)
        yield client


def golden(version: str, kind: str) -> list[bytes]:
    """The frames of a message as a version of the protocol sent it: see ``test_golden``."""
    message = json.loads((GOLDEN / version / f"{kind}.json").read_text("utf-8"))
    return [SIGNATURE, *(json.dumps(message[part]).encode() for part in ("header", "body"))]
