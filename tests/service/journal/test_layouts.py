"""A journal of an older version is migrated with everything in it."""

from __future__ import annotations

import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest

from shotlog.service.journal import Journal
from shotlog.service.protocol import (
    SIGNATURE,
    AnalysisOptions,
    Attach,
    CorruptJob,
    JobInfo,
    JobState,
    Priority,
    Submit,
    read_spec,
    unpack_request,
)
from shotlog.service.scheduling import ANTICIPATION_SECONDS
from shotlog.service.tasks import Analyze, read_result
from tests.service.jobs import edit, job, job_id
from tests.service.scene import Scene

TABLES = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE job (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        spec BLOB NOT NULL,
        name TEXT NOT NULL,
        state TEXT NOT NULL,
        priority TEXT NOT NULL,
        durable INTEGER NOT NULL,
        clips INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        created REAL NOT NULL,
        ended REAL,
        failure TEXT,
        result BLOB
    );"""
HINTS = """
    ALTER TABLE job ADD COLUMN asks TEXT;
    ALTER TABLE job ADD COLUMN keep_alive INTEGER;"""
INDEX = "CREATE INDEX open_job ON job (number) WHERE ended IS NULL;"
LAYOUTS = {1: TABLES, 2: TABLES + HINTS, 3: TABLES + HINTS + INDEX}
"""The tables as Shotlog 0.1 made them, by layout."""

LOG = json.dumps({"edit": edit().model_dump(mode="json"), "shots": []})
BUILTIN = AnalysisOptions(models="builtin")


def old_text(number: int, asks: AnalysisOptions, keep_alive: int | None = None) -> str:
    """Return a job as Shotlog 0.1 wrote it into the journal: in the form of protocol 1.0."""
    return json.dumps({
        "type": "submit", "job": job_id(number), "name": "cut",
        "edit": edit().model_dump(mode="json"), "asks": asks.model_dump(mode="json"),
        "priority": "normal", "durable": True, "keep_alive": keep_alive,
    })  # fmt: skip


@pytest.fixture(params=LAYOUTS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Write a journal of an old layout: job 1 waits, 2 is done, 3 waits and is damaged."""
    path = tmp_path / "journal.sqlite"
    db = sqlite3.connect(path)
    with db:
        db.executescript(LAYOUTS[request.param])
        db.execute(f"PRAGMA user_version={request.param}")
        facts = [("layout", str(request.param)), ("shotlog", "0.1.0")]
        db.executemany("INSERT INTO meta VALUES (?,?)", facts)
        for number, state, result in ((1, "queued", None), (2, "done", LOG), (3, "queued", None)):
            spec = old_text(number, BUILTIN, 60).encode()
            row: dict[str, Any] = {
                "id": job_id(number),
                "spec": b"\0" if number == 3 else zlib.compress(spec),
                "name": "cut", "state": state, "priority": "normal", "durable": True, "clips": 1,
                "created": 1.7e9, "ended": result and 1.8e9,
                "result": result and zlib.compress(result.encode()),
            }  # fmt: skip
            if request.param > 1 and number != 3:
                row |= {"asks": BUILTIN.model_dump_json(), "keep_alive": 60}
            columns, places = ", ".join(row), ", ".join("?" * len(row))
            insert = f"INSERT INTO job ({columns}) VALUES ({places})"  # noqa: S608 - of this test
            db.execute(insert, tuple(row.values()))
    db.close()
    return path


def test_jobs_of_an_old_journal_are_analyses_with_their_options(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.warning is None
        assert [(info.job, info.state, info.kind) for info in journal.jobs()] == [
            (job_id(3), JobState.QUEUED, "analyze"),
            (job_id(2), JobState.DONE, "analyze"),
            (job_id(1), JobState.QUEUED, "analyze"),
        ]
        for number in (1, 2):
            spec = read_spec(job_id(number), journal.spec(job_id(number)))
            assert spec.task == Analyze(edit=edit(), asks=BUILTIN)
            assert spec.keep_alive == 60
        result = read_result(journal.info(job_id(2)).kind, journal.result(job_id(2)))
        assert result == Analyze.result.model_validate_json(LOG)


def test_a_damaged_job_of_an_old_journal_affects_no_other(path: Path) -> None:
    with Journal(path) as journal:
        with pytest.raises(CorruptJob, match="damaged"):
            journal.spec(job_id(3))
        assert journal.scheduling_hints(job_id(3)) == (None, None), "they are unknown"


# The migration from layout 1 spells options differently: such a job runs alone.
@pytest.mark.parametrize("path", [2, 3], indirect=True)
def test_a_job_of_an_old_journal_is_bundled_with_a_new_one_of_equal_options(
    path: Path,
) -> None:
    scene = Scene(path.parent)
    scene.ask(job(4, task=Analyze(edit=edit(), asks=BUILTIN)))
    scene.wait(ANTICIPATION_SECONDS)

    # Job 1 was started at once, before job 4; when it is returned, both are started.
    scene.returns_jobs()

    assert scene.worker.commands[-1] == "run 01 04"
    scene.journal.close()


def test_a_job_of_an_old_journal_that_is_submitted_again_is_the_same_job(path: Path) -> None:
    again = [SIGNATURE, json.dumps({"protocol": [1, 1], "id": "0" * 32}).encode()]
    _, submit = unpack_request([*again, old_text(1, BUILTIN, 60).encode()])
    assert isinstance(submit, Submit)
    scene = Scene(path.parent)

    for form in (submit, Attach(job=job_id(1))):
        info = scene.ask(form)
        assert isinstance(info, JobInfo)
        assert (info.job, info.priority) == (job_id(1), Priority.NORMAL)
    scene.journal.close()
