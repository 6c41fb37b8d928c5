"""A caller for tests, in the bridge's own process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from shotlog.bridge import Bridge, Event, Reply
from shotlog.service.client import Client
from shotlog.testing import FakeDaemon
from tests.waiting import PATIENCE_S

Line = dict[str, Any]

CLIP: Line = {
    "id": "a", "name": "A001", "media": "/footage/a.mov", "rate": "25",
    "source_in": 100, "source_out": 150, "timeline_in": 0, "timeline_out": 50,
}  # fmt: skip
EDIT: Line = {"name": "Reel 1", "rate": [25, 1], "clips": [CLIP]}


class Talk:
    """A bridge, and what it said.

    Args:
        connect: Makes the daemon's client.
        greet: Whether hello is said at once.
    """

    def __init__(self, connect: Callable[[str], Client], *, greet: bool = True) -> None:
        self.told: list[Line] = []
        self.bridge = Bridge(connect, self._hear)
        if greet:
            self.ask("hello", bridge=1)

    @classmethod
    def to(cls, daemon: FakeDaemon) -> Talk:
        """To a pretended daemon; silence is noticed soon."""
        return cls(lambda name: daemon.client(name=name, ping_interval=0.3))

    def ask(self, kind: str, **fields: object) -> Line:
        """Sends a request, and gives its answer."""
        line = json.dumps({"id": f"{kind} {len(self.told)}", "type": kind, **fields})
        return self.hear(line.encode())[0]

    def hear(self, line: bytes) -> list[Line]:
        """Hands over a line; gives what was said to it."""
        before = len(self.told)
        self.bridge.handle(line)
        return self.told[before:]

    def wait_for(self, kind: str, request: object = None) -> Line:
        """Waits until something of a kind is said, to a request if one is given."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for line in self.told:
                if line["type"] == kind and request in (None, line["id"]):
                    return line
            self.bridge.poll()
            time.sleep(0.002)
        raise AssertionError(f"no {kind}: {[line['type'] for line in self.told]}")

    def _hear(self, told: Reply | Event) -> None:
        self.told.append(json.loads(told.model_dump_json()))
