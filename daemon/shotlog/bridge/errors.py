"""Why something did not go as asked, in the words of the bridge."""

from __future__ import annotations

import logging

from shotlog.schema import DaemonLost, DaemonRefused, Hint, Model, ShotlogError
from shotlog.service.protocol import ErrorCode, Failure, JobInfo, make_failure

CANCELLED = "cancelled"
"""The code of a job that somebody cancelled."""

_log = logging.getLogger(__name__)


class Why(Model):
    """The fields that ``error`` and ``failed`` share: a failure of the daemon, or of the bridge."""

    code: str
    """Why, for machines; see below."""
    message: str
    """What happened."""
    hint: Hint
    """What to do."""
    retryable: bool
    """Whether the same request may succeed later."""


def refusal(code: ErrorCode, message: str, hint: str | None = None) -> Why:
    """A refusal of the bridge itself; hint and retryable as the daemon's code has them."""
    return of_failure(make_failure(code, message, hint))


def why(error: Exception) -> Why:
    """What an error says to the caller; a mistake of ours goes to stderr as well."""
    if not isinstance(error, ShotlogError):
        _log.error("a mistake of the bridge", exc_info=error)
        return refusal(
            ErrorCode.INTERNAL,
            f"a mistake of the bridge: {type(error).__name__}",
            "Report what the bridge wrote to its standard error.",
        )
    problem = error.problem
    message = f"{problem.subject}: {problem.message}"
    if isinstance(error, DaemonRefused):
        code, retryable = error.reason, error.retryable
    else:
        code, retryable = problem.code, isinstance(error, DaemonLost)
    return Why(code=code, message=message, hint=problem.hint, retryable=retryable)


def why_over(info: JobInfo) -> Why:
    """Why a job that is over has no result."""
    if info.failure is None:
        cancelled = f"{info.name}: somebody cancelled the job"
        return Why(code=CANCELLED, message=cancelled, hint="Run it again.", retryable=True)
    told = of_failure(info.failure)
    return told.model_copy(update={"message": f"{info.name}: {told.message}"})


def of_failure(told: Failure) -> Why:
    """Return a failure of the daemon in the bridge's form, whose codes are more."""
    return Why(**told.model_dump(mode="json"))
