"""``shotlog export``, as a user types it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog_otio import EXPORTERS, read_edit, write_markers
from tests.otio.exporters.reading import read_edl
from tests.otio.marking import edited_by_otio, marker, write_timeline
from tests.otio.timelines import clip, saved, timeline, track


@pytest.fixture
def marked(tmp_path: Path) -> Path:
    """Two clips of 5 s; ours stand on the clips and the stack, and one of the editor's own."""
    path = write_timeline(tmp_path / "cut.otio", (86_400, 120), (90_000, 120))
    edit = read_edit(path)
    first, second = edit.clips
    ours = [
        marker(
            0, frame=24, clip=first.id, source_start=first.source.start + 1, source_duration="5/24"
        ),
        marker(1, frame=130, clip=second.id, source_start="3750", source_duration="5/24"),
        marker(2, frame=20),
    ]
    result = tmp_path / "cut.marked.otio"
    write_markers(path, result, ours, edit, on="clips")
    edited_by_otio(result, _add_theirs)
    return result


def _add_theirs(root: Any) -> None:
    span = otio.opentime.TimeRange(
        otio.opentime.RationalTime(33, 24), otio.opentime.RationalTime(2, 24)
    )
    theirs = otio.schema.Marker("theirs", span, color="ORANGE")
    theirs.comment = "of the editor"
    root.tracks.markers.append(theirs)


def export(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)], catch_exceptions=False)


def names_in(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["frame"], row["name"]) for row in csv.DictReader(stream)]


def test_our_markers_go_to_a_file_beside_the_timeline_and_it_tells_how_to_bring_them_in(
    marked: Path,
) -> None:
    result = export(marked, "--to", "resolve-edl")

    assert result.exit_code == 0
    written = marked.with_name("cut.markers.edl")
    read = read_edl(written.read_bytes(), read_edit(marked))
    # On clips: a second after the first clip's start; the frame 0 of the second, 120.
    assert [(m.frame, m.name) for m in read] == [
        (20, "MS · pan 2"), (24, "MS · pan 0"), (120, "MS · pan 1"),
    ]  # fmt: skip
    assert f"wrote {written}: 3 marker(s), a marker EDL of DaVinci Resolve" in result.stdout
    assert "Timelines > Import > Timeline Markers from EDL" in result.stdout
    assert result.stderr == ""


def test_all_exports_the_markers_of_others_as_well(marked: Path) -> None:
    assert export(marked, "--to", "csv", "--all").exit_code == 0

    written = marked.with_name("cut.markers.csv")
    assert ("33", "theirs") in names_in(written)
    assert len(names_in(written)) == 4


def test_an_edited_marker_is_exported_as_it_now_stands(marked: Path) -> None:
    def rename(root: Any) -> None:
        for made in root.tracks.markers:
            if made.name == "MS · pan 2":
                made.name, made.comment, made.color = "CS · static", "mine", "PINK"

    edited_by_otio(marked, rename)
    export(marked, "--to", "json")

    told = json.loads(marked.with_name("cut.markers.json").read_text())["markers"][0]
    assert (told["name"], told["note"], told["color"]) == ("CS · static", "mine", "PINK")
    assert (told["edited"], told["family"]) == (True, "highlight")


def test_a_kind_of_markers_is_chosen(marked: Path) -> None:
    export(marked, "--to", "csv", "--family", "shot", "--family", "move")

    names = [name for _, name in names_in(marked.with_name("cut.markers.csv"))]
    assert names == ["MS · pan 0", "MS · pan 1"]


def test_what_the_form_made_necessary_is_told(marked: Path) -> None:
    result = export(marked, "--to", "youtube")

    assert result.exit_code == 0
    assert "note: 2 markers left out: a chapter has 10 seconds or more" in result.stderr
    assert "note: YouTube shows chapters from 3 on, and there is only one" in result.stderr
    assert marked.with_name("cut.youtube.txt").read_text() == "0:00 MS · pan 2\n"


def test_json_tells_what_was_written(marked: Path) -> None:
    result = export(marked, "--to", "kdenlive-json", "--json")

    told = json.loads(result.stdout)
    assert told["to"] == "kdenlive-json"
    assert told["files"] == [str(marked.with_name("cut.kdenlive-json.json"))]
    assert (told["markers"], told["notes"]) == (3, [])


def test_the_suffix_tells_the_kind_where_none_is_named(marked: Path, tmp_path: Path) -> None:
    export(marked, "-o", tmp_path / "a.vtt")
    export(marked, "-o", tmp_path / "a.txt")
    export(marked, "-o", tmp_path / "b.txt", "--to", "youtube")

    assert (tmp_path / "a.vtt").read_text().startswith("WEBVTT")
    assert (tmp_path / "a.txt").read_text().startswith("Shotlog\t")
    assert (tmp_path / "b.txt").read_text().startswith("0:00 ")


def test_more_markers_than_a_file_takes_go_into_several(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "cut.otio", (0, 20_000))
    write_markers(path, path, [marker(n) for n in range(1500)], read_edit(path))
    result = export(path, "--to", "resolve-edl")

    assert [p.name for p in sorted(tmp_path.glob("*.edl"))] == [
        "cut.markers-2.edl", "cut.markers.edl",
    ]  # fmt: skip
    assert "note: 2 files, as one holds 999 markers at most" in result.stderr
    printed = export(path, "--to", "resolve-edl", "-o", "-")
    assert printed.exit_code == 1
    assert "these are 2 files, and only one can be printed" in printed.stderr


@pytest.mark.parametrize("kind", ["resolve-edl", "xlsx", "csv"])
def test_a_dash_prints_the_file_and_nothing_else(marked: Path, kind: str) -> None:
    export(marked, "--to", kind, "-o", marked.with_name("file"))
    command = [sys.executable, "-c", "from shotlog.cli import main; main()", "export"]
    done = subprocess.run(
        [*command, str(marked), "--to", kind, "-o", "-"], capture_output=True, check=True
    )

    assert done.stdout == marked.with_name("file").read_bytes()
    assert done.stderr == b""
    if kind == "xlsx":
        assert openpyxl.load_workbook(BytesIO(done.stdout)).sheetnames == ["Markers"]


def test_the_help_lists_every_kind_with_the_menu_that_imports_it() -> None:
    told = " ".join(export("--help").output.split())

    for exporter in EXPORTERS.installed:
        assert exporter.name in told
        assert " ".join(exporter.imported.split()) in told


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--to", "vegas"], 2, "'vegas' is not one of avid-txt, avid-xml, blender, csv"),
        ([], 2, "Give the kind of file with --to"),
        (["-o", "-"], 2, "Give the kind of file with --to"),
        (["--to", "csv", "-o", "-", "--json"], 2, "both print to standard output"),
        (["-o", "markers.doc"], 1, "no file of markers has the suffix .doc"),
        (["--to", "csv", "-o", "nowhere/a.csv"], 1, "its folder does not exist"),
        (["--to", "csv", "--family", "problem"], 1, "no marker of the kind problem"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    marked: Path, arguments: list[str], code: int, message: str
) -> None:
    before = set(marked.parent.iterdir())
    result = export(marked, *arguments)

    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert set(marked.parent.iterdir()) == before


def test_the_timeline_itself_is_not_written_over(marked: Path) -> None:
    before = marked.read_bytes()
    result = export(marked, "--to", "csv", "-o", marked)

    assert result.exit_code == 1
    assert "this is the timeline itself" in result.stderr
    assert marked.read_bytes() == before


def test_a_timeline_without_markers_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "cut.otio")
    result = export(path, "--to", "csv")

    assert result.exit_code == 1
    assert "there is no marker of Shotlog in this timeline" in result.stderr
    assert "--all exports the markers of others" in result.stderr
    assert "there is no marker in this timeline" in export(path, "--to", "csv", "--all").stderr
    assert not list(tmp_path.glob("*.csv"))


def test_markers_that_no_frame_shows_are_left_out_and_told(marked: Path) -> None:
    def trim(root: Any) -> None:
        first = root.tracks[0][0]
        first.source_range = otio.opentime.TimeRange(
            first.source_range.start_time + otio.opentime.RationalTime(100, 24),
            otio.opentime.RationalTime(20, 24),
        )

    edited_by_otio(marked, trim)
    result = export(marked, "--to", "csv")

    assert "note: 1 marker outside what their clips show left out" in result.stderr
    frames = [frame for frame, _ in names_in(marked.with_name("cut.markers.csv"))]
    assert frames == ["20", "20"]  # the second clip now starts at 20


def test_an_output_with_the_suffix_of_a_file_of_markers_is_one(tmp_path: Path) -> None:
    cut = saved(tmp_path, timeline(track(clip("lost", media="/none/a.mov"))))
    out = tmp_path / "markers.edl"

    result = CliRunner().invoke(main, ["analyze", str(cut), "-o", str(out), "--in-process"])

    assert result.exit_code == 0, result.output
    assert "|M:media missing |D:" in out.read_text()


def test_a_timeline_under_the_suffix_of_another_kind_stays_what_it_is(tmp_path: Path) -> None:
    film = '<asset id="a" start="0s" duration="9s" hasVideo="1" src="gone.mov"/>'
    spine = '<asset-clip ref="a" name="lost" offset="0s" start="0s" duration="2s"/>'
    cut = tmp_path / "cut.xml"
    cut.write_text(
        '<?xml version="1.0"?>\n<fcpxml version="1.8">\n<resources>\n<format id="r1"'
        f' frameDuration="1/24s"/>{film}\n</resources>\n<project name="p">\n<sequence format="r1">'
        f"\n<spine>\n{spine}\n</spine>\n</sequence>\n</project>\n</fcpxml>\n"
    )
    out = tmp_path / "marked.xml"

    result = CliRunner().invoke(main, ["analyze", str(cut), "-o", str(out), "--in-process"])

    assert result.exit_code == 0, result.output
    text = out.read_text()
    assert "<fcpxml" in text
    assert 'value="media missing"' in text
