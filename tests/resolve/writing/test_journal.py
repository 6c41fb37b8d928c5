"""The journal remembers what was written, whatever happens to its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shotlog_resolve.host import Identity
from shotlog_resolve.journal import COMPACT_ABOVE, JOB, MARKERS, Journal

HERE = Identity("project", "timeline")
THERE = Identity("project", "other")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_the_latest_of_each_kind_and_timeline_counts(file: Path, told: list[str]) -> None:
    journal = Journal(str(file), told.append)
    journal.record_markers(HERE, [("a", 0, "h")])
    journal.record_markers(HERE, [("a", 0, "h"), ("b", 4, "h")])
    journal.record_markers(THERE, [("c", 8, "h")])
    journal.record(HERE, JOB, "ab" * 16)
    again = Journal(str(file), told.append)

    assert again.markers(HERE) == ["a", "b"]
    assert again.markers(THERE) == ["c"]
    assert again.get(HERE, JOB) == "ab" * 16
    assert again.get(THERE, JOB) is None
    assert told == []


def test_the_same_again_is_no_new_line(file: Path, told: list[str]) -> None:
    journal = Journal(str(file), told.append)
    journal.record(HERE, JOB, "a")
    size = file.stat().st_size
    journal.record(HERE, JOB, "a")

    assert file.stat().st_size == size


def test_a_line_that_was_cut_off_costs_no_other(file: Path, told: list[str]) -> None:
    journal = Journal(str(file), told.append)
    journal.record(HERE, JOB, "a")
    with file.open("ab") as damaged:
        damaged.write(b'{"project":"project","timel\n\xff\xfe\n[]\n')
    Journal(str(file), told.append).record(THERE, JOB, "b")
    again = Journal(str(file), told.append)

    assert (again.get(HERE, JOB), again.get(THERE, JOB)) == ("a", "b")
    assert told


def test_a_line_that_lacks_its_end_swallows_no_later_one(file: Path, told: list[str]) -> None:
    journal = Journal(str(file), told.append)
    journal.record(HERE, JOB, "a")
    with file.open("ab") as damaged:
        damaged.write(b'{"project":"pro')
    Journal(str(file), told.append).record(THERE, JOB, "b")

    assert Journal(str(file), told.append).get(THERE, JOB) == "b"


def test_a_long_journal_is_written_anew_with_what_counts(file: Path, told: list[str]) -> None:
    journal = Journal(str(file), told.append)
    many = [(f"marker {n}", n, "0123456789abcdef") for n in range(3000)]
    for n in range(40):
        journal.record_markers(HERE, many[n:])
    journal.record(THERE, JOB, "b")

    assert file.stat().st_size < COMPACT_ABOVE + 2 * 150_000
    assert len(Journal(str(file), told.append).markers(HERE)) == 2961


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_to_the_log_and_stops_nothing(tmp_path: Path, told: list[str]) -> None:
    full = tmp_path / "journal.jsonl"
    journal = Journal(str(full), told.append)
    full.symlink_to("/dev/full")  # after it was read: nothing would end the reading of this
    journal.record(HERE, JOB, "a")

    assert journal.get(HERE, JOB) == "a"
    assert "cannot be written" in told[0]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_stops_nothing(tmp_path: Path, told: list[str]) -> None:
    tmp_path.chmod(0o500)
    Journal(str(tmp_path / "journal.jsonl"), told.append).record(HERE, MARKERS, [])
    tmp_path.chmod(0o700)

    assert told
