"""The menu in the double where the daemon is a fake one, and what happens while it works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shotlog.schema import Edit, Log
from shotlog.service.protocol import Submit
from shotlog.testing import FakeDaemon
from tests.otio.marking import log_of
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.menu import Menu


class Scene:
    """An installation, a project of one clip, and what happens while it is analysed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.menu = Menu(folder / "Scripts")
        self.meanwhile: Callable[[], object] = lambda: None
        self.answer: Callable[[Edit], Log] = log_of
        self.spec = ProjectSpec("Film", rate=24)
        self.cut = self.spec.timeline("Cut", rate=24)
        self.cut.clip(self.spec.media("/films/a.mov", frames=240), length=240)
        self.spec.timeline("Other", rate=24)
        self._capsys = capsys

    def press(self, action: str, double: Double) -> str:
        self.menu.press(double, action)
        told = self._capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return told.out


@pytest.fixture
def scene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scene]:
    scene = Scene(tmp_path, capsys)

    def answer(submit: Submit) -> Log:
        scene.meanwhile()
        return scene.answer(submit.task.edit)

    with FakeDaemon(answer) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SHOTLOG_DIALOGS", "none")
        monkeypatch.setenv("SHOTLOG_CONFIG", str(tmp_path / "config.toml"))
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "user"))
        yield scene
