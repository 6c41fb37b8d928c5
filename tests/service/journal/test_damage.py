"""A damaged journal never prevents the start of the daemon, and is never deleted."""

from __future__ import annotations

import functools
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shotlog.service.journal import Journal, NotDone
from shotlog.service.protocol import CorruptJob, ErrorCode, JobState, read_spec
from tests.service.jobs import job, job_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def _write(path: Path, jobs: int = 8) -> None:
    """Write a journal of jobs, half of them done."""
    with Journal(path) as journal:
        for number in range(jobs):
            journal.submit(job(number))
            if number % 2:
                journal.finish(job_id(number), JobState.DONE, result=f'{{"log": {number}}}')


def _in_sql(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        db = sqlite3.connect(path)
        with db:
            db.execute(statement)
        db.close()

    return change


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"no database " * 1000),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "no table": _in_sql("DROP TABLE job"),
    "no column": _in_sql("ALTER TABLE job RENAME COLUMN result TO resumt"),
    "another's file": _in_sql("ALTER TABLE job RENAME TO work"),
    "a state that is none": _in_sql("UPDATE job SET state='dreaming' WHERE number=3"),
    "an id that is none": _in_sql("UPDATE job SET id='me' WHERE number=3"),
    "a failure that is none": _in_sql("UPDATE job SET failure='{' WHERE number=3"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_journal_is_quarantined_with_a_warning(path: Path, damage: str) -> None:
    _write(path)
    DAMAGES[damage](path)
    broken = path.read_bytes()
    with Journal(path, wall_clock=lambda: 1_700_000_000.0) as journal:
        aside = path.with_name("journal.sqlite.corrupt-20231114T221320Z")
        assert journal.warning is not None
        assert str(aside) in journal.warning
        assert aside.read_bytes() == broken
        assert journal.jobs() == []
        journal.submit(job(1))
    with Journal(path) as journal:
        assert journal.warning is None
        assert len(journal.jobs()) == 1


def test_each_damaged_journal_is_kept_and_no_old_wal_is_left_beside_a_new_file(path: Path) -> None:
    for number in range(3):
        path.write_bytes(b"garbage" * 999)
        path.with_name("journal.sqlite-wal").write_bytes(b"old log %d" % number)
        Journal(path, wall_clock=lambda: 0.0).close()
    stem = "journal.sqlite.corrupt-19700101T000000Z"
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "journal.sqlite", stem, f"{stem}-2", f"{stem}-3",
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["spec", "result"])
def test_a_corrupt_spec_or_result_affects_no_other_job(path: Path, column: str) -> None:
    _write(path)
    _in_sql("UPDATE job SET spec=zeroblob(40), result='x' WHERE number=4")(path)
    with Journal(path) as journal:
        assert journal.warning is None
        with pytest.raises(CorruptJob) as refused:
            getattr(journal, column)(job_id(3))
        assert refused.value.failure.code is ErrorCode.JOURNAL
        assert not refused.value.failure.retryable
        assert read_spec(job_id(4), journal.spec(job_id(4))) == job(4)
        assert journal.result(job_id(5)) == '{"log": 5}'


def test_a_job_with_a_corrupt_spec_can_be_ended(path: Path) -> None:
    _write(path)
    _in_sql("UPDATE job SET spec=zeroblob(40) WHERE number=3")(path)
    with Journal(path) as journal:
        with pytest.raises(CorruptJob) as refused:
            journal.spec(job_id(2))
        ended = journal.finish(job_id(2), JobState.FAILED, refused.value.failure)
        assert ended.state is JobState.FAILED
        assert job_id(2) not in [info.job for info in journal.recover_open_jobs()]


@functools.cache
def _sound() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        _write(path)
        return path.read_bytes()


def _use(journal: Journal) -> None:
    """Call every method once, and read every job in each way."""
    for info in journal.jobs():
        assert journal.info(info.job) == info
        for read in (journal.spec, journal.result):
            with suppress(CorruptJob, NotDone):
                read(info.job)
    journal.submit(job(77))
    journal.begin(job_id(77))
    journal.finish(job_id(77), JobState.DONE, result="{}")
    assert journal.result(job_id(77)) == "{}"
    assert journal.recover_open_jobs() is not None
    journal.prune(0)


_PLACES = st.one_of(st.integers(0, 99), st.integers(100, 1_000_000))


@settings(max_examples=60, deadline=None)
@given(flips=st.lists(st.tuples(_PLACES, st.integers(1, 255)), min_size=1, max_size=20))
@example(flips=[(18, 3)])  # write version
@example(flips=[(56, 2)])  # text encoding
@example(flips=[(63, 4)])  # layout
def test_with_any_bytes_flipped_the_journal_can_be_used(flips: list[tuple[int, int]]) -> None:
    data = bytearray(_sound())
    for at, change in flips:
        data[at % len(data)] ^= change
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        path.write_bytes(data)
        with Journal(path) as journal:
            _use(journal)


def test_acknowledged_jobs_survive_killed_writers(path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tests.service.killed_writers", str(path), "8"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert found["submitted"] >= 50
    assert found["lost"] == 0
    assert 0 <= found["unacknowledged"] <= found["rounds"]
    assert found["warning"] is None
