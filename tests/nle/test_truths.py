"""Real timelines are read as their files say, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shotlog_otio import ReadOptions, inspect_file
from tests.nle.truth import Json, differences, load, truths

CLIP: Json = {
    "track": "V1",
    "name": "a",
    "media": "C:/film/a.mov",
    "record_in": 0,
    "record_out": 10,
    "source_in": "1/2",
    "source_out": "3/2",
    "source_rate": "24/1",
    "speed": "1/1",
}
MARKER: Json = {"frame": 5, "duration_frames": 1, "name": "here", "note": "look", "on": "timeline"}
FOUND: Json = {
    "name": "cut",
    "rate": "24/1",
    "start_frame": 100,
    "duration_frames": 10,
    "hidden_markers": 0,
    "clips": [{**CLIP, "source_in": "0/1"}, CLIP],
    "markers": [MARKER],
}


def inspect_json(path: Path, sequence: str | None = None) -> Json:
    return inspect_file(path, ReadOptions(sequence=sequence)).model_dump(mode="json")


@pytest.mark.parametrize("path", truths(), ids=lambda path: path.stem)
def test_a_real_timeline_is_understood(data_dir: Path, path: Path) -> None:
    truth = load(path)
    timeline = data_dir / truth["file"]
    if not timeline.is_file():
        pytest.skip(f"the test data has no {truth['file']}")
    wrong = differences(truth, inspect_json(timeline, truth.get("sequence")))
    assert not wrong, "\n".join([truth["file"], *wrong, f"why: {truth['why']}"])


def test_every_kind_of_timeline_has_truths() -> None:
    kinds = [Path(load(path)["file"]).suffix for path in truths()]
    assert set(kinds) == {
        ".aaf", ".edl", ".fcpxml", ".kdenlive", ".mlt", ".otio", ".xges", ".xml"
    }  # fmt: skip
    assert len(kinds) >= 25


def test_what_is_as_told_has_no_differences() -> None:
    truth = {
        **FOUND,
        "rate": "48/2",
        "clip_count": 2,
        "marker_count": 1,
        "clips": [{"track": "V1", "record_in": 0, "source_in": "2/4", "media_ends": "film/a.mov",
                   "about": {"speed": [1.01, 0.02]}}],
        "markers": [{"frame": 5, "name": "here", "note": " look"}, {"frame": 5, "text": "look"}],
        "not_markers": ["there"],
    }  # fmt: skip
    assert differences(truth, json.loads(json.dumps(FOUND))) == []
    shifted = {"from_timecode": True, "clips": [{**CLIP, "record_in": 100, "record_out": 110}]}
    assert differences(shifted, FOUND) == []


@pytest.mark.parametrize(
    ("truth", "line"),
    [
        ({"rate": "24000/1001"}, "rate: '24/1', should be '24000/1001'"),
        ({"hidden_markers": 1}, "hidden_markers: 0, should be 1"),
        ({"clip_count": 3}, "2 clips, should be 3"),
        ({"marker_count": 2}, "1 markers, should be 2"),
        ({"clips": [{"track": "V1", "record_in": 1}]}, "clips of V1 are at [0, 0]"),
        ({"clips": [{**CLIP, "source_out": "4/2"}]}, "source_out '3/2' should be '4/2'"),
        ({"clips": [{**CLIP, "media_ends": "b.mov"}]}, "should end with 'b.mov'"),
        ({"clips": [{**CLIP, "about": {"speed": [2, 0.5]}}]}, "speed '1/1' should be 2"),
        ({"markers": []}, "markers [(5, 'here')], should be none"),
        ({"markers": [{"frame": 6}]}, "nearest: [(5, 'here')]"),
        ({"markers": [{"frame": 5, "note": "no"}]}, "note 'look' should be 'no'"),
        ({"markers": [{"frame": 5, "text": "no"}]}, "'no' is not in 'here', 'look'"),
        ({"not_markers": ["here"]}, "'here' is listed"),
        ({"from_timecode": True, "markers": [{"frame": 5}]}, "nearest: [(105, 'here')]"),
    ],
)
def test_what_is_not_as_told_is_said(truth: Json, line: str) -> None:
    [said] = differences(truth, FOUND)
    assert line in said
