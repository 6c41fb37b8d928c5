"""Side to which the one face of a shot is turned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.facing import Labelled, measure, side
from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.facts import LEAST_TURN, find_facing
from shotlog.schema import Facing, Row, Series
from tests.analyzers.portraits import TICK, backdrop, series, turned


def evidence(turns: Sequence[float], *, faces: int = 1) -> Series:
    """Rows of faces beside each other, a second apart, each turned the same way."""
    rows = []
    for number, turn in enumerate(turns):
        row = np.zeros(len(FaceMeasure.columns), np.float32)
        row[0] = faces
        for n in range(faces):
            for name, value in (("score", 0.9), ("cx", 0.2 + 0.3 * n), ("cy", 0.4), ("w", 0.1),
                                ("h", 0.2), ("turn", turn)):  # fmt: skip
                row[FaceMeasure.columns.index(f"{name}_{n}")] = value
        rows.append(Row(2 * number, 2 * number, row))
    return FaceMeasure().series(TICK, rows)


@pytest.mark.parametrize(
    ("degrees", "facing"), [(-45, Facing.LEFT), (0, Facing.CAMERA), (45, Facing.RIGHT)]
)
def test_the_side_is_that_of_the_face_in_the_pictures(degrees: float, facing: Facing) -> None:
    assert find_facing(series([turned(0.5, degrees)] * 3)) is facing


def test_a_glance_aside_does_not_decide() -> None:
    assert find_facing(evidence([-0.3, -0.3, 0.4, -0.3, 0.0])) is Facing.LEFT
    assert find_facing(evidence([0.3, -0.3, 0.0, 0.3, -0.3])) is Facing.CAMERA


def test_a_turn_counts_from_the_threshold_on() -> None:
    assert find_facing(evidence([LEAST_TURN + 0.001] * 2)) is Facing.RIGHT
    assert find_facing(evidence([LEAST_TURN - 0.001] * 2)) is Facing.CAMERA


def test_nobody_and_two_people_face_no_side() -> None:
    assert find_facing(evidence([0.3] * 3, faces=2)) is None
    assert find_facing(series([backdrop()])) is None
    assert find_facing(evidence([])) is None


def test_no_labelled_face_gets_the_other_side(data_dir: Path) -> None:
    faces: list[Labelled] = list(measure(data_dir / "video", "scale/"))
    told = [(f.label, side(f.turn, LEAST_TURN)) for f in faces if f.turn is not None]
    assert len(told) == 23
    assert [at for label, at in told if label == "L"] == [-1, -1, -1]
    wrong = [(label, at) for label, at in told if at * {"l": -1, "L": -1, "F": 0}.get(label, 1) < 0]
    assert wrong == []
