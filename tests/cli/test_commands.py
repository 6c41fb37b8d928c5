"""The commands as a user types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import Log, Pixels
from shotlog.synthetic import write_video
from tests.waiting import PATIENCE_S, wait_for

RATE = Fraction(25)


def frames(seconds: float, seed: int = 1) -> Iterator[Pixels]:
    """A texture that pans right, then a cut to another that stands."""
    noise = np.random.default_rng(seed).integers(0, 255, (2, 40, 160, 3)).astype(np.uint8)
    worlds = [cv2.GaussianBlur(cv2.resize(w, (960, 240)), (0, 0), 2) for w in noise]
    count = int(seconds * RATE)
    for n in range(count):
        x = 3 * n % 640 if n < count // 2 else 0
        yield np.ascontiguousarray(worlds[n >= count // 2][30:210, x : x + 320])


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    write_video(folder / "A001.mp4", frames(6), RATE)
    (folder / "deeper").mkdir()
    write_video(folder / "deeper" / "B001.mov", frames(4, seed=2), RATE)
    (folder / "notes.txt").write_text("no film")
    return folder


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args])


def analyzed(*args: str | Path) -> Result:
    result = shotlog("analyze", *args)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def marked(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marked") / "log.otio"
    analyzed(footage, "-o", path)
    return path


def test_footage_becomes_a_timeline_with_a_clip_per_file(marked: Path) -> None:
    timeline = otio.adapters.read_from_file(str(marked))
    assert [clip.name for clip in timeline.find_clips()] == ["A001.mp4", "B001.mov"]
    starts = [m.marked_range.start_time.to_frames() for m in timeline.tracks.markers]
    assert {0, 75, 150, 200} <= set(starts)


def test_a_log_of_one_film_is_called_after_it_and_one_of_a_folder_after_the_output(
    footage: Path, marked: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "log.otio"
    analyzed(footage / "A001.mp4", "-o", alone)
    names = [otio.adapters.read_from_file(str(path)).name for path in (alone, marked)]
    assert names == ["A001", "log"]


def test_a_second_run_changes_not_one_byte(marked: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.otio"
    analyzed(marked, "-o", again)
    assert again.read_bytes() == marked.read_bytes()


def test_clear_brings_the_original_back(marked: Path, tmp_path: Path) -> None:
    bare, twice = tmp_path / "bare.otio", tmp_path / "twice.otio"
    assert shotlog("clear", marked, "-o", bare).exit_code == 0
    assert "shotlog" not in bare.read_text()
    analyzed(bare, "-o", twice)
    assert twice.read_bytes() == marked.read_bytes()


def test_a_rerun_keeps_what_the_editor_renamed(marked: Path, tmp_path: Path) -> None:
    mine, again = tmp_path / "mine.otio", tmp_path / "again.otio"
    timeline = otio.adapters.read_from_file(str(marked))
    timeline.tracks.markers[0].name = "ECS · static"
    otio.adapters.write_to_file(timeline, str(mine))
    result = analyzed(mine, "-o", again)
    assert "1 kept as you edited" in result.output
    shown = shotlog("show", again, "--size", "ECS", "--json")
    (row,) = json.loads(shown.output)
    assert row["name"] == "ECS · static"
    assert row["edited"] is True


def test_show_filters_by_length_and_family(marked: Path) -> None:
    every = json.loads(shotlog("show", marked, "--json").output)
    long = json.loads(shotlog("show", marked, "--min", "70f", "--json").output)
    assert {row["id"] for row in long} <= {row["id"] for row in every}
    assert all(Fraction(row["range"]["duration"]) >= Fraction(70, 25) for row in long)
    shots = json.loads(shotlog("show", marked, "--family", "shot", "--json").output)
    assert len(shots) == 4
    assert shotlog("show", marked, "--min", "long").exit_code == 2
    assert "4 marker(s)" in shotlog("show", marked, "--family", "shot").output


def test_markers_alone_go_into_a_file_of_the_kind_that_its_suffix_tells(
    footage: Path, tmp_path: Path
) -> None:
    edl, lua = tmp_path / "cut.markers.edl", tmp_path / "cut.markers.lua"
    result = analyzed(footage / "A001.mp4", "--markers", edl)
    assert f"wrote {edl}" in result.output.replace("\n", "")
    # Two shots, the second at 3 s of a timeline that starts at 0.
    assert " 00:00:03:00 00:00:03:01 " in edl.read_text(encoding="utf-8")
    analyzed(footage / "A001.mp4", "--markers", lua)
    assert "{frame = 75, duration = 75, " in lua.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "said"),
    [("cut.doc", ".edl (a marker EDL"), ("no/where.edl", "folder does not exist")],
)
def test_an_impossible_place_for_markers_is_refused_before_the_work(
    footage: Path, tmp_path: Path, place: str, said: str
) -> None:
    result = shotlog("analyze", footage, "--markers", tmp_path / place)
    assert result.exit_code == 1
    assert said in result.output.replace("\n", " ")
    assert list(tmp_path.iterdir()) == []


def test_json_holds_the_whole_log(footage: Path, tmp_path: Path) -> None:
    file = tmp_path / "findings.json"
    analyzed(footage / "A001.mp4", "--json", file)
    log = Log.model_validate_json(file.read_text())
    assert [shot.shot.source.start for shot in log.shots] == [0, 3]
    printed = shotlog("analyze", footage / "A001.mp4", "--json", "-")
    assert Log.model_validate_json(printed.stdout) == log


def test_one_unreadable_file_does_not_cost_the_folder(footage: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.mp4").write_text("this is text")
    (tmp_path / "empty.mov").touch()
    result = analyzed(footage / "A001.mp4", tmp_path, "-o", tmp_path / "log.otio")
    assert "torn.mp4" in result.stderr
    assert "empty.mov" in result.stderr
    assert len(list(otio.adapters.read_from_file(str(tmp_path / "log.otio")).find_clips())) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["gone.otio"], "no such file"),
        (["gone.mov"], "no such file"),
        (["text.otio"], "it is no JSON"),
        (["new.otio"], "Timeline.99"),
        (["bare.otio"], "no video clip"),
        (["text.mp4"], "cannot be read as media"),
        (["empty.mp4"], "empty"),
        (["silent.m4a"], "no picture"),
        (["folder"], "no film here"),
        (["bare.otio", "-o", "folder"], "this is a folder"),
        (["bare.otio", "-o", "no/where.otio"], "folder does not exist"),
        (["bare.otio", "-o", "out.doc"], "result is a .otio file"),
        (["bare.otio", "--json", "no/where.json"], "folder does not exist"),
        (["bare.otio", "--json", "bare.otio"], "result is a .json file"),
        (["text.mp4", "--json", "text.mp4"], "result is a .json file"),
        (["bare.otio", "--json", "link.json"], "read or written already"),
        (["bare.otio", "--report", "link.html"], "read or written already"),
        (["bare.otio", "-o", "ring.otio"], "Too many levels of symbolic links"),
        (["bare.otio", "--json", "ring.json"], "Too many levels of symbolic links"),
        (["bare.otio", "--report", "ring.html"], "Too many levels of symbolic links"),
        (["bare.otio", "--json", "nowhere.json"], "its folder does not exist"),
    ],
)
def test_bad_input_is_told_in_words(args: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "text.otio").write_text("{ this is no timeline")
    (tmp_path / "text.mp4").write_text("this is no film")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "folder").mkdir()
    timeline = otio.schema.Timeline("bare")
    otio.adapters.write_to_file(timeline, str(tmp_path / "bare.otio"))
    text = (tmp_path / "bare.otio").read_text()
    (tmp_path / "new.otio").write_text(text.replace("Timeline.1", "Timeline.99"))
    _write_sound(tmp_path / "silent.m4a")
    for link in ("link.json", "link.html"):
        (tmp_path / link).symlink_to(tmp_path / "bare.otio")
    for ring in ("ring.otio", "ring.json", "ring.html"):
        (tmp_path / ring).symlink_to(tmp_path / ring)
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "none" / "a.json")
    result = shotlog("analyze", *[a if a.startswith("-") else str(tmp_path / a) for a in args])
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    assert (tmp_path / "bare.otio").read_text() == text
    assert (tmp_path / "text.mp4").read_text() == "this is no film"


def _write_sound(path: Path) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000, layout="mono")
        block = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.float32), "fltp", "mono")
        block.sample_rate = 48000
        container.mux(stream.encode(block))
        container.mux(stream.encode(None))


def test_ctrl_c_leaves_the_output_alone_and_the_work_in_the_cache(tmp_path: Path) -> None:
    film, output = tmp_path / "long.mp4", tmp_path / "log.otio"
    write_video(film, frames(60), RATE)
    output.write_text("what was here before")
    command = [sys.executable, "-m", "shotlog", "analyze", str(film), "-o", str(output)]
    environment = {**os.environ, "SHOTLOG_CACHE": str(tmp_path / "cache.sqlite")}
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        # A test run in the background has Ctrl-C switched off, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for(lambda: process.poll() is not None or _has_pieces(tmp_path / "cache.sqlite"))
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, stderr
    assert b"Traceback" not in stderr
    assert b"Run the same command again" in stderr
    assert output.read_text() == "what was here before"
    assert sorted(p.name for p in tmp_path.glob("*.otio*")) == ["log.otio"]
    assert _has_pieces(tmp_path / "cache.sqlite")


def _has_pieces(path: Path) -> bool:
    from shotlog.engine import Cache

    if not path.exists():
        return False
    with Cache(path) as cache:
        return cache.size() > 0


@pytest.mark.parametrize("command", [[], ["analyze"], ["show"], ["clear"], ["demo"], ["cache"]])
def test_help_teaches(command: list[str]) -> None:
    result = shotlog(*command, "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.output
    assert all(len(line) <= 100 for line in result.output.splitlines())


def test_the_cache_can_be_seen_and_forgotten(footage: Path, tmp_path: Path) -> None:
    store = tmp_path / "own.sqlite"
    analyzed(footage / "A001.mp4", "--cache", store)
    assert "0 bytes" not in shotlog("cache", "--cache", store).output
    assert "0 bytes" in shotlog("cache", "--cache", store, "--clear").output.replace("\n", "")
