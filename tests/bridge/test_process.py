"""The bridge as a process: its lines, its end, and the daemon's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from pathlib import Path

import pytest
from click.testing import CliRunner

from shotlog import Client
from shotlog.bridge import LINE_BYTES
from shotlog.bridge import parse_request as request_in
from shotlog.cli import main
from shotlog.media import probe
from shotlog.schema import MediaReference
from shotlog.service import protocol as daemon_says
from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths, read_connection
from shotlog.synthetic import write_video
from shotlog.testing import FakeDaemon
from shotlog_otio import make_timeline
from tests.bridge.talk import CLIP, EDIT, Line
from tests.media.material import drift
from tests.waiting import PATIENCE_S


class Process:
    """A bridge that was started, and who speaks to it."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "shotlog.bridge"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def say(self, **fields: object) -> None:
        self.stdin.write(json.dumps(fields).encode() + b"\n")
        self.stdin.flush()

    def hear(self) -> Line:
        told: Line = json.loads(self.stdout.readline())
        return told

    def hear_until(self, *kinds: str) -> list[Line]:
        told = [self.hear()]
        while told[-1]["type"] not in kinds:
            told.append(self.hear())
        return told


@contextmanager
def bridge(*command: str) -> Iterator[Process]:
    started = Process(*command)
    try:
        started.say(id=0, type="hello", bridge=1)
        assert started.hear()["type"] == "welcome"
        yield started
    finally:
        started.process.kill()
        for pipe in (started.stdin, started.stdout, started.process.stderr):
            assert pipe is not None
            pipe.close()
        started.process.wait()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDaemon]:
    """A pretended daemon of endless jobs, which the bridge finds."""
    with FakeDaemon(pace=0.1, steps=10_000) as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        yield daemon


def cancelled(fake: FakeDaemon) -> list[str]:
    return [r.job for r in fake.requests if isinstance(r, daemon_says.Cancel)]


def test_it_ends_with_its_input_and_cancels_what_is_not_durable(fake: FakeDaemon) -> None:
    with bridge() as caller:
        caller.say(id=1, type="analyze", edit=EDIT)
        job = caller.hear_until("accepted")[-1]["job"]
        caller.say(id=2, type="analyze", edit={**EDIT, "name": "kept"}, durable=True)
        caller.hear_until("accepted")
        caller.process.communicate(timeout=PATIENCE_S)

        assert caller.process.returncode == 0
    assert cancelled(fake) == [job]


def test_it_ends_when_it_is_told_to(fake: FakeDaemon) -> None:
    with bridge() as caller:
        caller.say(id=1, type="analyze", edit=EDIT)
        caller.hear_until("accepted")
        caller.say(id=2, type="shutdown_bridge")
        assert caller.hear_until("ack")[-1]["id"] == 2

        assert caller.process.wait(PATIENCE_S) == 0
    assert len(cancelled(fake)) == 1


def test_a_caller_that_stops_listening_ends_it(fake: FakeDaemon) -> None:
    with bridge() as caller:
        caller.say(id=1, type="analyze", edit=EDIT)
        caller.hear_until("accepted")
        caller.stdout.close()

        assert caller.process.wait(PATIENCE_S) == 0
    assert len(cancelled(fake)) == 1


def test_a_daemon_that_does_not_answer_holds_no_bridge_whose_caller_has_gone(
    fake: FakeDaemon,
) -> None:
    hurried = (
        "from shotlog import Client\n"
        "from shotlog.bridge.server import serve\n"
        "from shotlog.service.runtime import claim_stdio\n"
        "serve(*claim_stdio(), lambda name: Client(name=name), farewell=0.5)\n"
    )
    with bridge("-c", hurried) as caller:
        caller.say(id=1, type="analyze", edit=EDIT)
        caller.hear_until("accepted")
        silence = 60.0
        fake.hang(silence)
        begun = time.monotonic()
        caller.stdin.close()

        assert caller.process.wait(PATIENCE_S) == 0
        assert time.monotonic() - begun < silence


def test_what_was_asked_before_the_end_of_input_is_answered(fake: FakeDaemon) -> None:
    with bridge() as caller:
        for number in range(1, 20):
            caller.say(id=number, type="analyze", edit=EDIT, durable=True)
        out, _ = caller.process.communicate(timeout=PATIENCE_S)

    told = [json.loads(line) for line in out.splitlines()]
    assert [line["id"] for line in told if line["type"] == "accepted"] == list(range(1, 20))


def test_nothing_but_its_lines_comes_on_stdout() -> None:
    noisy = (
        "import os, sys, types\n"
        "class Loud:\n"
        "    def find_spec(self, name, *more):\n"
        "        if name == 'shotlog.bridge.server':\n"
        "            print('a banner'); os.write(1, b'raw noise\\n'); os.system('echo child')\n"
        "sys.meta_path.insert(0, Loud())\n"
        "from shotlog.bridge.__main__ import main\n"
        "main()\n"
    )
    with bridge("-c", noisy) as caller:
        caller.say(id=1, type="models")
        assert caller.hear()["id"] == 1
        out, err = caller.process.communicate(timeout=PATIENCE_S)

    assert out == b""
    assert {b"a banner", b"raw noise", b"child"} <= set(err.split(b"\n"))


def test_lines_may_end_as_windows_ends_them_and_blank_ones_mean_nothing() -> None:
    with bridge() as caller:
        caller.stdin.write(b'\r\n  \n{"id":1,"type":"models"}\r\n')
        caller.stdin.flush()

        assert caller.hear()["id"] == 1


def test_a_line_that_is_too_long_costs_no_other() -> None:
    with bridge() as caller:
        caller.stdin.write(b'{"id":1,"type":"' + b"x" * LINE_BYTES + b'"}\n')
        caller.say(id=2, type="models")

        assert (caller.hear()["code"], caller.hear()["id"]) == ("too-large", 2)


def test_what_it_says_is_ascii_whatever_names_hold(fake: FakeDaemon) -> None:
    with bridge() as caller:
        caller.say(id="\u2028ü", type="analyze", edit={**EDIT, "name": "Größe \u2028 東京"})
        line = caller.stdout.readline()

    assert line.isascii()
    assert json.loads(line)["name"] == "Größe \u2028 東京"
    assert json.loads(line)["id"] == "\u2028ü"


def test_a_name_that_is_no_unicode_is_answered(tmp_path: Path, fake: FakeDaemon) -> None:
    path = tmp_path / "cut.otio"
    path.write_text(
        '{"OTIO_SCHEMA":"Timeline.1","name":"\\ud800","tracks":{"OTIO_SCHEMA":"Stack.1",'
        '"name":"\\ud800","children":[{"OTIO_SCHEMA":"Nonsense\\ud800.1"}]}}'
    )
    with bridge() as caller:
        caller.say(id=1, type="analyze", timeline=str(path))
        told = caller.hear()
        caller.say(id=2, type="models")

        assert (told["type"], caller.hear()["id"]) == ("error", 2)


def test_the_command_serves_too() -> None:
    with bridge("-m", "shotlog", "bridge") as caller:
        caller.say(id=1, type="models")
        assert caller.hear()["id"] == 1


@pytest.mark.skipif(os.name != "posix", reason="a shell closes them")
@pytest.mark.parametrize("closed", ["<&-", ">&-"])
def test_a_pipe_that_is_closed_is_told_in_a_sentence(closed: str) -> None:
    command = ["sh", "-c", f'"$0" -m shotlog bridge {closed}', sys.executable]
    run = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=PATIENCE_S)

    assert run.returncode == 1
    assert run.stderr.startswith(b"shotlog bridge: standard input or output is closed")
    assert b"Traceback" not in run.stderr


def test_the_help_shows_requests_that_are_requests() -> None:
    text = CliRunner().invoke(main, ["bridge", "--help"]).output
    shown = [line.strip() for line in text.splitlines() if line.strip().startswith("{")]

    assert [request_in(line.encode()).type for line in shown] == ["hello", "analyze", "cancel"]


def test_it_imports_no_decoder_and_no_model() -> None:
    code = (
        "import sys\nimport shotlog.bridge.server, shotlog.service.client.client\n"
        "heavy = {'torch', 'transformers', 'av', 'cv2', 'numpy', 'scipy', 'opentimelineio'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaemonPaths]:
    """A home for a daemon, which is gone afterwards."""
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path / "home"))
    yield DaemonPaths()
    stop_daemon(DaemonPaths())


@pytest.fixture
def edit(tmp_path: Path) -> Line:
    """An edit of a film, cut in two clips, and one clip that is offline."""
    write_video(tmp_path / "film.mp4", drift(60), Fraction(25))
    film = {**CLIP, "media": str(tmp_path / "film.mp4")}
    first = {**film, "source_in": 0, "source_out": 40, "timeline_out": 40}
    second = {**film, "id": "b", "source_in": 25, "source_out": 60, "timeline_in": 40,
              "timeline_out": 75}  # fmt: skip
    gone = {**second, "id": "c", "media": "/nowhere/x.mov", "timeline_in": 75, "timeline_out": 110}
    return {**EDIT, "clips": [first, second, gone]}


@pytest.mark.slow
def test_an_edit_is_logged_by_the_daemon_in_the_callers_frames(
    edit: Line, home: DaemonPaths, tmp_path: Path
) -> None:
    with bridge() as caller:
        caller.say(id="e", type="analyze", edit=edit)
        told = caller.hear_until("done", "failed", "error")
        found = told[-1]["found"]
        caller.say(id="s", type="status")
        status = caller.hear()
        page = tmp_path / "report.html"
        caller.say(id="r", type="report", job=told[0]["job"], path=str(page))
        report = caller.hear()

    assert told[0]["type"] == "accepted"
    shots = {clip["id"]: clip["shots"] for clip in found["clips"]}
    assert [(s["timeline_in"], s["timeline_out"]) for s in shots["a"]] == [(0, 40)]
    assert [(s["source_in"], s["source_out"]) for s in shots["b"]] == [(25, 60)]
    assert {s["move"] for s in shots["a"] + shots["b"]} == {"pan_right"}
    assert shots["c"] == []
    assert [(p["code"], p["clip"]) for p in found["problems"]] == [("media-missing", "c")]
    assert [(m["frame"], m["colour"]) for m in found["markers"]] == [
        (0, "Cyan"), (40, "Cyan"), (75, "Red"),
    ]  # fmt: skip
    assert status["useful"] is True
    assert report["warnings"] == []  # the pictures of the shots are in the cache
    assert page.read_text("utf-8").count("data:image/") >= 2


@pytest.mark.slow
def test_settings_of_the_user_reach_daemon_and_markers(
    edit: Line, home: DaemonPaths, tmp_path: Path
) -> None:
    """The cut finder is switched off in the worker, the length of markers in the bridge."""
    write_video(tmp_path / "film.mp4", chain(drift(30), (p[::-1] for p in drift(30))), Fraction(25))
    with bridge() as caller:
        found = []
        for text in ("", '[analysis]\ncuts = "off"\n[markers]\nlength = 5\n'):
            Path(os.environ["SHOTLOG_CONFIG"]).write_text(text)
            caller.say(id=text, type="analyze", edit={**edit, "clips": edit["clips"][:1]})
            found.append(caller.hear_until("done", "failed", "error")[-1]["found"])

    assert [len(each["clips"][0]["shots"]) for each in found] == [2, 1]
    assert [m["duration"] for m in found[0]["markers"]] == [30, 10]
    assert [m["duration"] for m in found[1]["markers"]] == [5]


@pytest.mark.slow
def test_a_timeline_file_and_the_same_edit_in_frames_give_the_same_markers(
    tmp_path: Path, home: DaemonPaths
) -> None:
    film, timeline = tmp_path / "film.mp4", tmp_path / "Reel 1.otio"
    write_video(film, drift(60), Fraction(25))
    timeline.write_bytes(make_timeline([probe(MediaReference(path=str(film)))], "Reel 1"))
    clip = {**CLIP, "media": str(film), "source_in": 0, "source_out": 60, "timeline_out": 60}
    found: dict[str, Line] = {}
    with bridge() as caller:
        caller.say(id="file", type="analyze", timeline=str(timeline))
        caller.say(id="edit", type="analyze", edit={**EDIT, "clips": [clip]})
        while len(found) < 2:
            told = caller.hear_until("done", "failed", "error")[-1]
            found[told["id"]] = told["found"]

    for told in found.values():
        for marker in told["markers"]:
            del marker["clip"]  # the file's are named by their address in it
    assert found["file"]["markers"] == found["edit"]["markers"] != []
    (shots,) = (clip["shots"] for clip in found["file"]["clips"])
    assert [(shot["source_in"], shot["source_out"]) for shot in shots] == [(0, 60)]


@pytest.mark.slow
def test_a_daemon_that_is_killed_is_started_again_and_the_caller_only_notices(
    edit: Line, home: DaemonPaths
) -> None:
    with bridge() as caller:
        caller.say(id="p", type="pause")
        caller.hear_until("ack")
        caller.say(id="e", type="analyze", edit=edit)
        job = caller.hear_until("accepted")[-1]["job"]
        running = read_connection(home)
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)
        told = caller.hear_until("notice")
        caller.say(id="r", type="resume")
        told += caller.hear_until("done", "failed", "error")

    assert told[-1]["type"] == "done"
    assert told[-1]["job"] == job
    assert not [line for line in told if line["type"] in ("failed", "error")]
    with Client(start=False) as client:
        assert client.attach(job).state == "done"
