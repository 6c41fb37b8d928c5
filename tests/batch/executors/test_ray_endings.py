"""Ends of items as the output folder tells them, whatever becomes of messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.batch import (
    ItemEnded,
    ItemState,
    OutputFolder,
    ResultStore,
    ShardRunner,
    read_shard,
)
from shotlog.batch.executors.ray_cluster import Endings
from tests.batch.executors.batches import Batch, ends, make_batch
from tests.batch.season import Told, never


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return make_batch(tmp_path_factory.mktemp("planned"), short=2, bad=1)


@pytest.fixture
def batch(planned: Batch, tmp_path: Path) -> Batch:
    return planned.copied(tmp_path / "out")


def watched(batch: Batch, told: Told) -> Endings:
    shards = [read_shard(shard.path) for shard in batch.shards]
    return Endings(OutputFolder(batch.out), shards, told)


def work(batch: Batch, count: int | None = None) -> list[ItemEnded]:
    """Run some of the shards and return what the worker told."""
    heard = Told()
    with ShardRunner(worker="node/1") as runner:
        for shard in batch.shards[:count]:
            runner.run(shard.path, (), heard, never)
    return [event for event in heard if isinstance(event, ItemEnded)]


def test_lost_messages_cost_no_end(batch: Batch) -> None:
    told = Told()
    endings = watched(batch, told)
    work(batch)
    endings.look(now=True)
    endings.look(now=True)
    assert sorted(ends(told).values()) == [ItemState.DONE, ItemState.DONE, ItemState.FAILED]
    (bad,) = [event for event in told if isinstance(event, ItemEnded) and event.message]
    assert bad.name == "bad0/cut.otio"
    assert bad.hint
    assert endings.waiting == 0


def test_messages_that_come_twice_are_told_once(batch: Batch) -> None:
    told = Told()
    endings = watched(batch, told)
    events = work(batch)
    for event in (*events, *events):
        endings.hear(event)
    endings.look(now=True)
    assert list(told) == events


def test_a_word_without_its_result_is_told_when_the_result_is_seen(batch: Batch) -> None:
    """As on a share, where another machine sees a new file seconds later."""
    told, shards = Told(), [read_shard(shard.path) for shard in batch.shards]
    store = ResultStore(OutputFolder(batch.out))
    event = next(each for each in work(batch) if each.state is ItemState.DONE)
    hidden = store.path(event.item).rename(batch.out / "hidden")
    endings = Endings(OutputFolder(batch.out), shards, told)
    endings.hear(event)
    assert (list(told), endings.waiting) == ([], 1)
    hidden.rename(store.path(event.item))
    endings.look(now=True)
    assert (list(told), endings.waiting) == ([event], 0)


def test_what_had_a_result_before_is_not_told(batch: Batch) -> None:
    shards = [read_shard(shard.path) for shard in batch.shards]
    (before,) = work(batch, 1)
    told = Told()
    endings = Endings(OutputFolder(batch.out), shards, told)
    work(batch)
    endings.look(now=True)
    assert before.name not in ends(told)
    assert len(ends(told)) == 2


def test_words_of_other_batches_are_passed_over(batch: Batch) -> None:
    told = Told()
    endings = watched(batch, told)
    (event,) = work(batch, 1)
    endings.hear(event.model_copy(update={"item": "0" * 32}))
    assert list(told) == []
