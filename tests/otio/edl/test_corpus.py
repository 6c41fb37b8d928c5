"""Lists that real programs wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shotlog.markers import markers_of
from shotlog.schema import TimelineEmpty
from shotlog_otio import inspection_of
from tests.otio.edl.lists import EDL
from tests.otio.marking import log_of

CUTS = {
    "timelines/edl/25fps.edl": (25, 0, 4, 496),
    "timelines/edl/dissolve_test_4.edl": (24, 92441, 6, 477),
    "timelines/edl/no_spaces_test.edl": (24, 86243, 9, 1049),
    "timelines/edl/screening_example.edl": (24, 86243, 9, 1049),
    "timelines/edl/speed_effects_small.edl": (24, 86400, 5, 16636),
    "timelines/edl/timecode_mismatch.edl": (25, 0, 20, 1789),
    "timelines/edl/wipe_test.edl": (24, 86400, 3, 20),
}
"""By file: rate, start frame, clips, and length in frames, worked out by hand."""

EMPTY = {
    "timelines/edl/multi_audio.edl": "no video clip",
    "resolve/nle/resolve_marker_edl_demo_v3.edl": "a list of markers",
    "resolve/nle/resolve_marker_edl_tcmagik.edl": "a list of markers",
}


@pytest.fixture
def place(data_dir: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of a real list."""
    source = data_dir / str(request.param)
    if not source.is_file():
        pytest.skip(f"the test data has no {request.param}")
    return Path(shutil.copy(source, tmp_path))


@pytest.mark.parametrize(
    ("place", "facts"), CUTS.items(), indirect=["place"], ids=lambda value: Path(str(value)).stem
)
def test_a_real_list_is_read(place: Path, facts: tuple[int, int, int, int]) -> None:
    found = inspection_of(EDL.open(place))
    rate, *counts = facts
    assert found.rate == rate
    assert [found.start_frame, len(found.clips), found.duration_frames] == counts
    assert all("names no media" in p.message for p in found.problems)


@pytest.mark.parametrize("place", CUTS, indirect=True, ids=lambda value: Path(str(value)).stem)
def test_only_markers_are_added_and_clearing_removes_all(place: Path, tmp_path: Path) -> None:
    raw = place.read_bytes()
    edit = EDL.read(place)
    foreign = [m for m in inspection_of(EDL.open(place)).markers if not m.ours]
    markers = markers_of(log_of(edit))
    out = tmp_path / "out.edl"
    assert EDL.write_markers(place, out, markers, edit).added == len(markers)
    assert place.read_bytes() == raw

    found = inspection_of(EDL.open(out))
    ours = [(m.frame, m.duration_frames, m.name, m.note) for m in found.markers if m.ours]
    assert ours == [(m.frame, m.duration, m.name, m.note) for m in markers]
    assert [m for m in found.markers if not m.ours] == foreign
    lines = [line for line in out.read_bytes().splitlines(keepends=True) if b"SHOTLOG" not in line]
    kept = [line for line in lines if b"CYAN" not in line and b"MAGENTA" not in line]
    assert b"".join(kept) == raw

    again = EDL.write_markers(out, tmp_path / "again.edl", markers, edit)
    assert (again.unchanged, again.changed) == (len(markers), False)
    assert (tmp_path / "again.edl").read_bytes() == out.read_bytes()
    assert EDL.clear_markers(out, out) == len(markers)
    assert out.read_bytes() == raw


@pytest.mark.parametrize(
    ("place", "said"), EMPTY.items(), indirect=["place"], ids=lambda value: Path(str(value)).stem
)
def test_a_real_list_without_picture_says_what_it_holds(place: Path, said: str) -> None:
    with pytest.raises(TimelineEmpty, match=said):
        EDL.read(place)
    assert EDL.open(place).clips == ()


@pytest.mark.parametrize(
    "place", ["timelines/edl/screening_example.edl", "timelines/edl/no_spaces_test.edl"],
    indirect=True,
)  # fmt: skip
def test_real_locators_stand_on_the_record(place: Path) -> None:
    found = inspection_of(EDL.open(place))
    # 01:00:01:14, 01:00:02:14 and 01:00:15:13 of a record from 00:59:53:11 on.
    assert [(m.frame, m.name, m.color) for m in found.markers] == [
        (195, "ANIM FIX NEEDED", "RED"),
        (219, "ANIM FIX NEEDED", "PINK"),
        (530, "", "GREEN"),
    ]
