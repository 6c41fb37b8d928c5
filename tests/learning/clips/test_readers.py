from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.learning.clips import DataSet, Part, join, read_data_set
from shotlog.schema import (
    Correction,
    CorrectionKind,
    DataSetUnreadable,
    Family,
    Finding,
    Provenance,
    Tier,
    TimeRange,
)
from tests.learning.clips.made_sets import shot, touch, write_folders, write_movieshots

BOTH = (Family.SIZE, Family.MOVEMENT)


def read_table(folder: Path, table: object, name: str = "v1_full_trailer.json") -> DataSet:
    (folder / name).write_text(json.dumps(table))
    return read_data_set("movieshots", folder, BOTH)


def read_list(folder: Path, text: str, *families: Family) -> DataSet:
    path = folder / "list.txt"
    path.write_text(text)
    return read_data_set("kinetics-list", path, families or (Family.SIZE,))


def read_rows(folder: Path, *rows: object, families: tuple[Family, ...] = BOTH) -> DataSet:
    path = folder / "clips.jsonl"
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(lines))
    return read_data_set("jsonl", path, families)


def correction(path: Path, **changes: Any) -> Correction:
    facts: dict[str, Any] = {
        "kind": CorrectionKind.RENAMED, "family": Family.SIZE, "labels": ("CS",),
        "content_id": "c", "path": str(path), "project": "heat", "timeline": "reel 1",
        "source": TimeRange(start=Fraction(1001, 24), duration=Fraction(2)),
    }  # fmt: skip
    return Correction(**{**facts, **changes})


def test_movieshots_keeps_its_split_and_reads_labels_not_values(tmp_path: Path) -> None:
    data = read_data_set("movieshots", write_movieshots(tmp_path), BOTH)
    assert [(c.id, c.film, c.part, c.labels) for c in data.clips] == [
        ("tt01/0001", "tt01", Part.TRAIN, {Family.SIZE: ("CS",), Family.MOVEMENT: ("Static",)}),
        ("tt01/0002", "tt01", Part.TRAIN, {Family.SIZE: ("LS",), Family.MOVEMENT: ("Push",)}),
        ("tt02/0003", "tt02", Part.VAL, {Family.SIZE: ("MS",), Family.MOVEMENT: ("Motion",)}),
        ("tt03/0004", "tt03", Part.TEST, {Family.SIZE: ("FS",), Family.MOVEMENT: ("Pull",)}),
    ]


def test_movieshots_counts_other_labels_missing_keys_and_damage(tmp_path: Path) -> None:
    for number in range(5):
        touch(tmp_path / "trailer" / "tt01" / f"shot_{number}.mp4")
    data = read_table(
        tmp_path,
        {"tt01": {
            "0": shot("CS", "Multi_movement"),
            "1": {"scale": {"label": "MS", "value": 2}},
            "2": shot("Insert", "Multi_movement"),
            "3": 7,
            "4": {"scale": {"value": 2}, "movement": None},
            "5": shot("CS", "Static"),
        }},
    )  # fmt: skip
    assert [clip.labels for clip in data.clips] == [{Family.SIZE: ("CS",)}, {Family.SIZE: ("MS",)}]
    assert data.skipped == {
        "size 'Insert' is no class; movement 'Multi_movement' is no class": 1,
        "its entry is damaged": 1,
        "no label of size; no label of movement": 1,
        "its file is missing": 1,
    }
    assert data.warnings == (
        "1 clips are used without: movement 'Multi_movement' is no class",
        "1 clips are used without: no label of movement",
    )


def test_movieshots_version_3_holds_trailers_and_movies(tmp_path: Path) -> None:
    touch(tmp_path / "trailer" / "tt01" / "shot_0001.mp4")
    touch(tmp_path / "movie" / "tt01" / "shot_0002.mp4")
    table = {
        "full": {
            "trailer": {"tt01": {"0001": shot("CS", "Static")}},
            "movie": {"tt01": {"0002": shot("LS", "Motion")}},
        }
    }
    data = read_table(tmp_path, table, "v3_full.json")
    assert [clip.path.parent.parent.name for clip in data.clips] == ["trailer", "movie"]
    assert {clip.part for clip in data.clips} == {None}


def test_paths_of_a_list_may_hold_blanks_and_commas(tmp_path: Path) -> None:
    names = ("a b.mp4", "c, d.mp4", "e.mp4", "f.mp4")
    for name in names:
        touch(tmp_path / name)
    text = "a b.mp4 Extreme Close-up\nc, d.mp4 Long Shot\n\ne.mp4, medium_shot\nf.mp4\tFS\n"
    data = read_list(tmp_path, text)
    assert [(c.path.name, c.labels[Family.SIZE]) for c in data.clips] == [
        ("a b.mp4", ("ECS",)), ("c, d.mp4", ("LS",)), ("e.mp4", ("MS",)), ("f.mp4", ("FS",)),
    ]  # fmt: skip


def test_numbers_of_a_list_are_lines_of_labels_txt(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4")
    with pytest.raises(DataSetUnreadable, match=r"labels.txt beside the list has no label 1"):
        read_list(tmp_path, "a.mp4 1\n")
    (tmp_path / "labels.txt").write_text("Static\nPush\n")
    data = read_list(tmp_path, "a.mp4 1\n", Family.MOVEMENT)
    assert data.clips[0].labels == {Family.MOVEMENT: ("Push",)}


def test_a_clip_that_comes_again_has_several_moves_and_never_two_sizes(tmp_path: Path) -> None:
    touch(tmp_path / "a.mp4"), touch(tmp_path / "b.mp4")
    moves = read_list(tmp_path, "a.mp4 tilt_up\na.mp4 Pan Left\n", Family.MOVE)
    assert moves.clips[0].labels == {Family.MOVE: ("pan_left", "tilt_up")}
    sizes = read_list(tmp_path, "a.mp4 CS\na.mp4 LS\nb.mp4 MS\n")
    assert [clip.path.name for clip in sizes.clips] == ["b.mp4"]
    assert sizes.skipped == {"its labels contradict each other": 1}


def test_a_line_without_a_label_is_told_with_its_number(tmp_path: Path) -> None:
    with pytest.raises(DataSetUnreadable, match="line 2"):
        read_list(tmp_path, "# sizes\na.mp4\n")


def test_folders_of_films_below_a_class_are_the_films(tmp_path: Path) -> None:
    touch(write_folders(tmp_path) / "CS" / "5.mov")
    touch(tmp_path / "notes" / "6.mov"), touch(tmp_path / "CS" / "heat" / "info.txt")
    data = read_data_set("folders", tmp_path, [Family.SIZE])
    films = {clip.path.name: clip.film for clip in data.clips}
    assert films == {
        "1.mov": "heat", "2.mov": "heat", "3.mov": "ran", "4.mov": "alien",
        "5.mov": f"{tmp_path.name}/CS/5.mov",
    }  # fmt: skip
    assert data.skipped == {"size 'notes' is no class": 1}
    assert any("films of their own" in warning for warning in data.warnings)


def test_folders_by_part_keep_it_and_may_name_several_moves(tmp_path: Path) -> None:
    (
        touch(tmp_path / "train" / "pan_left+tilt_up" / "1.mov"),
        touch(tmp_path / "val" / "static" / "2.mov"),
    )
    data = read_data_set("folders", tmp_path, [Family.MOVE])
    assert [(c.part, c.labels[Family.MOVE]) for c in data.clips] == [
        (Part.TRAIN, ("pan_left", "tilt_up")), (Part.VAL, ("static",)),
    ]  # fmt: skip


def test_times_of_json_lines_are_exact_as_they_are_written(tmp_path: Path) -> None:
    touch(tmp_path / "a.mov")
    row = '{"media": "a.mov", "start": 0.1, "end": 2.3, "label": "CS"}'
    data = read_rows(
        tmp_path, row, {"media": "a.mov", "start": "1001/24", "end": 60, "label": "CS"}
    )
    assert [clip.span for clip in data.clips] == [
        TimeRange.between(Fraction(1, 10), Fraction(23, 10)),
        TimeRange.between(Fraction(1001, 24), Fraction(60)),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"media": "a.mov", "start": 1, "label": "CS"},
        {"media": "a.mov", "start": 2, "end": 1, "label": "CS"},
        {"media": "a.mov", "start": -1, "end": 1, "label": "CS"},
        {"media": "a.mov", "end": "1e999999999", "label": "CS"},
        {"media": "a.mov", "end": "1/0", "label": "CS"},
        {"media": "a.mov", "end": True, "label": "CS"},
        {"media": "a.mov"},
        {"media": "a.mov", "label": "CS", "labels": {"size": "CS"}},
        {"media": "a.mov", "labels": {"colour": "CS"}},
        {"media": "a.mov", "label": "CS", "part": "dev"},
        {"media": "a.mov", "label": "CS", "speed": 2},
        {"media": 7, "label": "CS"},
        '{"media": "a.mov", "end": NaN, "label": "CS"}',
        '{"media": "a.mov"',
        "[1]",
        {"kind": "renamed"},
    ],
)
def test_wrong_json_lines_are_told_with_their_number(row: object, tmp_path: Path) -> None:
    touch(tmp_path / "a.mov")
    with pytest.raises(DataSetUnreadable, match="line 2"):
        read_rows(tmp_path, {"media": "a.mov", "label": "CS"}, row)


def test_corrections_of_editors_are_clips_of_their_project(tmp_path: Path) -> None:
    media = touch(tmp_path / "a.mov")
    moved = TimeRange(start=Fraction(0), duration=Fraction(1))
    data = read_rows(
        tmp_path,
        correction(media).model_dump_json(),
        correction(media, family=Family.MOVEMENT, labels=("Push",)).model_dump_json(),
        correction(media, kind=CorrectionKind.DELETED, labels=()).model_dump_json(),
        correction(media, family=Family.MOVE, labels=("track",)).model_dump_json(),
        correction(media, source=moved).model_dump_json(),
        correction(media, source=moved, editor="jo", labels=("MS",)).model_dump_json(),
    )
    assert [(c.film, c.labels) for c in data.clips] == [
        ("heat", {Family.SIZE: ("CS",), Family.MOVEMENT: ("Push",)})
    ]
    assert data.clips[0].span == correction(media).source
    assert data.skipped == {
        "a correction without a label": 1,
        "a correction of move": 1,
        "its labels contradict each other": 1,
    }


def test_what_was_said_before_a_correction_is_no_label(tmp_path: Path) -> None:
    said = Finding(
        family=Family.SIZE, label="MS", scores={"MS": 0.625, "CS": 1e-7}, confidence=0.625,
        source=None, timeline=TimeRange(start=Fraction(0), duration=Fraction(2)),
        provenance=Provenance(analyzer="builtin.size", version="3", tier=Tier.BUILTIN),
    )  # fmt: skip
    line = correction(touch(tmp_path / "a.mov"), said=(said,)).model_dump_json()
    assert read_rows(tmp_path, line).clips[0].labels == {Family.SIZE: ("CS",)}


def test_undefined_is_no_class_to_learn(tmp_path: Path) -> None:
    touch(tmp_path / "a.mov"), touch(tmp_path / "b.mov")
    data = read_rows(
        tmp_path, {"media": "a.mov", "label": "undefined"}, {"media": "b.mov", "label": "CS"},
        families=(Family.SIZE,),
    )  # fmt: skip
    assert data.skipped == {"size 'undefined' is no class": 1}


def test_data_sets_are_joined_with_ids_of_their_own(tmp_path: Path) -> None:
    first = read_data_set("movieshots", write_movieshots(tmp_path), BOTH)
    both = join([first, first])
    assert len({clip.id for clip in both.clips}) == 8
    assert {clip.film for clip in both.clips} == {clip.film for clip in first.clips}
    assert join([first]) == first
