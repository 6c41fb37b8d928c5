from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shotlog.learning.clips import LabelledClip, balanced
from shotlog.schema import Family


def clips_of(family: Family, *labels: tuple[str, ...]) -> list[LabelledClip]:
    return [
        LabelledClip(f"{n}", Path(f"{n}.mp4"), None, {family: names}, f"{n}")
        for n, names in enumerate(labels)
    ]


SIZES = clips_of(Family.SIZE, *[("CS",)] * 60, *[("MS",)] * 30, *[("LS",)] * 10)


@pytest.mark.parametrize("number", range(3))
def test_rare_labels_come_as_often_as_frequent_ones(number: int) -> None:
    order = balanced(SIZES, seed=1)(number)
    counts = Counter(SIZES[n].labels[Family.SIZE] for n in order)
    assert len(order) == 100
    assert set(counts.values()) <= {33, 34}


def test_all_clips_of_a_label_come_equally_often() -> None:
    order = balanced(SIZES, seed=1)(0)
    times = Counter(order)
    assert {times[n] for n in range(90, 100)} <= {3, 4}
    assert {times[n] for n in range(60)} <= {0, 1}


def test_a_clip_of_several_moves_counts_by_its_rarest() -> None:
    clips = clips_of(
        Family.MOVE, *[("static",)] * 8, ("pan_left", "static"), ("pan_left", "roll_left")
    )
    times = Counter(n for number in range(300) for n in balanced(clips, seed=0)(number))
    assert times[9] / times[8] == pytest.approx(2, rel=0.05)
    assert times[8] / times[0] == pytest.approx(9 / 2, rel=0.1)


def test_the_order_follows_from_seed_and_pass() -> None:
    first = balanced(SIZES, seed=1)
    assert first(4) == balanced(SIZES, seed=1)(4)
    assert first(4) != first(5)
    assert first(4) != balanced(SIZES, seed=2)(4)


def test_no_clip_is_an_empty_pass() -> None:
    assert balanced([], seed=0)(0) == []
