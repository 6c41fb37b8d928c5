"""Look jobs up by a prefix of their id, and select those to list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shotlog.schema import DaemonRefused
from shotlog.service.client.client import Client
from shotlog.service.protocol import JobInfo

SHORT_ID_LENGTH = 8
"""Number of an id's hexadecimal digits that are shown: two of 1,000 jobs share them with a
probability of 1 in 8,600 (1000**2 / 2 / 16**8)."""

RECENT_JOBS = 20
"""Number of finished jobs that are listed."""


def find_job(client: Client, prefix: str | None) -> JobInfo:
    """Return the job whose id begins with a prefix.

    Args:
        client: Client of the daemon that has the job.
        prefix: A whole id, or the beginning of a listed job's id; None selects the newest job.

    Raises:
        DaemonRefused: No job matches, or several do.
    """
    if prefix is not None and re.fullmatch("[0-9a-fA-F]{32}", prefix):
        return client.attach(prefix.lower())
    listed = client.job_list()
    matching = [job for job in listed.jobs if prefix is None or job.job.startswith(prefix.lower())]
    if not matching:
        older = " For a job too old to be listed, give the whole id." if listed.older else ""
        raise DaemonRefused(
            "no job" if prefix is None else f"job {prefix}",
            "there is none" if prefix is None else "no job's id begins with this",
            f"List the jobs with: shotlog jobs list.{older}",
        )
    if prefix is not None and len(matching) > 1:
        raise DaemonRefused(
            f"job {prefix}",
            f"the ids of {len(matching)} jobs begin with this",
            "Give more digits; see: shotlog jobs list.",
        )
    return matching[0]


def select_recent(jobs: Sequence[JobInfo]) -> list[JobInfo]:
    """Return the unfinished jobs and the newest finished ones, in the given order."""
    finished = [info for info in jobs if info.state.is_terminal]
    recent = {info.job for info in finished[:RECENT_JOBS]}
    return [info for info in jobs if not info.state.is_terminal or info.job in recent]
