"""``shotlog demo``: findings beside the truth, and a miss is shown as a miss."""

from __future__ import annotations

from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from shotlog.cli import demo as command
from shotlog.cli.main import main
from shotlog.demo import Film
from shotlog.schema import Cut, Edit, TimeRange
from shotlog_otio import read_markers
from tests.demo.oracle import TRUTH, demo_edit, oracle


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return demo_edit(tmp_path)


def test_a_false_cut_is_counted(edit: Edit) -> None:
    dusk = next(clip for clip in edit.clips if clip.name == "Dusk")
    at = dusk.source.start + 1
    false = Cut(at=at, span=TimeRange(start=at, duration=Fraction(0)), confidence=0.6)
    log = oracle(edit, cuts=False).model_copy(update={"cuts": {dusk.id: (false,)}})
    console = Console(width=80, record=True, file=StringIO())
    command.report(console, log, TRUTH)
    # The film has three cuts inside clips (House, Avenue, City), and the log none of them.
    text = console.export_text()
    assert "cuts 0 of 3 and 1 false" in text
    assert "Dusk: a false cut at" in text


def test_the_report_fits_eighty_columns_and_hides_no_miss(edit: Edit) -> None:
    console = Console(width=80, record=True, file=StringIO())
    command.report(console, oracle(edit, {"pan_right": "pan_left", "MS": "CS"}), TRUTH)
    text = console.export_text()
    assert "✗ pan_left, is pan_right" in " ".join(text.split())
    assert "…" not in text
    assert "Right: cuts 3 of 3 · sizes 8 of 10 · moves 9 of 10 · highlights 0 of 2" in text


def test_help_teaches() -> None:
    result = CliRunner().invoke(main, ["demo", "--help"])
    assert result.exit_code == 0
    assert "shotlog demo -o" in result.output
    assert "not how accurate" in result.output


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert "Choose another place with -o" in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_the_demo_runs_from_film_to_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "Film", lambda: Film(width=160, height=90))
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path / "new" / "folder")])
    assert result.exit_code == 0, result.output
    assert "Right: cuts" in result.output
    assert "highlights 2 of 2" in result.output
    assert "not planted" not in result.output
    assert "Lost reel" in result.output
    written = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {
        "shotlog-demo.mp4",
        *(
            f"shotlog-demo.{kind}"
            for kind in ("otio", "marked.otio", "truth.json", "findings.json", "html")
        ),
    }
    assert read_markers(tmp_path / "new" / "folder" / "shotlog-demo.marked.otio")
