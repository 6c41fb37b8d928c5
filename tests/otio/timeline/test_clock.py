"""A timeline is drop-frame where its metadata or its start timecode say so."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.schema import Edit
from tests.otio.timelines import clip, read, timeline, track

NTSC = 30000 / 1001
MINUTE = Fraction(1800 * 1001, 30000)
"""The 1800th frame: 00:01:00:00, or 00:01:00;02."""


def counted(
    folder: Path, metadata: dict[str, Any], *, first: float = 0, of_stack: bool = False
) -> Edit:
    made = timeline(track(clip("a", rate=NTSC)), start=(first, NTSC))
    (made.tracks if of_stack else made).metadata.update(metadata)
    return read(folder, made)


@pytest.mark.parametrize(
    "metadata",
    [
        {"fcp_xml": {"timecode": {"displayformat": "NDF"}}},
        {"fcpx": {"sequence": {"@tcFormat": "NDF"}}},
        {"cmx_3600": {"FCM": "NON-DROP FRAME"}},
        {"AAF": {"Slots": {"Drop": False}}},
        {"x": {"timelineDropFrameTimecode": "0"}},
        {"x": {"is_drop_frame": 0}},
        {"x": {"nonDropFrame": True}},
        {"fcp_xml": {"@MZ.Sequence.VideoTimeDisplayFormat": "103"}},
        {"PremierePro_OTIO": {"VideoTimeDisplayFormat": 103.0}},
        {"x": {"dropframe": "no"}},
        {"x": {"Drop Frame": "Off"}},
        {"x": {"dropFrame": 0.0}},
        {"x": {"dropframe": "NDF"}},
        {"x": {"isDropFrame": "disabled"}},
        {"x": {"non_drop_frame": "Yes"}},
        {"x": {"ndf": True}},
        {"x": {"timecodeFormat": "29.97 NDF"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("of_stack", [False, True])
def test_a_timeline_declared_non_drop_counts_so(
    tmp_path: Path, metadata: dict[str, Any], of_stack: bool
) -> None:
    edit = counted(tmp_path, metadata, of_stack=of_stack)
    assert (edit.drop_frame, edit.timecode(MINUTE)) == (False, "00:01:00:00")


@pytest.mark.parametrize(
    "metadata",
    [
        {"fcp_xml": {"timecode": {"displayformat": "DF"}}},
        {"fcpx": {"tcFormat": "DF"}},
        {"cmx_3600": {"FCM": "DROP FRAME"}},
        {"x": {"drop_frame": True}},
        {"fcp_xml": {"@MZ.Sequence.VideoTimeDisplayFormat": "102"}},
        {"PremierePro_OTIO": {"VideoTimeDisplayFormat": 102}},
        {"x": {"dropframe": "yes"}},
        {"x": {"drop-frame": "ON"}},
        {"x": {"dropframe": "DF"}},
        {"x": {"dropFrame": 1.0}},
        {"x": {"nonDropFrame": "no"}},
        {"x": {"df": True}},
        {"x": {"timecode format": "29.97 drop"}},
    ],
    ids=str,
)
def test_a_timeline_declared_drop_frame_counts_so_at_any_start(
    tmp_path: Path, metadata: dict[str, Any]
) -> None:
    edit = counted(tmp_path, metadata, first=108_000)
    assert (edit.drop_frame, edit.timecode(Fraction(0))) == (True, "01:00:03;18")


def test_a_declaration_of_media_does_not_count_for_the_timeline(tmp_path: Path) -> None:
    made = timeline(track(clip("a", rate=NTSC)), start=(0, NTSC))
    made.tracks[0][0].media_reference.metadata["timecode"] = {"displayformat": "NDF"}
    assert read(tmp_path, made).timecode(MINUTE) == "00:01:00;02"


@pytest.mark.parametrize(
    "metadata",
    [
        {"dropped frames": "3"},
        {"dropFrame": None},
        {"Drop": []},
        {"dropframe": "maybe"},
        {"@MZ.Sequence.VideoTimeDisplayFormat": "109"},  # frames, which tell nothing of timecode
        {"@MZ.Sequence.AudioTimeDisplayFormat": "102"},  # no such format of sound
    ],
)
def test_meaningless_metadata_leave_the_counting_to_the_start(
    tmp_path: Path, metadata: dict[str, Any]
) -> None:
    assert counted(tmp_path, metadata, first=108_000).drop_frame is False
    assert counted(tmp_path, metadata, first=107_892).drop_frame is True


def test_no_other_rate_counts_drop_frame(tmp_path: Path) -> None:
    made = timeline(track(clip("a", rate=24)), start=(86400, 24))
    made.metadata["drop_frame"] = True
    edit = read(tmp_path, made)
    assert (edit.drop_frame, edit.timecode(Fraction(0))) == (False, "01:00:00:00")


def test_premiere_declares_its_counting_at_59_94_too(tmp_path: Path) -> None:
    rate = 60000 / 1001
    # Frame 3600 is the minute, 00:01:00;04 where four labels are dropped.
    for format_, expected in (("106", "00:01:00;04"), ("107", "00:01:00:00")):
        made = timeline(track(clip("a", rate=rate)), start=(0, rate))
        made.metadata["fcp_xml"] = {"@MZ.Sequence.VideoTimeDisplayFormat": format_}
        assert read(tmp_path, made).timecode(3600 * Fraction(1001, 60000)) == expected


def test_an_undeclared_edit_counts_by_its_start() -> None:
    rate = Fraction(30000, 1001)
    edit = Edit(name="", rate=rate, start=108_000 / rate, duration=Fraction(1), clips=())
    assert edit.timecode(Fraction(0)) == "01:00:00:00"
