"""Batches of several shards, for executors."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from shotlog.batch import (
    ItemEnded,
    ItemState,
    OutputFolder,
    ResultStore,
    ShardFile,
    open_shards,
    read_plan,
)
from shotlog.synthetic import write_video
from tests.batch.season import Told, film, plan, timeline
from tests.support import FILM_RATE

LONG_FRAMES = 300
"""Frames of an item that takes a worker a few seconds."""


@dataclass(frozen=True)
class Batch:
    """A planned batch.

    Attributes:
        out: Its output folder.
    """

    out: Path

    @property
    def shards(self) -> list[ShardFile]:
        """The shards that need work."""
        folder = OutputFolder(self.out)
        return open_shards(folder, read_plan(folder))

    @property
    def states(self) -> Counter[ItemState]:
        """The number of items in each state."""
        return Counter(ResultStore(OutputFolder(self.out)).states().values())

    def copied(self, out: Path) -> Batch:
        """Return the same plan in another output folder."""
        return Batch(shutil.copytree(self.out, out))


def make_batch(root: Path, short: int, long: int = 0, bad: int = 0) -> Batch:
    """Plan a batch with an item in each shard: short films, long ones, and some that fail.

    Those that fail are timelines that are gone once the batch is planned.
    """
    inputs = root / "in"
    for number in range(short):
        one = film(inputs / f"short{number}" / "a.mp4", number)
        timeline(one.parent / "cut.otio", [one])
    for number in range(long):
        one = inputs / f"long{number}" / "a.mp4"
        one.parent.mkdir(parents=True)
        blocks = np.random.default_rng(number).integers(0, 256, (34, 120, 3)).astype(np.uint8)
        world = np.kron(blocks, np.ones((8, 8, 1), np.uint8))
        write_video(one, (world[:, n : n + 480] for n in range(LONG_FRAMES)), FILM_RATE)
        timeline(one.parent / "cut.otio", [one])
    gone = []
    for number in range(bad):
        one = film(inputs / f"bad{number}" / "a.mp4", 100 + number)
        gone.append(timeline(one.parent / "cut.otio", [one]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shotlog.batch.planning.shards.MIN_COST", 0.01)
        patch.setenv("SHOTLOG_CACHE", str(root / "planning.sqlite"))
        plan([inputs], root / "out")
    for each in gone:
        each.unlink()
    return Batch(root / "out")


def ends(told: Told) -> dict[str, ItemState]:
    """Return the state of each item by name, each of which was told once."""
    events = [event for event in told if isinstance(event, ItemEnded)]
    assert len({event.item for event in events}) == len(events), "an item was told twice"
    return {event.name: event.state for event in events}
