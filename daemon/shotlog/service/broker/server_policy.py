"""Facts about the daemon process, and the limits that its user has set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.service.protocol import IDLE_TIMEOUT, MAX_MESSAGE_BYTES, Limits

# As many clips as a feature film has frames, and far more jobs than an editor looks through.
DEFAULT_LIMITS = Limits(message_bytes=MAX_MESSAGE_BYTES, jobs=512, clips=200_000)
"""Default limits of the queue."""


@dataclass(frozen=True)
class DaemonInfo:
    """Facts about the daemon process.

    Attributes:
        version: Version of Shotlog.
        boot: Identifier of this start; differs after every start.
        pid: Process id.
        endpoint: ZeroMQ endpoint that clients connect to.
        log: Path of its log file.
    """

    version: str
    boot: str
    pid: int
    endpoint: str
    log: str


@dataclass(frozen=True)
class ServerPolicy:
    """Limits that the user of the daemon has set.

    Attributes:
        limits: Limits of the queue.
        roots: Folders whose media may be read; empty: all.
        idle: Seconds without clients and jobs until the daemon ends, once no worker runs; 0: never.
    """

    limits: Limits = DEFAULT_LIMITS
    roots: Sequence[Path] = ()
    idle: float = IDLE_TIMEOUT
