"""Queries of markers mean what they mean of shots, as far as markers tell."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Literal

import opentimelineio as otio
import pytest

from shotlog.library import find_in_log, parse_query
from shotlog.markers import markers_of
from shotlog.schema import UNDEFINED, Edit, Log, LoggedShot
from shotlog.selects import MarkedTimeline, read_marked_timeline
from shotlog_otio import ReadOptions, read_edit, write_markers
from tests.library.logs import shot
from tests.otio.fcp7 import xmeml
from tests.otio.timelines import as_data, clip, timeline, track
from tests.report.logs import highlight

On = Literal["timeline", "clips"]


def shots_of(edit: Edit) -> list[LoggedShot]:
    """Four shots of one second each, one in each clip."""
    told: list[tuple[str, tuple[str, ...], str | None]] = [
        ("CS", ("dolly_in",), None),
        ("LS", ("static", "pan_left"), None),
        (UNDEFINED, ("static",), None),
        ("", (), "black"),
    ]
    shots = []
    for n, (size, moves, kind) in enumerate(told):
        made = shot(n, 1, size=size or None, moves=moves, kind=kind, clip_id=edit.clips[n].id)
        named = {"clip_name": edit.clips[n].name}
        shots.append(made.model_copy(update=named))
    return shots


def write_cut(folder: Path) -> Path:
    path = folder / "cut.otio"
    clips = (clip(f"film {n}", (0, 24)) for n in range(4))
    path.write_text(json.dumps(as_data(timeline(track(*clips)))))
    return path


def marked(path: Path, on: On = "timeline") -> MarkedTimeline:
    edit = read_edit(path)
    log = Log(
        edit=edit,
        shots=tuple(shots_of(edit)),
        highlights=(highlight(1, 0.5, 1, 90.0), highlight(2, 2.25, 0.5, 60.0)),
    )
    write_markers(path, path, markers_of(log, on=on), edit, on=on)
    return read_marked_timeline(path, ReadOptions())


def found(of: MarkedTimeline, query: str) -> list[int]:
    return [hit.shot_number for hit in find_in_log(of.log, parse_query(query))]


def listed(of: MarkedTimeline, query: str) -> list[str]:
    """The names of the markers of the shots that a query finds."""
    wanted = set(found(of, query))
    pairs = zip(of.markers, of.shots, strict=True)
    return [marker.name for marker, shots in pairs if shots & wanted]


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("CS and dolly_in", [0]),
        ("static", [1, 2]),
        ("pan_left and LS", [1]),
        ("undefined", [2]),
        ("black or kind:bars", [3]),
        ("not CS", [1, 2, 3]),
        ("highlight >= 80", [0, 1]),
        ("not highlight", [3]),
        ("confidence > 70%", [0, 1, 2]),
        ("confidence < 70%", []),
        ("duration >= 1s and duration < 1.1s", [0, 1, 2, 3]),
        ('clip:"film 2" or "film 0"', [0, 2]),
        ("faces >= 1 or not faces >= 1", []),
    ],
)
def test_a_query_finds_the_shots_that_markers_tell(
    tmp_path: Path, on: On, query: str, numbers: list[int]
) -> None:
    assert found(marked(write_cut(tmp_path), on), query) == numbers


def test_further_moves_and_highlights_belong_to_their_shots(tmp_path: Path) -> None:
    of = marked(write_cut(tmp_path))
    assert of.untold == {"faces", "speech", "loudness", "width", "height", "fps"}
    assert listed(of, "LS") == ["HL 1 · 90", "LS · static", "pan_left"]
    assert listed(of, "black") == ["Black"]
    assert listed(of, "pan_left and CS") == []


def test_a_label_of_an_editor_counts_and_has_no_confidence(tmp_path: Path) -> None:
    path = write_cut(tmp_path)
    marked(path)
    read = otio.adapters.read_from_file(str(path))
    (first,) = (m for m in read.tracks.markers if m.name == "CS · dolly_in")
    first.name = "ecs · DOLLY_IN"
    otio.adapters.write_to_file(read, str(path))
    of = read_marked_timeline(path, ReadOptions())
    assert found(of, "ECS and dolly_in") == [0]
    assert found(of, "CS") == []
    assert found(of, "move.confidence > 0 and ECS") == [0]
    assert found(of, "size.confidence >= 0 and ECS or not size.confidence >= 0 and ECS") == []


def test_markers_of_other_formats_tell_labels_without_confidence(tmp_path: Path) -> None:
    media = xmeml.file(inside=xmeml.rate())
    starts = range(0, 96, 24)
    items = (xmeml.item(at, at + 24, 0, None, media, name=f"film {at // 24}") for at in starts)
    path = xmeml.write(tmp_path, xmeml.document(xmeml.sequence(xmeml.track(*items))))
    of = marked(path)
    assert found(of, "CS and dolly_in and highlight >= 80") == [0]
    assert listed(of, "pan_left") == ["HL 1 · 90", "LS · static", "pan_left"]
    assert found(of, "confidence >= 0 or not confidence >= 0") == []
    assert "confidence" in of.untold
    assert {shot.shot.timeline.duration for shot in of.log.shots} == {Fraction(1)}
