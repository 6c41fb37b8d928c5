from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.synthetic.takes import take
from shotlog.learning.clips import AUGMENTATIONS, MIRROR, REVERSE, Augmentation, augment
from shotlog.schema import MOVEMENTS, MOVES, SIZES, Family, Pixels
from tests.analyzers.move.shots import CLEAN, UNSEEN, claims_of, measured

SIDE = 112
Labels = dict[Family, tuple[str, ...]]
each = pytest.mark.parametrize("one", AUGMENTATIONS, ids=lambda one: str(one.name))


def names(family: Family, known: tuple[str, ...], most: int) -> st.SearchStrategy[Labels]:
    drawn = st.sets(st.sampled_from(known), min_size=1, max_size=most)
    ordered = drawn.map(lambda chosen: tuple(name for name in known if name in chosen))
    return ordered.map(lambda labels: {family: labels})


def joined(parts: tuple[Labels, ...]) -> Labels:
    return {family: labels for part in parts for family, labels in part.items()}


ANY_LABELS = st.tuples(
    names(Family.SIZE, SIZES.names, 1),
    names(Family.MOVEMENT, MOVEMENTS.names, 1),
    names(Family.MOVE, MOVES.names, 4),
).map(joined)


def window(seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (16, SIDE, SIDE, 3), np.uint8)


def dice(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def moves_of(pixels: Pixels) -> list[str]:
    """Return the built-in answer for a window of 16 frames of two seconds."""

    def frame(number: int) -> Pixels:
        return np.ascontiguousarray(pixels[number, :, :, 0])

    return [claim.label for claim in claims_of(measured(frame, 2.0, Fraction(8)), 2.0)]


@pytest.fixture(scope="module")
def takes() -> dict[str, Pixels]:
    """Return windows of rendered takes, by their move."""
    moments = np.linspace(0, 47, 16).astype(int)
    made = {
        move: take(move, UNSEEN + 3, shake=0, recording=CLEAN, actors=0, speed=0.25)
        for move in ("pan_left", "tilt_up", "roll_left", "zoom_out")
    }
    return {
        move: np.stack([np.repeat(one.frame(int(n))[..., None], 3, 2) for n in moments])
        for move, one in made.items()
    }


@pytest.mark.parametrize(
    ("move", "mirrored", "backwards"),
    [
        ("pan_left", "pan_right", "pan_right"),
        ("tilt_up", "tilt_up", "tilt_down"),
        ("roll_left", "roll_right", "roll_right"),
        ("zoom_out", "zoom_out", "zoom_in"),
    ],
)
def test_the_built_in_analyzer_sees_the_labels_that_are_told(
    takes: dict[str, Pixels], move: str, mirrored: str, backwards: str
) -> None:
    labels = {Family.MOVE: (move,)}
    assert moves_of(takes[move]) == [move]
    for one, told in ((MIRROR, mirrored), (REVERSE, backwards)):
        pixels, relabelled = one.apply(takes[move], labels, dice())
        assert relabelled == {Family.MOVE: (told,)}
        assert moves_of(pixels) == [told]


@pytest.mark.parametrize("one", [MIRROR, REVERSE], ids=["mirror", "reverse"])
@given(labels=ANY_LABELS)
def test_twice_is_as_before(one: Augmentation, labels: Labels) -> None:
    pixels, once = one.apply(window(), labels, dice())
    again, twice = one.apply(pixels, once, dice())
    assert twice == labels
    assert np.array_equal(again, window())


@given(labels=ANY_LABELS, seed=st.integers(0, 2**32))
def test_sizes_and_the_number_of_labels_always_stay(labels: Labels, seed: int) -> None:
    pixels, after = augment(window(), labels, dice(seed))
    assert pixels.shape == window().shape
    assert pixels.dtype == np.uint8
    assert after[Family.SIZE] == labels[Family.SIZE]
    assert {family: len(told) for family, told in after.items()} == {
        family: len(told) for family, told in labels.items()
    }


@each
def test_the_input_stays_and_the_same_dice_give_the_same_window(one: Augmentation) -> None:
    before = window()
    before.flags.writeable = False
    first, second = (one.change(before, dice(7)) for _ in range(2))
    assert np.array_equal(before, window())
    assert np.array_equal(first, second)
    assert first.shape == before.shape
    assert not np.array_equal(first, before)


def test_no_crop_where_a_size_is_told() -> None:
    (crop,) = (one for one in AUGMENTATIONS if one.name == "crop")
    assert crop.holds_for({Family.MOVE: ("pan_left",)})
    assert not crop.holds_for({Family.MOVE: ("pan_left",), Family.SIZE: ("CS",)})


def test_a_shake_is_not_slowed_down() -> None:
    (slow,) = (one for one in AUGMENTATIONS if one.name == "slow")
    assert slow.holds_for({Family.MOVE: ("pan_left",), Family.MOVEMENT: ("Motion",)})
    assert not slow.holds_for({Family.MOVE: ("pan_left", "shake")})


def test_labels_of_other_families_are_never_varied() -> None:
    pixels, labels = augment(window(), {Family.KIND: ("title",)}, dice())
    assert np.array_equal(pixels, window())
    assert labels == {Family.KIND: ("title",)}


def test_grading_and_softness_are_those_of_the_whole_window() -> None:
    still = np.repeat(window()[:1], 16, axis=0)
    for one in AUGMENTATIONS:
        frames = one.change(still, dice(3))
        assert (frames == frames[0]).all() == (one.name != "grain")


def test_a_letterbox_keeps_the_whole_picture() -> None:
    (letterbox,) = (one for one in AUGMENTATIONS if one.name == "letterbox")
    bright = np.full((16, 100, 100, 3), 200, np.uint8)
    bright[:, :10, :, 0] = bright[:, -10:, :, 0] = 255
    rows = letterbox.change(bright, dice())[0, :, 50, 0]
    assert rows[0] == rows[-1] == 0
    shown = rows[rows > 0]
    assert shown[0] == shown[-1] == 255
    assert 70 <= len(shown) <= 90
