"""Conversion of errors of jobs to failures that the broker reports to clients."""

from __future__ import annotations

import logging

from shotlog.schema import (
    DeviceUnusable,
    HomeMissing,
    ModelError,
    ProfileUnusable,
    ShotlogError,
)
from shotlog.service.protocol import ErrorCode, Failure

_RESTART_HINT = " Then restart the daemon with: shotlog daemon restart."

_log = logging.getLogger(__name__)


def to_failure(error: Exception) -> Failure:
    """Return the failure for an error of a job."""
    if not isinstance(error, ShotlogError):
        return Failure(
            code=ErrorCode.INTERNAL,
            message=f"the analysis failed unexpectedly ({type(error).__name__}: {error})",
            hint="See: shotlog daemon logs; and report what they say.",
        )
    of_models = isinstance(error, ModelError | ProfileUnusable)
    code = ErrorCode.MODEL if of_models else ErrorCode.INTERNAL
    return Failure(
        code=code,
        message=f"{error.problem.subject}: {error.problem.message}",
        # The daemon's process has the variables of its start, so a new HOME needs a restart.
        hint=error.problem.hint + _RESTART_HINT * isinstance(error, HomeMissing),
        retryable=isinstance(error, DeviceUnusable),  # other programs may free its memory
    )


def log_unexpected(error: Exception) -> None:
    """Log an error that is not Shotlog's own, with its traceback."""
    if not isinstance(error, ShotlogError):
        _log.error("failed unexpectedly", exc_info=error)
