"""The server as a process: cancellation, calls at once, its end, and what it needs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from shotlog.service.protocol import JobState, Priority, Submit
from shotlog.testing import FakeDaemon
from tests.mcp.session import Session, process, session
from tests.waiting import PATIENCE_S, wait_for

pytestmark = pytest.mark.slow

INITIALIZE = json.dumps({
    "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}).encode()  # fmt: skip
INITIALIZED = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}'


def call_of(root: Path, name: str = "cut.otio") -> bytes:
    params = {"name": "analyze", "arguments": {"path": str(root / name)}}
    request = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}
    return json.dumps(request).encode()


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeDaemon]:
    """A daemon that works at one job for as long as the tests take."""
    with FakeDaemon(steps=10_000, pace=0.02) as daemon:
        yield daemon


@pytest.fixture
def states(fake: FakeDaemon) -> Callable[[], list[JobState]]:
    """Return the states of the jobs of this test, as the daemon has them."""
    with fake.client() as client:
        before = {job.job for job in client.jobs()}

    def read() -> list[JobState]:
        with fake.client() as client:
            return [job.state for job in client.jobs() if job.job not in before]

    return read


@pytest.fixture(scope="module")
def variables(fake: FakeDaemon, environment: Mapping[str, str]) -> Mapping[str, str]:
    return {**environment, **fake.environment}


@pytest.fixture(scope="module")
def slow(root: Path, variables: Mapping[str, str]) -> Iterator[Session]:
    """A session with a server whose daemon does not finish."""
    errors = Path(variables["SHOTLOG_CACHE"]).with_name("slow.txt")
    with session("--root", root, environment=variables, errors=errors) as talk:
        yield talk
    assert errors.read_text() == ""


def test_a_cancelled_call_cancels_its_job(
    slow: Session, root: Path, states: Callable[[], list[JobState]], fake: FakeDaemon
) -> None:
    told: list[float] = []
    asked = {"path": str(root / "cut.otio")}
    call = slow.portal.start_task_soon(slow.start, "analyze", asked, told)
    wait_for(lambda: len(told) > 2)
    call.cancel()
    wait_for(lambda: states() == [JobState.CANCELLED])
    (submit,) = [each for each in fake.requests if isinstance(each, Submit)]
    assert submit.priority is Priority.NORMAL
    assert not submit.durable
    assert "coverage" in slow.tools()  # the session goes on


def test_calls_run_beside_each_other(
    slow: Session, root: Path, states: Callable[[], list[JobState]]
) -> None:
    calls = [
        slow.portal.start_task_soon(slow.start, "analyze", {"path": str(root / name)})
        for name in ("cut.otio", "film.mp4")
    ]
    wait_for(lambda: len(states()) == 2)
    assert "no absolute path" in slow.refusal("shots", path="cut.otio")  # while both are at work
    for call in calls:
        call.cancel()
    wait_for(lambda: states() == [JobState.CANCELLED] * 2)


def test_without_permission_nothing_is_written(slow: Session, root: Path) -> None:
    assert "write_markers" not in slow.tools()
    asked = {"path": str(root / "cut.otio"), "output": str(root / "out" / "x.otio")}
    assert "--allow-write" in slow.refusal("write_markers", **asked)
    assert "written nowhere" in str(slow.welcome.instructions)
    annotated = [tool.annotations for tool in slow.tools().values()]
    assert all(each is not None and each.read_only_hint for each in annotated)


def test_the_end_of_stdin_ends_the_server_and_its_jobs(
    root: Path, variables: Mapping[str, str], states: Callable[[], list[JobState]]
) -> None:
    garbage = (b"", b"\xff\xfe", b"[", b"{}", b"x" * 9_000_000)  # costs nothing but itself
    lines = (*garbage, INITIALIZE, INITIALIZED, call_of(root))
    with process("--root", root, environment=variables, lines=lines) as server:
        wait_for(lambda: JobState.RUNNING in states())
        out, errors = server.communicate()
        assert server.returncode == 0
    assert errors == b""
    assert json.loads(out.splitlines()[0])["id"] == 1
    assert states() == [JobState.CANCELLED]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_the_server_and_its_jobs(
    root: Path, variables: Mapping[str, str], states: Callable[[], list[JobState]]
) -> None:
    lines = (INITIALIZE, INITIALIZED, call_of(root))
    with process("--root", root, environment=variables, lines=lines) as server:
        wait_for(lambda: JobState.RUNNING in states())
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE_S) == 130
        assert server.stderr is not None
        assert b"Traceback" not in server.stderr.read()
    assert states() == [JobState.CANCELLED]


def test_a_client_that_stops_reading_ends_the_server(
    root: Path, variables: Mapping[str, str]
) -> None:
    with process("--root", root, environment=variables, lines=(INITIALIZE,)) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        server.stdout.readline()
        server.stdout.close()
        server.stdin.write(b'{"jsonrpc": "2.0", "id": 3, "method": "ping"}\n')
        server.stdin.flush()
        assert server.wait(PATIENCE_S) == 0
        assert server.stderr is not None
        assert b"Traceback" not in server.stderr.read()


def test_without_the_sdk_one_sentence_tells_what_to_install() -> None:
    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from shotlog.mcp import run_server\n"
        "from shotlog.schema import ShotlogError\n"
        "try: run_server((), (), 'default')\n"
        "except ShotlogError as error: print(error.problem.hint)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # stdout is the client's: what is printed goes to stderr.
    assert ended.stderr == "Install it with: pip install 'shotlog[mcp]'.\n"
