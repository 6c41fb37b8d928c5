"""Complete files in a folder, by a clock that is set by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shotlog.watch import Scanner
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_file_is_complete_when_it_has_not_changed_for_a_while(
    tmp_path: Path, clock: Clock
) -> None:
    scanner, path = Scanner(tmp_path, 2.0, clock), tmp_path / "cut.otio"
    path.write_text("a")
    assert (list(scanner.search().timelines), scanner.search().growing) == ([], True)
    clock.sleep(1.9)
    path.write_text("ab")
    clock.sleep(0.2)
    assert list(scanner.search().timelines) == []
    clock.sleep(1.9)
    assert list(scanner.search().timelines) == []
    clock.sleep(0.2)
    found = scanner.search()
    assert (list(found.timelines), found.growing) == ([path], False)


def test_a_new_date_alone_is_a_change(tmp_path: Path, clock: Clock) -> None:
    scanner, path = Scanner(tmp_path, 2.0, clock), tmp_path / "cut.otio"
    path.write_text("a")
    scanner.search()
    clock.sleep(3)
    os.utime(path, (1, 1))
    assert list(scanner.search().timelines) == []


def test_the_clock_of_the_files_does_not_matter(tmp_path: Path, clock: Clock) -> None:
    """A server may be hours off."""
    scanner = Scanner(tmp_path, 2.0, clock)
    for name, date in (("past.otio", 0), ("future.otio", 4_000_000_000)):
        (tmp_path / name).write_text("a")
        os.utime(tmp_path / name, (date, date))
    scanner.search()
    clock.sleep(2)
    assert len(scanner.search().timelines) == 2


def test_a_bundle_is_complete_when_none_of_its_files_changes(tmp_path: Path, clock: Clock) -> None:
    scanner, bundle = Scanner(tmp_path, 2.0, clock), tmp_path / "cut.otiod"
    (bundle / "media").mkdir(parents=True)
    (bundle / "content.otio").write_text("{}")
    scanner.search()
    for size in range(1, 4):
        clock.sleep(2)
        (bundle / "media" / "a.mov").write_bytes(b"a" * size)
        assert scanner.search().growing
    clock.sleep(2)
    assert list(scanner.search().timelines) == [bundle]


def test_a_file_that_comes_back_starts_anew(tmp_path: Path, clock: Clock) -> None:
    scanner, path = Scanner(tmp_path, 2.0, clock), tmp_path / "cut.otio"
    path.write_text("a")
    scanner.search()
    path.rename(tmp_path / "aside")
    clock.sleep(3)
    scanner.search()
    (tmp_path / "aside").rename(path)
    assert list(scanner.search().timelines) == []


def test_a_folder_that_is_gone_is_an_error_of_the_system(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(FileNotFoundError):
        Scanner(tmp_path / "gone", 2.0, clock).search()
