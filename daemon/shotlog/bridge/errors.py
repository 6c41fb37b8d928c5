"""Errors in the form of the bridge."""

from __future__ import annotations

import logging

from shotlog.schema import DaemonLost, DaemonRefused, Hint, Model, ShotlogError
from shotlog.service.protocol import ErrorCode, Failure, JobInfo, failure

CANCELLED = "cancelled"
"""Error code of a cancelled job."""

_log = logging.getLogger(__name__)


class ErrorDetails(Model):
    """Fields of ``error`` and ``failed``: a failure of the daemon or of the bridge."""

    code: str
    """Error code for machines; see below."""
    message: str
    """The error, for people."""
    hint: Hint
    """Advice to the user."""
    retryable: bool
    """True if the same request may succeed later."""


def refusal(code: ErrorCode, message: str, hint: str | None = None) -> ErrorDetails:
    """Return a refusal by the bridge itself; a hint of None takes that of the code."""
    return from_failure(failure(code, message, hint))


def describe_error(error: Exception) -> ErrorDetails:
    """Return an exception in the bridge's form; one that is not ours is logged to stderr."""
    if not isinstance(error, ShotlogError):
        _log.error("internal error of the bridge", exc_info=error)
        return refusal(
            ErrorCode.INTERNAL,
            f"internal error of the bridge: {type(error).__name__}",
            "Report the standard error output of the bridge.",
        )
    problem = error.problem
    message = f"{problem.subject}: {problem.message}"
    if isinstance(error, DaemonRefused):
        code, retryable = error.reason, error.retryable
    else:
        code, retryable = problem.code, isinstance(error, DaemonLost)
    return ErrorDetails(code=code, message=message, hint=problem.hint, retryable=retryable)


def describe_end(info: JobInfo) -> ErrorDetails:
    """Return the reason why a job ended without a result."""
    if info.failure is None:
        cancelled = f"{info.name}: the job was cancelled"
        return ErrorDetails(code=CANCELLED, message=cancelled, hint="Run it again.", retryable=True)
    details = from_failure(info.failure)
    return details.model_copy(update={"message": f"{info.name}: {details.message}"})


def from_failure(failed: Failure) -> ErrorDetails:
    """Return a failure of the daemon in the bridge's form, which has more codes."""
    return ErrorDetails(**failed.model_dump(mode="json"))
