"""Findings compared with the truth: cuts, sizes, moves, highlights."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.demo import DemoVerdict, compare_highlights, compare_shots, find_false_cuts
from shotlog.schema import UNDEFINED, Cut, CutKind, Edit, Family, TimeRange
from tests.demo.oracle import FILM, TRUTH, demo_edit, finding, oracle


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return demo_edit(tmp_path)


def test_the_truth_itself_gets_full_marks(edit: Edit) -> None:
    log = oracle(edit)
    for shot in compare_shots(log, TRUTH, FILM):
        answers = [shot.size, shot.move, *([shot.cut] if shot.cut else [])]
        assert {answer.verdict for answer in answers} == {DemoVerdict.RIGHT}
    assert find_false_cuts(log, TRUTH, FILM) == []


@pytest.mark.parametrize(
    ("true", "said", "verdict"),
    [
        ("pan_right", "truck_right", DemoVerdict.NEAR),
        ("dolly_in", "zoom_in", DemoVerdict.NEAR),
        ("pan_right", "pan_left", DemoVerdict.WRONG),
        ("pan_right", "truck_left", DemoVerdict.WRONG),
        ("tilt_up", UNDEFINED, DemoVerdict.ABSTAINED),
        ("shake", "static", DemoVerdict.WRONG),
    ],
)
def test_moves_are_judged_strictly(edit: Edit, true: str, said: str, verdict: DemoVerdict) -> None:
    shots = compare_shots(oracle(edit, {true: said}), TRUTH, FILM)
    assert [shot.move.verdict for shot in shots if shot.move.true == true] == [verdict]


def test_a_shot_is_judged_by_its_own_findings(edit: Edit) -> None:
    """A missed dissolve leaves two shots in one, with a move for either."""
    log = oracle(edit, cuts=False)
    house, avenue = (s for s in log.shots if s.shot.id in ("House", "Avenue"))
    both = TimeRange.between(house.shot.source.start, avenue.shot.source.end)
    merged = house.model_copy(
        update={
            "shot": house.shot.model_copy(update={"source": both, "core": both}),
            "findings": (*house.findings, *avenue.findings),
        }
    )
    shots = tuple(s for s in log.shots if s not in (house, avenue))
    said = compare_shots(log.model_copy(update={"shots": (merged, *shots)}), TRUTH, FILM)
    assert {s.name: s.move.verdict for s in said if s.cut}["Avenue"] is DemoVerdict.RIGHT
    assert {s.name: s.move.verdict for s in said if s.cut}["House"] is DemoVerdict.RIGHT


def test_a_place_without_people_is_a_long_shot(edit: Edit) -> None:
    shots = compare_shots(oracle(edit), TRUTH, FILM)
    places = [shot for shot in shots if shot.name in ("House", "Avenue", "City")]
    assert [(s.size.true, s.size.verdict) for s in places] == [("LS", DemoVerdict.RIGHT)] * 3


def test_missed_and_false_cuts_are_listed(edit: Edit) -> None:
    blind = oracle(edit, cuts=False)
    shots = compare_shots(blind, TRUTH, FILM)
    assert [s.cut.verdict for s in shots if s.cut] == [DemoVerdict.WRONG] * 3
    dusk = next(clip for clip in edit.clips if clip.name == "Dusk")
    at = dusk.source.start + 1
    false = Cut(at=at, span=TimeRange(start=at, duration=Fraction(0)), confidence=0.6)
    log = blind.model_copy(update={"cuts": {dusk.id: (false,)}})
    assert find_false_cuts(log, TRUTH, FILM) == [(dusk, false)]


def test_a_cut_of_another_kind_is_near(edit: Edit) -> None:
    log = oracle(edit)
    changed = {
        clip: tuple(cut.model_copy(update={"kind": CutKind.FADE}) for cut in cuts)
        for clip, cuts in log.cuts.items()
    }
    shots = compare_shots(log.model_copy(update={"cuts": changed}), TRUTH, FILM)
    assert {s.cut.verdict for s in shots if s.cut} == {DemoVerdict.NEAR}


def test_a_highlight_counts_where_it_shows_half_of_what_was_planted(edit: Edit) -> None:
    night = next(clip for clip in edit.clips if clip.name == "Night out")
    planted = TRUTH.highlights[0].range
    for share, hit in ((Fraction(3, 5), True), (Fraction(2, 5), False)):
        piece = TimeRange(start=planted.start, duration=planted.duration * share)
        said = finding(Family.HIGHLIGHT, "HL 1", night, piece)
        log = oracle(edit).model_copy(update={"highlights": (said,)})
        first, second = compare_highlights(log, TRUTH, FILM)
        assert (first.found is not None) == hit
        assert second.found is None
