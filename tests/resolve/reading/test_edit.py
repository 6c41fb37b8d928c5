"""What is on a timeline is read, or named with the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shotlog_resolve.edit import Skipped
from tests.resolve.double import ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import (
    NO_EXPORT,
    VERSIONS,
    open_double,
    read,
    spans,
    with_one_clip,
)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_timeline_is_told_with_its_clock_and_its_items(version: str, seed: int) -> None:
    double = open_double(with_one_clip, version, seed=seed, rate="29.97", start="01:00:00;00")
    edit = read(double)

    assert edit.plain == {
        "name": "Cut 1", "rate": "30000/1001", "start": 107892, "drop_frame": True,
        "clips": [
            {
                "id": "V1/0", "name": "beach.mov", "media": "/films/beach.mov", "rate": "24",
                "source_in": 864100, "source_out": 864138, "media_start": 864000,
                "media_frames": 1500,
                "timeline_in": 0, "timeline_out": 48, "speed": "1",
            }
        ],
    }  # fmt: skip
    assert edit.items["V1/0"].GetName() == "beach.mov"
    assert (edit.start, edit.length, edit.spans) == (107892, 48, None)
    assert (edit.timeline_name, edit.timeline_id) == ("Cut 1", double.timeline().uid)
    assert edit.project_id == double.project.uid


@pytest.mark.parametrize("form", ["text", "number"])
@pytest.mark.parametrize(
    ("rate", "exact"), [("23.976", "24000/1001"), (25, "25"), ("59.94", "60000/1001")]
)
def test_a_rate_is_exact_in_whatever_form_it_is_told(form: str, rate: object, exact: str) -> None:
    assert read(open_double(with_one_clip, rate=rate, rate_form=form)).plain["rate"] == exact


SKIPPED: dict[str, tuple[Callable[[ProjectSpec, TimelineSpec, str], Any], str]] = {
    "a title": (lambda spec, cut, film: cut.title(), "title"),
    "a generator": (lambda spec, cut, film: cut.generator(), "generator"),
    "an adjustment clip": (lambda spec, cut, film: cut.adjustment(), "adjustment clip"),
    "a compound clip": (lambda s, c, f: c.clip(s.media(name="C", type="compound")), "compound"),
    "a nested timeline": (lambda s, c, f: c.clip(s.media(name="N", type="timeline")), "nested"),
    "a multicam clip": (lambda s, c, f: c.clip(s.media(name="M", type="multicam")), "multicam"),
    "a Fusion clip": (lambda s, c, f: c.clip(s.media(name="F", type="fusion")), "Fusion"),
    "a ramp": (lambda s, c, f: c.clip(f, ramp=[[0, 0], [20, 40], [48, 60]]), "speed ramp"),
    "a ramp whose mean is 1": (
        lambda s, c, f: c.clip(f, ramp=[[0, 0], [20, 40], [48, 48]]),
        "ramp",
    ),
    "switched off": (lambda s, c, f: c.clip(f, enabled=False), "switched off"),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", SKIPPED)
def test_what_cannot_be_analysed_is_named_with_its_place_and_the_reason(
    case: str, version: str
) -> None:
    put, word = SKIPPED[case]

    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        put(spec, cut, with_one_clip(spec, cut))

    edit = read(open_double(scene, version))
    (skipped,) = edit.skipped

    assert word in skipped.reason
    assert skipped.place == "V1 at 01:00:02:00"
    assert skipped.name
    assert spans(edit) == [(0, 48)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_transition_is_no_clip_that_was_left_out(version: str) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(with_one_clip(spec, cut), source=300)
        cut.transition(48)

    edit = read(open_double(scene, version))

    assert edit.skipped == []
    assert len(edit.plain["clips"]) == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_a_track_that_is_off_is_named_once(version: str) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        film = with_one_clip(spec, cut)
        cut.track(index=2, name="Alternatives", enabled=False)
        cut.clip(film, at=0, track=2)
        cut.clip(film, track=2)

    edit = read(open_double(scene, version))

    assert edit.skipped == [
        Skipped("Alternatives", "V2", "the track is switched off; 2 items are on it")
    ]
    assert list(edit.items) == ["V1/0"]


def test_what_is_off_is_read_where_that_is_wanted() -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        film = with_one_clip(spec, cut)
        cut.clip(film, enabled=False)
        cut.track(index=2, enabled=False)
        cut.clip(film, at=0, track=2)

    edit = read(open_double(scene), include_disabled=True)

    assert list(edit.items) == ["V1/0", "V1/48", "V2/0"]
    assert edit.skipped == []


@pytest.mark.parametrize("folder", [None, NO_EXPORT])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_still_is_read_even_with_a_ramp(version: str, folder: str | None) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        still = spec.media("/films/map.png", frames=1, type="still")
        cut.clip(still, length=50)
        cut.clip(still, length=50, ramp=[[0, 0], [20, 1], [50, 2]])

    edit = read(open_double(scene, version), folder=folder)

    assert spans(edit) == [(0, 50), (50, 100)]
    assert edit.warnings == []


@pytest.mark.parametrize("version", VERSIONS)
def test_media_that_is_offline_is_handed_on_by_its_path(version: str) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(spec.media("/gone/a.mov", online=False))

    assert read(open_double(scene, version)).plain["clips"][0]["media"] == "/gone/a.mov"


def test_media_without_a_frame_rate_is_named() -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        with_one_clip(spec, cut)
        cut.clip(spec.media("/films/b.mov"))

    double = open_double(scene)
    double.media("m2").properties["FPS"] = ""
    (skipped,) = read(double).skipped

    assert skipped.reason == "Resolve does not tell the frame rate of its media"


def test_names_and_paths_of_every_kind_pass_through() -> None:
    name = "Größe \u2028 \"quoted\" 'take' 東京 " + "x" * 260

    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        cut.clip(spec.media(f"/films/{name}.mov"), name=name)

    (clip,) = read(open_double(scene)).plain["clips"]

    assert (clip["media"], clip["name"]) == (f"/films/{name}.mov", name)
