"""Results as files."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.batch import Item, ItemState, OutputFolder, ResultStore
from shotlog.batch.store import Record, Result
from shotlog.schema import ClipEmpty, Edit, Log, ResultUnreadable

ITEM = Item(
    path="/season/cut.otio",
    name="cut.otio",
    output="cut.marked.otio",
    report="cut.html",
    id="ab" * 16,
    kind="timeline",
    seconds=Fraction(4),
    cost=1.0,
)
LOG = Log(
    edit=Edit(name="cut", rate=Fraction(25), duration=Fraction(4), clips=()),
    shots=(),
    warnings=("one",),
)
VECTORS = {(0, 3): np.array([0.6, 0.8], np.float32), (0, 1): np.array([1, 0], np.float32)}
DONE = Result(
    Record(item=ITEM, state=ItemState.DONE, sequences=1),
    (LOG,),
    {(0, 3): b"jpeg of shot 3", (0, 12): b"jpeg of shot 12"},
    {"clip": VECTORS},
)


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    folder = OutputFolder(tmp_path / "out")
    folder.make()
    return ResultStore(folder)


def test_a_result_is_read_as_it_was_written(store: ResultStore) -> None:
    store.write(DONE)
    found = store.read(ITEM.id)
    assert (found.record, found.logs, found.pictures) == (DONE.record, DONE.logs, DONE.pictures)
    assert found.vectors["clip"].keys() == VECTORS.keys()
    np.testing.assert_array_equal(found.vectors["clip"][0, 3], VECTORS[0, 3])


def test_parts_of_a_result_are_read_alone(store: ResultStore) -> None:
    store.write(DONE)
    assert store.log(ITEM.id, 0) == LOG
    assert store.picture(ITEM.id, 0, 12) == b"jpeg of shot 12"
    assert store.picture(ITEM.id, 0, 4) is None
    assert store.read(ITEM.id, pictures=False).pictures == {}


def test_the_same_result_has_the_same_bytes(store: ResultStore) -> None:
    store.write(DONE)
    before = store.path(ITEM.id).read_bytes()
    store.write(DONE)
    assert store.path(ITEM.id).read_bytes() == before


def test_a_success_makes_an_earlier_failure_void(store: ResultStore) -> None:
    problem = ClipEmpty("cut").problem
    failed = Record(item=ITEM, state=ItemState.FAILED, problems=(problem,))
    store.write_failure(failed)
    assert store.states() == {ITEM.id: ItemState.FAILED}
    assert store.failure(ITEM.id) == failed
    store.write(DONE)
    assert store.states() == {ITEM.id: ItemState.DONE}
    assert store.failure(ITEM.id) is None


def test_many_nodes_write_the_same_result_at_once_and_it_is_whole(store: ResultStore) -> None:
    threads = [threading.Thread(target=store.write, args=(DONE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.read(ITEM.id).logs == (LOG,)
    assert [path.name for path in store.path(ITEM.id).parent.iterdir()] == [f"{ITEM.id}.zip"]


@pytest.mark.parametrize("keep", [0, 1, 100, -30])
def test_a_truncated_result_is_told(store: ResultStore, keep: int) -> None:
    store.write(DONE)
    path = store.path(ITEM.id)
    path.write_bytes(path.read_bytes()[:keep])
    for read in (store.record, store.read, lambda item: store.log(item, 0)):
        with pytest.raises(ResultUnreadable):
            read(ITEM.id)


def test_a_flipped_byte_is_told(store: ResultStore) -> None:
    store.write(DONE)
    path = store.path(ITEM.id)
    whole = bytearray(path.read_bytes())
    whole[whole.index(b"jpeg of shot 3")] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ResultUnreadable):
        store.read(ITEM.id)


def test_a_damaged_failure_counts_as_none(store: ResultStore) -> None:
    store.write_failure(Record(item=ITEM, state=ItemState.FAILED))
    store.failure_path(ITEM.id).write_text("{")
    assert store.failure(ITEM.id) is None
    assert store.states() == {}
