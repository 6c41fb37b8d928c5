"""Which jobs somebody means who lists them, or types the beginning of an id."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.schema.errors import DaemonRefused
from shotlog.service.messages import JobInfo

SHORT = 8
"""Letters of an id that people are shown: two of a thousand jobs share them once in 8,600 times
(1000**2 / 2 / 16**8)."""

RECENT = 20
"""So many of the jobs that are over are listed."""


def find_job(jobs: Sequence[JobInfo], wanted: str | None) -> JobInfo:
    """The job that is meant.

    Args:
        jobs: Newest first.
        wanted: The beginning of its id; None: the newest.

    Raises:
        DaemonRefused: none fits, or more than one.
    """
    fitting = [info for info in jobs if wanted is None or info.job.startswith(wanted.lower())]
    if not fitting:
        raise DaemonRefused(
            "no job" if wanted is None else f"job {wanted}",
            "there is none" if wanted is None else "no job's id begins so",
            "See which there are with: shotlog jobs list.",
        )
    if wanted is not None and len(fitting) > 1:
        raise DaemonRefused(
            f"job {wanted}",
            f"{len(fitting)} jobs' ids begin so",
            "Give more letters; see: shotlog jobs list.",
        )
    return fitting[0]


def recent(jobs: Sequence[JobInfo]) -> list[JobInfo]:
    """The jobs that are not over, and the newest of those that are; in the order they have."""
    over = {info.job for info in [info for info in jobs if info.state.over][:RECENT]}
    return [info for info in jobs if not info.state.over or info.job in over]
