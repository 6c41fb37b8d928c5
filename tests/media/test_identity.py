"""Who a file is depends on its content and on nothing else."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.media import content_id
from shotlog.schema.errors import MediaMissing, MediaUnreadable
from shotlog.schema.media import ImageSequence

MEGABYTE = 1 << 20


def test_a_moved_and_touched_file_is_the_same(tmp_path: Path) -> None:
    one, two = tmp_path / "one.mov", tmp_path / "elsewhere.mxf"
    one.write_bytes(b"picture" * 1000)
    two.write_bytes(b"picture" * 1000)
    os.utime(two, (1, 1))
    assert content_id(str(one)) == content_id(str(two))
    assert len(content_id(str(one))) == 32


@pytest.mark.parametrize("place", [0, 1, 500_000, 3 * MEGABYTE - 1])
def test_any_byte_of_a_small_file_counts(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a"
    content = bytearray(3 * MEGABYTE)
    path.write_bytes(content)
    before = content_id(str(path))
    content[place] = 1
    path.write_bytes(content)
    assert content_id(str(path)) != before


@pytest.mark.parametrize("place", [0, 60_000, 20 * MEGABYTE - 1])
def test_head_and_tail_of_a_large_file_count(tmp_path: Path, place: int) -> None:
    path = tmp_path / "a"
    content = bytearray(20 * MEGABYTE)
    path.write_bytes(content)
    before = content_id(str(path))
    content[place] = 1
    path.write_bytes(content)
    assert content_id(str(path)) != before


def test_length_counts(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(20 * MEGABYTE))
    (tmp_path / "b").write_bytes(bytes(20 * MEGABYTE + 1))
    assert content_id(str(tmp_path / "a")) != content_id(str(tmp_path / "b"))


def test_a_sequence_is_known_by_all_its_pictures(tmp_path: Path) -> None:
    for n in range(10, 14):
        (tmp_path / f"p.{n}.dpx").write_bytes(bytes([n]) * 200_000)
    sequence = ImageSequence(pattern=str(tmp_path / "p.%d.dpx"), first=10, rate=Fraction(24))
    first = str(tmp_path / "p.10.dpx")
    before = content_id(first, sequence)
    assert before != content_id(first)
    (tmp_path / "p.12.dpx").write_bytes(bytes(200_000))
    changed = content_id(first, sequence)
    assert changed != before
    (tmp_path / "p.13.dpx").unlink()
    assert content_id(first, sequence) != changed


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


def test_what_is_not_there_or_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        content_id(str(tmp_path / "gone.mov"))
    with pytest.raises(MediaUnreadable):
        content_id(str(tmp_path))
