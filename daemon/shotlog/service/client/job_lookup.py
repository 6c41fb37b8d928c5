"""Which jobs somebody means who lists them, or types the beginning of an id."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shotlog.schema import DaemonRefused
from shotlog.service.client.client import Client
from shotlog.service.protocol import JobInfo

SHORT = 8
"""Letters of an id that people are shown: two of a thousand jobs share them once in 8,600 times
(1000**2 / 2 / 16**8)."""

RECENT = 20
"""So many of the jobs that are over are listed."""


def find_job(client: Client, wanted: str | None) -> JobInfo:
    """The job that is meant.

    Args:
        client: Of the daemon that knows it.
        wanted: Its id, or of a job that is listed the beginning; None: the newest.

    Raises:
        DaemonRefused: none fits, or more than one.
    """
    if wanted is not None and re.fullmatch("[0-9a-fA-F]{32}", wanted):
        return client.attach(wanted.lower())
    listed = client.job_list()
    fitting = [job for job in listed.jobs if wanted is None or job.job.startswith(wanted.lower())]
    if not fitting:
        older = " Of one that is too old to be listed, give the whole id." if listed.older else ""
        raise DaemonRefused(
            "no job" if wanted is None else f"job {wanted}",
            "there is none" if wanted is None else "no job's id begins so",
            f"See which there are with: shotlog jobs list.{older}",
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
    over = {info.job for info in [info for info in jobs if info.state.is_terminal][:RECENT]}
    return [info for info in jobs if not info.state.is_terminal or info.job in over]
