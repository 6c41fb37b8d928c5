"""A bridge that is missing, damaged, deaf or noisy; with the pipes of either system."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from shotlog_resolve import child
from shotlog_resolve.bridge import Bridge
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.pipes import Pipes, SelectedPipes, ThreadedPipes
from tests.bridge.talk import EDIT

WELCOME = '{"id": 1, "type": "welcome", "bridge": 1, "version": "0.1", "capabilities": ["analyze"]}'


def never() -> bool:
    return False


def program(folder: Path, *lines: str) -> list[str]:
    """A program in the place of Shotlog."""
    path = folder / "shotlog.py"
    path.write_text("import os, sys, time\n" + "\n".join(lines), encoding="utf-8")
    return [sys.executable, str(path)]


def says(*messages: str) -> list[str]:
    """Lines of a program that answers each line of its input with the next of these."""
    return [
        line
        for message in messages
        for line in ("sys.stdin.readline()", f"print({message!r}, flush=True)")
    ]


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture(params=[SelectedPipes, ThreadedPipes], autouse=True)
def pipes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[Pipes]:
    """The pipes of POSIX, and those of Windows."""
    monkeypatch.setattr(child, "_PIPES", request.param)
    kind: type[Pipes] = request.param
    return kind


def test_an_environment_that_was_deleted_names_the_installer(log: list[str]) -> None:
    with pytest.raises(ScriptError) as told, Bridge(["/gone/bin/shotlog"], log.append) as bridge:
        bridge.hello()

    assert "Shotlog's program is not there any more: /gone/bin/shotlog" in told.value.message
    assert "installer of Shotlog again" in told.value.hint


def test_a_program_whose_python_was_deleted_names_the_installer(
    tmp_path: Path, log: list[str]
) -> None:
    script = tmp_path / "shotlog"
    script.write_text("#!/gone/bin/python\n", encoding="utf-8")
    script.chmod(0o755)
    with pytest.raises(ScriptError, match="not there any more"):
        Bridge([str(script)], log.append).hello()


def test_an_environment_that_is_damaged_tells_its_last_words(
    tmp_path: Path, log: list[str]
) -> None:
    broken = program(tmp_path, "import shotlog_that_was_upgraded_away")
    with pytest.raises(ScriptError) as told:
        Bridge(broken, log.append).hello()

    assert "could not be started: ModuleNotFoundError" in told.value.message
    assert "installer" in told.value.hint
    assert any("Traceback" in line for line in log)


def test_a_bridge_that_dies_at_work_is_told(tmp_path: Path, log: list[str]) -> None:
    dying = program(tmp_path, *says(WELCOME), "sys.stdin.readline()", "os._exit(7)")
    with pytest.raises(ScriptError, match="ended while it worked: exit status 7"):
        Bridge(dying, log.append).analyse(EDIT, {}, print, never)


def test_a_bridge_that_does_not_listen_any_more_is_told(tmp_path: Path, log: list[str]) -> None:
    deaf = program(tmp_path, *says(WELCOME), "os.close(0)", "os.close(1)", "time.sleep(0.5)")
    bridge = Bridge(deaf, log.append)
    bridge.hello()
    with pytest.raises(ScriptError, match="ended while it worked"):
        bridge.analyse({**EDIT, "name": "x" * 300_000}, {}, print, never)


def test_another_version_of_the_bridge_names_the_installer(tmp_path: Path, log: list[str]) -> None:
    refusal = (
        '{"id": 1, "type": "error", "code": "protocol-mismatch", "message": "the caller was written'
        ' for version 1", "hint": ""}'
    )
    for answer in (refusal, WELCOME.replace('"bridge": 1', '"bridge": 2')):
        with (
            pytest.raises(ScriptError, match=r"version.*installer of Shotlog"),
            Bridge(program(tmp_path, *says(answer), "sys.stdin.read()"), log.append) as bridge,
        ):
            bridge.hello()


def test_a_request_that_an_older_shotlog_lacks_names_the_installer(
    tmp_path: Path, log: list[str]
) -> None:
    older = program(tmp_path, *says(WELCOME), "sys.stdin.read()")
    with Bridge(older, log.append) as bridge, pytest.raises(ScriptError, match="is older"):
        bridge.request("settings")


def test_what_is_no_message_is_logged_and_passed_over(tmp_path: Path, log: list[str]) -> None:
    noisy = program(
        tmp_path, "print('a banner')", "print('[]')", *says(WELCOME), "sys.stdin.read()"
    )
    with Bridge(noisy, log.append) as bridge:
        assert bridge.hello()["version"] == "0.1"
    assert any("a banner" in line for line in log)


def test_a_flood_of_errors_holds_nobody_up(tmp_path: Path, log: list[str]) -> None:
    loud = program(
        tmp_path, "for _ in range(20000):", "    sys.stderr.write('x' * 99 + chr(10))",
        "sys.stderr.flush()", *says(WELCOME), "sys.stdin.read()",
    )  # fmt: skip
    with Bridge(loud, log.append) as bridge:
        assert bridge.hello()["version"] == "0.1"
    assert len(log) == 20_000


def test_long_lines_go_both_ways(tmp_path: Path, log: list[str]) -> None:
    answer = '\'{"id": 2, "type": "done", "found": {"size": \' + str(len(line)) + \'}}\''
    echo = program(
        tmp_path, *says(WELCOME), "sys.stderr.write('y' * 200000); line = sys.stdin.readline()",
        f"print({answer} + ' ' * 3000000, flush=True)", "sys.stdin.read()",
    )  # fmt: skip
    with Bridge(echo, log.append) as bridge:
        found = bridge.analyse({**EDIT, "name": "x" * 3_000_000}, {}, print, never)
    assert found["size"] > 3_000_000


def test_a_bridge_that_does_not_end_is_killed(tmp_path: Path, log: list[str]) -> None:
    stubborn = program(tmp_path, *says(WELCOME), "time.sleep(60)")
    bridge = Bridge(stubborn, log.append)
    bridge.hello()
    bridge.close(patience=0.2)  # the fixture of all tests finds processes that are left


PROGRESS = '{"id": 2, "type": "progress", "stage": "a", "done": 1, "total": 2, "unit": "s"}'
DONE = '{"id": 2, "type": "done", "found": {}}'


def test_threads_are_started_on_windows_alone(
    tmp_path: Path, log: list[str], pipes: type[Pipes]
) -> None:
    working = program(
        tmp_path, *says(WELCOME), "sys.stdin.readline()", f"print({PROGRESS!r})",
        f"print({DONE!r}, flush=True)", "sys.stdin.read()",
    )  # fmt: skip
    before, during = threading.active_count(), [0]
    with Bridge(working, log.append) as bridge:
        bridge.analyse(EDIT, {}, lambda event: during.append(threading.active_count()), never)

    assert during[1:] == [before if pipes is SelectedPipes else before + 2]


def test_variables_of_an_editor_are_left_out() -> None:
    told = {
        "PATH": "/bin", "PYTHONHOME": "/editor", "PYTHONPATH": "/editor", "PYTHON3HOME": "/editor",
        "PythonNoUserSite": "1", "__PYVENV_LAUNCHER__": "/editor", "LD_LIBRARY_PATH": "/editor",
        "SHOTLOG_HOME": "/home",
    }  # fmt: skip

    assert child.clean_environment(told) == {"PATH": "/bin", "SHOTLOG_HOME": "/home"}


def test_a_thread_never_reads_from_the_pipe_of_a_later_child(
    tmp_path: Path, log: list[str]
) -> None:
    """It would, if its own pipe were closed before it has read to the end."""
    for number in range(20):
        chatty = program(tmp_path, *says(WELCOME), "sys.stdin.read()", "print('x' * 100_000)")
        with Bridge(chatty, log.append) as bridge:
            assert bridge.hello()["version"], number
    assert not [t for t in threading.enumerate() if t.name.startswith("Thread-")]
