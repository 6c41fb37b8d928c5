"""The bridge within this process: requests of several askers over one connection to the daemon."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from shotlog.bridge import CANCELLED, Bridge, ErrorDetails, Event, Reply
from shotlog.schema import DAEMON_UNUSABLE, Log

if TYPE_CHECKING:
    from shotlog.service.client import Client

_UNUSABLE = frozenset(error.code() for error in DAEMON_UNUSABLE)


class Conversation:
    """Requests to the bridge, and its messages, each with the key of its request.

    Messages are kept until they are asked for, as the receiver of one may make the next request.

    Args:
        connect: Creates the daemon's client, given a name for its log.
    """

    def __init__(self, connect: Callable[[str], Client]) -> None:
        self._connect = connect
        self._client: Client | None = None
        self._messages: deque[Reply | Event] = deque()
        self._bridge = Bridge(self._open, self._messages.append)
        self.ask("hello", {"type": "hello", "bridge": 1, "client": "shotlog watch"})
        self._messages.clear()

    @property
    def busy(self) -> bool:
        """True while there are jobs, so that :meth:`messages` must be called often."""
        return self._bridge.busy

    def ask(self, key: str, request: Mapping[str, object]) -> None:
        """Make a request; its reply and events bear the key as their id."""
        self._bridge.handle(json.dumps({**request, "id": key}).encode())

    def cancel(self, key: str) -> None:
        """Cancel the job of a request; nothing happens if it has ended."""
        self.ask(f"cancel {key}", {"type": "cancel", "request": key})

    def messages(self) -> Iterator[tuple[str, Reply | Event]]:
        """Yield the messages since the last call, with the keys of their requests."""
        self._bridge.poll()
        while self._messages:
            message = self._messages.popleft()
            yield str(message.id), message

    def log(self, job: str) -> Log:
        """Return the log of a job that is done.

        Raises:
            DaemonError: The daemon cannot give it.
        """
        assert self._client is not None  # noqa: S101 # the job came over this connection
        return self._client.result(job)

    def rest(self) -> None:
        """Disconnect from the daemon if there are no jobs; the next request connects again."""
        self._bridge.disconnect_if_idle()

    def close(self) -> None:
        """Cancel all jobs, and disconnect."""
        self._bridge.close()

    def _open(self, name: str) -> Client:
        self._client = self._connect(name)
        return self._client


def is_of_the_daemon(error: ErrorDetails) -> bool:
    """Return True for an error that is not the fault of a request: it may succeed later."""
    return error.code in _UNUSABLE or (error.retryable and error.code != CANCELLED)
