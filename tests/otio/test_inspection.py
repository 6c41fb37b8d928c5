"""What is understood of a timeline, as other tools read it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import TimelineAmbiguous
from shotlog_otio import ReadOptions, Relinks, inspect_file, read_edit
from shotlog_otio.timeline import SequenceInfo, choose_sequence
from tests.otio.timelines import clip, gap, saved, span, stack, timeline, track, warp


def inspected(path: Path, made: Any) -> dict[str, Any]:
    file = saved(path, made)
    found: dict[str, Any] = inspect_file(file).model_dump(mode="json")
    return found


def marked(item: Any, start: float, duration: float = 1, **facts: Any) -> Any:
    item.markers.append(otio.schema.Marker(marked_range=span((start, duration)), **facts))
    return item


def test_a_clip_is_told_from_the_first_frame_of_its_media(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        timeline(
            track(
                gap(5),
                clip("a", (86410, 20), media="file:///C:/a%20b.mov", available=(86400, 100)),
                clip("b", (0, 10), warp(-2.0), enabled=False),
            )
        ),
    )

    assert found["clips"][0] == {
        "id": "V1/1",
        "track": "V1",
        "name": "a",
        "media": "C:/a b.mov",
        "record_in": 5,
        "record_out": 25,
        "source_in": "5/12",
        "source_out": "5/4",
        "source_rate": "24/1",
        "media_start_frame": 86400,
        "speed": "1/1",
        "enabled": True,
    }
    backwards = found["clips"][1]
    assert (backwards["speed"], backwards["enabled"]) == ("-2/1", False)
    assert (backwards["source_in"], backwards["source_out"]) == ("0/1", "5/6")
    assert found["duration_frames"] == 35


def test_sound_is_listed_apart_from_picture(tmp_path: Path) -> None:
    found = inspected(
        tmp_path, timeline(track(clip("a")), track(clip("s", media="/s.wav"), kind="Audio"))
    )

    assert [(c["track"], c["name"]) for c in found["clips"]] == [("V1", "a")]
    assert [(c["track"], c["media"]) for c in found["sound"]] == [("A1", "/s.wav")]


def test_markers_are_on_their_frame_of_the_timeline(tmp_path: Path) -> None:
    on_clip = marked(clip("a", (10, 20), warp(2.0)), 30, name="mid", color="RED")
    hidden = marked(clip("b", (10, 20)), 5, name="before")
    made = timeline(track(on_clip, hidden))
    marked(made.tracks, 3, 4, name="top", comment="note")

    found = inspected(tmp_path, made)

    assert [(m["frame"], m["name"], m["on"], m["ours"]) for m in found["markers"]] == [
        (3, "top", "timeline", False),
        (10, "mid", 0, False),
    ]
    assert found["markers"][0]["note"] == "note"
    assert found["hidden_markers"] == 1


def test_a_point_on_a_clip_that_runs_backwards_is_on_the_frame_that_shows_its_frame(
    tmp_path: Path,
) -> None:
    points = (0, 3, 9, 10)
    backwards = clip("a", (0, 10), warp(-1.0))
    for frame in points:
        marked(backwards, frame, 0, name=str(frame))

    found = inspected(tmp_path, timeline(track(gap(5), backwards)))
    # Frame 9 of the media is shown first; frame 10 is beyond the clip.
    assert [(m["name"], m["frame"]) for m in found["markers"]] == [("9", 5), ("3", 11), ("0", 14)]
    assert found["hidden_markers"] == 1


def test_a_frozen_frame_of_media_of_unknown_rate_has_the_length_of_a_frame_of_the_edit(
    tmp_path: Path,
) -> None:
    frozen = clip("a", (12, 96), warp(0.0), available=None, rate=48)

    found = inspected(tmp_path, timeline(track(frozen)))["clips"][0]
    assert (found["speed"], found["source_in"], found["source_out"]) == ("0/1", "1/4", "13/48")


def test_the_markers_of_a_nest_are_listed_and_those_inside_of_it_are_not(tmp_path: Path) -> None:
    inside = marked(clip("in", (0, 10)), 2, name="inside")
    nest = marked(stack(track(inside)), 4, name="of the nest")

    found = inspected(tmp_path, timeline(track(gap(5), nest)))

    assert [(m["frame"], m["name"], m["on"]) for m in found["markers"]] == [(9, "of the nest", 0)]
    assert found["clips"][0]["id"] == "V1/1/V1/0"
    assert found["clips"][0]["track"] == "V1"


def test_what_was_not_understood_names_its_clip(tmp_path: Path) -> None:
    found = inspected(tmp_path, timeline(track(clip("a"), clip("title", media=None))))

    (problem,) = found["problems"]
    assert (problem["clip"], problem["index"]) == ("title", 1)
    assert "names no media" in problem["message"]


def test_relinked_media_is_found_and_told_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "new" / "day 1").mkdir(parents=True)
    film = tmp_path / "new" / "day 1" / "a.mov"
    film.touch()
    file = saved(tmp_path, timeline(track(clip("a", media=r"E:\Media\Day 1\a.mov"))))
    options = ReadOptions(relinks=Relinks.parse([rf"e:\media={tmp_path}/new"]))

    (found,) = read_edit(file, options).clips

    assert found.media is not None
    assert found.media.path == str(film)
    assert inspect_file(file, options).clips[0].media == r"E:\Media\Day 1\a.mov"


@pytest.mark.parametrize(
    ("path", "map_", "moved"),
    [
        ("/Volumes/Raid/a.mov", "/Volumes/Raid=/mnt", "/mnt/a.mov"),
        ("/Volumes/Raid2/a.mov", "/Volumes/Raid=/mnt", None),
        (r"\\nas\share\a.mov", r"\\nas\share=/mnt/nas", "/mnt/nas/a.mov"),
        ("C:/x/a.mov", r"c:\x=D:\y", r"D:\y/a.mov"),
        ("/m/a.mov", "/m=/n/", "/n/a.mov"),
    ],
)
def test_a_map_moves_whole_folders(path: str, map_: str, moved: str | None) -> None:
    found = Relinks.parse([map_]).apply([path])

    assert found == ([path] if moved is None else [moved, path])


RATE = Fraction(25)
INNER = SequenceInfo("inner", RATE, 100, contained=True)
OUTER = SequenceInfo("outer", RATE, 200)
OTHER = SequenceInfo("other", RATE, 300)


def test_the_sequence_that_no_other_contains_is_read() -> None:
    assert choose_sequence([INNER, OUTER], None, "f") is OUTER
    assert choose_sequence([INNER, OUTER, OTHER], "inner", "f") is INNER
    opened = OTHER._replace(open=True)
    assert choose_sequence([INNER, OUTER, opened], None, "f") is opened


def test_nothing_is_guessed_where_several_sequences_are_left() -> None:
    with pytest.raises(TimelineAmbiguous, match=r'"outer" \(8.0 s at 25 .*"other" \(12.0 s') as at:
        choose_sequence([INNER, OUTER, OTHER], None, "f")
    with pytest.raises(TimelineAmbiguous, match='none of its sequences is called "x"'):
        choose_sequence([OUTER], "x", "f")

    assert [name for name, _, _ in at.value.sequences] == ["inner", "outer", "other"]


def test_the_json_has_exact_numbers_as_fractions(tmp_path: Path) -> None:
    found = inspected(tmp_path, timeline(track(clip("a", rate=23.976))))

    assert found["rate"] == "24000/1001"
    json.dumps(found, allow_nan=False)
