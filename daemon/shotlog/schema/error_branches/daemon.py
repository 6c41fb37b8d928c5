"""Errors of the daemon."""

from __future__ import annotations

from shotlog.schema.error_branches.machine import HomeMissing
from shotlog.schema.errors import ShotlogError


class DaemonError(ShotlogError):
    """The daemon cannot be used."""


class DaemonAbsent(DaemonError):
    """No daemon is running, and none could be started."""

    message = "no daemon is running, and none could be started"
    hint = "For the reason see: shotlog daemon logs; or work without it: --in-process."


class DaemonFileUnusable(DaemonError):
    """One of its files cannot be read, written or locked; the daemon may be running."""

    message = "a file of the daemon cannot be used"
    hint = "For details run: shotlog doctor."


class DaemonIncompatible(DaemonError):
    """It speaks another protocol."""

    message = "the running daemon is another version"
    hint = "Restart it with: shotlog daemon restart."


class DaemonRefused(DaemonError):
    """It refused a request.

    Args:
        subject: See :class:`ShotlogError`.
        message: See :class:`ShotlogError`.
        hint: See :class:`ShotlogError`.
        reason: The protocol's error code, for machines: ``unknown-job``.
        retryable: True if the same request may succeed later.
    """

    message = "the daemon refused the request"
    hint = "See: shotlog daemon status."

    def __init__(
        self,
        subject: str,
        message: str | None = None,
        hint: str | None = None,
        *,
        reason: str = "internal",
        retryable: bool = False,
    ) -> None:
        super().__init__(subject, message, hint)
        self.reason = reason
        self.retryable = retryable


class DaemonLost(DaemonError):
    """It ended during a request and did not restart."""

    message = "the daemon no longer responds"
    hint = "Your jobs are kept; see: shotlog daemon status, shotlog jobs."


class NotAllowed(DaemonError):
    """It does not accept this client's key, or has another key than its connection file says."""

    message = "the daemon and this client have different keys"
    hint = "Restart it with: shotlog daemon restart."


class JournalUnusable(DaemonError):
    """The journal of jobs cannot be read or written."""

    message = "the job journal cannot be used"
    hint = "Free some room, or see: shotlog doctor."


DAEMON_UNUSABLE: tuple[type[ShotlogError], ...] = (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
    HomeMissing,
    JournalUnusable,
    NotAllowed,
)
"""Errors of the daemon as a whole; its other refusals are about a request."""
