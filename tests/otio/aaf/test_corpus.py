"""AAF files of Media Composer, DaVinci Resolve and Premiere Pro, read, and read by others.

That markers change no other object of theirs is a claim of ``tests/nle/test_corpus.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.markers import markers_of
from tests.otio.aaf.reading import FORMAT, inspect
from tests.otio.marking import log_of

FILES = [
    "timelines/aaf/2997fps-DFTC.aaf",
    "timelines/aaf/avid_data_track_example.aaf",
    "timelines/aaf/bad_marker_track_from_avid.aaf",
    "timelines/aaf/marker-over-transition.aaf",
    "timelines/aaf/multiple-markers-over-transitions.aaf",
    "timelines/aaf/multiple_markers.aaf",
    "timelines/aaf/multitrack.aaf",
    "timelines/aaf/nested_stack.aaf",
    "timelines/aaf/test_muted_clip.aaf",
    "timelines/aaf/utf8.aaf",
    "resolve/nle/resolve_21.0.2_T45_twoclip_control.aaf",
]

each = pytest.mark.parametrize("name", FILES)


@each
def test_another_reader_finds_our_markers_at_their_frames(
    data_dir: Path, tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source, out = data_dir / name, tmp_path / "out.aaf"
    edit = FORMAT.read(source)
    FORMAT.write_markers(source, out, markers_of(log_of(edit)), edit)
    ours = sorted((m.frame, m.name) for m in inspect(out).markers if m.ours)
    timeline = otio.adapters.read_from_file(str(out), adapter_name="AAF", attach_markers=False)
    found = [marker for marker in _markers(timeline) if "[shotlog " in marker.name]
    frames = sorted(
        (marker.marked_range.start_time.to_frames(), marker.name.splitlines()[0])
        for marker in found
    )
    assert frames == ours
    assert {str(m.color) for m in found} <= {"CYAN", "MAGENTA", "YELLOW", "RED"}
    capfd.readouterr()  # that reader prints


def _markers(timeline: Any) -> Iterator[Any]:
    """Every marker of an OpenTimelineIO timeline."""
    yield from timeline.tracks.markers
    for item in timeline.find_children():
        yield from getattr(item, "markers", ())


@each
def test_nothing_in_it_is_left_unread(data_dir: Path, name: str) -> None:
    found = inspect(data_dir / name)
    unread = [p.message for p in found.problems if "is generated" not in p.message]
    assert unread == []
    assert all(c.record_in < c.record_out for c in found.clips)
