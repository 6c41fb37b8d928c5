"""The menu's way to the bridge and the file's way give the same markers on the same timeline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog.synthetic import write_video
from shotlog_resolve.bridge import Bridge
from tests.media.material import drift
from tests.resolve.double import ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import open_double, read

SHOTLOG = [sys.executable, "-m", "shotlog"]
CLOCKS: list[dict[str, Any]] = [
    {"rate": 25, "start": "01:00:00:00"},
    {"rate": "29.97", "start": "00:59:50;00"},
    {"rate": "23.976", "start": "00:00:00:00"},
]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two shots of two seconds each, at 25 frames a second: a pan, and a still picture."""
    path = tmp_path / "two shots.mp4"
    (frozen,) = drift(1)
    pictures = chain(drift(50), (255 - frozen for _ in range(50)))
    write_video(path, pictures, Fraction(25))
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home for a daemon, which is gone afterwards."""
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path / "home"))
    yield
    stop_daemon(DaemonPaths())


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_both_ways_give_the_same_markers(film: Path, tmp_path: Path) -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        media = spec.media(str(film), fps=25, frames=100)
        cut.clip(media, length=83)  # both shots
        cut.clip(media, length=30, source=40)  # trimmed, around the cut
        cut.clip(media, length=25, source=30, speed=2)
        cut.clip(media, length=60, source=25, speed=-1)
        cut.clip(media, length=90, source=40, speed="1/3")
        cut.clip(media, length=20, source=10, speed=0)
        cut.clip(spec.media("/gone/a.mov", start="10:00:00:00"), length=20, source=7)

    for number, clock in enumerate(CLOCKS):
        double = open_double(scene, **clock)
        resolve = double.resolve
        timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
        path = tmp_path / f"{number}.otio"
        timeline.Export(str(path), resolve.EXPORT_OTIO)
        with Bridge(SHOTLOG, print) as bridge:
            told = bridge.analyse(read(double).plain, {}, lambda event: None, lambda: False)
            file = bridge.analyse(None, {"timeline": str(path)}, lambda event: None, lambda: False)

        assert [spelled(m) for m in told["markers"]] == [spelled(m) for m in file["markers"]]
        assert len(told["markers"]) >= 10
        assert {"Cyan", "Red"} <= {m["colour"] for m in told["markers"]}


def spelled(marker: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("frame", "duration", "name", "colour", "custom_data", "note")
    return tuple(marker[key] for key in keys)
