"""What each error code means, what to do about it, and whether the same may succeed later."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shotlog.schema import DaemonError, DaemonIncompatible, DaemonRefused, JournalUnusable
from shotlog.service.protocol.messages import ErrorCode, Failure


class ErrorInfo(NamedTuple):
    """What a code says.

    Attributes:
        what: When it is given.
        hint: What to do, where the one who refuses knows nothing better.
        retryable: Whether the very same request may succeed later.
    """

    what: str
    hint: str
    retryable: bool = False


ERROR_INFO: Mapping[ErrorCode, ErrorInfo] = MappingProxyType({
    ErrorCode.BAD_MESSAGE: ErrorInfo(
        "The message cannot be read, or says something that this protocol does not know.",
        "Update the older of the two, client or daemon.",
    ),
    ErrorCode.NOT_INITIALISED: ErrorInfo(
        "A request came before `hello`.",
        "Say hello first, on every new connection.",
        True,
    ),
    ErrorCode.PROTOCOL_MISMATCH: ErrorInfo(
        "Client and daemon have no protocol version in common, or the daemon lacks a capability "
        "that the client requires.",
        "Start the daemon anew with: shotlog daemon restart.",
    ),
    ErrorCode.TOO_LARGE: ErrorInfo(
        "The message, or what it asks for, is larger than the daemon takes (see `limits`).",
        "Divide the timeline, or work without the daemon: --in-process.",
    ),
    ErrorCode.BUSY: ErrorInfo(
        "As much waits as the daemon takes (see `limits`).",
        "Try again once something is done; see: shotlog jobs.",
        True,
    ),
    ErrorCode.DRAINING: ErrorInfo(
        "The daemon ends once its queue is empty, and takes nothing new.",
        "Wait until it has ended, then try again.",
        True,
    ),
    ErrorCode.UNKNOWN_JOB: ErrorInfo(
        "The daemon knows no job of this id; jobs that are over are forgotten after a while.",
        "See which it knows with: shotlog jobs list.",
    ),
    ErrorCode.CONFLICT: ErrorInfo(
        "There is a job of this id that asks for something else.",
        "Give the new job an id of its own.",
    ),
    ErrorCode.NOT_DONE: ErrorInfo(
        "The job has no result: it is not over yet, was cancelled, or failed.",
        "See how it stands with: shotlog jobs show.",
        True,
    ),
    ErrorCode.FORBIDDEN_PATH: ErrorInfo(
        "A clip's media lies outside of the folders that this daemon may read.",
        "Move the media, or allow their folder.",
    ),
    ErrorCode.MODEL: ErrorInfo(
        "A model cannot be used: it is not here, is damaged, or the device will not run it.",
        "See: shotlog models list, shotlog doctor.",
    ),
    ErrorCode.WORKER_LOST: ErrorInfo(
        "The process that computes died over this job, more than once, or keeps dying.",
        "See why with: shotlog daemon logs; then submit it again.",
    ),
    ErrorCode.JOURNAL: ErrorInfo(
        "The journal of jobs cannot be read or written; often the disk is full.",
        "Free some room, or see: shotlog doctor.",
        True,
    ),
    ErrorCode.INTERNAL: ErrorInfo(
        "A mistake of ours.",
        "See: shotlog daemon logs, and report what stands there.",
    ),
})  # fmt: skip


def make_failure(
    code: ErrorCode, message: str, hint: str | None = None, *, retryable: bool | None = None
) -> Failure:
    """A failure in words; hint and retryable as the code has them unless told otherwise."""
    meaning = ERROR_INFO[code]
    return Failure(
        code=code,
        message=message,
        hint=hint or meaning.hint,
        retryable=meaning.retryable if retryable is None else retryable,
    )


def to_exception(failure: Failure, subject: str) -> DaemonError:
    """The error that a client raises for a failure; ``subject`` is what it happened to."""
    told = (subject, failure.message, failure.hint)
    if failure.code is ErrorCode.PROTOCOL_MISMATCH:
        return DaemonIncompatible(*told)
    if failure.code is ErrorCode.JOURNAL:
        return JournalUnusable(*told)
    return DaemonRefused(*told, reason=failure.code.value, retryable=failure.retryable)


class JobRefused(Exception):
    """A verb about a job that cannot be followed.

    Attributes:
        failure: The reason, as a reply carries it.
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        hint: str | None = None,
        *,
        retryable: bool | None = None,
    ) -> None:
        self.failure = make_failure(code, message, hint, retryable=retryable)
        super().__init__(message)


class CorruptJob(JobRefused):
    """A job whose text, or whose result, can no longer be read."""

    def __init__(self, job: str) -> None:
        super().__init__(
            ErrorCode.JOURNAL,
            f"what the journal holds of job {job} is damaged",
            "Submit the edit again, as a new job; what was measured is in the cache.",
            retryable=False,
        )
