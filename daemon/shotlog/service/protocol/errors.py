"""Error codes: their meaning, what to do about each, and the exceptions that clients raise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shotlog.schema import DaemonError, DaemonIncompatible, DaemonRefused, JournalUnusable
from shotlog.service.protocol.common import ErrorCode, Failure


class ErrorInfo(NamedTuple):
    """Description of an error code.

    Attributes:
        meaning: When the code is used, for the documentation.
        hint: What to do, unless the place that fails gives a more specific hint.
        retryable: True where the same request may succeed later.
    """

    meaning: str
    hint: str
    retryable: bool = False


ERROR_INFO: Mapping[ErrorCode, ErrorInfo] = MappingProxyType({
    ErrorCode.BAD_MESSAGE: ErrorInfo(
        "The message is not valid, or has a field or value that this protocol version lacks.",
        "Update the older of the two, client or daemon.",
    ),
    ErrorCode.NOT_INITIALISED: ErrorInfo(
        "A request came before `hello`.",
        "Send `hello` first on every new connection.",
        True,
    ),
    ErrorCode.PROTOCOL_MISMATCH: ErrorInfo(
        "Client and daemon have no protocol version in common, or the daemon lacks a capability "
        "that the client requires.",
        "Restart the daemon: shotlog daemon restart.",
    ),
    ErrorCode.TOO_LARGE: ErrorInfo(
        "The message or the job exceeds a limit of the daemon (see `limits`).",
        "Divide the timeline, or run without the daemon: --in-process.",
    ),
    ErrorCode.BUSY: ErrorInfo(
        "The queue is full (see `limits`).",
        "Try again when a job has ended; see: shotlog jobs.",
        True,
    ),
    ErrorCode.DRAINING: ErrorInfo(
        "The daemon is finishing its queue, then ends; it accepts no new jobs.",
        "Wait until it has ended, then try again.",
        True,
    ),
    ErrorCode.UNKNOWN_JOB: ErrorInfo(
        "No job has this id; finished jobs are deleted after a while.",
        "List the jobs: shotlog jobs list.",
    ),
    ErrorCode.CONFLICT: ErrorInfo(
        "Another job with different content has this id.",
        "Choose another id for the new job.",
    ),
    ErrorCode.NOT_DONE: ErrorInfo(
        "The job has no result: it is unfinished, was cancelled, or failed.",
        "See its state: shotlog jobs show.",
        True,
    ),
    ErrorCode.FORBIDDEN_PATH: ErrorInfo(
        "The media of a clip is outside the folders that this daemon may read.",
        "Move the media, or allow its folder.",
    ),
    ErrorCode.MODEL: ErrorInfo(
        "A model cannot be used: it is missing or damaged, or does not run on the device. Or the"
        " profile of an editor is missing, damaged or another one.",
        "See: shotlog models list, shotlog doctor.",
    ),
    ErrorCode.WORKER_LOST: ErrorInfo(
        "The worker process crashed repeatedly, while running this job or in general.",
        "See the cause: shotlog daemon logs; then submit the job again.",
    ),
    ErrorCode.JOURNAL: ErrorInfo(
        "The journal of jobs cannot be read or written, often because the disk is full.",
        "Free some disk space, or see: shotlog doctor.",
        True,
    ),
    ErrorCode.INTERNAL: ErrorInfo(
        "An error in Shotlog.",
        "See: shotlog daemon logs, and report the error.",
    ),
})  # fmt: skip


def make_failure(
    code: ErrorCode, message: str, hint: str | None = None, *, retryable: bool | None = None
) -> Failure:
    """Return a failure; ``hint`` and ``retryable`` default to those of the code."""
    info = ERROR_INFO[code]
    return Failure(
        code=code,
        message=message,
        hint=hint or info.hint,
        retryable=info.retryable if retryable is None else retryable,
    )


def to_exception(failure: Failure, subject: str) -> DaemonError:
    """Return the exception that a client raises for a failure; ``subject`` names what failed."""
    details = (subject, failure.message, failure.hint)
    # Classes of their own where programs react to them; the code of all others is in `reason`.
    if failure.code is ErrorCode.PROTOCOL_MISMATCH:
        return DaemonIncompatible(*details)
    if failure.code is ErrorCode.JOURNAL:
        return JournalUnusable(*details)
    return DaemonRefused(*details, reason=failure.code.value, retryable=failure.retryable)


class JobRefused(Exception):
    """Refusal of a request about a job.

    Attributes:
        failure: The reason, as sent in the reply.
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
    """Refusal because the spec or the result of a job is damaged in the journal."""

    def __init__(self, job: str) -> None:
        super().__init__(
            ErrorCode.JOURNAL,
            f"the record of job {job} in the journal is damaged",
            "Submit the edit again as a new job; what was measured is in the cache.",
            retryable=False,
        )
