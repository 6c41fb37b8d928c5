"""A part of a timeline is read: a range, the selected clips, the clip at the playhead."""

from __future__ import annotations

import pytest

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.scope import CLIP, RANGE, SELECTION
from tests.resolve.reading.scenes import (
    VERSIONS,
    open_double,
    read,
    sources,
    spans,
    three,
    with_one_clip,
)


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_range_trims_its_clips_and_its_out_point_belongs_to_it(version: str) -> None:
    edit = read(open_double(three, version), RANGE)

    assert edit.spans == [(24, 120)]
    assert spans(edit) == [(24, 48), (48, 96), (96, 120)]
    # The last one runs backwards from frame 647; its first half shows frames 647 to 624.
    assert sources(edit) == [(124, 148), (400, 496), (624, 648)]


@pytest.mark.parametrize(
    ("marks", "span"),
    [({"in": 50}, (50, 144)), ({"out": 49}, (0, 50)), ({"in": 9, "out": 9}, (9, 10))],
)
def test_one_point_is_enough_for_a_range(marks: dict[str, int], span: tuple[int, int]) -> None:
    double = open_double(three)
    double.timeline().marks = {"video": marks}

    assert read(double, RANGE).spans == [span]


def test_a_range_without_points_says_how_to_set_them() -> None:
    with pytest.raises(ScriptError, match=r"no in or out point.*Set them with I and O"):
        read(open_double(with_one_clip), RANGE)


def test_a_range_without_clips_says_so() -> None:
    double = open_double(three)
    double.timeline().marks = {"video": {"in": 500, "out": 600}}

    with pytest.raises(ScriptError, match="no video clip between the in and the out point"):
        read(double, RANGE)


def test_a_version_that_tells_no_points_says_so() -> None:
    with pytest.raises(
        ScriptError, match=r"18\.5\.1\.6 does not tell scripts the in and out point"
    ):
        read(open_double(three, "18.5"), RANGE)


@pytest.mark.parametrize("version", VERSIONS[3:])
def test_the_selected_clips_are_read(version: str) -> None:
    edit = read(open_double(three, version), SELECTION)

    assert list(edit.items) == ["V1/0", "V1/96"]
    assert edit.spans == [(0, 48), (96, 144)]


def test_nothing_selected_says_so() -> None:
    with pytest.raises(ScriptError, match="No video clip is selected"):
        read(open_double(with_one_clip, "21.1"), SELECTION)


@pytest.mark.parametrize("version", VERSIONS[:3])
def test_a_version_that_tells_no_selection_names_the_one_that_does(version: str) -> None:
    with pytest.raises(ScriptError, match=r"version 21\.0\.4 and later do"):
        read(open_double(three, version), SELECTION)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_clip_at_the_playhead_is_read(version: str) -> None:
    edit = read(open_double(three, version), CLIP)

    assert list(edit.items) == ["V1/48"]
    assert edit.spans == [(48, 96)]


def test_a_playhead_past_every_clip_says_so() -> None:
    double = open_double(three)
    double.timeline().playhead += 1000

    with pytest.raises(ScriptError, match="no video clip at the playhead"):
        read(double, CLIP)
