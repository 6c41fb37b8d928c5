"""Resolve is asked as little as possible, and what it cannot tell is not guessed silently."""

from __future__ import annotations

import pytest

from tests.resolve.double import ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import (
    NO_EXPORT,
    VERSIONS,
    Scene,
    open_double,
    read,
    sources,
    spans,
    with_one_clip,
)


def many(count: int) -> Scene:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        films = [spec.media(f"/films/{n}.mov", fps=24, frames=9000) for n in range(20)]
        for number in range(count):
            cut.clip(films[number % 20], length=48, source=number, speed=1 + number % 2)

    return scene


@pytest.mark.parametrize("version", VERSIONS)
def test_a_clip_costs_six_calls(version: str) -> None:
    double = open_double(many(200), version)
    read(double)

    assert double.call_count <= 6 * 200 + 20 + 20  # and one for each film, and some for the start
    assert double.session.dirs <= 10


@pytest.mark.parametrize("version", VERSIONS)
def test_a_clip_costs_ten_calls_at_most_without_an_export(version: str) -> None:
    double = open_double(many(200), version)
    edit = read(double, folder=NO_EXPORT)

    assert double.call_count <= 10 * 200
    assert len(edit.warnings) == 1


def test_18_5_without_an_export_takes_100_percent_and_says_so() -> None:
    edit = read(open_double(with_one_clip, "18.5"), folder=NO_EXPORT)

    assert sources(edit) == [(100, 148)]
    assert edit.warnings == [
        "This version of Resolve does not tell speeds, and the export of the timeline has no word"
        " of some clips; 100 % was taken."
    ]


def test_an_imported_retime_whose_source_is_not_told_is_named() -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(with_one_clip(spec, cut), length=48, source=100, speed=2, unknown_source=True)

    edit = read(open_double(scene), folder=NO_EXPORT)

    assert [skipped.reason for skipped in edit.skipped] == [
        "Resolve does not tell at which speed it runs"
    ]
    assert spans(edit) == [(0, 48)]


def test_starts_that_calls_and_export_tell_otherwise_are_doubted_in_one_sentence() -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(with_one_clip(spec, cut), length=48, source=200, speed=-1)

    double = open_double(scene)
    double.project.options["source_error"] = 7
    edit = read(double)

    assert sources(edit) == [(107, 155), (207, 255)]
    assert edit.warnings == [
        "beach.mov and 1 more: the export and the calls of Resolve disagree about the frame of the"
        " media that is shown first; that of the calls was taken."
    ]
