"""Results of jobs, read from the journal in parts that fit into messages."""

from __future__ import annotations

from shotlog.service.journal import Journal
from shotlog.service.protocol import JobInfo, ResultPart

# JSON escapes a character in at most six bytes, so a part stays below MESSAGE_BYTES (8 MiB).
PART_CHARACTERS = 1024**2
"""Characters of a result in one message."""


class ResultReader:
    """Reader that keeps the text of the latest job, so that each part need not decompress it.

    Args:
        journal: Journal of the jobs.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._open: tuple[JobInfo, str] | None = None

    def read(self, job: str, part: int) -> ResultPart:
        """Return a part of a job's result; parts beyond the end are empty.

        Args:
            job: Its id.
            part: Number of the part, from 0.

        Raises:
            UnknownJob: no job has this id.
            NotDone: the job has no result.
            CorruptJob: the result cannot be read.
        """
        if self._open is None or self._open[0].job != job:
            self._open = self._journal.info(job), self._journal.result(job)
        info, text = self._open
        begin = part * PART_CHARACTERS
        end = begin + PART_CHARACTERS
        last = end >= len(text)
        if last:
            self._open = None  # a result can take megabytes of memory
        return ResultPart(job=job, part=part, last=last, text=text[begin:end], kind=info.kind)
