"""Work on shards in this process."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.batch import (
    ItemAdvanced,
    ItemEnded,
    ItemStarted,
    ItemState,
    OutputFolder,
    ResultStore,
    ShardOutcome,
    ShardRunner,
)
from shotlog.paths import cache_file
from shotlog.profiles import ProfileStore
from shotlog.schema import EditorProfile, Family, LabelCalibration, ProfileUnusable, Stopped
from shotlog_otio import read_markers
from tests.batch.season import OPTIONS, Told, film, never, plan, season, shard_files, timeline


def run(out: Path, told: Told | None = None, maps: tuple[str, ...] = ()) -> list[ShardOutcome]:
    with ShardRunner(worker="node/1") as runner:
        return [
            runner.run(path, maps, Told() if told is None else told, never)
            for path in shard_files(out)
        ]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_every_item_gets_a_result_its_marked_timeline_and_a_report(
    tmp_path: Path, out: Path
) -> None:
    film(season(tmp_path / "season", timelines=2) / "loose.mp4", 50)
    planned = plan([tmp_path / "season"], out)
    assert sum(outcome.done for outcome in run(out)) == 3
    for item in planned.items.values():
        assert read_markers(out / item.output)
        assert "<html" in (out / item.report).read_text()
        result = ResultStore(OutputFolder(out)).read(item.id)
        assert result.record.summary.shots == len(result.logs[0].shots) > 0
        assert result.pictures[0, 0].startswith(b"\xff\xd8")
        assert result.logs[0].shots[0].facts is not None


def test_a_second_run_does_nothing(tmp_path: Path, out: Path) -> None:
    plan([season(tmp_path / "season", timelines=2)], out)
    run(out)
    told = Told()
    assert [outcome.skipped for outcome in run(out, told)] == [2]
    assert not [event for event in told if isinstance(event, ItemStarted | ItemEnded)]


def test_results_and_outputs_do_not_depend_on_the_node(tmp_path: Path, out: Path) -> None:
    root = season(tmp_path / "season", timelines=2)
    planned = plan([root], out)
    run(out)
    other = tmp_path / "other"
    plan([root], other)
    with ShardRunner(worker="x", cache=tmp_path / "cache.sqlite") as runner:
        for path in reversed(shard_files(other)):
            runner.run(path, (), Told(), never)
    for item in planned.items.values():
        names = (item.output, item.report)
        assert [(out / n).read_bytes() for n in names] == [(other / n).read_bytes() for n in names]
        results = [
            ResultStore(OutputFolder(each)).path(item.id).read_bytes() for each in (out, other)
        ]
        assert results[0] == results[1]


def test_a_bad_timeline_fails_alone_and_is_named(tmp_path: Path, out: Path) -> None:
    root = season(tmp_path / "season", timelines=3)
    planned = plan([root], out)
    (root / "ep1" / "cut1.otio").write_text("{}")  # damaged after the plan
    told = Told()
    run(out, told)
    ended = {event.name: event for event in told if isinstance(event, ItemEnded)}
    assert {name: event.state for name, event in ended.items()} == {
        "ep0/cut0.otio": ItemState.DONE,
        "ep1/cut1.otio": ItemState.FAILED,
        "ep2/cut2.otio": ItemState.DONE,
    }
    assert ended["ep1/cut1.otio"].message
    assert len(planned.items) == 3


def test_a_timeline_that_has_gone_since_the_plan_fails_alone(tmp_path: Path, out: Path) -> None:
    root = season(tmp_path / "season", timelines=2)
    plan([root], out)
    (root / "ep0" / "cut0.otio").unlink()
    told = Told()
    run(out, told)
    (failed,) = (e for e in told if isinstance(e, ItemEnded) and e.state is ItemState.FAILED)
    assert "no such file" in failed.message
    assert "--map" in failed.hint


def test_progress_names_the_worker_and_the_item(tmp_path: Path, out: Path) -> None:
    plan([season(tmp_path / "season", timelines=1)], out)
    told = Told()
    run(out, told)
    advanced = [event for event in told if isinstance(event, ItemAdvanced)]
    assert {(event.worker, event.name) for event in advanced} == {("node/1", "ep0/cut0.otio")}


def test_a_stop_leaves_no_result_of_what_was_not_finished_and_no_note(
    tmp_path: Path, out: Path
) -> None:
    plan([season(tmp_path / "season", timelines=2)], out)
    presses = iter([False, False, True])
    with ShardRunner(worker="x") as runner, pytest.raises(Stopped):
        runner.run(shard_files(out)[0], (), Told(), lambda: next(presses, True))
    folder = OutputFolder(out)
    assert not ResultStore(folder).states()
    assert not any(folder.attempts.iterdir())
    assert sum(outcome.done for outcome in run(out)) == 2


def test_outputs_that_were_removed_are_written_again_without_analysis(
    tmp_path: Path, out: Path
) -> None:
    planned = plan([season(tmp_path / "season", timelines=1)], out)
    run(out)
    (item,) = planned.items.values()
    before = (out / item.output).read_bytes()
    (out / item.output).unlink()
    (out / item.report).unlink()
    cache_file().unlink()  # nothing could be analysed from the cache
    told = Told()
    run(out, told)
    assert not [event for event in told if isinstance(event, ItemStarted)]
    assert (out / item.output).read_bytes() == before
    assert (out / item.report).is_file()


def test_a_copy_gets_markers_too(tmp_path: Path, out: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    (root / "ep0" / "copy.otio").write_bytes((root / "ep0" / "cut0.otio").read_bytes())
    planned = plan([root], out)
    run(out)
    (item,) = planned.items.values()
    outputs = [item.output, *(copy.output for copy in item.copies)]
    assert len({(out / name).read_bytes() for name in outputs}) == 1


def test_an_edited_output_is_kept_and_its_result_is_there_all_the_same(
    tmp_path: Path, out: Path
) -> None:
    root = season(tmp_path / "season", timelines=1)
    planned = plan([root], out)
    run(out)
    (item,) = planned.items.values()
    edited = (out / item.output).read_text().replace('"cut0"', '"my cut"')
    (out / item.output).write_text(edited)
    films = sorted((root / "media").glob("*.mp4"))
    timeline(root / "ep0" / "cut0.otio", films[::-1])  # a new version of the same timeline
    plan([root], out)
    told = Told()
    run(out, told)
    assert (out / item.output).read_text() == edited
    (ended,) = (event for event in told if isinstance(event, ItemEnded))
    assert ended.state is ItemState.DONE
    assert "changed since Shotlog wrote it" in ended.message


def test_a_node_with_other_mounts_finds_media_by_maps_and_logs_the_planners_paths(
    tmp_path: Path, out: Path
) -> None:
    root = season(tmp_path / "season", timelines=1)
    film(root / "loose.mp4", 70)
    planned = plan([root], out)
    root.rename(tmp_path / "mount")
    outcomes = run(out, maps=(f"{root}={tmp_path / 'mount'}",))
    assert sum(outcome.done for outcome in outcomes) == 2
    for item in planned.items:
        log = ResultStore(OutputFolder(out)).log(item, 0)
        paths = [clip.media.path for clip in log.edit.clips if clip.media]
        assert paths
        assert all(path.startswith(f"{root}/") for path in paths)


def with_relative_media(path: Path) -> None:
    """Make a timeline name its media relative to its folder."""
    folder = path.parent.parent.as_uri()
    path.write_text(path.read_text().replace(f"{folder}/media/", "../media/"))


def test_a_timeline_that_will_not_find_its_media_in_the_output_folder_is_told(
    tmp_path: Path, out: Path
) -> None:
    root = season(tmp_path / "season", timelines=1)
    with_relative_media(root / "ep0" / "cut0.otio")
    (item,) = plan([root], out).items.values()
    run(out)
    (told,) = ResultStore(OutputFolder(out)).log(item.id, 0).warnings
    assert told.startswith("ep0/cut0.marked.otio will not find 2 of its media")
    assert "will not find" in (out / item.report).read_text()


def test_an_output_beside_its_source_finds_its_media(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    with_relative_media(root / "ep0" / "cut0.otio")
    (item,) = plan([root], root).items.values()
    run(root)
    assert (root / "ep0" / "cut0.marked.otio").is_file()
    assert not ResultStore(OutputFolder(root)).log(item.id, 0).warnings


def test_numbered_pictures_are_logged_as_a_film(tmp_path: Path, out: Path) -> None:
    folder = tmp_path / "season" / "vfx"
    folder.mkdir(parents=True)
    for number in range(1, 31):
        pixels = np.full((48, 64, 3), number * 8, np.uint8)
        cv2.imwrite(str(folder / f"vfx.{number:04}.png"), pixels)
    (item,) = plan([tmp_path / "season"], out).items.values()
    assert sum(outcome.done for outcome in run(out)) == 1
    assert (out / item.output).is_file()
    log = ResultStore(OutputFolder(out)).log(item.id, 0)
    assert log.edit.duration == Fraction(30, 25)


def test_profile_is_part_of_the_plan_and_a_node_without_its_file_says_which_to_copy(
    tmp_path: Path, out: Path
) -> None:
    root = season(tmp_path / "season", timelines=1)
    anna = EditorProfile(name="anna", calibrations={MoveAnalyzer().key: LabelCalibration()})
    asks = OPTIONS.analysis.model_copy(update={"profile": anna.id})
    options = OPTIONS.model_copy(update={"analysis": asks})
    planned = plan([root], out, options)
    assert planned.items.keys().isdisjoint(plan([root], tmp_path / "plain").items)
    with pytest.raises(ProfileUnusable, match="not on this machine") as missing:
        run(out)
    assert "Copy anna.json" in missing.value.problem.hint

    ProfileStore().write(anna)
    assert [outcome.done for outcome in run(out)] == [1]
    (item,) = planned.items.values()
    (log,) = ResultStore(OutputFolder(out)).read(item.id).logs
    found = [finding for shot in log.shots for finding in shot.of(Family.MOVE)]
    assert {finding.provenance.profile for finding in found} == {anna.id}
