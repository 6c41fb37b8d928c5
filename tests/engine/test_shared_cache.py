"""Evidence that machines share through a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import Cache, SharedCache
from shotlog.schema import Series, TimeRange

SPAN = TimeRange(start=Fraction(0), duration=Fraction(2))
MEDIA = "c0ffee" * 5 + "00"


def rows(value: float = 1.0) -> Series:
    moments = np.arange(4, dtype=np.int64)
    return Series(Fraction(1, 2), moments, moments, np.full((4, 2), value, np.float32))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def nodes(tmp_path: Path, share: Path) -> Iterator[tuple[SharedCache, SharedCache]]:
    with (
        SharedCache(tmp_path / "one.sqlite", share=share) as one,
        SharedCache(tmp_path / "two.sqlite", share=share) as two,
    ):
        yield one, two


def test_what_one_machine_measured_another_one_reads(
    nodes: tuple[SharedCache, SharedCache],
) -> None:
    one, two = nodes
    one.add(MEDIA, "faces", SPAN, rows())
    assert two.pieces(MEDIA, "faces") == [SPAN]
    found = two.read(MEDIA, "faces", SPAN)
    assert found is not None
    np.testing.assert_array_equal(found.values, rows().values)


def test_what_was_taken_stays_when_the_share_is_gone(
    nodes: tuple[SharedCache, SharedCache], share: Path
) -> None:
    one, two = nodes
    one.add(MEDIA, "faces", SPAN, rows())
    two.pieces(MEDIA, "faces")
    shutil.rmtree(share)
    assert two.pieces(MEDIA, "faces") == [SPAN]
    assert not two.warnings


def test_the_end_of_a_file_and_its_damage_are_shared(
    nodes: tuple[SharedCache, SharedCache],
) -> None:
    one, two = nodes
    assert two.ending(MEDIA) == (None, None)
    one.note_ending(MEDIA, Fraction(7, 3), None)
    one.note_ending(MEDIA, None, "a frame is damaged")
    assert two.ending(MEDIA) == (Fraction(7, 3), "a frame is damaged")


def test_a_share_that_vanishes_is_told_once_and_costs_nothing_else(
    nodes: tuple[SharedCache, SharedCache], share: Path
) -> None:
    one, _ = nodes
    one.add(MEDIA, "faces", SPAN, rows())
    shutil.rmtree(share)
    share.write_text("a file in its place")
    later = TimeRange(start=Fraction(2), duration=Fraction(2))
    one.add(MEDIA, "faces", later, rows())
    one.add(MEDIA, "speech", SPAN, rows())
    assert one.pieces(MEDIA, "faces") == [SPAN, later]
    (warning,) = one.warnings
    assert "measures by itself" in warning
    share.unlink()
    share.mkdir()  # it comes back
    one.add(MEDIA, "loudness", SPAN, rows())
    assert list(share.rglob("*.piece"))


@pytest.mark.parametrize("keep", [0, 10, -1])
def test_a_damaged_piece_is_measured_again(
    nodes: tuple[SharedCache, SharedCache], share: Path, keep: int
) -> None:
    one, two = nodes
    one.add(MEDIA, "faces", SPAN, rows())
    (piece,) = share.rglob("*.piece")
    piece.write_bytes(piece.read_bytes()[:keep])
    assert two.pieces(MEDIA, "faces") == []
    assert two.read(MEDIA, "faces", SPAN) is None


def test_a_damaged_ending_counts_as_none(
    nodes: tuple[SharedCache, SharedCache], share: Path
) -> None:
    one, two = nodes
    one.note_ending(MEDIA, Fraction(1), None)
    (ending,) = share.rglob("ending.json")
    ending.write_text("{")
    assert two.ending(MEDIA) == (None, None)


def test_other_measures_and_media_are_not_taken(nodes: tuple[SharedCache, SharedCache]) -> None:
    one, two = nodes
    one.add(MEDIA, "faces", SPAN, rows())
    assert two.pieces(MEDIA, "faces of another epoch") == []
    assert two.pieces("ab" * 16, "faces") == []


def test_a_piece_that_both_have_is_stored_once(
    tmp_path: Path, share: Path, nodes: tuple[SharedCache, SharedCache]
) -> None:
    one, two = nodes
    two.add(MEDIA, "faces", SPAN, rows())
    one.add(MEDIA, "faces", SPAN, rows())
    assert one.pieces(MEDIA, "faces") == [SPAN]
    assert len(list(share.rglob("*.piece"))) == 1
    with Cache(tmp_path / "one.sqlite") as plain:
        assert plain.pieces(MEDIA, "faces") == [SPAN]
