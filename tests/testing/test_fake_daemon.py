"""The daemon that users test their panels with: it does what it is told, and is found."""

from __future__ import annotations

import pytest

from shotlog import Client
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import Log, NotAllowed
from shotlog.service.client import Session, connect, find_daemon
from shotlog.service.protocol import REPLY_TYPES, JobInfo
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import load_client_keys
from shotlog.testing import FakeDaemon
from tests.service.messages_of_all_kinds import edit, requests


def test_a_client_made_by_other_code_finds_the_fake_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeDaemon() as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        with Client() as client:
            assert client.welcome.version


def test_it_answers_every_request_as_documented() -> None:
    # The job must not end before it is cancelled: then it would have a result.
    with FakeDaemon(pace=60) as daemon:
        keys = load_client_keys(daemon.paths)
        session = Session(
            lambda context, start, seconds: connect(context, daemon.paths, keys),
            lambda event: None,
            client="test",
        )
        answers = {type(request): session.request(request) for request in requests()[1:]}
        session.close()

    told = {request: type(answer) for request, answer in answers.items()}
    refused = {request for request, answer in answers.items() if answer.type == "refused"}
    assert {request.__name__ for request in refused} == {"Results"}
    assert all(told[request] is REPLY_TYPES[request] for request in told if request not in refused)


def test_it_gives_the_log_that_it_was_given() -> None:
    found = Log(edit=edit(), shots=(), warnings=("it rains",))
    with FakeDaemon(lambda submit: found) as daemon, daemon.client() as client:
        job = client.submit(edit(), name="Reel 1").job
        assert isinstance(next(client.watch(job)), JobInfo)
        list(client.watch(job))

        assert client.result(job) == found


def test_it_serves_known_keys_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    stranger = DaemonPaths(root=tmp_path_factory.mktemp("stranger"))
    with FakeDaemon() as daemon, pytest.raises(NotAllowed):
        Client(find_daemon(daemon.paths), paths=stranger)


def test_it_leaves_nothing_behind() -> None:
    with FakeDaemon() as daemon:
        home = daemon.environment[HOME_VARIABLE]
        assert daemon.paths.connection.is_file()

    assert str(daemon.paths.home) == home
    assert not daemon.paths.home.exists()
