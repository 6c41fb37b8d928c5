"""The bridge as a process: one thread reads lines, the main thread does everything else."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, Queue
from typing import TYPE_CHECKING, BinaryIO

from shotlog.bridge.bridge import Bridge
from shotlog.bridge.replies import Event, Reply
from shotlog.bridge.stdio import read_lines

if TYPE_CHECKING:
    from shotlog.service.client import Client

_TICK = 0.02
"""Seconds between two polls of the daemon's events, while there are jobs."""

_DISCONNECT_AFTER = 30.0
"""Seconds without requests and jobs after which the bridge disconnects from the daemon."""

_READ_AHEAD = 64
"""Maximum number of lines that are read before they are handled."""

FAREWELL = 10.0
"""Seconds after the end of stdin in which earlier requests are answered and jobs are cancelled. It
is limited because the daemon may not respond, and the caller may have ended."""


def serve(
    hear: int, say: BinaryIO, connect: Callable[[str], Client], *, farewell: float = FAREWELL
) -> None:
    """Serve a caller until it closes stdin, stops reading, or asks for the end.

    Args:
        hear: Descriptor of requests.
        say: Stream of replies and events.
        connect: Creates the daemon's client, given its name.
        farewell: See :data:`FAREWELL`; after it the process ends in any case.
    """
    waiting: Queue[bytes | None] = Queue(_READ_AHEAD)
    reading = threading.Thread(
        # daemon: a read from stdin cannot be interrupted, and must not delay the exit
        target=_read,
        args=(hear, waiting, farewell),
        name="stdin",
        daemon=True,
    )
    reading.start()
    bridge = Bridge(connect, partial(write_reply, say))
    with suppress(BrokenPipeError, KeyboardInterrupt):
        while not bridge.ended:
            try:
                line = waiting.get(timeout=_wait_seconds(bridge))
            except Empty:
                bridge.disconnect_if_idle()
            else:
                if line is None:
                    break
                bridge.handle(line)
            bridge.poll()
    _end_in(farewell)  # close() may wait for a daemon that does not respond
    bridge.close()


def _wait_seconds(bridge: Bridge) -> float | None:
    """Return the seconds to wait for a line; None without limit."""
    if bridge.busy:
        return _TICK
    return _DISCONNECT_AFTER if bridge.connected else None


def _read(hear: int, waiting: Queue[bytes | None], farewell: float) -> None:
    with suppress(OSError):  # the caller crashed
        for line in read_lines(hear):
            waiting.put(line)
    # Here as well: the main thread may be waiting for the daemon.
    _end_in(farewell)
    waiting.put(None)


def write_reply(say: BinaryIO, told: Reply | Event) -> None:
    """Write a reply or event as one line of JSON, and flush it."""
    # In ASCII: independent of the caller's encoding and of Unicode line separators. It also encodes
    # lone surrogates of file names, which pydantic's own JSON refuses.
    text = json.dumps(told.model_dump(mode="json"), separators=(",", ":"))
    say.write(text.encode("ascii") + b"\n")
    say.flush()


def _end_in(seconds: float) -> None:
    """End the process after this time, whatever it waits for."""
    # os._exit: a normal exit would wait for threads and for ZeroMQ's unsent messages.
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
