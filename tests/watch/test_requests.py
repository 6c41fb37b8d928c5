"""Requests that scripts leave in a watched folder, and their answers."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shotlog.bridge import LINE_BYTES, EditSummary
from shotlog.service.protocol import Cancel, Submit
from shotlog.testing import FakeDaemon
from shotlog.watch import Answered
from tests.bridge.talk import EDIT
from tests.watch.folder import Folder, found, text_of

ANALYZE = {"id": 7, "type": "analyze", "edit": EDIT}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with FakeDaemon(found) as daemon:
        yield Folder(tmp_path / "in", daemon)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Folder]:
    """A folder whose daemon takes four seconds for a job."""
    with FakeDaemon(found, steps=400, pace=0.01) as daemon:
        yield Folder(tmp_path / "in", daemon)


def ask(folder: Folder, request: object = ANALYZE, name: str = "a1") -> None:
    """Leave a request as a script does: under another name first."""
    draft = folder.path / f".{name}.part"
    draft.write_text(request if isinstance(request, str) else json.dumps(request))
    draft.rename(folder.path / f"{name}.request.json")


def read(folder: Folder, end: str, name: str = "a1") -> dict[str, Any]:
    told = json.loads((folder.path / f"{name}.{end}.json").read_text())
    assert isinstance(told, dict)
    return told


def test_a_request_is_answered_with_the_findings_and_its_own_id(folder: Folder) -> None:
    ask(folder)
    assert folder.once() == 0

    result = read(folder, "result")
    assert (result["id"], result["type"]) == (7, "done")
    summary = EditSummary.model_validate(result["found"])
    assert [m.name for m in summary.markers] == ["MS · pan_left"]
    assert folder.names == {"a1.result.json"}
    assert [e for e in folder.events if isinstance(e, Answered)] == [
        Answered(request="a1", result="done")
    ]


def test_progress_tells_the_latest_event_from_the_acceptance_on(slow: Folder) -> None:
    seen: list[dict[str, Any]] = []

    def well_on() -> bool:
        if (slow.path / "a1.progress.json").exists():
            seen.append(read(slow, "progress"))
        return bool(seen) and seen[-1].get("done", 0) > 5

    ask(slow)
    slow.until(well_on)
    assert seen[0]["type"] in ("accepted", "state", "progress")
    assert {told["id"] for told in seen} == {7}
    assert seen[-1]["total"] == 400


def test_a_file_cancels_the_job(slow: Folder) -> None:
    def cancelled() -> bool:
        if (slow.path / "a1.progress.json").exists():
            (slow.path / "a1.cancel").touch()
        return (slow.path / "a1.result.json").exists()

    ask(slow)
    slow.until(cancelled)
    assert (read(slow, "result")["type"], read(slow, "result")["code"]) == ("failed", "cancelled")
    assert slow.names == {"a1.result.json"}


def test_a_request_that_is_withdrawn_is_cancelled(slow: Folder) -> None:
    def withdrawn() -> bool:
        if (slow.path / "a1.progress.json").exists():
            (slow.path / "a1.request.json").unlink(missing_ok=True)
        return any(isinstance(request, Cancel) for request in slow.daemon.requests)

    ask(slow)
    slow.until(withdrawn)


def test_a_timeline_is_named_from_the_folder(folder: Folder) -> None:
    other = folder.path / "other"
    other.mkdir()
    (other / "cut.otio").write_text(text_of("a", "b"))
    ask(folder, {"id": "x", "type": "analyze", "timeline": "other/cut.otio"})

    assert folder.once() == 0
    assert len(read(folder, "result")["found"]["clips"]) == 2


def test_requests_and_timelines_are_answered_side_by_side(folder: Folder) -> None:
    folder.export()
    for number in range(3):
        ask(folder, {**ANALYZE, "id": number}, f"r{number}")

    assert folder.once() == 0
    assert [read(folder, "result", f"r{n}")["id"] for n in range(3)] == [0, 1, 2]
    assert "cut.marked.otio" in folder.names


def test_options_of_the_request_are_its_own(folder: Folder) -> None:
    ask(folder, {**ANALYZE, "models": "builtin", "disabled": True, "priority": "batch"})
    folder.once(request={"models": "auto", "device": "cpu"})

    (submit,) = (r for r in folder.daemon.requests if isinstance(r, Submit))
    asks = submit.task.asks
    assert (asks.models, asks.device, asks.disabled, submit.priority) == (
        "builtin", "auto", True, "batch",
    )  # fmt: skip


def test_a_question_to_the_daemon_is_answered_at_once(folder: Folder) -> None:
    ask(folder, {"id": 1, "type": "status"})
    folder.once()

    assert (read(folder, "result")["type"], read(folder, "result")["ready"]) == ("status", True)


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"id": 1, "type": "unload"}, "not answered through a folder"),
        ({"id": 1, "type": "shutdown_bridge"}, "not answered through a folder"),
        ({"id": 1}, "not answered through a folder"),
        ({"id": 1, "type": ["analyze"]}, "not answered through a folder"),
        ({**ANALYZE, "colour": "blue"}, "colour"),
        ({"id": 1, "type": "analyze"}, "a timeline or an edit"),
        ({"id": 1, "type": "analyze", "timeline": "no.otio"}, "no such file"),
        ("[1, 2]", "no JSON object"),
        ('{"id": 1', "no JSON object"),
        ("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "no JSON object"),
        ("[" * 100_000, "no JSON object"),
        ('{"id": 1, "type": "analyze", "name": "' + "x" * LINE_BYTES + '"}', "bytes"),
    ],
    ids=range(12),
)
def test_a_bad_request_is_refused_in_words(folder: Folder, request_: object, told: str) -> None:
    ask(folder, request_)
    assert folder.once() == 0

    result = read(folder, "result")
    assert result["type"] == "error"
    assert told in result["message"]
    assert result["hint"]
    assert folder.names == {"a1.result.json"}


def test_a_request_that_is_written_in_its_place_is_read_when_it_is_complete(
    folder: Folder,
) -> None:
    path, text = folder.path / "a1.request.json", json.dumps(ANALYZE)
    path.write_text(text[:40])
    searches = 0

    def answered() -> bool:
        nonlocal searches
        searches += 1
        if searches == 3:
            path.write_text(text)
        return (folder.path / "a1.result.json").exists()

    folder.until(answered, settle=5.0)
    assert read(folder, "result")["type"] == "done"


@pytest.mark.parametrize("name", ["a b", "a.b", "é", "x" * 65, "a;b", ""])
def test_other_names_are_not_requests(folder: Folder, name: str) -> None:
    ask(folder, name=name)
    folder.once()

    assert folder.names | {f".{name}.request.json"} >= {f"{name}.request.json"} - {".request.json"}
    assert folder.submitted == []


def test_requests_of_others_and_links_are_not_read(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(folder, name="elsewhere")
    (folder.path / "elsewhere.request.json").rename(tmp_path / "elsewhere")
    (folder.path / "a1.request.json").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder.path / "a2.request.json")
    folder.once(others=True)
    assert folder.submitted == []

    (folder.path / "a1.request.json").unlink()
    ask(folder)
    monkeypatch.setattr("shotlog.watch.scan.is_others", lambda status: True)
    folder.once(others=True)
    assert folder.submitted == []
    assert "ignored a1.request.json" in folder.kinds


def test_scripts_are_told_when_the_watch_ends(slow: Folder) -> None:
    ask(slow)
    slow.until((slow.path / "a1.progress.json").exists)

    result = read(slow, "result")
    assert (result["id"], result["code"], result["retryable"]) == (7, "watch-ended", True)
    assert slow.names == {"a1.result.json"}


def test_without_a_daemon_the_script_is_told_why(folder: Folder) -> None:
    from shotlog.schema import DaemonAbsent

    def nobody(name: str) -> Any:
        raise DaemonAbsent(name)

    ask(folder)
    with folder.watcher(connect=nobody) as watcher:
        watcher.run_once()
    assert read(folder, "result")["code"] == "daemon-absent"


def test_what_an_earlier_watch_left_is_tidied(folder: Folder) -> None:
    ask(folder)
    (folder.path / "a1.result.json").write_text('{"id": 7}')
    day_before_yesterday = time.time() - 2 * 24 * 3600
    for name in ("old.result.json", "old.cancel", f".shotlog-{'0' * 16}.part", "mine.json"):
        (folder.path / name).write_text("{}")
        os.utime(folder.path / name, (day_before_yesterday, day_before_yesterday))

    folder.once()
    assert folder.leftovers == []
    (folder.path / "mine.json").unlink()
    assert folder.names == {"a1.result.json"}
    assert read(folder, "result") == {"id": 7}
    assert folder.submitted == []
