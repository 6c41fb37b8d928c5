"""Menu entries in the double, through the real bridge and a real daemon, on real footage."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog_otio import read_markers
from tests.resolve.double import Double, ProjectSpec, TimelineSpec
from tests.resolve.footage import write_shots
from tests.resolve.menu import COMMAND, Menu
from tests.resolve.pythons import play
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.slow

SHOTS = (40, 35, 45)
"""Lengths of the film's shots, in frames: cuts at 40 and 75, and its end at 120."""


class Kind(NamedTuple):
    """A kind of timeline: its rate, and its start timecode."""

    rate: Fraction
    start: str

    @property
    def spelt(self) -> str:
        return str(round(float(self.rate), 3))


PLAIN = Kind(Fraction(24), "00:00:00:00")
LATE = Kind(Fraction(25), "10:00:00:00")
DROP_FRAME = Kind(Fraction(30000, 1001), "00:59:58;00")

EXPECTED = [
    # straight, the whole film: at 0
    (0, 40), (40, 75), (75, 120),
    # trimmed, from frame 10 of the film, 100 frames: at 120
    (120, 150), (150, 185), (185, 220),
    # twice as fast, from frame 10, so 50 frames: at 220. The cut at 75 falls on 32.5, and frame
    # 252 shows what was before it.
    (220, 235), (235, 253), (253, 270),
    # backwards from frame 109 down to 10: at 270
    (270, 305), (305, 340), (340, 370),
    # half as fast, frames 60 to 89, so 60 frames: at 370
    (370, 400), (400, 430),
    # frame 100 held for 24 frames: at 430
    (430, 454),
]  # fmt: skip
"""First frame and end of every shot, worked out by hand."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give all these tests one daemon, one cache and one folder of settings, and end it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTLOG_HOME", str(folder / "daemon"))
        patch.setenv("SHOTLOG_CONFIG", str(folder / "config.toml"))
        patch.setenv("SHOTLOG_DIALOGS", "none")
        yield
        stop_daemon(DaemonPaths())


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[Fraction, Path]:
    """The film at every rate."""
    folder = tmp_path_factory.mktemp("films")
    rates = {kind.rate for kind in (PLAIN, LATE, DROP_FRAME)}
    return {rate: write_shots(folder / f"{float(rate):.2f}.mp4", SHOTS, rate) for rate in rates}


@pytest.fixture
def menu(tmp_path: Path, home: None) -> Menu:
    return Menu(tmp_path / "Scripts")


def edit_of(films: dict[Fraction, Path], kind: Kind) -> ProjectSpec:
    """Return a project whose timeline has a clip of every kind."""
    spec = ProjectSpec("Film", rate=kind.spelt, drop_frame=";" in kind.start)
    cut = spec.timeline("Cut", rate=kind.spelt, start=kind.start)
    add_clips(cut, spec.media(str(films[kind.rate]), fps=kind.spelt, frames=120))
    return spec


def add_clips(cut: TimelineSpec, film: str) -> None:
    cut.clip(film, length=120)
    cut.clip(film, length=100, source=10)
    cut.clip(film, length=50, source=10, speed=2)
    cut.clip(film, length=100, source=10, speed=-1)
    cut.clip(film, length=60, source=60, speed="1/2")
    cut.clip(film, length=24, source=100, speed=0)


def spans(double: Double) -> list[tuple[int, int]]:
    """Return first frame and end of every marker on the timeline."""
    markers = sorted(double.timeline().markers.items())
    return [(frame, frame + marker.duration) for frame, marker in markers]


@pytest.mark.parametrize(
    ("kind", "version", "edition"),
    [
        (PLAIN, "18.5", "free"),
        (PLAIN, "21.1", "studio"),
        (LATE, "19.1", "free"),
        (LATE, "21.0.4", "studio"),
        (DROP_FRAME, "20.3", "studio"),
        (DROP_FRAME, "21.0.4", "free"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.start,
)
def test_every_shot_of_every_kind_of_clip_has_its_marker_on_its_frame(
    menu: Menu, films: dict[Fraction, Path], kind: Kind, version: str, edition: str
) -> None:
    double = Double(edit_of(films, kind), version=version, edition=edition, seed=3)
    before = double.snapshot()
    menu.press(double, "analyse-timeline")
    after = double.snapshot()

    assert spans(double) == EXPECTED
    assert {marker.color for marker in double.timeline().markers.values()} == {"Cyan"}
    after["timelines"]["Cut"]["markers"] = {}
    assert after == before  # playhead, page, marks, and all else
    assert double.session.upsells == 0


@pytest.mark.parametrize("kind", [PLAIN, LATE, DROP_FRAME], ids=lambda kind: kind.start)
def test_the_exported_file_gets_the_same_markers(
    menu: Menu, films: dict[Fraction, Path], kind: Kind, tmp_path: Path
) -> None:
    double = Double(edit_of(films, kind))
    exported, marked = tmp_path / "Cut.otio", tmp_path / "Cut.marked.otio"
    resolve = double.resolve
    timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert timeline.Export(str(exported), resolve.EXPORT_OTIO, resolve.EXPORT_NONE) is True
    command = [*COMMAND, "analyze", str(exported), "-o", str(marked), "--quiet"]
    subprocess.run(command, check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL)
    menu.press(double, "analyse-timeline")

    of_file = [
        (
            int(m.range.start * kind.rate),
            int(m.range.duration * kind.rate),
            m.colour.capitalize(),
            m.name,
        )
        for m in read_markers(marked)
    ]
    of_menu = [
        (frame, m.duration, m.color, m.name) for frame, m in double.timeline().markers.items()
    ]
    assert sorted(of_menu) == sorted(of_file)


def test_all_of_it_comes_and_goes_without_a_trace(
    menu: Menu, films: dict[Fraction, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    spec = edit_of(films, PLAIN)
    spec.told["timelines"][0]["markers"].append([150, "Red", "mine", "", 1, ""])
    double = Double(spec)
    before = double.snapshot()
    menu.press(double, "analyse-timeline")
    told = capsys.readouterr().out
    written = double.snapshot()
    menu.press(double, "analyse-timeline")
    again = capsys.readouterr().out

    assert "15 markers added; 1 stands beside its frame, which another marker has." in told
    assert "15 markers unchanged." in again
    assert double.snapshot() == written
    menu.press(double, "remove-markers")
    assert "15 markers removed." in capsys.readouterr().out
    assert double.snapshot() == before


def test_a_range_replaces_the_markers_in_it_alone(menu: Menu, films: dict[Fraction, Path]) -> None:
    spec = edit_of(films, PLAIN)
    spec.told["timelines"][0]["marks"] = {"video": {"in": 50, "out": 159}}
    double = Double(spec)
    menu.press(double, "analyse-range")

    # The frame of the out point belongs to the range.
    assert spans(double) == [(50, 75), (75, 120), (120, 150), (150, 160)]
    menu.press(double, "analyse-timeline")
    assert spans(double) == EXPECTED


def test_the_clip_at_the_playhead_is_analysed_alone(
    menu: Menu, films: dict[Fraction, Path]
) -> None:
    spec = edit_of(films, PLAIN)
    spec.told["timelines"][0]["playhead"] = 225
    double = Double(spec)
    menu.press(double, "analyse-clip")

    assert spans(double) == [(220, 235), (235, 253), (253, 270)]


def test_selected_clips_are_analysed_alone(menu: Menu, films: dict[Fraction, Path]) -> None:
    spec = edit_of(films, PLAIN)
    told = spec.told["timelines"][0]
    told["selected"] = [told["items"][0]["id"], told["items"][5]["id"]]
    double = Double(spec, version="21.0.4")
    menu.press(double, "analyse-selection")

    assert spans(double) == [(0, 40), (40, 75), (75, 120), (430, 454)]


@pytest.mark.parametrize("version", ["3.6", "3.8", "3.13"])
def test_any_python_that_resolve_may_find_does_it(
    menu: Menu, films: dict[Fraction, Path], version: str, tmp_path: Path
) -> None:
    result = play(
        version,
        edit_of(films, DROP_FRAME),
        menu.entry("analyse-timeline"),
        tmp_path,
        double={"version": "19.1", "edition": "free"},
        environment=dict(os.environ),
    )
    markers = result["after"]["timelines"]["Cut"]["markers"]

    assert (result["error"], result["violations"]) == (None, [])
    assert "15 markers added." in result["stdout"]
    assert [(int(f), int(f) + int(m["duration"])) for f, m in markers.items()] == EXPECTED
