"""Projects of OpenShot."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.schema import TimelineUnreadable
from shotlog_otio.openshot import OpenShotFormat
from tests.otio.marking import marker
from tests.otio.openshot.projects import clip, inspected, project, saved

THEIRS = {"id": "a", "position": 0.5, "icon": "blue.png", "vector": "blue"}


def test_a_layer_is_a_track_and_its_number_its_height(tmp_path: Path) -> None:
    clips = [
        clip("top", 0, 0, 1, layer=2000000),
        clip("low", 1, 2, 3.0),
        clip("new", 0, 0, 1, layer=7),
    ]
    found = inspected(tmp_path, *clips)

    assert [(c.track, c.name, c.record_in, c.record_out) for c in found.clips] == [
        ("V1", "new", 0, 24),
        ("V3", "top", 0, 24),
        ("V2", "low", 24, 48),
    ]
    assert [c.source_in for c in found.clips] == [0, 0, 2]
    assert found.duration_frames == 48


def test_ends_between_frames_are_taken_to_the_nearest(tmp_path: Path) -> None:
    # 1.51 s and 3.02 s of 24 frames: frames 36.24 and 72.48.
    found = inspected(tmp_path, clip("a", 1.51, 0.333333, 1.843333))

    (item,) = found.clips
    assert (item.record_in, item.record_out) == (36, 72)
    assert [item.source_in * 24, item.source_out * 24] == [8, 44]


def test_the_rate_is_exact(tmp_path: Path) -> None:
    found = inspected(tmp_path, clip("a", 0, 0, 10.01), rate=(30000, 1001))

    assert (found.rate, found.duration_frames) == (Fraction(30000, 1001), 300)


def test_two_straight_keys_are_a_speed(tmp_path: Path) -> None:
    # "Fast 2x" as OpenShot writes it: from frame 25 on, 48 media frames in 24, and one more.
    fast = clip("a", 0, 1.0, 49 / 24, time=((25, 25), (49, 73)))
    (item,) = inspected(tmp_path, fast).clips

    assert item.record_out == 25
    assert item.speed == 2
    assert [item.source_in * 24, item.source_out * 24] == [24, 74]


def test_falling_keys_run_backwards_from_the_frame_that_they_tell(tmp_path: Path) -> None:
    back = clip("a", 0, 0, 1.0, time=((1, 49), (25, 25)))
    (item,) = inspected(tmp_path, back).clips

    # Frame 48 is shown first, then 47, down to 25.
    assert item.speed == -1
    assert [item.source_in * 24, item.source_out * 24] == [25, 49]


def test_a_hold_in_the_middle_is_followed(tmp_path: Path) -> None:
    held = clip("a", 0, 0, 3.0, time=((1, 1), (25, 25), (49, 25), (73, 49)))
    (item,) = inspected(tmp_path, held).clips

    # A second, a second of its last frame, and another second: two of media in three.
    assert [item.source_in, item.source_out] == [0, 2]
    assert item.speed == Fraction(2, 3)
    assert inspected(tmp_path, held).problems == ()


def test_a_curve_is_not_guessed(tmp_path: Path) -> None:
    found = inspected(tmp_path, clip("a", 0, 0, 1.0, time=((1, 1), (24, 48)), curve=0))

    assert "a speed ramp whose curve is not followed" in found.problems[0].message


def test_paths_of_the_project_start_at_its_folder(tmp_path: Path) -> None:
    film = tmp_path / "cut_assets" / "blender" / "a.mov"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"film")
    clips = [
        clip("a", 0, 0, 1, path="@assets/blender/a.mov"),
        clip("b", 1, 0, 1, path="cut_assets/blender/a.mov"),
        clip("c", 2, 0, 1, path="@assets/title/t.svg", type="QtImageReader"),
        clip("d", 3, 0, 1, path="@emojis/1F600.svg"),
    ]
    path = saved(tmp_path, project(*clips))
    edit = OpenShotFormat().read(path)

    media = [item.media for item in edit.clips]
    assert [m and m.path for m in media] == [str(film), str(film), None, None]
    assert media[0] is not None
    assert media[0].start == 0


def test_a_clip_without_picture_is_sound(tmp_path: Path) -> None:
    found = inspected(tmp_path, clip("a", 0, 0, 1), clip("b", 0, 0, 1, has_video=False))

    assert [c.id for c in found.clips] == ["V1/0"]
    assert [(c.id, c.name) for c in found.sound] == [("A1/0", "b")]


def test_one_bad_clip_costs_only_itself(tmp_path: Path) -> None:
    bad: list[dict[str, Any]] = [clip("a", 0, 0, 1), clip("b", 0, 0, 1), clip("c", 0, 0, 1e300)]
    bad[0]["position"], bad[1]["end"] = "x", None
    found = inspected(tmp_path, *bad, clip("d", 1, 0, 1))

    assert sorted(str(p.clip) for p in found.problems) == ["a", "b", "c"]
    assert [c.record_out for c in found.clips if c.name == "d"] == [48]


@pytest.mark.parametrize("rate", [{"num": 0, "den": 1}, {"num": 24, "den": 0}, None, {"num": 1e9}])
def test_a_project_without_a_rate_is_refused(tmp_path: Path, rate: Any) -> None:
    with pytest.raises(TimelineUnreadable, match="no usable frame rate"):
        OpenShotFormat().read(saved(tmp_path, {**project(clip("a", 0, 0, 1)), "fps": rate}))


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"fps": NaN}', "{" * 9000, '{"a": ' + "9" * 5000 + "}"]
)
def test_what_is_no_project_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(TimelineUnreadable):
        OpenShotFormat().read(saved(tmp_path, text))


def markers_in(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["markers"])


@pytest.mark.parametrize("indent", [1, None])
@pytest.mark.parametrize("theirs", [[], [THEIRS], [THEIRS, {**THEIRS, "id": "b"}], None])
def test_markers_are_added_and_taken_out_without_a_trace(
    tmp_path: Path, indent: int | None, theirs: list[Any] | None
) -> None:
    content = {**project(clip("a", 0, 0, 4.0)), "markers": theirs}
    if theirs is None:
        del content["markers"]
    path, format_ = saved(tmp_path, json.dumps(content, indent=indent)), OpenShotFormat()
    before, edit = path.read_bytes(), format_.read(path)
    markers = [marker(1, frame=10), marker(2, frame=20), marker(3, frame=20)]

    assert format_.write_markers(path, path, markers, edit).added == 3
    written = markers_in(path)
    assert written[: len(theirs or [])] == (theirs or [])
    first = written[len(theirs or [])]
    assert (first["position"], first["icon"], first["vector"]) == (10 / 24, "blue.png", "blue")
    assert not format_.write_markers(path, path, markers, edit).changed
    renamed = marker(2, frame=20, name="CU")
    assert format_.write_markers(path, path, [renamed, markers[2]], edit).replaced == 1
    assert format_.write_markers(path, path, [renamed, markers[0]], edit).added == 1
    assert format_.clear_markers(path, path) == 2
    assert path.read_bytes() == before


def test_a_marker_that_an_editor_moved_is_kept(tmp_path: Path) -> None:
    path, format_ = saved(tmp_path, project(clip("a", 0, 0, 4.0))), OpenShotFormat()
    edit = format_.read(path)
    format_.write_markers(path, path, [marker(1, frame=12)], edit)
    path.write_text(path.read_text().replace('"position": 0.5', '"position": 0.75'))

    result = format_.write_markers(path, path, [marker(1, frame=12, name="CU")], edit)
    assert (len(result.kept), result.changed) == (1, False)


def test_what_stands_in_the_place_of_the_markers_is_not_overwritten(tmp_path: Path) -> None:
    path = saved(tmp_path, project(clip("a", 0, 0, 4.0), markers="mine"))
    edit = OpenShotFormat().read(path)

    with pytest.raises(TimelineUnreadable, match="is no list"):
        OpenShotFormat().write_markers(path, path, [marker(1)], edit)
