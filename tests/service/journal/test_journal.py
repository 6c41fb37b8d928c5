"""The journal keeps every acknowledged job, and raises an error if it cannot."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.schema import JournalUnusable
from shotlog.service.journal import LAYOUT, JobConflict, Journal, NotDone, UnknownJob
from shotlog.service.protocol import ErrorCode, JobInfo, JobState, Priority, make_failure, read_spec
from shotlog.service.tasks import Analyze
from tests.service.jobs import edit, job, job_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal(path) as opened:
        yield opened


def test_a_job_and_its_spec_survive_the_daemon(path: Path) -> None:
    asked = job(
        1, name="Tagesschau Ä \0 🎬", priority=Priority.INTERACTIVE, task=Analyze(edit=edit(7))
    )
    with Journal(path) as journal:
        said = journal.submit(asked)
    with Journal(path) as journal:
        assert journal.info(asked.job) == said
        assert read_spec(asked.job, journal.spec(asked.job)) == asked
    assert (said.state, said.clips, said.priority) == (JobState.QUEUED, 7, Priority.INTERACTIVE)


def test_submitting_again_returns_the_same_job(journal: Journal) -> None:
    journal.submit(job(1))
    begun = journal.begin(job_id(1))
    assert journal.submit(job(1)) == begun
    assert len(journal.jobs()) == 1


def test_the_same_id_with_other_content_is_refused(journal: Journal) -> None:
    journal.submit(job(1))
    with pytest.raises(JobConflict) as refused:
        journal.submit(job(1, name="another"))
    assert refused.value.failure.code is ErrorCode.CONFLICT
    assert read_spec(job_id(1), journal.spec(job_id(1))) == job(1)


def test_a_job_that_another_version_wrote_differently_is_the_same_job(path: Path) -> None:
    with Journal(path) as journal:
        journal.submit(job(1))
    spelt = zlib.compress(job(1).model_dump_json(indent=2, exclude_defaults=True).encode())
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE job SET spec=?", (spelt,))
    db.close()
    with Journal(path) as journal:
        assert journal.submit(job(1)).job == job_id(1)
        with pytest.raises(JobConflict):
            journal.submit(job(1, name="another"))


def test_jobs_that_were_not_submitted_are_unknown(journal: Journal) -> None:
    for verb in (
        journal.info, journal.spec, journal.result, journal.begin, journal.requeue,
        journal.mark_cancelling,
    ):  # fmt: skip
        with pytest.raises(UnknownJob) as refused:
            verb(job_id(9))
        assert refused.value.failure.code is ErrorCode.UNKNOWN_JOB


def test_a_job_passes_through_its_states(journal: Journal) -> None:
    journal.submit(job(1))
    assert journal.begin(job_id(1)).state is JobState.RUNNING
    assert journal.requeue(job_id(1)).state is JobState.QUEUED
    assert journal.begin(job_id(1)).attempts == 2
    with pytest.raises(NotDone):
        journal.result(job_id(1))
    done = journal.finish(job_id(1), JobState.DONE, result='{"log": "…"}')
    assert done.state is JobState.DONE
    assert done.ended is not None
    assert journal.result(job_id(1)) == '{"log": "…"}'


def test_the_failure_of_a_job_is_kept(path: Path) -> None:
    lost = make_failure(ErrorCode.WORKER_LOST, "it died twice")
    with Journal(path) as journal:
        journal.submit(job(1))
        journal.begin(job_id(1))
        journal.finish(job_id(1), JobState.FAILED, lost)
    with Journal(path) as journal:
        assert journal.info(job_id(1)).failure == lost
        with pytest.raises(NotDone):
            journal.result(job_id(1))


def test_a_running_job_is_not_begun_twice(journal: Journal) -> None:
    journal.submit(job(1))
    journal.begin(job_id(1))
    assert journal.begin(job_id(1)).attempts == 1


@pytest.mark.parametrize(
    ("state", "result"), [(JobState.QUEUED, None), (JobState.DONE, None), (JobState.FAILED, "{}")]
)
def test_a_job_ends_in_a_final_state_and_only_done_has_a_result(
    journal: Journal, state: JobState, result: str | None
) -> None:
    journal.submit(job(1))
    with pytest.raises(ValueError, match="cannot end"):
        journal.finish(job_id(1), state, result=result)


_VERBS = ("submit", "begin", "requeue", "mark_cancelling", "done", "failed", "cancelled", "restart")


def _do(journal: Journal, verb: str) -> JobInfo:
    match verb:
        case "submit":
            return journal.submit(job(1))
        case "begin" | "requeue" | "mark_cancelling":
            said: JobInfo = getattr(journal, verb)(job_id(1))
            return said
        case "restart":
            journal.recover_open_jobs()
            return journal.info(job_id(1))
        case "done":
            return journal.finish(job_id(1), JobState.DONE, result="{}")
        case _:
            return journal.finish(job_id(1), JobState(verb))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(_VERBS), max_size=12))
def test_the_first_end_counts_and_every_method_may_be_repeated(verbs: list[str]) -> None:
    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        ended = None
        said = _do(journal, "submit")
        for verb in verbs:
            said = _do(journal, verb)
            if verb != "begin":  # a job that was requeued in between may well begin again
                assert _do(journal, verb) == said
            if ended is not None:
                assert said == ended
            ended = said if said.state.is_terminal else None
        assert journal.jobs() == [said]


def test_after_a_crash_running_jobs_are_queued_and_cancelling_ones_cancelled(
    path: Path,
) -> None:
    with Journal(path) as journal:
        for number in range(5):
            journal.submit(job(number))
        journal.begin(job_id(1))
        journal.begin(job_id(2))
        journal.mark_cancelling(job_id(2))
        journal.finish(job_id(3), JobState.DONE, result="{}")
    with Journal(path) as journal:
        waiting = journal.recover_open_jobs()
        assert [(info.job, info.state) for info in waiting] == [
            (job_id(number), JobState.QUEUED) for number in (0, 1, 4)
        ]
        assert journal.info(job_id(2)).state is JobState.CANCELLED
        assert journal.info(job_id(2)).ended is not None
        assert [info.job for info in journal.jobs()] == [job_id(n) for n in (4, 3, 2, 1, 0)]


def test_only_jobs_that_ended_long_ago_are_pruned(path: Path) -> None:
    now = 1_000_000.0
    with Journal(path, wall_clock=lambda: now) as journal:
        for number in range(130):
            journal.submit(job(number))
            if number != 5:
                journal.finish(job_id(number), JobState.CANCELLED)
        assert journal.prune(3600) == 0
        now += 3601
        assert journal.prune(3600) == 29
        assert [info.job for info in journal.jobs()][-2:] == [job_id(30), job_id(5)]


@pytest.mark.parametrize("jump", [-86400.0, 1e9])
def test_a_clock_that_jumps_never_prunes_the_newest_jobs(path: Path, jump: float) -> None:
    now = 1_000_000_000.0
    with Journal(path, wall_clock=lambda: now) as journal:
        for number in range(20):
            journal.submit(job(number))
            journal.finish(job_id(number), JobState.DONE, result="{}")
        now += jump
        journal.submit(job(20))
        assert journal.prune(3600) == 0
        assert journal.jobs()[0].job == job_id(20)


def test_the_newest_jobs_are_listed_and_all_open_ones(journal: Journal) -> None:
    for number in range(20):
        journal.submit(job(number))
        if number not in (3, 4, 19):
            journal.finish(job_id(number), JobState.CANCELLED)
    journal.begin(job_id(4))
    listed = {newest: [info.job for info in journal.jobs(newest)] for newest in (0, 2, 100)}
    assert listed[0] == [job_id(n) for n in (19, 4, 3)]
    assert listed[2] == [job_id(n) for n in (19, 18, 4, 3)]
    assert listed[100] == [info.job for info in journal.jobs()]
    assert journal.count() == 20


def test_beyond_the_size_limit_the_oldest_jobs_are_pruned(journal: Journal) -> None:
    for number in range(130):
        journal.submit(job(number))
        if number != 5:
            journal.finish(job_id(number), JobState.DONE, result=os.urandom(5_000).hex())
    assert journal.prune(3600, max_bytes=1_000_000) == 0
    assert journal.prune(3600, max_bytes=120 * 5_000) > 0
    kept = [info.job for info in journal.jobs()]
    assert kept == [*map(job_id, range(129, 130 - len(kept), -1)), job_id(5)]
    assert 100 < len(kept) < 120
    journal.prune(3600, max_bytes=0)
    assert journal.count() == 101, "the newest hundred stay, and what is not over"


def test_notes_are_kept_across_restarts(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.read_note("pace") is None
        journal.write_note("pace", "1.5")
        journal.write_note("pace", "1.25")
    with Journal(path) as journal:
        assert journal.read_note("pace") == "1.25"


def test_only_its_user_may_read_it(journal: Journal, path: Path) -> None:
    journal.submit(job(1))
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_one_daemon_at_a_time(journal: Journal, path: Path) -> None:
    journal.submit(job(1))
    script = (
        "import sys; from pathlib import Path\n"
        "from shotlog.schema import JournalUnusable\n"
        "from shotlog.service.journal import Journal\n"
        "try: Journal(Path(sys.argv[1]))\n"
        "except JournalUnusable as error: print(error.problem.message)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert said.stdout == "another daemon uses the journal\n"


def test_a_journal_of_a_newer_shotlog_is_not_changed(path: Path) -> None:
    Journal(path).close()
    db = sqlite3.connect(path)
    with db:
        db.execute(f"PRAGMA user_version={LAYOUT + 1}")
        db.execute("UPDATE meta SET value=? WHERE key='layout'", (LAYOUT + 1,))
        db.execute("UPDATE meta SET value='7.8' WHERE key='shotlog'")
    db.close()
    before = path.read_bytes()
    with pytest.raises(JournalUnusable) as refused:
        Journal(path)
    assert "Shotlog 7.8" in refused.value.problem.message
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "journal.sqlite"):
        with pytest.raises(JournalUnusable):
            Journal(place)
    assert tmp_path.is_dir()


_FULL_DISK = """
import resource, sys
from pathlib import Path
from shotlog.schema import JournalUnusable
from shotlog.service.journal import Journal
from shotlog.service.protocol import JobState
from tests.service.jobs import job, job_id

journal = Journal(Path(sys.argv[1]))
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, limits[1]))
taken = 0
try:
    while taken < 1000:
        journal.submit(job(taken))
        taken += 1
except JournalUnusable:
    print(taken, journal.problem)
assert len(journal.jobs()) == taken, "what was acknowledged can still be read"
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
journal.submit(job(taken))
assert journal.problem is None
journal.close()
"""


def test_a_file_that_cannot_grow_is_an_error_until_it_can(path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(path)], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
    taken = int(said.stdout.split()[0])
    with Journal(path) as journal:
        assert journal.warning is None
        assert len(journal.jobs()) == taken + 1 > 10


def test_a_full_disk_is_an_error_and_pruning_frees_space(path: Path) -> None:
    now = 0.0
    with Journal(path, wall_clock=lambda: now, max_bytes=320 * 1024) as journal:
        for number in range(120):
            journal.submit(job(number))
            journal.finish(job_id(number), JobState.DONE, result=os.urandom(1000).hex())
        number = 120
        with suppress(JournalUnusable):
            for number in range(120, 1000):
                journal.submit(job(number))
        assert journal.problem == "the disk is full"
        assert len(journal.jobs()) == number
        now += 1e6
        assert journal.prune(3600) > 0
        journal.submit(job(number))
        assert journal.problem is None


def test_a_transaction_is_written_as_a_whole_or_not_at_all(journal: Journal) -> None:
    journal.submit(job(1))
    journal.submit(job(2))
    with suppress(UnknownJob), journal.transaction():
        journal.begin(job_id(1))
        journal.begin(job_id(9))
    assert journal.info(job_id(1)).state is JobState.QUEUED
    with journal.transaction():
        begun = [journal.begin(job_id(number)) for number in (1, 2)]
    assert [info.state for info in begun] == [JobState.RUNNING] * 2
