"""Recognition of our markers by the form of their names."""

from __future__ import annotations

import pytest

from shotlog.markers import families_of_name, same_name
from shotlog.schema import MarkerFamily

SHOT, MOVE = MarkerFamily.SHOT, MarkerFamily.MOVE


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("MS · static", {SHOT}),
        ("ECS · pan_left+shake", {SHOT}),
        ("ms ? STATIC", {SHOT}),
        ("MS", {SHOT}),
        ("shot", {SHOT}),
        ("pan_left", {SHOT, MOVE}),
        ("HL 1 · 92", {MarkerFamily.HIGHLIGHT}),
        ("media missing", {MarkerFamily.PROBLEM}),
        ("Title Card", {SHOT}),
        ("black", {SHOT}),
        ("wild track", set()),
        ("Black · static", set()),
        ("MS Dos", set()),
        ("static · MS", set()),
        ("MS · static · x", set()),
        ("", set()),
        ("·", set()),
    ],
)
def test_a_name_in_our_form_is_known(name: str, families: set[MarkerFamily]) -> None:
    assert families_of_name(name) == families


def test_what_programs_do_to_a_name_leaves_it_the_same() -> None:
    assert same_name("MS · pan_left", "MS ? PAN_LEFT")
    assert same_name("MS · pan_left", "MS pan_left ")
    assert not same_name("MS · pan_left", "MS · pan_right")
