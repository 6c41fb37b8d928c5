"""Image sequences that a timeline names by one path with a pattern in it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.otio.timelines import clip, read, timeline, track


@pytest.mark.parametrize(
    "name",
    [
        "a.%04d.exr",
        "a.%(frame)04d.exr",
        "a.####.exr",
        "a.[####].exr",
        "a.@@@@.exr",
        "a.{:04d}.exr",
        "a.{:04}.exr",
        "a.{:0>4}.exr",
        "a.{frame:>04}.exr",
        "a.{frame:>04d}.exr",
        "a.$F4.exr",
        "a.$F.exr",
        "a.$FF.exr",
        "a.${F4}.exr",
        "a.<frame>.exr",
        "a.<f4>.exr",
        "a.<frame:04>.exr",
        "a.[1001-1010].exr",
        "a.[1001..1010].exr",
        "a.1001-1010@@@@.exr",
        "a.%04d.exr 1001-1010",
        "a.%04d.exr [1001-1010]",
    ],
)
@pytest.mark.parametrize("start", [0, 1001])
def test_a_pattern_stands_for_the_pictures_that_are_there(
    tmp_path: Path, name: str, start: int
) -> None:
    for number in range(1001, 1011):
        (tmp_path / f"a.{number}.exr").write_bytes(b"x")
    used = clip("a", (start, 10), media=str(tmp_path / name), available=(start, 10))
    (found,) = read(tmp_path, timeline(track(used))).clips
    assert found.problem is None
    assert found.media is not None
    sequence = found.media.sequence
    assert sequence is not None
    assert (found.media.path, sequence.first, sequence.last, sequence.rate) == (
        str(tmp_path / "a.1001.exr"), 1001, 1010, Fraction(24),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a.[1010-1001].exr", "a.$T.exr", "b.####.exr"])
def test_a_pattern_of_which_nothing_is_there_stays_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.1001.exr").write_bytes(b"x")
    used = clip("a", media=str(tmp_path / name), available=(0, 10))
    (found,) = read(tmp_path, timeline(track(used))).clips
    assert found.media is not None
    assert (found.media.path, found.media.sequence) == (str(tmp_path / name), None)
