"""Recognition of our markers by the form of their names."""

from __future__ import annotations

import pytest

from shotlog.markers import families_of_name, labels_of_name, same_name
from shotlog.schema import VOCABULARIES, Family, MarkerFamily

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


@pytest.mark.parametrize(
    ("text", "labels", "whole"),
    [
        ("CS", ["CS"], True),
        ("Close-up", ["CS"], True),
        ("extreme close up", ["ECS"], True),
        ("MS · pan_left", ["MS", "pan_left"], True),
        ("ms ? PAN LEFT", ["MS", "pan_left"], True),
        ("Medium Shot, Pan Left", ["MS", "pan_left"], True),
        ("fs pan-left+shake", ["FS", "pan_left", "shake"], True),
        ("LS - Point of View", ["LS", "pov"], True),
        ("MS · Static", ["MS", "Static"], True),
        ("MS · static", ["MS", "static"], True),
        ("colour bars", ["bars"], True),
        ("CS - Anna cries", ["CS"], False),
        ("CS of Anna", [], False),
        ("wild track", [], False),
        ("MS · MS", ["MS"], True),
        ("", [], False),
        ("·", [], False),
    ],
)
def test_labels_are_known_in_any_case_and_form(text: str, labels: list[str], whole: bool) -> None:
    found = labels_of_name(text)
    assert [name for _, name in found.labels] == labels
    assert found.whole == whole


def test_every_label_is_known_by_both_of_its_names() -> None:
    for family in (Family.SIZE, Family.MOVE, Family.KIND):
        for label in VOCABULARIES[family].labels:
            assert labels_of_name(label.display.upper()).labels == (
                labels_of_name(label.name).labels if family is not Family.KIND
                else ((family, label.name),)
            )  # fmt: skip
