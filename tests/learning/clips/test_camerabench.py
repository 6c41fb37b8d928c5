"""The reader of CameraBench's public files, on a made folder in their layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.learning.clips import DataSet, Part, read_data_set
from shotlog.learning.clips.readers import PRIMITIVES
from shotlog.schema import MOVES, DataSetUnreadable, Family
from tests.learning.clips.made_sets import touch, write_camera_bench, write_primitive

MOVE = Family.MOVE


def read(folder: Path) -> DataSet:
    return read_data_set("camerabench", folder, [MOVE])


def test_every_primitive_of_the_board_is_a_move_of_its_own() -> None:
    moves = [primitive.move for primitive in PRIMITIVES]
    assert len(set(moves)) == 15
    assert set(moves) <= set(MOVES.names)


def test_a_clip_tells_which_moves_hold_and_which_are_known(tmp_path: Path) -> None:
    data = read(write_camera_bench(tmp_path))
    assert [(clip.id, clip.labels[MOVE], clip.judged[MOVE]) for clip in data.clips] == [
        ("a.0.1", ("dolly_in", "zoom_in"), ("dolly_in", "zoom_in")),
        ("a.0.2", ("pan_left",), ("dolly_in", "pan_left")),
        ("b.3", ("pan_left",), ("zoom_in", "pan_left")),
        ("c.0.0", ("static",), ("pan_left", "static")),
    ]
    assert "Move_Out" in data.warnings[0]


def test_clips_of_one_video_are_one_film_of_the_test_part(tmp_path: Path) -> None:
    data = read(write_camera_bench(tmp_path))
    assert [clip.film for clip in data.clips] == ["a", "a", "b", "c"]
    assert {clip.part for clip in data.clips} == {Part.TEST}


def test_rows_that_contradict_each_other_tell_nothing(tmp_path: Path) -> None:
    write_primitive(tmp_path, "Static", ("a.1", "Yes"), ("a.1", "No"), ("b.1", "No"))
    write_primitive(tmp_path, "Zoom_In", ("b.1", "Yes"), ("c.1", "Perhaps"))
    for video in "abc":
        touch(tmp_path / "videos" / f"{video}.1.mp4")
    data = read(tmp_path)
    assert [(clip.id, clip.judged[MOVE]) for clip in data.clips] == [("b.1", ("zoom_in", "static"))]
    assert data.skipped == {
        "its labels contradict each other": 1,
        "a row of Zoom_In names no video, or is neither Yes nor No": 1,
    }


def test_a_damaged_line_is_told_with_its_number(tmp_path: Path) -> None:
    write_camera_bench(tmp_path)
    with (tmp_path / "binary_classification" / "Move_In.jsonl").open("a") as stream:
        stream.write("{\n")
    with pytest.raises(DataSetUnreadable) as error:
        read(tmp_path)
    assert "Move_In.jsonl, line 3" in error.value.problem.subject


def test_the_board_has_a_figure_of_every_primitive_and_their_mean(tmp_path: Path) -> None:
    board = read(write_camera_bench(tmp_path)).board
    assert board is not None
    assert [title for _, title in board.columns][:3] == ["in", "out", "up"]
    for *figures, mean in board.rows.values():
        assert len(figures) == len(board.columns)
        # The published means are rounded, and were taken before the figures were.
        assert sum(figures) / len(figures) == pytest.approx(mean, abs=0.06)
