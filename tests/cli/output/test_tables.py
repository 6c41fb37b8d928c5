"""What the table of shots says where several analyzers speak."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from shotlog.cli.output import coverage, shot_table
from shotlog.schema import UNDEFINED, Family, Finding, Tier
from tests.report.logs import finding, log, logged, move, size, span

WHOLE = span(0, 4)


def row(*findings: Finding) -> str:
    console = Console(width=160, record=True, file=StringIO())
    console.print(shot_table(log([logged(0, 4, findings=findings)])))
    lines = console.export_text().splitlines()
    return " ".join(next(line for line in lines if "4.00 s" in line).split())


def local(family: Family, label: str, at: tuple[float, float] = (0, 4)) -> Finding:
    return finding(family, label, span(*at), tier=Tier.LOCAL)


def test_of_two_tiers_only_the_leading_one_is_shown() -> None:
    shown = row(size("MS", WHOLE), local(Family.SIZE, "CS"), move("static", WHOLE))
    assert shown.endswith("clip CS 80% static 80%")


def test_a_model_that_abstains_gives_its_place_to_the_next() -> None:
    assert row(local(Family.MOVE, UNDEFINED), move("static", WHOLE)).endswith("clip static 80%")


def test_moves_that_hold_together_are_told_from_moves_that_follow() -> None:
    moves = [
        local(Family.MOVE, "pan_left", (0, 2)),
        local(Family.MOVE, "shake", (0, 2)),
        local(Family.MOVE, "static", (2, 2)),
    ]
    assert row(*moves).endswith("clip pan_left 80% + shake 80% → static 80%")


def test_a_movement_stands_where_no_move_is_known() -> None:
    assert row(move(UNDEFINED, WHOLE), local(Family.MOVEMENT, "Push")).endswith("clip Push 80%")


def test_what_is_no_shot_is_shown_and_counted_by_its_kind() -> None:
    black = finding(Family.KIND, "black", WHOLE)
    assert row(black).endswith("clip black 80%")
    shots = [logged(0, 4, findings=[black]), logged(4, 4, "MS")]
    assert coverage(shots) == "2 shots · 1 MS · 1 black"


def test_a_shot_counts_once_however_many_speak_of_its_size() -> None:
    shots = [
        logged(0, 4, findings=[size("MS", WHOLE), local(Family.SIZE, "CS")]),
        logged(4, 4, findings=[size("MS", span(4, 4))]),
    ]
    assert coverage(shots) == "2 shots · 1 CS · 1 MS"
