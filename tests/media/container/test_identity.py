"""Content identity: the content of small media; for large ones, every write changes it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.media import MediaState, content_id, media_state
from shotlog.schema import ImageSequence, MediaMissing, MediaUnreadable

MEGABYTE = 1 << 20


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> int:
    """Return a size in bytes that is above the limit for a full read."""
    monkeypatch.setattr("shotlog.media.container.identity.MAX_FULL_READ", 4 * MEGABYTE)
    return 5 * MEGABYTE


def sequence(
    folder: Path, first: int = 10, rate: int = 24, name: str = "p.%d.dpx"
) -> ImageSequence:
    return ImageSequence(pattern=str(folder / name), first=first, rate=Fraction(rate))


def pictures(folder: Path, *numbers: int, size: int = 200_000) -> str:
    """Write pictures of different content; return the path of the first."""
    folder.mkdir(exist_ok=True)
    for order, number in enumerate(numbers):
        (folder / f"p.{number}.dpx").write_bytes(bytes([order]) * size)
    return str(folder / f"p.{numbers[0]}.dpx")


def test_a_small_file_that_is_copied_and_touched_is_the_same(tmp_path: Path) -> None:
    one, two = tmp_path / "one.mov", tmp_path / "elsewhere.mxf"
    one.write_bytes(b"picture" * 1000)
    two.write_bytes(b"picture" * 1000)
    os.utime(two, (1, 1))
    assert content_id(str(one)) == content_id(str(two))
    assert len(content_id(str(one))) == 32


@pytest.mark.parametrize("place", [0, 1, 7 * MEGABYTE + 150_000, 20 * MEGABYTE - 1])
def test_any_byte_of_a_file_that_is_read_whole_counts(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(20 * MEGABYTE))
    before = content_id(str(path))
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"1")
    os.utime(path, (1, 1))
    assert content_id(str(path)) != before


def test_length_counts(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(20 * MEGABYTE))
    (tmp_path / "b").write_bytes(bytes(20 * MEGABYTE + 1))
    assert content_id(str(tmp_path / "a")) != content_id(str(tmp_path / "b"))


def test_an_unchanged_large_file_keeps_its_identity(tmp_path: Path, large: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(large))
    assert content_id(str(path)) == content_id(str(path))


def _write(path: Path) -> None:
    """Change a byte outside all sampled blocks: 64 KiB long, 5 MiB / 31 = 164 KiB apart."""
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"1")


@pytest.mark.parametrize(
    "change", [_write, Path.touch, lambda path: path.chmod(0o600)], ids=["write", "touch", "chmod"]
)
def test_any_change_of_a_large_file_changes_its_identity_despite_a_reset_date(
    tmp_path: Path, large: int, change: Callable[[Path], object]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(large))
    dates = path.stat()
    before = content_id(str(path))
    change(path)
    os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert content_id(str(path)) != before


def test_large_files_with_equal_dates_have_two_identities(tmp_path: Path, large: int) -> None:
    paths = [tmp_path / name for name in "ab"]
    for path in paths:
        path.write_bytes(bytes(large))
    states = [media_state(str(path)) for path in paths]
    alike = [s.files[0]._replace(modified=1, changed=1) for s in states]
    assert alike[0][2:-1] == alike[1][2:-1]
    ids = {MediaState(f.path, (f,)).content_id() for f in alike}
    assert len(ids) == 2


def test_the_identity_of_a_fresh_large_file_waits_for_the_next_date(
    tmp_path: Path, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("shotlog.media.container.identity.time.sleep", slept.append)
    path = tmp_path / "a"
    path.write_bytes(bytes(large))
    state = media_state(str(path))
    now = time.time_ns()
    for changed in (now - now % 10**9, now // 10**9 * 10**9 + 1, now - 5 * 10**9):
        file = state.files[0]._replace(modified=1, changed=changed)
        MediaState(state.path, (file,)).content_id()
    # Dates in whole seconds: FAT and others count in steps of up to two seconds.
    assert slept == [2.0, 0.05, 0]


def test_the_identity_of_a_small_file_never_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "shotlog.media.container.identity.time.sleep", lambda _: pytest.fail("it waits")
    )
    (tmp_path / "a").write_bytes(b"new")
    content_id(str(tmp_path / "a"))


def test_a_sequence_is_known_by_all_its_pictures(tmp_path: Path) -> None:
    first = pictures(tmp_path, 10, 11, 12, 13)
    before = content_id(first, sequence(tmp_path))
    assert before != content_id(first)
    middle = (tmp_path / "p.12.dpx").read_bytes()
    (tmp_path / "p.12.dpx").write_bytes(middle[:100_000] + b"1" + middle[100_001:])
    changed = content_id(first, sequence(tmp_path))
    assert changed != before
    (tmp_path / "p.13.dpx").unlink()
    assert content_id(first, sequence(tmp_path)) != changed


def test_a_small_sequence_elsewhere_under_other_numbers_is_the_same(tmp_path: Path) -> None:
    here = content_id(pictures(tmp_path / "v2", 10, 11), sequence(tmp_path / "v2"))
    there = pictures(tmp_path / "50%", 1000, 1001)
    named = ImageSequence(
        pattern=str(tmp_path / "50%%" / "p.%04d.dpx"), first=1000, rate=Fraction(24)
    )
    assert content_id(there, named) == here


def test_the_rate_of_a_sequence_counts_as_it_times_the_pictures(tmp_path: Path) -> None:
    first = pictures(tmp_path, 10, 11)
    rates = {content_id(first, sequence(tmp_path, rate=rate)) for rate in (24, 25)}
    assert len(rates) == 2


def test_a_picture_under_another_number_makes_another_sequence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pictures(tmp_path, 10, 11, 12)
    listed = [(n, tmp_path / f"p.{n}.dpx") for n in (10, 11)]
    monkeypatch.setattr("shotlog.media.container.identity.list_sequence_files", lambda _: listed)
    before = content_id(first, sequence(tmp_path))
    listed[1] = (12, listed[1][1].rename(tmp_path / "p.12.dpx"))
    assert content_id(first, sequence(tmp_path)) != before


def test_any_write_to_a_picture_of_a_large_sequence_counts(tmp_path: Path, large: int) -> None:
    numbers = range(10, 110)
    first = pictures(tmp_path, *numbers, size=large // 90)
    before = content_id(first, sequence(tmp_path))
    assert content_id(first, sequence(tmp_path)) == before
    # Of 100 pictures 32 are sampled: the first, the fourth, ...; this one is not.
    picture = tmp_path / "p.12.dpx"
    dates = picture.stat()
    picture.write_bytes(bytes(large // 90))
    os.utime(picture, ns=(dates.st_atime_ns, dates.st_mtime_ns))
    assert content_id(first, sequence(tmp_path)) != before


def test_a_hole_in_a_sequence_and_its_clock_are_part_of_its_content(tmp_path: Path) -> None:
    for n in range(10, 14):
        (tmp_path / f"p.{n}.dpx").write_bytes(b"the same picture")
    sequence = ImageSequence(pattern=str(tmp_path / "p.%d.dpx"), first=10, rate=Fraction(24))
    faster = sequence.model_copy(update={"rate": Fraction(25)})
    path = str(tmp_path / "p.10.dpx")
    known = [content_id(path, sequence), content_id(path, faster)]
    (tmp_path / "p.11.dpx").unlink()
    known.append(content_id(path, sequence))
    (tmp_path / "p.12.dpx").rename(tmp_path / "p.11.dpx")
    known.append(content_id(path, sequence))
    assert len(set(known)) == 4


@pytest.mark.parametrize("whole", [MEGABYTE, 100])
def test_one_picture_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    monkeypatch.setattr(
        "shotlog.media.container.identity.MAX_FULL_READ", whole
    )  # read whole, or in samples
    for number in range(10, 15):
        (tmp_path / f"p.{number}.dpx").write_bytes(bytes([number]) * 100)
    readable, opened = content_id("p", sequence(tmp_path)), Path.open

    def refuse(path: Path, *args: Any, **options: Any) -> Any:
        if path.name == "p.12.dpx":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **options)

    monkeypatch.setattr(Path, "open", refuse)
    assert content_id("p", sequence(tmp_path)) != readable
    with pytest.raises(MediaUnreadable):
        content_id(str(tmp_path / "p.12.dpx"))


def test_a_missing_path_and_an_irregular_file_are_errors(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        content_id(str(tmp_path / "gone.mov"))
    with pytest.raises(MediaUnreadable):
        content_id(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaUnreadable, match="not a regular file"):
        content_id(str(tmp_path / "pipe"))
