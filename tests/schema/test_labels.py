"""The vocabularies, and the labels that a clip run backwards shows."""

import re

import pytest

from shotlog.schema import (
    KINDS,
    MOVEMENTS,
    MOVES,
    SIZES,
    UNDEFINED,
    VOCABULARIES,
    Vocabulary,
    mirrored_move,
    reversed_move,
)


def test_moves_are_the_21_names_in_alphabetical_order() -> None:
    assert len(MOVES.names) == 21
    assert list(MOVES.names) == sorted(MOVES.names)
    assert [MOVES.names.index(n) for n in ("pov", "shake", "track", "undefined")] == [8, 11, 15, 18]


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=lambda v: str(v.family))
def test_every_label_has_a_name_of_its_own_and_a_colour(vocabulary: Vocabulary) -> None:
    # An ordinary shot has no kind, so there is nothing to be undefined.
    assert (UNDEFINED in vocabulary) == (vocabulary is not KINDS)
    labels = vocabulary.labels
    assert len({label.name for label in labels}) == len(labels)
    assert all(re.fullmatch("#[0-9a-f]{6}", label.colour) and label.display for label in labels)


def test_running_backwards_twice_is_running_forwards() -> None:
    names = (*MOVES.names, *MOVEMENTS.names)
    assert all(reversed_move(reversed_move(name)) == name for name in names)
    same = {name for name in MOVES.names if reversed_move(name) == name}
    assert same == {"pov", "shake", "static", "track", "undefined"}


def test_exchanging_left_and_right_changes_sides_alone() -> None:
    changed = {name: mirrored_move(name) for name in MOVES.names if mirrored_move(name) != name}
    assert changed == {
        "arc_left": "arc_right", "arc_right": "arc_left", "pan_left": "pan_right",
        "pan_right": "pan_left", "roll_left": "roll_right", "roll_right": "roll_left",
        "truck_left": "truck_right", "truck_right": "truck_left",
    }  # fmt: skip
    assert all(mirrored_move(name) == name for name in MOVEMENTS.names)


def test_an_unknown_label_is_shown_as_it_is() -> None:
    assert MOVES.display("crash_zoom") == "crash_zoom"
    assert SIZES.display("ECS") == "Extreme Close-up"
