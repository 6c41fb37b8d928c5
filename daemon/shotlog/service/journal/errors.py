"""Refusals that the journal gives for single jobs."""

from __future__ import annotations

from shotlog.service.protocol import ErrorCode, JobInfo, JobRefused


class JobConflict(JobRefused):
    """A job with the same id but other content exists."""

    def __init__(self, job: str) -> None:
        super().__init__(ErrorCode.CONFLICT, f"job {job} already exists with other content")


class UnknownJob(JobRefused):
    """No job has this id."""

    def __init__(self, job: str) -> None:
        super().__init__(ErrorCode.UNKNOWN_JOB, f"there is no job {job}")


class NotDone(JobRefused):
    """The job has no result."""

    def __init__(self, info: JobInfo) -> None:
        super().__init__(ErrorCode.NOT_DONE, f"job {info.job} is {info.state}")
