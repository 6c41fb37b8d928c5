"""Several nodes, batches and merges on one output folder at the same time."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shotlog.batch import (
    ItemEnded,
    ItemState,
    OutputFolder,
    ShardRunner,
    at_work,
    merge_results,
)
from shotlog.schema import OutputBusy
from tests.batch.faults import products
from tests.batch.faults.conftest import Undisturbed
from tests.batch.faults.own_executor import run_again
from tests.batch.season import Told, never, shard_files


def test_nodes_that_run_the_same_shard_at_once_leave_what_one_leaves(
    planned: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    def node(number: int) -> Told:
        told, cache = Told(), tmp_path / f"{number}.sqlite"
        shutil.copy(undisturbed.cache, cache)
        with ShardRunner(cache=cache, worker=f"node {number}") as runner:
            for shard in shard_files(planned):
                runner.run(shard, (), told, never)
        return told

    with ThreadPoolExecutor(3) as pool:
        told = [event for events in pool.map(node, range(3)) for event in events]
    ended = [event for event in told if isinstance(event, ItemEnded)]
    assert {event.state for event in ended} == {ItemState.DONE}
    assert [event.message for event in ended if event.message] == []
    merge_results(OutputFolder(planned))
    products.assert_equal(planned, undisturbed.out)


def test_merges_at_once_leave_what_one_leaves(logged: Path, undisturbed: Undisturbed) -> None:
    for name in ("library.sqlite", "index.html", "shots.csv", "shots.parquet"):
        (logged / name).unlink()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(merge_results, [OutputFolder(logged)] * 3))
    merge_results(OutputFolder(logged))
    products.assert_equal(logged, undisturbed.out)


@pytest.mark.parametrize("stage", ["Results", "Library", "Tables", "Page"])
def test_a_result_that_comes_while_a_merge_runs_is_in_the_next_one(
    stage: str, logged: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    result = min(OutputFolder(logged).results.rglob("*.zip"))
    aside = tmp_path / result.name
    result.rename(aside)
    (logged / "library.sqlite").unlink()

    def arrive(told: str, done: int, total: int) -> None:
        if told == stage and aside.exists():
            aside.rename(result)

    merge_results(OutputFolder(logged), arrive)
    assert not aside.exists()
    merge_results(OutputFolder(logged))
    products.assert_equal(logged, undisturbed.out)


def test_a_second_batch_on_an_output_is_refused(planned: Path) -> None:
    folder, busy = OutputFolder(planned), pytest.raises(OutputBusy, match="another batch")
    with at_work(folder), busy, at_work(folder):
        raise AssertionError("both are at work")


def test_two_batches_that_no_lock_keeps_apart_both_end_right(
    planned: Path, undisturbed: Undisturbed
) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run_again, [OutputFolder(planned)] * 2))
    products.assert_equal(planned, undisturbed.out)


@pytest.mark.parametrize(("hours", "stays"), [(0, True), (2, False)])
def test_a_draft_is_removed_at_the_end_only_if_no_node_can_be_at_work_on_it(
    planned: Path, hours: int, stays: bool
) -> None:
    folder = OutputFolder(planned)
    of_result, of_output = folder.hidden / "results/ab/.shotlog-1.part", folder.drafts / "1"
    of_result.parent.mkdir(parents=True)
    of_result.touch()
    of_output.mkdir(parents=True)
    for draft in (of_result, of_output):
        os.utime(draft, (time.time() - 3600 * hours,) * 2)
    run_again(folder)
    assert (of_result.exists(), of_output.exists()) == (stays, stays)
