"""Version of the protocol, and the types that its requests and replies share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shotlog.schema import Hint, Model
from shotlog.settings import MAX_KEEP_ALIVE

PROTOCOL = (1, 8)
"""Major and minor version. A new major is incompatible; a new minor only adds."""

OLDEST_PROTOCOL = (1, 0)
"""The oldest daemon that this client can use; a request that the daemon lacks is refused."""

JobId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
MessageId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

KeepAlive = Annotated[int, Field(ge=-1, le=MAX_KEEP_ALIVE)]
"""Seconds that models stay loaded after their last use; -1 keeps them until they are unloaded."""


class Priority(StrEnum):
    """Class of a job for scheduling; the classes share the device's time 16 : 4 : 1."""

    INTERACTIVE = "interactive"
    NORMAL = "normal"
    BATCH = "batch"


class JobState(StrEnum):
    """State of a job; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_terminal(self) -> bool:
        """True for a state that never changes again."""
        return self in (JobState.CANCELLED, JobState.DONE, JobState.FAILED)


class ErrorCode(StrEnum):
    """Reason why a request was refused or a job failed. A new code needs a new minor version."""

    BAD_MESSAGE = "bad-message"
    NOT_INITIALISED = "not-initialised"
    PROTOCOL_MISMATCH = "protocol-mismatch"
    TOO_LARGE = "too-large"
    BUSY = "busy"
    DRAINING = "draining"
    UNKNOWN_JOB = "unknown-job"
    CONFLICT = "conflict"
    NOT_DONE = "not-done"
    FORBIDDEN_PATH = "forbidden-path"
    MODEL = "model"
    WORKER_LOST = "worker-lost"
    JOURNAL = "journal"
    INTERNAL = "internal"


class Failure(Model):
    """An error: its code, a sentence for people, and what to do."""

    code: ErrorCode
    """The code, for programs."""
    message: str
    """What happened."""
    hint: Hint
    """What to do."""
    retryable: bool = False
    """True where the same request may succeed later."""


class Header(Model):
    """Header of every message, in the frame before its body."""

    protocol: tuple[int, int] = PROTOCOL
    """The protocol version of the sender."""
    id: MessageId
    """Id of this message."""
    reply_to: MessageId | None = None
    """Id of the request that this message answers; None in a request and in an event."""
