"""Defects as markers on a timeline: on their frames, and apart from all other markers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.qc import CheckedFile, Defect, markers_of_defects
from shotlog.schema import ANALYSED, Edit, Marker, MarkerFamily, TimeRange
from shotlog_otio import ReadOptions, read_edit, read_markers, write_markers
from tests.otio.timelines import clip, saved, timeline, track

RATE = Fraction(24)


def black(first: int, frames: int) -> Defect:
    span = TimeRange(start=first / RATE, duration=frames / RATE)
    return Defect(check="black", severity="error", message="black for a while", range=span)


LOUD = Defect(check="loudness", severity="error", message="loudness is -9.0 LUFS", track=1)


def checked(*defects: Defect) -> CheckedFile:
    return CheckedFile(path="film.mov", rate=RATE, defects=defects)


EDL = """TITLE: cut
FCM: NON-DROP FRAME

001  ONE      V     C        00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00
002  TWO      V     C        00:00:00:00 00:00:02:00 00:00:02:00 00:00:04:00
"""
READING = ReadOptions(rate=RATE)


@pytest.fixture(params=["otio", "edl"])
def cut(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A timeline of 96 frames, of a format that is patched as JSON and one as text."""
    if request.param == "edl":
        path = tmp_path / "cut.edl"
        path.write_text(EDL)
        return path
    made = timeline(track(clip("one", (0, 48)), clip("two", (0, 48))), start=(0, 24))
    return saved(tmp_path, made)


def shot(edit: Edit) -> Marker:
    return Marker(
        id="a", family=MarkerFamily.SHOT, name="CS", note="", frame=0, duration=48,
        rate=edit.rate, payload={},
    )  # fmt: skip


def mark(cut: Path, *defects: Defect) -> list[tuple[str, str, int]]:
    edit = read_edit(cut, READING)
    markers = markers_of_defects([(checked(*defects), Fraction(0))], edit)
    write_markers(cut, cut, markers, edit, reading=READING, replacing={MarkerFamily.DEFECT})
    return found(cut)


def found(cut: Path) -> list[tuple[str, str, int]]:
    return [(str(m.family), m.name, int(m.range.start * RATE)) for m in read_markers(cut, READING)]


def test_a_defect_stands_on_its_frames_and_one_of_the_whole_file_on_the_first(cut: Path) -> None:
    edit = read_edit(cut, READING)
    markers = markers_of_defects([(checked(LOUD, black(30, 12), black(90, 40)), Fraction(0))], edit)
    assert [(m.name, m.frame, m.duration) for m in markers] == [
        ("QC · loudness", 0, 1),
        ("QC · black", 30, 12),
        ("QC · black", 90, 6),  # the timeline has 96 frames
    ]
    assert markers[0].note == "error: loudness is -9.0 LUFS (sound track 1)"
    assert len({m.id for m in markers}) == 3
    beyond = markers_of_defects([(checked(black(200, 5)), Fraction(0))], edit)
    assert [(m.frame, m.duration) for m in beyond] == [(95, 1)]


def test_defects_of_clips_stand_where_the_clips_begin_on_the_timeline(cut: Path) -> None:
    edit = read_edit(cut, READING)
    clips = [(checked(LOUD, black(5, 3)), 48 / RATE), (checked(black(5, 3)), 10 / RATE)]
    markers = markers_of_defects(clips, edit)
    assert [(m.name, m.frame) for m in markers] == [
        ("QC · black", 15),
        ("QC · loudness", 48),
        ("QC · black", 53),
    ]
    assert len({m.id for m in markers}) == 3


def test_a_second_check_replaces_the_markers_of_the_first_alone(cut: Path) -> None:
    edit = read_edit(cut, READING)
    write_markers(cut, cut, [shot(edit)], edit, reading=READING, replacing=ANALYSED)
    assert mark(cut, LOUD, black(30, 12)) == [
        ("shot", "CS", 0), ("defect", "QC · loudness", 0), ("defect", "QC · black", 30),
    ]  # fmt: skip
    before = cut.read_bytes()
    mark(cut, LOUD, black(30, 12))
    assert cut.read_bytes() == before
    assert mark(cut, black(40, 12)) == [("shot", "CS", 0), ("defect", "QC · black", 40)]
    assert mark(cut) == [("shot", "CS", 0)]


def test_an_analysis_leaves_the_markers_of_defects(cut: Path) -> None:
    mark(cut, black(30, 12))
    edit = read_edit(cut, READING)
    write_markers(cut, cut, [], edit, reading=READING)
    assert found(cut) == [("defect", "QC · black", 30)]
