"""Tables of all shots, for spreadsheets and data tools."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from pyarrow import parquet

from shotlog.library import EXPORT_COLUMNS, export_csv, export_parquet, merge
from shotlog.schema import LibraryMissing, LibraryUnreadable, OutputNotWritable, ShotFacts
from tests.library.logs import log, shot, timeline


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "library.sqlite"
    facts = ShotFacts(faces=1, speech=0.5, loudness=-20.5, width=1920, height=1080, rate=25)
    shots = [
        shot(Fraction(1, 3), 2, moves=("pan_left", "static"), facts=facts, clip_name='=cmd("x")'),
        shot(5, Fraction(1001, 24000), size=None, moves=(), clip_name='+ "a", b\nc'),
    ]
    merge(place, [timeline("b", of=log(shots)), timeline("a", [shot(0)])])
    return place


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_every_shot_is_a_line_in_timeline_order(path: Path, tmp_path: Path) -> None:
    assert export_csv(path, tmp_path / "shots.csv") == 3
    other, first, second = rows(tmp_path / "shots.csv")

    assert tuple(first) == EXPORT_COLUMNS
    assert (other["item"], first["item"], second["shot"]) == ("a", "b", "1")
    assert (first["start"], first["duration"], first["duration_seconds"]) == ("1/3", "2", "2.0")
    assert (first["sizes"], first["moves"]) == ("MS", "pan_left|static")
    assert (first["faces"], first["loudness"], first["fps"]) == ("1", "-20.5", "25.0")
    assert (second["size"], second["faces"], second["start_seconds"]) == ("", "", "5.0")


def test_what_is_no_shot_is_told_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    merge(path, [timeline("a", [shot(0, size=None, moves=(), kind="title"), shot(2)])])
    export_csv(path, tmp_path / "shots.csv")
    told = [(row["kind"], row["size"]) for row in rows(tmp_path / "shots.csv")]
    assert told == [("title", ""), ("", "MS")]


def test_no_cell_is_a_formula(path: Path, tmp_path: Path) -> None:
    export_csv(path, tmp_path / "shots.csv")
    assert [row["clip"] for row in rows(tmp_path / "shots.csv")[1:]] == [
        '\'=cmd("x")',
        '\'+ "a", b\nc',
    ]


def test_parquet_holds_the_same(path: Path, tmp_path: Path) -> None:
    assert export_parquet(path, tmp_path / "shots.parquet") == 3
    table = parquet.read_table(tmp_path / "shots.parquet")

    assert tuple(table.column_names) == EXPORT_COLUMNS
    first = table.to_pylist()[1]
    assert first["clip"] == '=cmd("x")'
    assert first["start_seconds"] == pytest.approx(1 / 3)
    assert (first["faces"], first["fps"], first["highlight"]) == (1, 25.0, None)
    assert [row["timecode"] for row in table.to_pylist()[1:]] == ["01:00:00:08", "01:00:05:00"]


def test_the_same_library_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    for export in (export_csv, export_parquet):
        export(path, tmp_path / "one")
        export(path, tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_an_empty_library_gives_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    merge(path, [])
    for export in (export_csv, export_parquet):
        assert export(path, tmp_path / "table") == 0
    assert parquet.read_table(tmp_path / "table").num_rows == 0


def test_a_table_is_written_whole_or_not_at_all(path: Path, tmp_path: Path) -> None:
    table = tmp_path / "shots.csv"
    table.write_text("old")
    path.write_bytes(path.read_bytes()[:-16384])
    for export in (export_csv, export_parquet):
        with pytest.raises(LibraryUnreadable):
            export(path, table)
        with pytest.raises(LibraryMissing):
            export(tmp_path / "none.sqlite", table)
    assert table.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_is_not_there_is_told(path: Path, tmp_path: Path) -> None:
    for export in (export_csv, export_parquet):
        with pytest.raises(OutputNotWritable):
            export(path, tmp_path / "nowhere" / "table")
