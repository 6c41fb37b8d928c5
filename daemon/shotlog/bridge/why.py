"""Why something did not go as asked, in the words of the bridge."""

from __future__ import annotations

import logging
from typing import NamedTuple

from shotlog.schema.errors import DaemonLost, DaemonRefused, ShotlogError
from shotlog.service.messages import ErrorCode, JobInfo
from shotlog.service.refusals import MEANINGS

CANCELLED = "cancelled"
"""The code of a job that somebody cancelled."""

_log = logging.getLogger(__name__)


class Why(NamedTuple):
    """The fields that ``error`` and ``failed`` share; see :class:`shotlog.bridge.answers.Error`.

    Attributes:
        code: One of the daemon's, the kebab-case name of one of our errors, or ``cancelled``.
        message: What happened.
        hint: What to do.
        retryable: Whether the same may succeed later.
    """

    code: str
    message: str
    hint: str
    retryable: bool


def refusal(code: ErrorCode, message: str, hint: str | None = None) -> Why:
    """A refusal of the bridge itself; hint and retryable as the daemon's code has them."""
    return Why(code.value, message, hint or MEANINGS[code].hint, MEANINGS[code].retryable)


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
        return Why(error.reason, message, problem.hint, error.retryable)
    return Why(problem.code, message, problem.hint, isinstance(error, DaemonLost))


def why_over(info: JobInfo) -> Why:
    """Why a job that is over has no result."""
    if info.failure is None:
        return Why(CANCELLED, f"{info.name}: somebody cancelled the job", "Run it again.", True)
    told = info.failure
    return Why(told.code.value, f"{info.name}: {told.message}", told.hint, told.retryable)
