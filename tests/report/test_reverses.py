"""Reverse angles of scenes: present, missing, or not known."""

from __future__ import annotations

from shotlog.report import (
    ReverseAngles,
    cover_scenes,
    describe_coverage,
    render_coverage,
    render_report,
)
from shotlog.schema import Facing, Family, Log
from tests.report.logs import finding, log, logged, picture, span
from tests.report.test_page import Page

_FACINGS = {"L": Facing.LEFT, "R": Facing.RIGHT, "C": Facing.CAMERA, "-": None}


def scene_of(facings: str, *, kept: int | None = None, black: int | None = None) -> Log:
    """Return a log of one scene, a shot for each letter: L, R, C(amera), or - without one face.

    Args:
        facings: The letters.
        kept: Number of a shot, from 1, that keeps the framing of the one before it.
        black: Number of a shot that is black film.
    """
    shots = [
        logged(2 * n, 2, same_framing=n + 1 == kept or None).model_copy(
            update={"facing": _FACINGS[letter]}
        )
        for n, letter in enumerate(facings)
    ]
    if black is not None:
        at = shots[black - 1].shot.timeline
        dark = {"findings": (finding(Family.KIND, "black", at),), "facing": None}
        shots[black - 1] = shots[black - 1].model_copy(update=dark)
    whole = finding(Family.SCENE, "Scene 1", span(0, 2 * len(facings)))
    return log(shots).model_copy(update={"scenes": (whole,)})


def reverses(made: Log) -> ReverseAngles:
    (scene,) = cover_scenes(made)
    return scene.reverses


def test_a_face_to_the_left_and_one_to_the_right_are_reverse_angles() -> None:
    found = reverses(scene_of("LRRL"))
    assert found.pairs == ((1, 2), (3, 4))
    assert found.missing is None
    assert found.text == "#1 → #2, #3 → #4"


def test_inserts_and_both_people_together_may_lie_between_them() -> None:
    assert reverses(scene_of("L--R")).pairs == ((1, 4),)
    assert reverses(scene_of("L---R")).pairs == ()
    assert reverses(scene_of("L---R")).missing is None


def test_black_film_between_them_does_not_count() -> None:
    assert reverses(scene_of("L---R", black=3)).pairs == ((1, 5),)


def test_one_person_who_turns_in_one_framing_is_no_reverse_angle() -> None:
    assert reverses(scene_of("LR", kept=2)).pairs == ()
    assert reverses(scene_of("L-R", kept=3)).pairs == ((1, 3),)


def test_only_one_side_of_a_conversation_is_told() -> None:
    found = reverses(scene_of("LCL-"))
    assert (found.pairs, found.missing) == ((), Facing.RIGHT)
    assert found.text == "only one side of the conversation is seen: no face is turned right"
    assert reverses(scene_of("RR")).missing is Facing.LEFT


def test_nothing_is_told_where_too_little_is_known() -> None:
    for facings in ("", "--", "CC", "L", "L-", "LCC", "LLCC"):
        found = reverses(scene_of(facings))
        assert (found.pairs, found.missing, found.text) == ((), None, ""), facings


def test_programs_and_both_pages_tell_them() -> None:
    for made, pairs, missing, said in (
        (scene_of("LR"), [[1, 2]], None, "#1 → #2"),
        (
            scene_of("LL"), [], "right",
            "only one side of the conversation is seen: no face is turned right",
        ),
    ):  # fmt: skip
        told = describe_coverage(made)["scenes"]
        assert isinstance(told, list)
        assert (told[0]["reverse_angles"], told[0]["missing_facing"]) == (pairs, missing)
        assert told[0]["facings"].keys() == {"left", "right", "camera"}
        for page in (render_coverage(made), render_report(made, picture)):
            assert said in Page(page).one("table", "scenes").words
