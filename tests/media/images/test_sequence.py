"""Image sequences: their members, and the frames shown in place of missing pictures."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any
from unicodedata import normalize

import cv2
import pytest

from shotlog.media import FrameReader
from shotlog.media.images import NumberedName, SequenceReader, list_sequence_files
from shotlog.schema import FrameNeed, ImageSequence, MediaMissing
from tests.media.material import EVERYTHING, between, opened, plain

NEED = FrameNeed(width=32, height=32)


def written(
    folder: Path, count: int = 20, without: Collection[int] = (), **told: Any
) -> ImageSequence:
    """Write pictures 0 to count - 1, whose brightness encodes their number; 25 fps."""
    for number in range(count):
        if number not in without:
            cv2.imwrite(str(folder / f"a.{number:03d}.png"), plain(10 * number))
    pattern = str(folder / "a.%03d.png")
    return ImageSequence(**{"pattern": pattern, "first": 0, "rate": Fraction(25)} | told)


def shown(sequence: ImageSequence, *ranges: Any) -> list[tuple[Fraction | int, ...]]:
    """Return start and end in frames, and the number of the picture, for every shown frame."""
    media = opened(Path(sequence.pattern % sequence.first), sequence)
    return [
        (f.start * sequence.rate, f.end * sequence.rate, int(f.pixels(NEED)[0, 0]) // 10)
        for f in FrameReader(media, ranges or (EVERYTHING,))
    ]


@pytest.mark.parametrize(
    ("pattern", "name", "number"),
    [
        ("a.%04d.exr", "a.0007.exr", 7),
        ("a.%04d.exr", "a.10000.exr", 10000),
        ("a.%04d.exr", "a.00007.exr", None),
        ("a.%04d.exr", "a.7.exr", None),
        ("a.%d.exr", "a.7.exr", 7),
        ("a.%d.exr", "a.0007.exr", None),
        ("a.%d.exr", "a.-7.exr", None),
        ("a.%d.exr", "a.²7.exr", None),
        ("a.%d.exr", "a.7.exr.bak", None),
        ("5%%_%03d.exr", "5%_007.exr", 7),
        ("1%d1", "11", None),
    ],
)
def test_a_file_belongs_to_a_sequence_if_its_number_is_written_like_the_pattern(
    pattern: str, name: str, number: int | None
) -> None:
    assert NumberedName.of(f"/shots/{pattern}").number(name) == number


def test_the_picture_before_a_hole_is_held_and_those_after_it_keep_their_times(
    tmp_path: Path,
) -> None:
    sequence = written(tmp_path, 6, without=(2, 3))
    assert shown(sequence) == [(0, 1, 0), (1, 4, 1), (4, 5, 4), (5, 6, 5)]


def test_reading_may_begin_in_a_hole(tmp_path: Path) -> None:
    sequence = written(tmp_path, 20, without=(13, 14, 15))
    inside = between(Fraction(14, 25), Fraction(15, 25))
    assert shown(sequence, inside) == [(12, 16, 12)]


def test_nothing_is_shown_before_the_first_picture(tmp_path: Path) -> None:
    assert shown(written(tmp_path, 5, without=(0, 1))) == [(2, 3, 2), (3, 4, 3), (4, 5, 4)]


def test_the_last_picture_is_held_to_the_end_in_the_timeline(tmp_path: Path) -> None:
    assert shown(written(tmp_path, 3, last=9))[-1] == (2, 10, 2)


def test_what_follows_the_last_number_without_a_hole_belongs_to_it(tmp_path: Path) -> None:
    sequence = written(tmp_path, 9, without=(6,), last=3)
    assert [number for number, _ in list_sequence_files(sequence)] == [0, 1, 2, 3, 4, 5]


def test_in_steps_of_two_what_lies_between_does_not_belong(tmp_path: Path) -> None:
    sequence = written(tmp_path, 7, step=2)
    assert shown(sequence) == [(0, 1, 0), (1, 2, 2), (2, 3, 4), (3, 4, 6)]


def test_a_damaged_picture_costs_none_beside_it(tmp_path: Path) -> None:
    sequence = written(tmp_path)
    for number in (5, 18):
        (tmp_path / f"a.{number:03d}.png").write_bytes(b"no picture")
    assert [picture for *_, picture in shown(sequence)] == [
        number for number in range(20) if number not in (5, 18)
    ]


def test_composed_and_decomposed_letters_are_the_same(tmp_path: Path) -> None:
    sequence = written(tmp_path, 2)
    for number, file in list_sequence_files(sequence):
        file.rename(tmp_path / normalize("NFD", f"Büro.{number:03d}.png"))
    named = sequence.model_copy(update={"pattern": str(tmp_path / "Büro.%03d.png")})
    assert [number for number, _ in list_sequence_files(named)] == [0, 1]


def test_the_probe_reads_no_more_than_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    decode = SequenceReader._decode

    def counted(reader: SequenceReader, file: Path, *rest: Any) -> Any:
        read.append(file.name)
        return decode(reader, file, *rest)

    monkeypatch.setattr(SequenceReader, "_decode", counted)
    media = opened(tmp_path / "a.000.png", written(tmp_path))
    assert media.duration == Fraction(20, 25)
    assert read == ["a.000.png"]


def test_a_sequence_without_a_picture_is_offline(tmp_path: Path) -> None:
    sequence = written(tmp_path, 0)
    (tmp_path / "a.003.png").touch()
    with pytest.raises(MediaMissing):
        opened(tmp_path / "a.000.png", sequence)
