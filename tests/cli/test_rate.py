"""The frame rate of an EDL, which does not tell it, in every command that reads one."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog_otio import ReadOptions, read_edit, write_markers
from tests.otio.marking import marker

RATE = 25
"""Another rate than the lowest that fits the list, which is taken where none is given."""

LIST = """\
TITLE: Reel 1
FCM: NON-DROP FRAME

001  A001     V     C        00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
"""


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """A list with a marker of ours on its frame 75, of the second 3."""
    path = tmp_path / "cut.edl"
    path.write_bytes(LIST.encode())
    reading = ReadOptions(rate=Fraction(RATE))
    ours = [marker(0, frame=75, rate=Fraction(RATE))]
    write_markers(path, path, ours, read_edit(path, reading), reading=reading)
    assert path.read_bytes() != LIST.encode()
    return path


def shotlog(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments), "--rate", str(RATE)])
    assert result.exit_code == 0, result.output
    return result


def test_a_list_that_was_marked_in_place_is_cleared_to_its_bytes(marked: Path) -> None:
    shotlog("clear", marked)
    assert marked.read_bytes() == LIST.encode()


def test_its_markers_are_shown_as_they_were_written(marked: Path) -> None:
    (shown,) = json.loads(shotlog("show", marked, "--json").stdout)
    assert not shown["edited"]


def test_its_markers_are_exported_on_their_frames(marked: Path, tmp_path: Path) -> None:
    shotlog("export", marked, "-o", tmp_path / "cut.json")
    (exported,) = json.loads((tmp_path / "cut.json").read_bytes())["markers"]
    assert exported["frame"] == 75
