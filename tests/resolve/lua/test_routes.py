"""The Console route from end to end, and its rules beside those of the Python scripts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shotlog.bridge import summarize_log
from shotlog.markers import place_markers
from shotlog.schema import Edit, Marker
from shotlog.testing import FakeDaemon
from shotlog_otio import markers_of, read_edit
from tests.otio.marking import log_of
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.lua.console import Console, edit, marker
from tests.resolve.lua_host import INTERPRETERS
from tests.watch.folder import Folder, found

RATES = [
    ("24", "01:00:00:00"),
    ("25", "00:00:00:00"),
    ("29.97", "01:00:00;00"),
    ("23.976", "10:00:00:00"),
]


@pytest.fixture
def handover(tmp_path: Path) -> Iterator[Folder]:
    with FakeDaemon(found) as daemon:
        yield Folder(tmp_path / "Shotlog", daemon)


@pytest.mark.parametrize("lua", INTERPRETERS)
@pytest.mark.parametrize(("rate", "start"), RATES)
def test_export_watch_and_console_put_markers_on_their_frames(
    handover: Folder, lua: str, rate: str, start: str
) -> None:
    spec = ProjectSpec("Film", rate=rate)
    media = spec.media("/films/beach.mov", fps=rate, frames=500)
    cut = spec.timeline("Größe: 1/2", rate=rate, start=start, drop_frame=";" in start)
    for length, speed in ((48, 1), (24, 2), (30, -1), (12, "1/2")):
        cut.clip(media, length=length, source=100, speed=speed)
    cut.marker(48, "Blue", "the editor's own", "")
    double = Double(spec, version="21.1", edition="free")
    console = Console(handover.path, lua)

    assert "was exported to" in console.paste(double)
    assert handover.once() == 0
    assert "4 added" in console.paste(double)
    ours = {at: m.duration for at, m in double.timeline().markers.items() if m.custom}
    # One shot per clip; the editor's marker is on the first frame of the second.
    assert ours == {0: 48, 49: 23, 72: 30, 102: 12}
    double.check()


@pytest.mark.parametrize(("rate", "start"), RATES)
def test_export_watch_and_import_by_hand_put_markers_on_their_frames(
    handover: Folder, rate: str, start: str
) -> None:
    """No script at all: the editor exports the timeline, and imports the marker EDL."""
    spec = ProjectSpec("Film", rate=rate)
    media = spec.media("/films/beach.mov", fps=rate, frames=500)
    cut = spec.timeline("Cut", rate=rate, start=start, drop_frame=";" in start)
    for length, speed in ((48, 1), (24, 2), (1750, 0)):  # past the first minute
        cut.clip(media, length=length, source=100, speed=speed)
    cut.clip(media, length=12, source=10)
    double = Double(spec, version="21.1", edition="free")
    double.export_otio(str(handover.path / "cut.otio"))
    assert handover.once() == 0

    assert double.import_marker_edl(str(handover.path / "cut.markers.edl")) == 4
    told = {at: (m.duration, m.color) for at, m in double.timeline().markers.items()}
    assert told == {
        0: (48, "Cyan"), 48: (24, "Cyan"), 72: (1750, "Cyan"), 1822: (12, "Cyan"),
    }  # fmt: skip
    double.check()


def test_the_settings_tell_what_becomes_of_an_occupied_frame(handover: Folder) -> None:
    (handover.path / ".shotlog.toml").write_text('[resolve]\noccupied = "skip"\n')
    spec = ProjectSpec("Film")
    media = spec.media("/films/beach.mov", frames=500)
    cut = spec.timeline("Cut")
    cut.clip(media, length=48)
    cut.marker(0, "Blue", "the editor's own", "")
    double, console = Double(spec, version="21.1", edition="free"), Console(handover.path)
    console.paste(double)
    handover.once()

    assert "(another marker is there)" in console.paste(double)
    assert list(double.timeline().markers) == [0]


def test_the_same_findings_give_the_same_markers_as_the_bridge(handover: Folder) -> None:
    """Frames, texts and hashes of the Lua data are those of ``analyze`` over the bridge."""
    spec = ProjectSpec("Film")
    media = spec.media("/films/beach.mov", frames=500)
    spec.timeline("Cut").clip(media, length=48)
    double, console = Double(spec, version="21.1", edition="free"), Console(handover.path)
    console.paste(double)
    log = log_of(read_edit(console.exported))
    handover.once()
    console.paste(double)
    ready = summarize_log(log, {}).markers
    placed = {at: m for at, m in double.timeline().markers.items() if m.custom}
    assert [(m.frame, m.duration, m.colour, m.name, m.note) for m in ready] == [
        (at, m.duration, m.color, m.name, m.note) for at, m in placed.items()
    ]
    assert [m.id for m in markers_of(log)] == [m.marker for m in ready]


# ---- the rules of ownership, beside those of the scripts in Python


@pytest.fixture(scope="module")
def scripts() -> ModuleType:
    found: ModuleType = pytest.importorskip(
        "shotlog_resolve.markers", reason="the scripts in Python are not here yet"
    )
    return found


def bridge_markers(markers: list[Marker], timeline: Edit) -> list[dict[str, Any]]:
    """Markers as the bridge gives them."""
    return [
        {
            "frame": p.frame, "duration": p.duration, "colour": p.colour, "name": p.name,
            "note": p.note, "custom_data": p.custom_data, "marker": p.marker.id,
            "family": p.marker.family.value, "clip": None, "facts": {},
        }
        for p in place_markers(markers, timeline)
    ]  # fmt: skip


def _random(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 # for a choice of cases


def scattered(rng: random.Random) -> list[Marker]:
    """Markers at random places; subjects recur from one run to the next."""
    chosen = sorted(rng.sample(range(12), rng.randint(0, 10)))
    frames = sorted(rng.randrange(0, 104) for _ in chosen)
    return [
        marker(n, frame, rng.randint(1, 12), rng.choice(["", "CS", "größer"]))
        for n, frame in zip(chosen, frames, strict=True)
    ]


def disturbed(rng: random.Random, double: Double) -> None:
    """What an editor does between two runs."""
    markers = double.timeline().markers
    for frame in sorted(rng.sample(sorted(markers), min(2, len(markers)))):
        change = rng.choice(["rename", "colour", "move", "delete"])
        if change == "rename":
            markers[frame].name = "mine"
        elif change == "colour":
            markers[frame].color = "Rose"
        elif change == "delete":
            del markers[frame]
        elif frame + 1 not in markers:
            markers[frame + 1] = markers.pop(frame)


@pytest.mark.parametrize("seed", range(12))
def test_both_routes_leave_the_same_markers_whatever_an_editor_does(
    scripts: ModuleType, tmp_path: Path, seed: int
) -> None:
    journal = pytest.importorskip("shotlog_resolve.journal")
    host = pytest.importorskip("shotlog_resolve.host")
    spec = ProjectSpec("Film")
    media = spec.media("/films/beach.mov", frames=500)
    cut = spec.timeline("Cut")
    cut.clip(media, length=96)
    for frame in _random(seed).sample(range(96), 12):
        cut.marker(frame, "Blue", "the editor's own", "")
    policy = ("nudge", "skip")[seed % 2]
    left: list[dict[int, Any]] = []
    for route in ("python", "lua"):
        rng, double = _random(seed), Double(spec, seed=1, version="21.1")
        console = Console(tmp_path / route, "luajit")
        console.paste(double)
        for _ in range(4):
            markers, timeline = scattered(rng), edit(96)
            if route == "lua":
                console.prepare(markers, timeline)
                console.paste(double, f'SHOTLOG = {{occupied = "{policy}"}}')
            else:
                identity = host.Identity(double.project.uid, double.timeline().uid)
                handle = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
                scripts.apply_markers(
                    handle, identity, bridge_markers(markers, timeline), 96, policy,
                    journal.Journal(str(tmp_path / "journal"), print),
                )  # fmt: skip
            disturbed(rng, double)
        double.check()
        left.append({at: m.told() for at, m in double.timeline().markers.items()})
    assert left[0] == left[1]
