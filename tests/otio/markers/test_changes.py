"""The changes that make a file's markers of ours those of the present findings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shotlog.markers import MarkerTag
from shotlog.schema import Marker, MarkerFamily
from shotlog_otio.markers import FoundMarker, PlacedText, hash_of, plan_changes

RATE = Fraction(24)


def placed(name: str = "MS", frame: int = 10, id_: str = "a1") -> PlacedText:
    marker = Marker(
        id=id_, family=MarkerFamily.SHOT, name=name, note="", frame=frame, duration=5, rate=RATE
    )
    return PlacedText(marker, (), frame / RATE, 5 / RATE, RATE, name)


def written(item: PlacedText, *, edited: bool = False) -> FoundMarker:
    tag = MarkerTag(item.marker.id, item.marker.family, hash_of(item))
    return FoundMarker(item.start, item.duration, item.name, tag=tag, edited=edited)


def test_a_second_run_changes_nothing() -> None:
    changes, result = plan_changes([placed()], [written(placed())])

    assert not changes
    assert result.unchanged == 1


def test_a_marker_of_another_content_is_replaced() -> None:
    old = written(placed())
    changes, result = plan_changes([placed("CS")], [old])

    ((found, item, tag),) = changes.replaced
    assert (found, item.name, tag.hash) == (old, "CS", hash_of(placed("CS")))
    assert (result.replaced, result.added, result.removed) == (1, 0, 0)


def test_a_marker_that_an_editor_changed_is_kept() -> None:
    changes, result = plan_changes([placed("CS")], [written(placed(), edited=True)])

    assert not changes
    assert result.kept == ("a1",)


def test_markers_of_others_are_not_touched() -> None:
    foreign = FoundMarker(Fraction(0), Fraction(1), "slate")
    changes, result = plan_changes([], [foreign])

    assert not changes
    assert result.removed == 0


def test_a_marker_without_a_finding_is_removed() -> None:
    old = written(placed())
    changes, result = plan_changes([], [old])

    assert changes.removed == [old]
    assert result.removed == 1


def test_a_marker_whose_clip_has_moved_stands_on_the_clip() -> None:
    old = replace(written(placed()), owner=("elsewhere",))
    changes, result = plan_changes([placed()], [old])

    assert changes.removed == [old]
    assert [item.marker.id for item, _ in changes.added] == ["a1"]
    assert (result.replaced, result.added, result.removed) == (1, 0, 0)


def returned(item: PlacedText, name: str) -> FoundMarker:
    return FoundMarker(item.start, Fraction(0), name)


def test_a_marker_that_came_back_without_its_tag_is_not_written_twice() -> None:
    changes, result = plan_changes([placed("MS · static")], [returned(placed(), "MS ? STATIC")])

    assert not changes
    assert result.unchanged == 1


def test_a_marker_without_a_tag_that_an_editor_corrected_is_the_editors() -> None:
    changes, _ = plan_changes([placed("MS · static")], [returned(placed(), "CS · pan_left")])

    assert not changes


def test_a_marker_of_another_name_on_the_frame_does_not_count() -> None:
    changes, _ = plan_changes([placed("MS · static")], [returned(placed(), "good take")])

    assert len(changes.added) == 1


def test_one_marker_that_came_back_stands_for_one_of_ours() -> None:
    both = [placed("MS", id_="a1"), placed("MS", id_="b2")]
    changes, result = plan_changes(both, [returned(placed(), "MS")])

    assert (len(changes.added), result.unchanged) == (1, 1)
