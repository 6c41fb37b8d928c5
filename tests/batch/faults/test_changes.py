"""Inputs that change between runs that were interrupted: the output folder holds what holds now."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.batch import OutputFolder, PlanRequest, ShardRunner, plan_batch
from shotlog.library import Library, parse_query
from tests.batch.faults.own_executor import run_again
from tests.batch.season import OPTIONS, Told, film, never, shard_files, timeline


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Return a folder with a timeline of one film, and another film."""
    timeline(tmp_path / "season" / "cut.otio", [film(tmp_path / "season" / "a.mp4", 1)])
    film(tmp_path / "season" / "b.mp4", 2)
    return tmp_path / "season"


def replan(inputs: Path, folder: OutputFolder) -> None:
    plan_batch(PlanRequest([inputs], OPTIONS), folder)


def test_an_output_is_that_of_its_timeline_after_an_edit_was_taken_back(
    inputs: Path, tmp_path: Path
) -> None:
    folder = OutputFolder(tmp_path / "out")
    folder.make()
    cut, marked = inputs / "cut.otio", folder.path_of("cut.marked.otio")
    first = cut.read_bytes()
    replan(inputs, folder)
    run_again(folder)
    before = marked.read_bytes()
    timeline(cut, [inputs / "a.mp4", inputs / "b.mp4"])
    replan(inputs, folder)
    with ShardRunner(worker="node") as runner:  # ends before the merge
        for shard in shard_files(folder.root):
            runner.run(shard, (), Told(), never)
    assert marked.read_bytes() != before
    cut.write_bytes(first)
    replan(inputs, folder)
    run_again(folder)
    assert marked.read_bytes() == before


def test_the_library_names_a_timeline_that_was_renamed_as_it_is_called_now(
    inputs: Path, tmp_path: Path
) -> None:
    folder = OutputFolder(tmp_path / "out")
    folder.make()
    replan(inputs, folder)
    run_again(folder)
    (inputs / "cut.otio").rename(inputs / "locked.otio")
    replan(inputs, folder)
    run_again(folder)
    with Library.open(folder.library) as library:
        hits = library.find(parse_query(""), limit=None).hits
    assert {(hit.source, hit.marked) for hit in hits} == {
        ("locked.otio", "locked.marked.otio"),
        ("b.mp4", "b.mp4.marked.otio"),
    }
