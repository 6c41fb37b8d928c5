"""Markers on clips stand where those on the timeline would, however Resolve counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog_resolve.calibration import CLIP, SOURCE, calibrate, known_space
from shotlog_resolve.clip_markers import clear_clips, mark_clips
from shotlog_resolve.edit import read_edit
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host, connect
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.writing.ready import Line, ready


def project() -> ProjectSpec:
    """Return a timeline from ten o'clock: trimmed at 0, fast at 50, backwards at 75."""
    spec = ProjectSpec("Film", rate=24)
    cut = spec.timeline("Cut", rate=24, start="10:00:00:00")
    film = spec.media("/films/a.mov", fps=24, frames=400, start="01:00:00:00")
    cut.clip(film, length=50, source=20)
    cut.clip(film, length=25, source=100, speed=2)
    cut.clip(film, length=25, source=200, speed=-1)
    cut.marks(5, 90)
    cut.playhead(60)
    return spec


MARKERS: list[Line] = [
    ready(0, "a", clip="V1/0", duration=30),
    ready(30, "b", clip="V1/0", duration=20),
    ready(60, "c", clip="V1/50", duration=15),
    ready(80, "d", clip="V1/75", duration=20),
    ready(10, "h", clip=None, family="highlight"),
]


class Scene:
    def __init__(self, space: str, version: str = "21.0.4") -> None:
        self.double = Double(project(), item_markers=space, version=version)
        self.host: Host = connect(self.double.globals())
        self.edit = read_edit(self.host, "timeline")
        self.items = list(self.edit.items.values())

    def mark(self, space: str, *markers: Line):  # type: ignore[no-untyped-def]
        identity = self.host.identity()
        return mark_clips(self.edit, markers, identity, "nudge", space, whole=True)

    @property
    def seen(self) -> list[int]:
        """Frames of the timeline on which the editor sees markers of clips."""
        items = self.double.timeline("Cut").items
        return sorted(frame for item in items for frame in item.marker_frames())


@pytest.mark.parametrize("space", [SOURCE, CLIP])
def test_the_doctor_finds_out_what_they_are_counted_from_and_leaves_no_trace(
    space: str, tmp_path: Path
) -> None:
    scene = Scene(space)
    before = scene.double.snapshot()

    assert calibrate(scene.host, str(tmp_path)) == space
    assert known_space(str(tmp_path), scene.host.version_text) == space
    assert known_space(str(tmp_path), "21.1.0.14") is None
    assert scene.double.snapshot() == before


@pytest.mark.parametrize("space", [SOURCE, CLIP])
def test_the_editor_sees_them_on_the_frames_of_the_timeline(space: str) -> None:
    scene = Scene(space)
    report = scene.mark(space, *MARKERS)

    assert scene.seen == [0, 30, 60, 80]
    assert (report.added, report.skipped) == (4, [])
    assert not scene.double.timeline("Cut").markers


def test_the_same_again_changes_nothing_and_all_of_it_can_be_removed() -> None:
    scene = Scene(SOURCE)
    before = scene.double.snapshot()
    scene.mark(SOURCE, *MARKERS)

    assert scene.mark(SOURCE, *MARKERS).unchanged == 4
    assert clear_clips(scene.items, scene.host.identity()).removed == 4
    assert scene.double.snapshot() == before


def test_what_the_editor_set_or_changed_on_a_clip_stays() -> None:
    scene = Scene(SOURCE)
    scene.mark(SOURCE, *MARKERS)
    first = scene.double.timeline("Cut").items[0]
    first.markers[50].name = "my name"
    first.markers[20].note = "my note"
    kept = {at: marker.told() for at, marker in first.markers.items()}
    report = scene.mark(SOURCE, *(dict(marker, name="CS") for marker in MARKERS))

    assert report.kept == 2
    assert {at: marker.told() for at, marker in first.markers.items()} == kept


def test_a_skipped_one_is_told_by_its_frame_on_the_timeline() -> None:
    scene = Scene(SOURCE)
    first = scene.double.timeline("Cut").items[0]
    scene.items[0].AddMarker(50, "Red", "mine", "", 1)
    identity = scene.host.identity()
    report = mark_clips(scene.edit, MARKERS, identity, "skip", SOURCE, whole=True)

    assert [marker.frame for marker in report.skipped] == [30]
    assert first.markers[50].name == "mine"


def test_at_most_five_calls_write_on_a_clip() -> None:
    scene = Scene(SOURCE)
    before = scene.double.call_count
    scene.mark(SOURCE, *MARKERS[1:4])

    assert scene.double.call_count - before <= 3 * 5 + 4  # and four for the ids of the timeline


def test_without_a_trimmed_clip_there_is_no_answer_and_no_trace(tmp_path: Path) -> None:
    spec = ProjectSpec("Film", rate=24)
    cut = spec.timeline("Cut", rate=24)
    film = spec.media("/films/a.mov", fps=24, frames=400)
    cut.clip(film, length=50)
    cut.clip(film, length=50, source=20, speed=2)
    cut.title()
    double = Double(spec)
    before = double.snapshot()

    with pytest.raises(ScriptError, match="no clip that is trimmed"):
        calibrate(connect(double.globals()), str(tmp_path))
    assert double.snapshot() == before
    assert known_space(str(tmp_path), "20.3.2.9") is None
