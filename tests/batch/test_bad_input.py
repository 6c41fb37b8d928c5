"""Bad input of ``shotlog batch``, as a user meets it; that of Ray is tried with Ray."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.batch import OutputFolder, at_work
from shotlog.cli.main import main
from tests.batch.season import film, season, shard_files, timeline

NOTHING_HERE = "there is no timeline and no film here"
PLAN = ("--models", "builtin", "--dry-run")


def shotlog(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def planned(*words: str | Path) -> dict[str, Any]:
    """Return the state of a batch that was planned alone."""
    result = shotlog("batch", *words, *PLAN, "--json")
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def refused(result: Result) -> str:
    """Return the message of a command that was refused; a traceback would have another type."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    text = result.stderr
    assert "Traceback" not in text
    assert len(text.splitlines()) == 2, "one line for the fault, one for the remedy"
    return re.sub(r"\s+", " ", text)


def run_shards(out: Path) -> Result:
    return shotlog("run-shard", *shard_files(out))


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "season").mkdir()
    said = refused(shotlog("batch", tmp_path / "season", "--out", tmp_path / "out", *PLAN))
    assert f"{tmp_path}/season: {NOTHING_HERE}" in said


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    said = refused(shotlog("batch", tmp_path / "nowhere", "--out", tmp_path / "out", *PLAN))
    assert "there is no such file or folder" in said


@pytest.mark.parametrize("inputs", ["empty", "nowhere"])
def test_a_batch_that_is_refused_leaves_no_output_folder(inputs: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(shotlog("batch", tmp_path / inputs, "--out", tmp_path / "out", *PLAN))
    assert not (tmp_path / "out").exists()


def test_ten_thousand_empty_files(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.{('otio', 'mp4', 'xml', 'txt')[number % 4]}").touch()
    said = refused(shotlog("batch", tmp_path, "--out", tmp_path / "out", *PLAN))
    assert "10,000 files are empty" in said
    assert len(said) < 600


def of_otio(path: Path, used: Path) -> None:
    """Write a timeline whose second clip shows the timeline itself."""
    cut = otio.adapters.read_from_file(str(timeline(path, [used])))
    clip = cut.find_clips()[0].deepcopy()
    clip.media_reference.target_url = path.as_uri()
    cut.tracks[0].append(clip)
    otio.adapters.write_to_file(cut, str(path))


def of_fcpxml(path: Path, used: Path) -> None:
    """Write a project with a compound clip that holds itself."""
    path.write_text(
        '<fcpxml version="1.10"><resources><format id="f" frameDuration="1/25s" width="64"'
        f' height="48"/><asset id="a" name="A" start="0s" duration="1s" hasVideo="1" format="f">'
        f'<media-rep kind="original-media" src="{used.as_uri()}"/></asset>'
        '<media id="m" name="M"><sequence format="f" duration="2s"><spine>'
        '<asset-clip ref="a" name="ok" duration="1s"/><ref-clip ref="m" name="loop" duration="1s"/>'
        '</spine></sequence></media></resources><project name="p"><sequence format="f"'
        ' duration="2s"><spine><ref-clip ref="m" duration="2s"/></spine></sequence></project>'
        "</fcpxml>"
    )


def of_mlt(path: Path, used: Path) -> None:
    """Write a project whose second clip shows the project itself."""
    path.write_text(
        '<mlt><profile frame_rate_num="25" frame_rate_den="1" width="64" height="48"/>'
        f'<producer id="a"><property name="resource">{used}</property></producer>'
        f'<producer id="b"><property name="resource">{path}</property></producer>'
        '<playlist id="p"><entry producer="a" in="0" out="19"/>'
        '<entry producer="b" in="0" out="19"/></playlist>'
        '<tractor id="t"><track producer="p"/></tractor></mlt>'
    )


@pytest.mark.parametrize("write", [of_otio, of_fcpxml, of_mlt])
def test_a_timeline_that_includes_itself(
    write: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    inputs, out = tmp_path / "season", tmp_path / "out"
    inputs.mkdir()
    loop = inputs / f"loop.{write.__name__.removeprefix('of_')}"
    write(loop, film(inputs / "used.mp4", 1))
    timeline(inputs / "sound.otio", [film(inputs / "other.mp4", 2)])
    assert planned(inputs, "--out", out)["items"] == 2
    ended = run_shards(out)
    assert ended.exit_code == 0, ended.output
    state = json.loads(shotlog("batch", "status", out, "--json").stdout)
    assert (state["done"], state["failed"], state["waiting"]) == (2, 0, 0)
    assert re.search(rf"done {loop.name}", ended.output)


def test_the_same_timeline_under_two_names(tmp_path: Path) -> None:
    inputs, out = season(tmp_path / "season", 1), tmp_path / "out"
    first = inputs / "ep0" / "cut0.otio"
    (inputs / "ep0" / "again.otio").write_bytes(first.read_bytes())
    state = planned(inputs, "--out", out)
    assert (state["items"], state["copies"]) == (1, 1)
    assert run_shards(out).exit_code == 0
    marked = [out / "ep0" / f"{name}.marked.otio" for name in ("again", "cut0")]
    assert marked[0].read_bytes() == marked[1].read_bytes()
    assert len(list(OutputFolder(out).results.rglob("*.zip"))) == 1


def test_an_output_inside_of_the_input(tmp_path: Path) -> None:
    inputs = season(tmp_path / "season", 1)
    out = inputs / "logged"
    before = planned(inputs, "--out", out)
    assert run_shards(out).exit_code == 0
    after = planned(inputs, "--out", out)
    assert (after["items"], after["done"]) == (before["items"], before["items"])
    elsewhere = planned(inputs, "--out", tmp_path / "other")
    assert elsewhere["items"] == before["items"]


def test_an_input_inside_of_the_output(tmp_path: Path) -> None:
    inputs = season(tmp_path / "out" / "season", 1)
    said = refused(shotlog("batch", inputs, "--out", tmp_path / "out", *PLAN))
    assert "this lies inside of the output folder" in said
    assert "--out" in said


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    inputs = season(tmp_path / "season", 1)
    (tmp_path / "out").write_text("mine")
    said = refused(shotlog("batch", inputs, "--out", tmp_path / "out", *PLAN))
    assert "this is no folder" in said
    assert (tmp_path / "out").read_text() == "mine"


def test_two_batches_at_once_on_one_output(tmp_path: Path) -> None:
    inputs, out = season(tmp_path / "season", 1), tmp_path / "out"
    planned(inputs, "--out", out)
    with at_work(OutputFolder(out)):
        for words in (("batch", inputs, "--out", out, *PLAN), ("batch", "retry", out)):
            assert f"{out}: another batch is at work on this output" in refused(shotlog(*words))
        assert shotlog("batch", "status", out).exit_code == 1  # it only reads: all are waiting


def of_a_newer_version(path: Path) -> None:
    fields = json.loads(path.read_text())
    path.write_text(json.dumps({**fields, "version": 99, "colour_of_the_future": "octarine"}))


def edited_by_hand(path: Path) -> None:
    path.write_text(path.read_text().replace("/season", "/other"))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES: dict[Callable[[Path], None], str] = {
    of_a_newer_version: "it has version 99, and this Shotlog knows versions up to 1",
    edited_by_hand: "it was changed after Shotlog had written it",
    truncated: "it is truncated or damaged",
    emptied: "it is empty",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_manifest_that_is_damaged_is_told_and_written_anew(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    inputs, out = season(tmp_path / "season", 1), tmp_path / "out"
    before = planned(inputs, "--out", out)
    manifest = OutputFolder(out).manifest
    whole = manifest.read_bytes()
    damage(manifest)
    for words in (("status", out), ("merge", out), ("retry", out)):
        said = refused(shotlog("batch", *words))
        assert f"{manifest}: {DAMAGES[damage]}" in said
    assert planned(inputs, "--out", out) == before
    assert manifest.read_bytes() == whole


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_shard_that_is_damaged_is_not_run(damage: Callable[[Path], None], tmp_path: Path) -> None:
    inputs, out = season(tmp_path / "season", 1), tmp_path / "out"
    planned(inputs, "--out", out)
    (shard,) = shard_files(out)
    damage(shard)
    assert f"{shard}: {DAMAGES[damage]}" in refused(run_shards(out))
    assert not list(OutputFolder(out).results.rglob("*.zip"))


@pytest.mark.parametrize("command", ["status", "merge", "retry"])
def test_a_folder_that_is_no_output_of_a_batch(command: str, tmp_path: Path) -> None:
    said = refused(shotlog("batch", command, tmp_path))
    assert "manifest.json: it cannot be read" in said
    assert list(tmp_path.iterdir()) == []


def test_a_shard_that_was_copied_out_of_its_folder(tmp_path: Path) -> None:
    inputs, out = season(tmp_path / "season", 1), tmp_path / "out"
    planned(inputs, "--out", out)
    copied = tmp_path / "0001.json"
    copied.write_bytes(shard_files(out)[0].read_bytes())
    assert f"{copied}: it does not lie in the output folder" in refused(
        shotlog("run-shard", copied)
    )
