"""Figures of the benchmark: which answers are right or opposite, and how good a confidence is."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, whose modules import each other as scripts do."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("moves")


def answered(moves: ModuleType, label: str, also: tuple[str, ...], said: str, sure: float) -> Any:
    """Return the answer to a clip with a label and alternatives."""
    clip = moves.Filmed(file="clip.mp4", label=label, also=also, confidence=1.0, source="film")
    return moves.Answer(clip, said, sure, (said,))


@pytest.mark.parametrize(
    ("label", "also", "said", "right", "opposite"),
    [
        ("pan_right", (), "pan_right", True, False),
        ("pan_right", (), "pan_left", False, True),
        ("pan_right", ("pan_left",), "pan_left", True, False),
        ("zoom_in", (), "dolly_out", False, True),
        ("shake", ("zoom_in",), "zoom_out", False, True),
        ("roll", (), "roll_left", True, False),
        ("arc", (), "pan_left", True, False),
        ("arc", (), "pan_right", True, False),
        ("arc", ("truck_right",), "pan_right", True, False),
        ("arc", ("truck_right",), "pan_left", False, True),
        ("static", (), "pan_left", False, False),
        ("pan_right", (), "undefined", False, False),
    ],
)
def test_an_answer_is_opposite_where_its_reverse_looks_like_the_label(
    moves: ModuleType, label: str, also: tuple[str, ...], said: str, right: bool, opposite: bool
) -> None:
    given = answered(moves, label, also, said, 0.9)
    assert (given.right, given.opposite) == (right, opposite)


def test_the_calibration_error_is_the_mean_gap_of_the_bins_without_abstentions(
    moves: ModuleType,
) -> None:
    given = [
        answered(moves, "static", (), "static", 0.95),
        answered(moves, "static", (), "shake", 0.95),
        answered(moves, "static", (), "static", 0.35),
        answered(moves, "static", (), "undefined", 0.0),
    ]
    # Two answers at 0.95 of which one is right, and one right at 0.35.
    assert moves.calibration_error(given) == pytest.approx((0.9 + 0.65) / 3)
    assert moves.calibration_error(given[3:]) is None
