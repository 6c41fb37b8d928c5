"""The vocabularies and the map between them."""

import re

import pytest

from shotlog.schema import (
    MOVEMENTS,
    MOVES,
    SIZES,
    UNDEFINED,
    VOCABULARIES,
    Vocabulary,
    movement_of,
    reversed_move,
)


def test_moves_are_the_21_names_in_alphabetical_order() -> None:
    assert len(MOVES.names) == 21
    assert list(MOVES.names) == sorted(MOVES.names)
    assert [MOVES.names.index(n) for n in ("pov", "shake", "track", "undefined")] == [8, 11, 15, 18]


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=lambda v: str(v.family))
def test_every_label_has_a_name_of_its_own_and_a_colour(vocabulary: Vocabulary) -> None:
    assert UNDEFINED in vocabulary
    labels = vocabulary.labels
    assert len({label.name for label in labels}) == len(labels)
    assert all(re.fullmatch("#[0-9a-f]{6}", label.colour) and label.display for label in labels)


def test_every_move_amounts_to_one_movement_or_to_none() -> None:
    amounts = {name: movement_of(name) for name in MOVES.names}
    assert {name for name, m in amounts.items() if m is None} == {"pov", "undefined"}
    assert {m for m in amounts.values() if m} == set(MOVEMENTS.names) - {UNDEFINED}
    assert amounts["zoom_in"] == amounts["dolly_in"] == "Push"
    assert amounts["zoom_out"] == amounts["dolly_out"] == "Pull"
    assert amounts["static"] == "Static"
    assert amounts["shake"] == amounts["pan_left"] == "Motion"


def test_running_backwards_twice_is_running_forwards() -> None:
    names = (*MOVES.names, *MOVEMENTS.names)
    assert all(reversed_move(reversed_move(name)) == name for name in names)
    same = {name for name in MOVES.names if reversed_move(name) == name}
    assert same == {"pov", "shake", "static", "track", "undefined"}


@pytest.mark.parametrize("name", MOVES.names)
def test_a_move_backwards_amounts_to_its_movement_backwards(name: str) -> None:
    amounts = movement_of(name)
    assert movement_of(reversed_move(name)) == (amounts and reversed_move(amounts))


def test_an_unknown_label_is_shown_as_it_is() -> None:
    assert MOVES.display("crash_zoom") == "crash_zoom"
    assert SIZES.display("ECS") == "Extreme Close-up"
