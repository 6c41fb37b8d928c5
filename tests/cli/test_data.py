"""The option ``--data``, and what commands show of the data sets that it names."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console, RenderableType

from shotlog.cli.options import data_option, read_data
from shotlog.cli.output import data_lines, parts_table
from shotlog.learning.clips import DATA_SETS, split
from shotlog.schema import DataSetReaderError, Family
from tests.learning.clips.made_sets import write_folders, write_movieshots


@click.command()
@data_option
def command(data: tuple[tuple[str, Path], ...]) -> None:
    for one in read_data(data, [Family.SIZE]):
        click.echo(f"{one.name}: {len(one.clips)}")


def shown(text: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100).print(text)
    return stream.getvalue()


def test_data_sets_are_read_in_the_order_of_the_options(tmp_path: Path) -> None:
    shots, classes = write_movieshots(tmp_path / "ms"), write_folders(tmp_path / "own")
    given = ["--data", "movieshots", str(shots), "--data", "folders", str(classes)]
    result = CliRunner().invoke(command, given)
    assert result.output == "MovieShots, v1_split_trailer.json: 4\nfolders, own: 4\n"


def test_an_unknown_kind_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(DataSetReaderError, match=r"Choose one of: .*movieshots"):
        read_data([("folder", tmp_path)], [Family.SIZE])


def test_the_help_names_every_kind_that_comes_with_shotlog() -> None:
    text = CliRunner().invoke(command, ["--help"]).output
    assert [one.name for one in DATA_SETS.installed if one.name not in text] == []


def test_data_are_required() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2


def test_what_was_left_out_is_told_by_its_reason(tmp_path: Path) -> None:
    write_movieshots(tmp_path)
    (tmp_path / "trailer" / "tt01" / "shot_0001.mp4").unlink()
    text = shown(data_lines(read_data([("movieshots", tmp_path)], [Family.SIZE])))
    assert text.splitlines() == [
        "MovieShots, v1_split_trailer.json: 3 clips of 3 films",
        "  left out 1: its file is missing",
    ]


def test_parts_are_shown_by_label(tmp_path: Path) -> None:
    (data,) = read_data([("movieshots", write_movieshots(tmp_path))], [Family.SIZE])
    rows = [line.split() for line in shown(parts_table(split(data).clips)).splitlines()]
    assert ["size", "CS", "1", "0", "0"] in rows
    assert ["size", "FS", "0", "0", "1"] in rows
