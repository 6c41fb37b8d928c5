"""A script that may start no program speaks with Shotlog through files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shotlog.testing import FakeDaemon
from shotlog_resolve.errors import Cancelled, Refused, ScriptError
from shotlog_resolve.folder_route import FolderRoute
from tests.bridge.talk import EDIT

FOUND = {"timeline": "Reel 1", "markers": []}


class Watcher:
    """What a ``shotlog watch`` does, one step each time the script asks whether to go on."""

    def __init__(self, folder: Path, *steps: Callable[[Watcher], None]) -> None:
        self.folder, self.steps = folder, list(steps)
        self.request: dict[str, Any] = {}
        self.seen: list[str] = []

    def __call__(self) -> bool:
        for path in self.folder.glob("*.request.json"):
            self.request = json.loads(path.read_text("utf-8"))
        self.seen += [path.name for path in self.folder.iterdir()]
        if self.steps:
            self.steps.pop(0)(self)
        return False

    def write(self, end: str, told: object) -> None:
        text = told if isinstance(told, str) else json.dumps(told)
        (self.folder / f"{self.request['id']}.{end}.json").write_text(text, "utf-8")


def progress(done: float) -> Callable[[Watcher], None]:
    told = {"type": "progress", "stage": "Pictures", "done": done, "total": 2.0, "unit": "s"}
    return lambda watcher: watcher.write("progress", told)


def result(**told: object) -> Callable[[Watcher], None]:
    return lambda watcher: watcher.write("result", told)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Movies" / "Shotlog"


def test_a_request_is_answered_and_leaves_nothing(folder: Path) -> None:
    done = result(type="done", found=FOUND)
    watcher = Watcher(folder, progress(0.5), progress(1.0), progress(1.0), done)
    events: list[Any] = []
    with FolderRoute(str(folder), print) as route:
        found = route.analyse(EDIT, {"models": "builtin"}, events.append, watcher)

    assert found == FOUND
    assert [event["done"] for event in events] == [0.5, 1.0]
    assert (watcher.request["type"], watcher.request["models"]) == ("analyze", "builtin")
    assert watcher.request["edit"] == EDIT
    assert list(folder.iterdir()) == []


def test_a_file_that_is_not_whole_yet_is_read_later(folder: Path) -> None:
    half: Callable[[Watcher], None] = lambda watcher: watcher.write("result", '{"type": "do')  # noqa: E731
    watcher = Watcher(folder, half, result(type="done", found=FOUND))

    assert FolderRoute(str(folder), print).analyse(EDIT, {}, print, watcher) == FOUND


def test_a_failure_is_told_with_its_remedy(folder: Path) -> None:
    failed = result(type="failed", code="model", message="no model", hint="Get one")
    with pytest.raises(Refused) as told:
        FolderRoute(str(folder), print).analyse(EDIT, {}, print, Watcher(folder, failed))

    assert (told.value.code, str(told.value)) == ("model", "no model. Get one.")
    assert list(folder.iterdir()) == []


def test_a_cancelled_request_is_told_to_the_watcher(folder: Path) -> None:
    watcher = Watcher(folder)

    def cancelled() -> bool:
        watcher()
        watcher.write("result", {"type": "failed", "code": "cancelled"})
        return True

    with pytest.raises(Cancelled):
        FolderRoute(str(folder), print).analyse(EDIT, {}, print, cancelled)
    assert list(folder.iterdir()) == []


def test_a_job_that_was_cancelled_elsewhere_is_cancelled(folder: Path) -> None:
    gone = result(type="failed", code="cancelled", message="cancelled", hint="")
    with pytest.raises(Cancelled):
        FolderRoute(str(folder), print).analyse(EDIT, {}, print, Watcher(folder, gone))


def test_nobody_who_watches_is_told_with_the_command_to_start(folder: Path) -> None:
    route = FolderRoute(str(folder), print, "/env/bin/shotlog watch", first_word=0.2)
    with pytest.raises(ScriptError) as told:
        route.analyse(EDIT, {}, print, Watcher(folder))

    assert f"does not answer in the folder {folder}" in told.value.message
    assert "start /env/bin/shotlog watch and leave it open" in told.value.hint
    assert list(folder.iterdir()) == []


def test_files_are_renamed_into_place(folder: Path) -> None:
    watcher = Watcher(folder, result(type="done", found=FOUND))
    FolderRoute(str(folder), print).analyse(EDIT, {}, print, watcher)

    assert [name for name in watcher.seen if name.endswith(".part")] == []
    assert len(watcher.seen) == 1


def test_a_request_that_the_watch_does_not_answer_is_not_sent(folder: Path) -> None:
    route = FolderRoute(str(folder), print)

    assert "report" not in route.hello()["capabilities"]
    with pytest.raises(ScriptError, match='request "report" is not possible'):
        route.request("report")
    assert list(folder.iterdir()) == []


@pytest.fixture
def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder, with a real watch and a daemon that answers at once."""
    pytest.importorskip("shotlog.watch", reason="this Shotlog has no watch")
    folder.mkdir(parents=True)
    with FakeDaemon(pace=0.05, steps=4) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        command = [sys.executable, "-m", "shotlog", "watch", "--json", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as watch:
            assert watch.stdout is not None
            watch.stdout.readline()  # it watches now
            yield folder
            watch.send_signal(signal.SIGINT)


@pytest.mark.slow
def test_a_real_watch_answers(watched: Path) -> None:
    events: list[Any] = []
    with FolderRoute(str(watched), print) as route:
        models = route.request("models")
        found = route.analyse(EDIT, {}, events.append, lambda: False)

    assert models["type"] == "models"
    assert found["timeline"] == "Reel 1"
    assert {event["type"] for event in events} <= {"progress"}
    assert [path for path in watched.iterdir() if path.suffix in (".json", ".cancel")] == []


@pytest.mark.slow
def test_a_real_watch_tells_a_refusal(watched: Path) -> None:
    with pytest.raises(Refused) as told:
        FolderRoute(str(watched), print).analyse({**EDIT, "clips": []}, {}, print, lambda: False)

    assert told.value.code == "timeline-empty"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    with pytest.raises(ScriptError, match="cannot be used"):
        FolderRoute(str(blocked / "Shotlog"), print).analyse(EDIT, {}, print, lambda: False)
