"""Fits apply their numbers as analyzers do, and find what was planted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_corrections import gather, make_corrections, measured, tight_headroom
from shotlog.learning.profiles import (
    CorrectedRange,
    FittedCalibration,
    LabelledScores,
    fit_head,
    learn_profile,
)
from shotlog.schema import Family, TimeRange
from shotlog.schema.learning import LabelCalibration

MOVES = ("pan_left", "static", "tilt_up")
SECOND = TimeRange(start=Fraction(0), duration=Fraction(1))


def shots(scores: np.ndarray, named: np.ndarray, *, exclusive: bool) -> LabelledScores:
    count = len(scores)
    return LabelledScores(
        analyzer="made.move/1", family=Family.MOVE, labels=MOVES, exclusive=exclusive,
        scores=scores, named=named, projects=tuple(f"reel {n % 4}" for n in range(count)),
        spans=tuple(CorrectedRange(f"take {n // 5}", "/a.mov", SECOND) for n in range(count)),
    )  # fmt: skip


@settings(max_examples=20)
@given(
    st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3), st.floats(0.2, 5),
    st.lists(st.floats(-3, 3), min_size=3, max_size=3), st.booleans(),
)  # fmt: skip
def test_a_calibration_applies_as_in_an_analyzer(
    row: list[float], heat: float, bias: list[float], exclusive: bool
) -> None:
    scores = np.array(row) / (sum(row) if exclusive else 1)
    calibration = LabelCalibration(temperature=heat, bias=dict(zip(MOVES, bias, strict=True)))
    by = calibration.of_one if exclusive else calibration.of_each
    made = shots(scores[None], np.eye(3)[:1], exclusive=exclusive)
    (found,) = FittedCalibration(calibration, 1.0).apply(made)
    wanted = by(dict(zip(MOVES, scores.tolist(), strict=True)))
    assert found.tolist() == pytest.approx(list(wanted.values()))


def test_a_head_applies_as_in_an_analyzer() -> None:
    corrections, made = make_corrections(tight_headroom, 120, 3, seed=2)
    (table,) = measured(gather(corrections).shots, made)
    fitted = fit_head(table)
    assert table.windows
    assert fitted.head.weights
    rows = zip(fitted.apply(table), table.scores, table.windows.features, strict=True)
    for found, scores, features in rows:
        before = dict(zip(table.labels, scores.tolist(), strict=True))
        after = fitted.calibration.of_one(fitted.head.apply(before, features.tolist()))
        assert found.tolist() == pytest.approx(list(after.values()), abs=1e-5)


def test_a_bias_is_found_where_each_label_holds_or_not() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(-1.5, 2, (160, 3))
    # This editor sees tilts where the model hardly does.
    named = (logits + np.array([0.0, 0.0, 2.5]) > 0).astype(np.float64)
    found = learn_profile("anna", [shots(1 / (1 + np.exp(-logits)), named, exclusive=False)])
    found.check()
    bias = found.profile.calibrations["made.move/1"].bias
    assert bias["tilt_up"] > max(0.0, *(bias.get(name, 0.0) for name in MOVES[:2]))
