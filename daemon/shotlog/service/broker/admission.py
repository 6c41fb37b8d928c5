"""Admission of clients and jobs: protocol versions, capabilities, limits, media folders."""

from __future__ import annotations

from collections.abc import Mapping

from shotlog.service.broker.server_policy import DaemonInfo, ServerPolicy
from shotlog.service.protocol import (
    PROTOCOL,
    ErrorCode,
    Failure,
    Hello,
    Refused,
    Submit,
    make_failure,
)
from shotlog.service.security import paths_outside

CAPABILITIES = ("jobs", "results", "models", "pause", "check", "metrics")
"""Capabilities of this daemon; a client may require some of them in ``hello``."""

_MAX_NAMED_PATHS = 3
"""Forbidden paths that an error message names."""


def refused(code: ErrorCode, message: str) -> Refused:
    """Return a refusal with the hint that belongs to its code."""
    return Refused(failure=make_failure(code, message))


class Admission:
    """Decisions whether clients and jobs are accepted.

    Args:
        daemon: Facts for error messages.
        policy: Limits.
    """

    def __init__(self, daemon: DaemonInfo, policy: ServerPolicy) -> None:
        self._daemon, self._policy = daemon, policy

    def negotiate(self, hello: Hello) -> tuple[int, int] | Refused:
        """Return the protocol version to speak with a client, or its refusal."""
        version = min(hello.highest, PROTOCOL)
        # Another major version is incompatible, even if the client's range includes it.
        if version[0] != PROTOCOL[0] or version < hello.lowest:
            return refused(
                ErrorCode.PROTOCOL_MISMATCH,
                f"this daemon is Shotlog {self._daemon.version} and speaks protocol "
                f"{_format_version(PROTOCOL)}; {hello.client} {hello.version} requires "
                f"{_format_version(hello.lowest)} to {_format_version(hello.highest)}",
            )
        if missing := sorted(set(hello.required) - set(CAPABILITIES)):
            return refused(
                ErrorCode.PROTOCOL_MISMATCH,
                f"this daemon is Shotlog {self._daemon.version}, which lacks {', '.join(missing)}",
            )
        return version

    def refuse_job(
        self, spec: Submit, open_clips: Mapping[str, int], *, draining: bool
    ) -> Refused | None:
        """Return the refusal of a new job; None: it is accepted.

        Args:
            spec: The job.
            open_clips: Number of clips of each open job.
            draining: True if the daemon ends once its queue is empty.
        """
        limits, clips = self._policy.limits, spec.task.clips
        if draining:
            return refused(ErrorCode.DRAINING, "the daemon ends once its queue is empty")
        if clips > limits.clips:
            return refused(
                ErrorCode.TOO_LARGE, f"the job has {clips:,} clips; the limit is {limits.clips:,}"
            )
        queued = sum(open_clips.values())
        if len(open_clips) >= limits.jobs or queued + clips > limits.clips:
            message = f"{len(open_clips):,} jobs with {queued:,} clips are waiting already"
            return refused(ErrorCode.BUSY, message)
        if forbidden := self.forbidden_media(spec):
            return Refused(failure=forbidden)
        return None

    def forbidden_media(self, spec: Submit) -> Failure | None:
        """Return the failure of a job whose media may not be read; None: they may."""
        roots = self._policy.roots
        outside = [path for edit in spec.task.edits for path in paths_outside(roots, edit)]
        if not outside:
            return None
        more = ", ..." if outside[_MAX_NAMED_PATHS:] else ""
        named = ", ".join(outside[:_MAX_NAMED_PATHS]) + more
        return make_failure(
            ErrorCode.FORBIDDEN_PATH, f"outside the folders that this daemon may read: {named}"
        )


def _format_version(protocol: tuple[int, int]) -> str:
    return ".".join(map(str, protocol))
