"""A search takes every film once, and records what it skips."""

from __future__ import annotations

import errno
import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shotlog.media.discovery import (
    VIDEO_SUFFIXES,
    FileKind,
    SearchResult,
    describe_skipped,
    is_text,
    kind_by_suffix,
    search_media,
    sniff_kind,
)
from shotlog.schema import AAF_HEADS, HEAD_BYTES, MediaMissing, MediaUnreadable
from shotlog.synthetic import write_video


def names(found: SearchResult, folder: Path) -> list[str]:
    return [str(film.path.relative_to(folder)) for film in found.films]


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x")


def test_films_come_in_the_order_of_their_names_folder_by_folder(tmp_path: Path) -> None:
    touch(tmp_path, "b.mov", "a/z.mov", "a/b/c.mov", "c.mov", "B.mov")
    assert names(search_media([tmp_path]), tmp_path) == [
        "B.mov",
        "a/b/c.mov",
        "a/z.mov",
        "b.mov",
        "c.mov",
    ]


def test_no_suffix_is_both_film_and_something_else() -> None:
    assert [suffix for suffix in sorted(VIDEO_SUFFIXES) if kind_by_suffix(f"a{suffix}")] == []


def test_a_folder_that_cannot_be_read_is_a_problem_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "closed/a.mov", "open/b.mov")
    real = os.scandir

    def refuse(path: Path) -> Any:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    with monkeypatch.context() as patched:  # the removal of the test's folder uses it too
        patched.setattr(os, "scandir", refuse)
        found = search_media([tmp_path])
    assert names(found, tmp_path) == ["open/b.mov"]
    (problem,) = found.problems
    assert problem.subject == str(tmp_path / "closed")
    assert "permission denied" in problem.message


def test_a_named_path_that_is_not_there_ends_the_search(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing, match="no such file or folder"):
        search_media([tmp_path / "none"])


def test_a_ring_of_links_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.mov").symlink_to("b.mov")
    (tmp_path / "b.mov").symlink_to("a.mov")
    found = search_media([tmp_path])
    assert [Path(problem.subject).name for problem in found.problems] == ["a.mov", "b.mov"]
    assert not found.films


def test_a_link_to_the_whole_disk_is_not_followed(tmp_path: Path) -> None:
    touch(tmp_path, "rushes/a.mov", "b.mov")
    (tmp_path / "rushes" / "disk").symlink_to("/")
    found = search_media([tmp_path / "rushes"])
    assert names(found, tmp_path) == ["rushes/a.mov"]
    assert found.skipped == [(FileKind.ABOVE, tmp_path / "rushes" / "disk")]


def test_a_folder_that_is_named_is_searched_although_it_lies_above_another(tmp_path: Path) -> None:
    touch(tmp_path, "rushes/a.mov", "b.mov")
    found = search_media([tmp_path / "rushes", tmp_path])
    assert names(found, tmp_path) == ["rushes/a.mov", "b.mov"]


def test_without_inodes_files_are_distinguished_by_their_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.mov", "b.mov")
    (tmp_path / "c.mov").symlink_to("a.mov")
    real = Path.stat

    def without(self: Path, **options: bool) -> os.stat_result:
        found = real(self, **options)
        return os.stat_result((found.st_mode, 0, *found[2:]))

    monkeypatch.setattr(Path, "stat", without)
    found = search_media([tmp_path])
    assert names(found, tmp_path) == ["a.mov", "b.mov"]
    assert found.skipped == [(FileKind.AGAIN, tmp_path / "c.mov")]


def test_a_tree_deeper_than_the_stack_is_searched(tmp_path: Path) -> None:
    made = [tmp_path]
    for _ in range(sys.getrecursionlimit() + 20):
        made.append(made[-1] / "d")
        made[-1].mkdir()
    assert search_media([tmp_path]).problems == []
    for folder in reversed(made[1:]):  # too deep for pytest's own clean-up
        folder.rmdir()


def test_entries_are_counted_during_the_search(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.mov", "a/2.mov", "b/3.mov")
    counts: list[int] = []
    search_media([tmp_path], counts.append)
    assert counts == [2, 4, 5]  # a and b; then two in a, one in b


def test_known_suffixes_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, *(f"{n}.wav" for n in range(20)), "a.mov")
    asked: list[str] = []
    real = Path.stat

    def count(self: Path, **options: bool) -> os.stat_result:
        asked.append(self.name)
        return real(self, **options)

    monkeypatch.setattr(Path, "stat", count)
    search_media([tmp_path])
    assert [name for name in asked if name.endswith(".wav")] == []


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mkv"
    pictures = [np.full((90, 160, 3), 40 * n, np.uint8) for n in range(6)]
    write_video(path, pictures, Fraction(25))
    return path


def test_film_is_known_by_its_content(film: Path) -> None:
    assert sniff_kind(str(film)) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"Reel 1, take 3\n" * 400, FileKind.DOCUMENT),
        (("Prénom, 名前\n" * 3000).encode(), FileKind.DOCUMENT),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), FileKind.PICTURE),
        (bytes(range(256)) * 40, FileKind.OTHER),
        (b"\x7fELF" + bytes(4096), FileKind.OTHER),
        (bytes(4096), FileKind.OTHER),
        (AAF_HEADS[0] + bytes(4096), FileKind.TIMELINE),
    ],
    ids=["text", "letters cut in two", "picture", "bytes", "program", "zeros", "AAF"],
)
def test_other_files_are_not_taken_for_film(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    path = tmp_path / "unknown"
    path.write_bytes(content)
    assert sniff_kind(str(path)) is kind


def test_a_file_that_vanishes_while_it_is_searched_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        sniff_kind(str(tmp_path / "gone"))


def test_text_that_is_cut_in_a_letter_is_still_text() -> None:
    text = ("é" * HEAD_BYTES).encode()
    assert is_text(text[:HEAD_BYTES])
    assert is_text(b"x" + text[: HEAD_BYTES - 1])
    assert not is_text(text[:1])
    assert not is_text(b"")


def test_numbered_pictures_are_described_by_range_and_lone_ones_by_kind() -> None:
    pictures = [f"/a/shot.{n:04d}.exr" for n in range(98, 103)] + ["/a/IMG_1.jpg", "/a/IMG_900.jpg"]
    told = describe_skipped([(FileKind.PICTURE, Path(path)) for path in pictures])
    assert told == "5 numbered pictures (shot.0098-0102.exr), 2 pictures (.jpg)"


def test_of_many_suffixes_a_few_are_named() -> None:
    told = describe_skipped([(FileKind.OTHER, Path(f"/a/file.x{n}")) for n in range(9)])
    assert told == "9 other files (.x0, .x1, .x2, .x3, .x4, ...)"


def test_unreadable_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "unknown")

    def refuse(path: str) -> FileKind:
        raise MediaUnreadable(path, "you may not read this file")

    monkeypatch.setattr("shotlog.media.discovery.folders.sniff_kind", refuse)
    (problem,) = search_media([tmp_path]).problems
    assert problem.subject == str(tmp_path / "unknown")


def test_an_interrupt_ends_a_search_at_once(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.mov", "b/2.mov")

    def interrupted(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search_media([tmp_path], interrupted)
