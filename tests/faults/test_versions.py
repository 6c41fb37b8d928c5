"""Clients and daemons of different ages: what both know works, and else one sentence says why."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from shotlog import Client
from shotlog.schema import DaemonIncompatible, Log
from shotlog.service.protocol import (
    PROTOCOL,
    ErrorCode,
    Hello,
    JobInfo,
    JobState,
    Refused,
    Welcome,
    new_id,
)
from shotlog.testing import FakeDaemon
from tests.faults.machine import Machine, Reel
from tests.faults.raw import GOLDEN, Raw, golden, raw
from tests.waiting import PATIENCE_S

OLD = "v1"
"""The folder of what was said in protocol 1.0."""

ANSWERS = {
    "ack", "goodbye", "job", "job-list", "lagged", "metrics-text", "pong", "progress", "refused",
    "result", "status-report", "welcome",
}  # fmt: skip
"""What the daemon said in it."""

RESTART = "shotlog daemon restart"


class OldClient:
    """Says what a client of protocol 1.0 said, byte for byte but for the job that it is about."""

    def __init__(self, connection: Raw, job: str) -> None:
        self._connection, self._job = connection, job

    def ask(self, kind: str, **changes: object) -> dict[str, Any]:
        """Gives the body of the answer."""
        signature, header, body = golden(OLD, kind)
        said = json.loads(body)
        if "job" in said:
            said["job"] = self._job
        self._connection.send([signature, header, json.dumps(said | changes).encode()])
        asked = json.loads(header)["id"]
        while (frames := self._connection.receive()) is not None:
            if json.loads(frames[1])["reply_to"] == asked:
                answer: dict[str, Any] = json.loads(frames[2])
                return answer
        raise TimeoutError(f"no answer to {kind}")


def lacks(answer: dict[str, Any], known: dict[str, Any]) -> set[str]:
    """The fields of an answer of 1.0 that another one lacks, inner ones too."""
    missing = known.keys() - answer.keys()
    for name in known.keys() & answer.keys():
        if isinstance(known[name], dict) and isinstance(answer[name], dict):
            missing |= {f"{name}.{inner}" for inner in lacks(answer[name], known[name])}
    return missing


def test_a_client_of_the_first_protocol_has_its_job_done(standing: Machine) -> None:
    with raw(standing.paths, hello=False) as connection:
        client = OldClient(connection, new_id())
        assert client.ask("hello")["protocol"] == [1, 0]
        edit = standing.reel.edits[0].model_dump(mode="json")
        asks = {"models": "builtin", "names": [], "device": "auto", "precision": "auto"}
        info = client.ask("submit", edit=edit, asks=asks)
        while not JobState(info["state"]).is_terminal:
            time.sleep(0.02)
            info = client.ask("attach")
        result = client.ask("results", part=0)
    assert info["state"] == "done"
    assert (result["last"], result["text"]) == (True, standing.reel.logs[0])


def test_an_answer_to_an_old_client_has_every_field_that_it_knew(machine: Machine) -> None:
    machine.start()
    builtin = {"asks": {"models": "builtin"}}
    with raw(machine.paths, hello=False) as connection:
        client = OldClient(connection, new_id())
        said = ["hello", "pause", "submit", "attach", "cancel", "jobs", "status", "metrics", "ping",
                "load", "unload", "resume", "shutdown"]  # fmt: skip
        for kind in said:
            answer = client.ask(kind, **(builtin if kind in ("submit", "load") else {}))
            assert answer["type"] != "refused", answer
            assert lacks(answer, json.loads(golden(OLD, answer["type"])[2])) == set()
        requests = {path.stem for path in (GOLDEN / OLD).glob("*.json")} - ANSWERS
        assert {*said, "results"} == requests


@pytest.mark.parametrize(
    ("lowest", "highest", "spoken"),
    [((1, 0), (1, 0), (1, 0)), ((1, 0), (1, 99), PROTOCOL), ((1, 0), (3, 0), PROTOCOL)],
)
def test_what_both_know_is_spoken(
    standing: Machine, lowest: tuple[int, int], highest: tuple[int, int], spoken: tuple[int, int]
) -> None:
    with raw(standing.paths, hello=False) as client:
        answer = client.ask(Hello(client="other", version="9", lowest=lowest, highest=highest))
    assert isinstance(answer, Welcome)
    assert answer.protocol == spoken


def test_a_client_of_another_major_is_told_both_versions_and_the_command(standing: Machine) -> None:
    with raw(standing.paths, hello=False) as client:
        refused = [client.ask(Hello(client="other", version="9", lowest=(2, 0), highest=(2, 3)))]
        signature, header, _ = golden(OLD, "hello")
        newer = json.loads(header) | {"protocol": [2, 0], "pigeon": 1}
        client.send([signature, json.dumps(newer).encode(), b'{"type":"coo"}'])
        heard = client.hear()
        assert heard is not None
        refused.append(heard)
    for answer in refused:
        assert isinstance(answer, Refused)
        assert answer.failure.code is ErrorCode.PROTOCOL_MISMATCH
        assert "2.0" in answer.failure.message
        assert ".".join(map(str, PROTOCOL)) in answer.failure.message
        assert RESTART in answer.failure.hint


def test_a_client_of_today_has_a_job_done_by_a_daemon_of_the_first_protocol(reel: Reel) -> None:
    edit = reel.edits[0]
    with FakeDaemon(protocol=(1, 0)) as daemon, daemon.client() as client:
        job = client.submit(edit, name="cut").job
        *_, last = client.watch(job)
        assert isinstance(last, JobInfo)
        assert last.state is JobState.DONE
        assert client.result(job) == Log(edit=edit, shots=())
        client.shutdown()


def test_the_connection_file_of_a_newer_minor_is_understood(machine: Machine) -> None:
    machine.start()
    newer = json.loads(machine.paths.connection.read_text())
    newer |= {"protocol": [1, 99], "version": "9.9", "pigeon": {"loft": 1}}
    machine.paths.connection.write_text(json.dumps(newer))
    with Client(start=False, paths=machine.paths) as client:
        assert client.status().pid == newer["pid"]


def shotlog(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, as a user calls it."""
    command = [sys.executable, "-m", "shotlog", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_a_daemon_of_another_major_is_told_in_one_sentence_and_its_command_helps(
    machine: Machine,
) -> None:
    machine.start()
    former = machine.broker
    newer = json.loads(machine.paths.connection.read_text())
    newer |= {"protocol": [2, 0], "version": "9.9", "pigeon": 1}
    machine.paths.connection.write_text(json.dumps(newer))

    with pytest.raises(DaemonIncompatible):
        machine.client()
    told = shotlog("jobs")
    helped = shotlog(*RESTART.split()[1:])

    assert told.returncode != 0
    assert "Traceback" not in told.stderr
    assert " ".join(told.stderr.split()).count("protocol 2") == 1
    assert RESTART in " ".join(told.stderr.split())
    assert helped.returncode == 0, helped.stderr
    with machine.client(start=False) as client:
        assert client.status().pid == machine.broker != former
