"""Options choose which markers are made, how long, and in which colours; findings stay the same."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.markers import DEFAULT_OPTIONS, MarkerColours, MarkerOptions, markers_of
from shotlog.schema import Family, Log, Marker, MarkerFamily, Problem
from shotlog_otio import read_edit, read_markers, write_markers
from shotlog_otio.dialects import DIALECTS
from tests.otio.marking import clip_range, edit_of, finding, shot_of, span

CLIP, LOST = clip_range(0, 0, 4), clip_range(1, 4, 6)


def log() -> Log:
    highlights = tuple(
        finding(Family.HIGHLIGHT, f"HL {rank}", span(start, start + 1), scores={"score": 90.0})
        for rank, start in ((1, 2), (2, 0), (3, 3))
    )
    found = (
        finding(Family.SIZE, "MS", CLIP.timeline),
        finding(Family.MOVE, "static", span(0, 2)),
        finding(Family.MOVE, "pan_left", span(2, 4)),
    )
    lost = Problem(code="media-missing", message="no file", subject="B", hint="-", clip=LOST.id)
    return Log(
        edit=edit_of(CLIP, LOST), shots=(shot_of(CLIP, *found),), highlights=highlights,
        problems=(lost,),
    )  # fmt: skip


def made(**options: object) -> list[Marker]:
    return markers_of(log(), options=MarkerOptions.model_validate(options))


def names(markers: list[Marker]) -> list[str]:
    return [marker.name for marker in markers]


def test_the_defaults_make_a_marker_of_everything() -> None:
    every = made()

    assert every == markers_of(log())
    assert names(every) == [
        "MS · static", "HL 2 · 90", "pan_left", "HL 1 · 90", "HL 3 · 90", "media missing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"sizes": False}, ["static", "HL 2 · 90", "pan_left", "HL 1 · 90", "HL 3 · 90",
                            "media missing"]),
        ({"moves": False}, ["MS", "HL 2 · 90", "HL 1 · 90", "HL 3 · 90", "media missing"]),
        ({"sizes": False, "moves": False}, ["HL 2 · 90", "HL 1 · 90", "HL 3 · 90",
                                            "media missing"]),
        ({"highlights": False}, ["MS · static", "pan_left", "media missing"]),
        ({"problems": False, "highlights": False}, ["MS · static", "pan_left"]),
        ({"most_highlights": 1, "problems": False}, ["MS · static", "pan_left", "HL 1 · 90"]),
        ({"most_highlights": 0, "problems": False}, ["MS · static", "pan_left"]),
    ],
)  # fmt: skip
def test_what_is_not_wanted_is_not_written(options: dict[str, object], left: list[str]) -> None:
    assert names(made(**options)) == left


def test_a_note_does_not_speak_of_what_is_not_wanted() -> None:
    shot = made(sizes=False)[0]

    assert "Move: " in shot.note
    assert "Size: " not in shot.note
    assert not [key for key in shot.payload if key.startswith("size.")]


def test_markers_keep_their_identity_whatever_the_options() -> None:
    every = {marker.id for marker in made()}
    fewer = {marker.id for marker in made(sizes=False, length=5, most_highlights=1)}

    assert fewer < every


@pytest.mark.parametrize(
    ("length", "durations"), [(1, {1}), (30, {24, 30}), (10_000, {24, 48, 96})]
)
def test_no_marker_is_longer_than_wanted_nor_than_what_it_describes(
    length: int, durations: set[int]
) -> None:
    short = made(length=length)

    assert {marker.duration for marker in short} == durations
    assert [marker.frame for marker in short] == [marker.frame for marker in made()]


@pytest.mark.parametrize("speed", [1, -1, Fraction(1, 2), 2])
def test_a_short_marker_on_a_clip_covers_the_frames_that_are_shown_first(
    speed: Fraction | int,
) -> None:
    clip = clip_range(0, 0, 4, speed=Fraction(speed))
    found = finding(Family.SIZE, "MS", clip.timeline)
    (marker,) = markers_of(
        Log(edit=edit_of(clip), shots=(shot_of(clip, found),)),
        on="clips",
        options=MarkerOptions(length=12),
    )
    first = clip.time_map.range_to_source(span(0, Fraction(12, 24)))

    assert marker.duration == 12
    assert (marker.source_start, marker.source_duration) == (first.start, first.duration)


@given(st.integers(1, 200), st.integers(0, 96), st.integers(0, 96))
def test_a_longest_length_never_makes_a_marker_begin_elsewhere(
    length: int, start: int, end: int
) -> None:
    place = span(Fraction(min(start, end), 24), Fraction(max(start, end), 24))
    light = finding(Family.HIGHLIGHT, "HL 1", place)
    edit = Log(edit=edit_of(CLIP), shots=(), highlights=(light,))
    (whole,), (cut,) = (
        markers_of(edit, options=options)
        for options in (DEFAULT_OPTIONS, MarkerOptions(length=length))
    )

    assert (cut.frame, cut.duration) == (whole.frame, min(whole.duration, length))


@pytest.mark.parametrize("value", [True, False, 0, -1, "long", 1.5])
def test_a_length_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="length"):
        MarkerOptions.model_validate({"length": value})


@pytest.fixture
def timeline(tmp_path: Path) -> Path:
    path = tmp_path / "cut.otio"
    path.write_bytes(
        json.dumps({
            "OTIO_SCHEMA": "Timeline.1", "name": "cut", "metadata": {"Resolve_OTIO": {}},
            "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [{
                "OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [{
                    "OTIO_SCHEMA": "Clip.1", "name": "a", "source_range": {
                        "OTIO_SCHEMA": "TimeRange.1",
                        "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 0},
                        "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 96},
                    },
                    "media_reference": {
                        "OTIO_SCHEMA": "ExternalReference.1", "target_url": "/footage/a.mov",
                    },
                }],
            }]},
        }).encode()
    )  # fmt: skip
    return path


def test_colours_are_those_that_the_user_chose_for_the_editor_of_the_file(timeline: Path) -> None:
    resolve = MarkerColours(shot="Mint", highlight="Red")
    options = MarkerOptions(colours={"resolve": resolve, "premiere": MarkerColours(shot="Blue")})
    write_markers(timeline, timeline, markers_of(log()), read_edit(timeline), options=options)

    colours = {marker.family: marker.colour for marker in read_markers(timeline)}
    assert colours == {
        MarkerFamily.SHOT: "GREEN",  # the nearest one that OpenTimelineIO has
        MarkerFamily.HIGHLIGHT: "RED",
        MarkerFamily.MOVE: "PURPLE",
        MarkerFamily.PROBLEM: "RED",
    }


def test_other_colours_replace_our_own_markers_and_keep_edited_ones(timeline: Path) -> None:
    write_markers(timeline, timeline, markers_of(log()), read_edit(timeline))
    data = json.loads(timeline.read_text("utf-8"))
    (further,) = [m for m in data["tracks"]["markers"] if m["name"] == "pan_left"]
    further["name"] = "mine"
    timeline.write_text(json.dumps(data), encoding="utf-8")
    options = MarkerOptions(colours={"resolve": MarkerColours(shot="Mint", move="Mint")})
    result = write_markers(
        timeline, timeline, markers_of(log()), read_edit(timeline), options=options
    )

    assert (result.replaced, len(result.kept)) == (1, 1)
    write_markers(timeline, timeline, markers_of(log()), read_edit(timeline))
    assert {m.colour for m in read_markers(timeline)} == {"CYAN", "PURPLE", "YELLOW", "RED"}


def test_the_colours_of_every_dialect_are_among_those_that_users_may_choose() -> None:
    for dialect in DIALECTS.installed:
        assert set(dialect.palette.values()) <= set(dialect.colours.values())
        assert dialect.coloured(DEFAULT_OPTIONS) is dialect
