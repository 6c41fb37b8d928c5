"""The script speaks with the real bridge."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.service import protocol
from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog.synthetic import write_video
from shotlog.testing import FakeDaemon
from shotlog_resolve.bridge import Bridge
from shotlog_resolve.errors import Cancelled, Refused
from tests.bridge.talk import CLIP, EDIT
from tests.media.material import drift

SHOTLOG = [sys.executable, "-m", "shotlog"]


def never() -> bool:
    return False


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    """A daemon of endless jobs, which the bridge finds."""
    with FakeDaemon(pace=0.05, steps=10_000) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        yield daemon


def test_hello_is_said_once(log: list[str]) -> None:
    with Bridge(SHOTLOG, log.append) as bridge:
        first = bridge.hello()
        assert first["bridge"] == 1
        assert bridge.hello() == first


def test_requests_are_answered_in_order(log: list[str]) -> None:
    with Bridge(SHOTLOG, log.append) as bridge:
        assert bridge.request("models")["type"] == "models"
        assert bridge.request("models")["id"] == 3


def test_a_refusal_is_told_with_its_remedy(log: list[str]) -> None:
    with Bridge(SHOTLOG, log.append) as bridge, pytest.raises(Refused) as told:
        bridge.analyse({**EDIT, "clips": []}, {}, print, never)

    assert told.value.code == "timeline-empty"
    assert told.value.message.endswith(".")
    assert told.value.hint


def test_progress_is_told_and_a_cancelled_job_is_cancelled(
    fake: FakeDaemon, log: list[str]
) -> None:
    events: list[Any] = []
    with Bridge(SHOTLOG, log.append) as bridge, pytest.raises(Cancelled):
        bridge.analyse(EDIT, {}, events.append, lambda: len(events) >= 2)

    assert {event["type"] for event in events} == {"progress"}
    assert [type(r) for r in fake.requests].count(protocol.Cancel) == 1


def test_a_job_that_is_cancelled_before_it_is_accepted_ends_too(
    fake: FakeDaemon, log: list[str]
) -> None:
    with Bridge(SHOTLOG, log.append) as bridge, pytest.raises(Cancelled):
        bridge.analyse(EDIT, {}, print, lambda: True)

    submitted = [r for r in fake.requests if isinstance(r, protocol.Submit)]
    cancelled = [r for r in fake.requests if isinstance(r, protocol.Cancel)]
    assert len(submitted) == len(cancelled)


def test_a_script_that_fails_leaves_no_job_behind(fake: FakeDaemon, log: list[str]) -> None:
    def fail(event: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), Bridge(SHOTLOG, log.append) as bridge:
        bridge.analyse(EDIT, {}, fail, never)

    assert [type(r) for r in fake.requests].count(protocol.Cancel) == 1


def test_requests_are_possible_while_events_wait(fake: FakeDaemon, log: list[str]) -> None:
    with Bridge(SHOTLOG, log.append) as bridge, pytest.raises(Cancelled):
        bridge.analyse(EDIT, {}, lambda event: bridge.request("jobs"), waits(5))


def waits(times: int) -> Any:
    """A question that is answered with yes after so many times."""
    answers = iter([False] * times)
    return lambda: next(answers, True)


@pytest.mark.parametrize("name", ["PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "LD_PRELOAD"])
def test_variables_of_the_editor_do_not_reach_shotlog(
    name: str, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "/nowhere/lib.so")
    with Bridge(SHOTLOG, log.append) as bridge:
        assert bridge.hello()["bridge"] == 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home for a daemon, which is gone afterwards."""
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path / "home"))
    yield
    stop_daemon(DaemonPaths())


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_film_gets_its_markers_from_the_daemon(tmp_path: Path, log: list[str]) -> None:
    film = tmp_path / "film ü 'of' \"one\" shot.mp4"
    write_video(film, drift(50), Fraction(25))
    clip = {**CLIP, "media": str(film), "source_in": 0, "source_out": 50}
    events: list[Any] = []
    with Bridge(SHOTLOG, log.append) as bridge:
        found = bridge.analyse({**EDIT, "clips": [clip]}, {}, events.append, never)

    assert [(m["frame"], m["duration"], m["name"]) for m in found["markers"]] == [
        (0, 50, "pan_right")
    ]
    assert events
