"""Shots are put into groups whose order editors know, and no shot is lost unnoticed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shotlog.library import find_in_log, parse_query
from shotlog.schema import UNDEFINED, Family, Log, ShotFacts, TimeRange
from shotlog.selects import GROUPINGS, ShotOrder, arrange_shots
from tests.library.logs import log, shot
from tests.report.logs import finding, highlight

SCENES = tuple(
    finding(Family.SCENE, label, TimeRange.between(Fraction(start), Fraction(end)))
    for label, start, end in (("kitchen", 0, 5), ("street", 5, 10), ("kitchen", 10, 12))
)
LOG = log(
    [
        shot(0, 2, size="CS", moves=("dolly_in",), facts=ShotFacts(faces=1)),
        shot(2, 3, size="LS", moves=("static", "pan_left"), facts=ShotFacts(faces=0)),
        shot(5, 1, size="CS", moves=(), movement="Static", facts=ShotFacts(faces=4)),
        shot(6, 4, size=UNDEFINED, moves=("arc_left",), confidence=0.3),
        shot(10, 1, size=None, moves=(), movement="Push"),
        shot(11, 1, size=None, moves=(), kind="black"),
        shot(12, 1, size="ECS", moves=(UNDEFINED,), confidence=0.95),
    ],
    highlights=[highlight(1, 5.5, 2, 90.0), highlight(2, 0.5, 1, 70.0)],
).model_copy(update={"scenes": SCENES})


def arranged(
    by: str | None, order: ShotOrder = "timeline", query: str = "", of: Log = LOG
) -> dict[str, list[int]]:
    """The numbers of the shots by the names of their groups."""
    found = arrange_shots(of, find_in_log(of, parse_query(query)), by, order)
    for group, hits in found.groups:
        assert [pick.shot for pick in group.picks] == [hit.shot_number for hit in hits]
    return {group.name: [pick.shot for pick in group.picks] for group, _ in found.groups}


def test_sizes_come_from_far_to_near_and_what_is_no_shot_of_anything_last() -> None:
    groups = arranged("size")
    assert list(groups) == ["LS", "CS", "ECS", UNDEFINED, "size not known", "Black"]
    assert groups["CS"] == [0, 2]


def test_a_shot_belongs_to_the_move_of_most_of_it() -> None:
    halves = arranged("move")
    assert list(halves) == ["arc_left", "dolly_in", "static", "Push", UNDEFINED, "Black"]
    assert halves["static"] == [1, 2]  # also of a model that tells movements alone
    panned = shot(0, 3, moves=("pan_left", "tilt_up"))
    *others, tilt = panned.findings
    longer = (*others, tilt.model_copy(update={"timeline": panned.shot.timeline}))
    tilted = panned.model_copy(update={"findings": longer})
    assert list(arranged("move", of=log([panned]))) == ["pan_left"]
    assert list(arranged("move", of=log([tilted]))) == ["tilt_up"]


def test_people_are_counted_and_the_uncounted_are_last() -> None:
    groups = arranged("people")
    assert list(groups) == ["nobody", "1 person", "4 people or more", "people not counted"]
    assert groups["people not counted"] == [3, 4, 5, 6]


def test_a_shot_belongs_to_its_best_highlight_and_those_in_none_are_left_out() -> None:
    assert arranged("highlight") == {"HL 1": [2, 3], "HL 2": [0]}
    found = arrange_shots(LOG, find_in_log(LOG, parse_query("")), "highlight")
    assert [hit.shot_number for hit in found.left_out] == [1, 4, 5, 6]


def test_shots_are_of_the_scene_in_which_they_begin() -> None:
    groups = arranged("scene")
    assert list(groups.items()) == [
        ("kitchen", [0, 1]), ("street", [2, 3]), ("kitchen (2)", [4, 5]), ("scene not known", [6]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("timeline", [0, 1, 2, 3, 4, 5, 6]),
        ("duration", [3, 1, 0, 2, 4, 5, 6]),
        # Scores of highlights first, then the lower one of both confidences.
        ("quality", [2, 3, 0, 1, 4, 5, 6]),
    ],
)
def test_shots_of_a_group_are_ordered(order: ShotOrder, numbers: list[int]) -> None:
    assert arranged(None, order) == {"": numbers}


def test_only_shots_that_were_found_are_in_groups() -> None:
    assert arranged("size", query="CS and not dolly_in") == {"CS": [2]}
    assert arranged("size", query='"nowhere"') == {}


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_way_of_grouping_has_names_of_its_own_for_each_group(by: str) -> None:
    found = arrange_shots(LOG, find_in_log(LOG, parse_query("")), by)
    keys = [group.key for group, _ in found.groups]
    names = [group.name for group, _ in found.groups]
    assert len(set(keys)) == len(set(names)) == len(keys) > 1
    assert all(names)
    assert sum(len(hits) for _, hits in found.groups) + len(found.left_out) == len(LOG.shots)
