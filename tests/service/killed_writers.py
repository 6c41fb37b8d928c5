"""Daemons in miniature that are killed while they write: prints what was acknowledged and lost.

Run as ``python -m tests.service.killed_writers PATH ROUNDS``; each round forks a writer, kills it
with SIGKILL after a random number of acknowledgements, and looks for every one of them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from shotlog.service.journal import Journal
from shotlog.service.protocol import JobState, read_spec
from tests.service.jobs import job, job_id

_ROOM = 1_000_000
"""Numbers for the jobs of one round."""


def main() -> None:
    """Prints one JSON object."""
    path, rounds = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(5)  # noqa: S311
    submitted: set[int] = set()
    done: set[int] = set()
    for number in range(rounds):
        for verb, which in _killed_after(chance.randrange(120), path, number * _ROOM):
            (submitted if verb == "submitted" else done).add(which)
    with Journal(path) as journal:
        known = {int(info.job, 16): info for info in journal.jobs()}
        lost = [
            n
            for n in submitted
            if n not in known or read_spec(job_id(n), journal.spec(job_id(n))) != job(n)
        ]
        lost += [n for n in done if n not in known or journal.result(job_id(n)) != _log(n)]
        unacknowledged = len(known) - len(submitted)
        warning = journal.warning
    sys.stdout.write(json.dumps({
        "rounds": rounds, "submitted": len(submitted), "done": len(done), "lost": len(lost),
        "unacknowledged": unacknowledged, "warning": warning,
    }))  # fmt: skip


def _killed_after(acknowledged: int, path: Path, first: int) -> Iterator[tuple[str, int]]:
    """What a writer told until it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _write(path, first, writing)
    os.close(writing)
    with os.fdopen(reading) as told:
        for seen, line in enumerate(told):
            if seen == acknowledged:
                os.kill(pid, signal.SIGKILL)
            if line.endswith("\n"):
                verb, which = line.split()
                yield verb, int(which)
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise SystemExit(f"the writer ended by itself: {status}")


def _write(path: Path, first: int, told: int) -> NoReturn:
    """Submits and finishes jobs until it is killed."""
    try:
        journal = Journal(path)
        journal.recover_open_jobs()
        for number in range(first, first + _ROOM):
            journal.submit(job(number))
            os.write(told, b"submitted %d\n" % number)
            journal.begin(job_id(number))
            journal.finish(job_id(number), JobState.DONE, result=_log(number))
            os.write(told, b"done %d\n" % number)
    finally:
        os._exit(1)


def _log(number: int) -> str:
    return json.dumps({"log": number, "shots": [number] * 500})


if __name__ == "__main__":
    main()
