"""The log: a line of JSON for each event, in files of limited size."""

from __future__ import annotations

import json
import logging
import re
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shotlog.schema import DaemonRefused
from shotlog.service.client import RECENT_JOBS, find_job, select_recent
from shotlog.service.protocol import JobInfo, JobState, Priority
from shotlog.service.runtime import follow_log, format_line, log_to_file, tail_log
from shotlog.testing import FakeDaemon
from tests.service.jobs import edit, job_id

LOG = logging.getLogger("shotlog.service.test")


def test_an_event_is_a_line_of_json_with_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with log_to_file(path):
        LOG.info("job %s", "done", extra={"job": "ab12"})
        LOG.debug("not asked for")
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            LOG.exception("failed\nover two lines")
    first, second = map(json.loads, path.read_text().splitlines())
    assert first | {"at": ""} == {
        "at": "", "level": "info", "from": "test", "say": "job done", "job": "ab12",
    }  # fmt: skip
    assert "ZeroDivisionError" in second["trace"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_is_ascii_and_in_the_order_in_which_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with log_to_file(path):
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            facts = {"job": "ab12", "path": Path("Küste"), "bad": "caf\udce9"}
            LOG.warning("failed\nover two lines", exc_info=True, extra=facts)
    (line,) = path.read_bytes().splitlines()  # ASCII takes a name that is not UTF-8, too
    read = json.loads(line.decode("ascii"))
    assert list(read) == ["at", "level", "from", "say", "job", "path", "bad", "trace"]
    assert (read["path"], read["bad"]) == ("Küste", "caf\udce9")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", read["at"])
    at = datetime.fromisoformat(read["at"])  # of this moment, in UTC
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


def test_the_log_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with log_to_file(path, max_bytes=1000):
        for number in range(200):
            LOG.info("event %d", number)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + 3  # the current one and three older ones
    assert all(file.stat().st_size <= 1000 for file in files)
    assert json.loads(tail_log(path, 1)[0])["say"] == "event 199"
    assert tail_log(path, 0) == []


def test_following_continues_when_the_file_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("older\nold\n")
    lines = follow_log(path, 1, interval=0.01)
    assert next(lines) == "old"
    with path.open("a") as file:
        file.write("one\ntwo\nthr")
    assert [next(lines), next(lines)] == ["one", "two"]
    with path.open("a") as file:
        file.write("ee\n")
    assert next(lines) == "three"
    path.rename(tmp_path / "log.jsonl.1")
    path.write_text("four\n")
    assert next(lines) == "four"


def test_a_file_that_comes_later_is_followed_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    lines = follow_log(path, interval=0.01)
    late = threading.Timer(0.1, lambda: path.write_text("first\n"))
    late.start()
    assert next(lines) == "first"
    late.join()


def test_a_line_is_formatted_and_a_damaged_one_is_shown_as_it_is() -> None:
    line = '{"at": "2026-03-01T12:00:00.123Z", "level": "info", "from": "x", "say": "hi", "job": 1}'
    assert format_line(line) == ["12:00:00 info    hi (job=1)"]
    for damaged in ("", "nonsense", "[]", "{}", line[:-5]):
        assert format_line(damaged) == [damaged]


def info(number: int, state: JobState = JobState.DONE) -> JobInfo:
    return JobInfo(
        job=job_id(number), name="cut", state=state, priority=Priority.NORMAL, durable=True,
        clips=1, created=0,
    )  # fmt: skip


def test_a_job_is_found_by_an_unambiguous_beginning() -> None:
    with FakeDaemon() as daemon, daemon.client() as client:
        with pytest.raises(DaemonRefused, match="there is none"):
            find_job(client, None)
        first, second = (
            client.submit(edit(), name=name, job=name + "0" * 30).job for name in ("12", "13")
        )
        assert find_job(client, None).job == second
        assert find_job(client, "13").job == second
        assert find_job(client, first.upper()).job == first
        with pytest.raises(DaemonRefused, match="ids of 2 jobs begin with this"):
            find_job(client, "1")
        with pytest.raises(DaemonRefused, match="no job's id begins with this"):
            find_job(client, "7")


def test_what_is_not_over_is_always_listed() -> None:
    jobs = [info(number) for number in range(2 * RECENT_JOBS)] + [info(999, JobState.QUEUED)]
    shown = select_recent(jobs)
    assert shown == [*jobs[:RECENT_JOBS], jobs[-1]]
