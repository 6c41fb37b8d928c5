"""Labels that an editor wrote into our markers take the place of those that were found."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shotlog.library import Hit, find_in_log, parse_query
from shotlog.markers import MarkerTag, markers_of
from shotlog.schema import Family, Log, LoggedShot, MarkerFamily, TimeRange
from shotlog.selects import EditorMarker, arrange_shots, correct_labels
from shotlog_otio import NewMarker
from tests.library.logs import log, shot
from tests.report.logs import finding


def shots() -> list[LoggedShot]:
    return [
        shot(0, 2, size="MS", moves=("static",), clip_id="V1/0"),
        shot(2, 4, size="LS", moves=("static", "pan_left"), clip_id="V1/1"),
        shot(6, 2, size=None, moves=(), kind="black", clip_id="V1/2"),
    ]


def renamed(made: Log, *names: str | None) -> list[EditorMarker]:
    """Return the markers of shots and moves that an editor renamed, by their order; None: not."""
    ours = [m for m in markers_of(made) if m.family in (MarkerFamily.SHOT, MarkerFamily.MOVE)]
    markers = []
    for marker, name in zip(ours, names, strict=True):
        if name is not None:
            at = TimeRange(start=marker.frame / marker.rate, duration=marker.duration / marker.rate)
            tag = MarkerTag(marker.id, marker.family, "of what we wrote")
            markers.append(EditorMarker(NewMarker(at, name, "", "RED", tag), None))
    return markers


def corrected(*names: str | None) -> tuple[Hit, ...]:
    made = log(shots())
    return find_in_log(correct_labels(made, renamed(made, *names)), parse_query(""))


def labels(hit: Hit) -> tuple[str | None, str | None, str | None]:
    return hit.kind, hit.size, hit.move


def test_a_corrected_size_counts_and_the_move_stays_as_it_was_found() -> None:
    first, *others = corrected("CS · static", None, None, None)
    assert labels(first) == (None, "CS", "static")
    assert first.size_confidence is None
    assert first.move_confidence is not None
    assert [labels(hit) for hit in others] == [labels(hit) for hit in corrected(*[None] * 4)[1:]]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("cs", (None, "CS", "static")),
        ("CS · Pan_Left", (None, "CS", "pan_left")),
        ("undefined · static", (None, "undefined", "static")),
        ("great take", (None, "MS", "static")),
        ("MS · static", (None, "MS", "static")),
        ("Title Card", ("title", None, None)),
    ],
)
def test_a_name_tells_what_it_names_and_leaves_the_rest(
    name: str, told: tuple[str | None, ...]
) -> None:
    assert labels(corrected(name, None, None, None)[0]) == told


def test_a_further_move_is_corrected_in_its_own_range() -> None:
    made = log(shots())
    pan = next(f for f in made.shots[1].findings if f.label == "pan_left")
    fixed = correct_labels(made, renamed(made, None, None, "tilt_up", None))
    moves = fixed.shots[1].leading(Family.MOVE)
    assert [move.label for move in moves] == ["static", "tilt_up"]
    assert moves[1].timeline == pan.timeline
    first = correct_labels(made, renamed(made, None, "LS · truck_left", None, None))
    assert [f.label for f in first.shots[1].leading(Family.MOVE)] == ["truck_left", "pan_left"]


def test_what_was_taken_for_black_can_be_a_shot() -> None:
    assert labels(corrected(None, None, None, "CS")[2]) == (None, "CS", None)


def test_an_editor_is_right_against_every_model() -> None:
    trained = finding(Family.SIZE, "FS", TimeRange(start=Fraction(0), duration=Fraction(2)))
    first, *others = shots()
    made = log([first.model_copy(update={"findings": (trained, *first.findings)}), *others])
    fixed = correct_labels(made, renamed(made, "CS · static", None, None, None))
    assert [f.label for f in fixed.shots[0].of(Family.SIZE)] == ["CS"]


def test_corrected_shots_are_grouped_and_found_by_their_labels() -> None:
    made = log(shots())
    fixed = correct_labels(made, renamed(made, "LS · static", None, None, None))
    arranged = arrange_shots(made, find_in_log(fixed, parse_query("LS")), "size")
    ((group, hits),) = arranged.groups
    assert (group.key, [hit.shot_number for hit in hits]) == ("LS", [0, 1])
    # The selects get the findings of the analysis, and the editor's marker beside them.
    assert group.picks[0].logged == made.shots[0]


def test_only_the_showing_that_was_corrected_changes() -> None:
    twice = shots()[0]
    again = shot(2, 2, size="MS", moves=("static",), clip_id="V1/1")
    again = again.model_copy(update={"shot": again.shot.model_copy(update={"id": twice.shot.id})})
    made = log([twice, again])
    fixed = correct_labels(made, renamed(made, None, "CS · static"))
    assert [f.label for s in fixed.shots for f in s.of(Family.SIZE)] == ["MS", "CS"]


def test_without_corrections_the_log_is_the_same() -> None:
    made = log(shots())
    foreign = EditorMarker(NewMarker(made.shots[0].shot.timeline, "CS", "", "RED", None), None)
    assert correct_labels(made, [foreign]) is made
