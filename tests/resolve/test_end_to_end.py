"""Menu entries in the double, through the real bridge and a real daemon, on real footage."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.footage import write_shots
from tests.resolve.menu import Menu

pytestmark = pytest.mark.slow

SHOTS = (40, 35, 45)
"""Lengths of the film's shots, in frames: cuts at 40 and 75."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """A home for the daemon of all these tests, which is gone afterwards."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTLOG_HOME", str(folder / "daemon"))
        patch.setenv("SHOTLOG_CONFIG", str(folder / "config.toml"))
        patch.setenv("SHOTLOG_DIALOGS", "none")
        yield patch
        stop_daemon(DaemonPaths())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("film") / "A001.mp4", SHOTS)


@pytest.fixture
def menu(tmp_path: Path, home: pytest.MonkeyPatch) -> Menu:
    return Menu(tmp_path / "Scripts")


def spans(double: Double) -> list[tuple[int, int, str]]:
    markers = sorted(double.timeline().markers.items())
    return [(frame, frame + marker.duration, marker.color) for frame, marker in markers]


def test_it(menu: Menu, film: Path, capsys) -> None:
    spec = ProjectSpec("Film", rate=24)
    media = spec.media(str(film), fps=24, frames=120)
    cut = spec.timeline("Cut", rate=24, start="01:00:00:00")
    cut.clip(media, length=100, source=10)
    double = Double(spec)
    menu.press(double, "analyse-timeline")
    out = capsys.readouterr().out
    print(out)
    print(menu.log)
    print(spans(double), double.calls)
    assert 0
