"""The bridge as a process: a thread that reads lines, and one that does everything else."""

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
from shotlog.bridge.replies import Answer, Event
from shotlog.bridge.stdio import lines

if TYPE_CHECKING:
    from shotlog.service.client import Client

_TICK = 0.02
"""Seconds between two looks at what the daemon told, while there are jobs."""

_REST = 30.0
"""Seconds without a request or a job after which the daemon is left alone."""

_WAITING = 64
"""Lines that are read ahead."""

FAREWELL = 10.0
"""Seconds after the end of stdin in which what was asked before is still answered, and jobs are
cancelled. Not for ever: the daemon may be away, and perhaps nobody is there any more to wait."""


def serve(
    hear: int, say: BinaryIO, connect: Callable[[str], Client], *, farewell: float = FAREWELL
) -> None:
    """Serves a caller until it ends stdin, stops reading, or asks for the end.

    Args:
        hear: Descriptor that requests come from.
        say: Where answers and events go to.
        connect: Makes the daemon's client, given its name.
        farewell: See :data:`FAREWELL`; then the process ends, whatever it waits for.
    """
    waiting: Queue[bytes | None] = Queue(_WAITING)
    reading = threading.Thread(
        target=_read, args=(hear, waiting, farewell), name="stdin", daemon=True
    )
    reading.start()
    bridge = Bridge(connect, partial(write, say))
    with suppress(BrokenPipeError, KeyboardInterrupt):
        while not bridge.over:
            try:
                line = waiting.get(timeout=_patience(bridge))
            except Empty:
                bridge.rest()
            else:
                if line is None:
                    break
                bridge.hear(line)
            bridge.step()
    _end_in(farewell)
    bridge.close()


def _patience(bridge: Bridge) -> float | None:
    """Seconds that may be waited for a line; None for ever."""
    if bridge.busy:
        return _TICK
    return _REST if bridge.connected else None


def _read(hear: int, waiting: Queue[bytes | None], farewell: float) -> None:
    with suppress(OSError):  # a caller that died
        for line in lines(hear):
            waiting.put(line)
    _end_in(farewell)
    waiting.put(None)


def write(say: BinaryIO, told: Answer | Event) -> None:
    """Write what is said as one line, and flush it."""
    # Escaped, so that no caller can mistake the encoding, or a rare line break for an end; and
    # names that are no valid Unicode can be told too, which pydantic's own JSON refuses.
    text = json.dumps(told.model_dump(mode="json"), separators=(",", ":"))
    say.write(text.encode("ascii") + b"\n")
    say.flush()


def _end_in(seconds: float) -> None:
    """Ends the process at the latest then, whatever it waits for."""
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
