"""The client gets its answer, whatever becomes of messages, connections and daemons."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
import zmq

import shotlog
from shotlog import Client
from shotlog.schema import (
    DaemonAbsent,
    DaemonIncompatible,
    DaemonLost,
    DaemonRefused,
    JournalUnusable,
    Log,
    NotAllowed,
)
from shotlog.service.client import Connection, connect, find_job
from shotlog.service.protocol import (
    AnalysisOptions,
    Attach,
    ErrorCode,
    JobInfo,
    JobState,
    Lagged,
    Limits,
    Pong,
    ProgressEvent,
    Submit,
    make_failure,
    new_id,
    to_exception,
)
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    read_connection,
    record_stop,
    write_connection,
)
from shotlog.service.security import KeyPair, ZapAuthenticator, load_client_keys, revoke_client
from shotlog.testing import FakeDaemon
from tests.service.messages_of_all_kinds import JOB, edit

QUICK = 0.1
"""Seconds after which these clients lose patience with a silent daemon."""


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    with FakeDaemon() as daemon:
        yield daemon


@pytest.fixture
def client(daemon: FakeDaemon) -> Iterator[Client]:
    with daemon.client(ping_interval=QUICK, reconnect_timeout=30) as client:
        yield client


def states(client: Client, job: str) -> list[str]:
    return [e.state.value for e in client.watch(job) if isinstance(e, JobInfo)]


@pytest.fixture
def handshakes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The key of every handshake that the daemon was asked about."""
    asked: list[str] = []
    is_allowed = ZapAuthenticator.is_allowed

    def count(gate: ZapAuthenticator, key: str) -> bool:
        asked.append(key)
        return is_allowed(gate, key)

    monkeypatch.setattr(ZapAuthenticator, "is_allowed", count)
    return asked


@pytest.mark.parametrize("start", [True, False])
def test_a_client_shakes_hands_once(daemon: FakeDaemon, handshakes: list[str], start: bool) -> None:
    with Client(start=start, paths=daemon.paths) as client:
        client.ping()

    assert len(handshakes) == 1


def test_a_client_that_follows_its_daemon_shakes_hands_once_with_each(
    daemon: FakeDaemon, handshakes: list[str]
) -> None:
    with daemon.client() as client:
        daemon.restart()
        client.ping()

    assert len(handshakes) == 2


def test_a_job_is_submitted_watched_and_its_log_fetched(client: Client) -> None:
    job = client.submit(edit(3), name="Reel 1")

    events = list(client.watch(job.job))
    log = client.result(job.job)

    assert (job.clips, job.attempts) == (3, 0)
    assert isinstance(events[-1], JobInfo)
    assert events[-1].state is JobState.DONE
    assert log == Log(edit=edit(3), shots=())


def test_how_far_a_job_has_come_is_told_while_it_is_watched() -> None:
    with FakeDaemon(steps=3, pace=0.15) as daemon, daemon.client() as client:
        job = client.submit(edit(3), name="Reel 1").job

        told = [e.done for e in client.watch(job) if isinstance(e, ProgressEvent)]

    assert told == sorted(told)
    assert told[-1] == 3


def test_a_log_of_many_parts_comes_whole(
    daemon: FakeDaemon, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.service.broker.result_reader.PART_CHARACTERS", 50_000)
    job = client.submit(edit(500), name="Reel 1").job
    states(client, job)

    log = client.result(job)

    assert log.edit == edit(500)
    assert len([r for r in daemon.requests if r.type == "results"]) > 2


def test_every_other_verb_is_answered(client: Client) -> None:
    job = client.submit(edit(), name="Reel 1").job
    states(client, job)
    client.load(AnalysisOptions(), keep_alive=5)
    client.unload()
    client.pause()
    paused = client.status().paused
    client.resume()

    assert paused
    assert not client.status().paused
    assert [info.job for info in client.jobs()] == [job]
    assert "shotlog_jobs_queued 0.0" in client.metrics()
    assert client.ping().boot == client.welcome.boot


def test_of_many_jobs_the_newest_are_listed_and_the_others_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.service.broker.request_handler.LISTED", 3)
    jobs = [client.submit(edit(), name=f"Reel {n}").job for n in range(5)]
    for job in jobs:
        states(client, job)
    client.pause()
    waits = [client.submit(edit(), name="Reel").job for n in range(4)]

    listed = client.job_list()

    assert [info.job for info in listed.jobs] == waits[::-1]
    assert listed.older == 5
    assert find_job(client, jobs[0].upper()).job == jobs[0]
    with pytest.raises(DaemonRefused, match="give the whole id"):
        find_job(client, jobs[0][:8])


def test_a_worker_that_was_told_to_try_itself_is_a_canary_of_the_status(client: Client) -> None:
    before = client.status().self_test
    client.check()
    after = client.status().self_test

    assert before is None
    assert after is not None
    assert after.ok


def test_an_older_daemon_is_used_and_what_it_cannot_do_is_told() -> None:
    with FakeDaemon(protocol=(1, 0)) as daemon, daemon.client() as client:
        assert client.welcome.protocol == (1, 0)
        client.pause()
        assert client.status().paused

        with pytest.raises(DaemonIncompatible, match=r"too old .*\(check\).*daemon restart"):
            client.check()
        with pytest.raises(DaemonIncompatible, match="too old"):
            client.pause(batch=True)
        assert {request.type for request in daemon.requests} == {"hello", "pause", "status"}


def test_a_job_is_cancelled_while_it_is_watched() -> None:
    with FakeDaemon(steps=10_000, pace=0.01) as daemon, daemon.client() as client:
        job = client.submit(edit(), name="Reel 1").job
        told = []
        for event in client.watch(job):
            told.append(event)
            if isinstance(event, ProgressEvent):
                assert client.cancel(job).state in (JobState.CANCELLING, JobState.CANCELLED)

    assert isinstance(told[-1], JobInfo)
    assert told[-1].state is JobState.CANCELLED


def test_why_a_job_failed_is_told() -> None:
    broken = make_failure(ErrorCode.MODEL, "the device has not enough memory")
    with FakeDaemon(lambda submit: broken) as daemon, daemon.client() as client:
        job = client.submit(edit(), name="Reel 1").job
        *_, last = client.watch(job)
        with pytest.raises(DaemonRefused) as refused:
            client.result(job)

    assert isinstance(last, JobInfo)
    assert (last.state, last.failure) == (JobState.FAILED, broken)
    assert refused.value.reason == "not-done"


def test_two_jobs_are_watched_by_one_client(client: Client) -> None:
    one, two = (client.submit(edit(), name=name).job for name in "AB")
    first, second = client.watch(one), client.watch(two)
    next(first)

    assert [e.job for e in second] and [e.job for e in first]  # noqa: PT018
    assert {info.state for info in client.jobs()} == {JobState.DONE}


def test_the_same_job_submitted_again_is_the_same_job(client: Client) -> None:
    job = new_id()
    first = client.submit(edit(), name="Reel 1", job=job)
    again = client.submit(edit(), name="Reel 1", job=job)

    with pytest.raises(DaemonRefused) as refused:
        client.submit(edit(2), name="Reel 1", job=job)

    assert first.job == again.job == job
    assert refused.value.reason == "conflict"
    assert len(client.jobs()) == 1


def test_a_refusal_says_of_what_why_and_what_to_do(client: Client) -> None:
    with pytest.raises(DaemonRefused) as refused:
        client.attach(JOB)

    problem = refused.value.problem
    assert (problem.code, refused.value.reason) == ("daemon-refused", "unknown-job")
    assert JOB in problem.subject
    assert "shotlog jobs list" in problem.hint
    assert not refused.value.retryable


def test_an_edit_that_is_too_large_is_refused_before_it_is_sent() -> None:
    small = Limits(message_bytes=2_000, jobs=9, clips=9)
    with FakeDaemon(limits=small) as daemon, daemon.client() as client:
        with pytest.raises(DaemonRefused, match="the limit is 2,000") as refused:
            client.submit(edit(9), name="Reel 1")

        assert client.ping()
        assert not [r for r in daemon.requests if isinstance(r, Submit)]
    assert refused.value.reason == "too-large"


def test_a_name_that_is_no_text_is_refused_with_what_to_do(client: Client) -> None:
    with pytest.raises(DaemonRefused, match="Rename the file"):
        client.submit(edit().model_copy(update={"name": "Reel \udc80"}), name="Reel 1")


@pytest.mark.parametrize("lost", [{"requests": 1}, {"replies": 1}, {"requests": 2}])
@pytest.mark.parametrize(
    "verb", ["submit", "attach", "cancel", "jobs", "status", "result", "pause"]
)
def test_a_lost_message_changes_nothing(
    daemon: FakeDaemon, client: Client, verb: str, lost: dict[str, int]
) -> None:
    job = client.submit(edit(), name="Reel 1", job=JOB).job
    states(client, job)
    daemon.drop_messages(**lost)
    if verb == "submit":
        client.submit(edit(), name="Reel 1", job=JOB)
    else:
        getattr(client, verb)(*([job] if verb in ("attach", "cancel", "result") else []))

    assert [info.attempts for info in client.jobs()] == [1]
    assert client.reconnects == 0


def test_a_job_whose_every_event_is_lost_is_watched_to_its_end(
    daemon: FakeDaemon, client: Client
) -> None:
    job = client.submit(edit(), name="Reel 1").job
    watch = client.watch(job)
    next(watch)
    daemon.drop_messages(replies=4)

    *_, last = watch

    assert isinstance(last, JobInfo)
    assert last.state is JobState.DONE


def test_a_daemon_that_died_is_found_again_at_its_new_place(
    daemon: FakeDaemon, client: Client
) -> None:
    before = client.welcome.boot
    client.pause()
    job = client.submit(edit(), name="Reel 1").job
    watch = client.watch(job)
    assert isinstance(next(watch), JobInfo)
    daemon.restart()
    client.resume()

    *_, last = watch

    assert isinstance(last, JobInfo)
    assert last.state is JobState.DONE
    assert client.reconnects == 1
    assert client.welcome.boot != before


def test_a_death_is_noticed_without_waiting_for_silence(daemon: FakeDaemon) -> None:
    silence = 60.0
    with daemon.client(ping_interval=silence) as client:
        daemon.restart()
        began = time.monotonic()
        client.status()

    assert time.monotonic() - began < silence


def test_a_daemon_that_hangs_is_waited_for(daemon: FakeDaemon, client: Client) -> None:
    job = client.submit(edit(), name="Reel 1").job
    daemon.hang(1.0)

    assert states(client, job)[-1] == "done"
    assert client.reconnects <= 1
    assert [info.attempts for info in client.jobs()] == [1]


def test_a_daemon_that_hangs_for_too_long_is_lost(daemon: FakeDaemon) -> None:
    with daemon.client(ping_interval=QUICK, reconnect_timeout=0.5) as client:
        daemon.hang(3)
        with pytest.raises(DaemonLost, match="answer"):
            client.status()


def test_a_daemon_that_was_stopped_is_told_and_not_started_again(daemon: FakeDaemon) -> None:
    with daemon.client(ping_interval=QUICK, reconnect_timeout=0.5) as client:
        client.pause()
        job = client.submit(edit(), name="Reel 1").job
        watch = client.watch(job)
        next(watch)
        client.shutdown()

        with pytest.raises(DaemonLost, match=r"was stopped.*Your jobs are kept"):
            list(watch)


def starting_client(
    daemon: FakeDaemon, patch: pytest.MonkeyPatch
) -> tuple[Client, list[DaemonPaths]]:
    """A client that starts a daemon where none runs, and what it has started since it was made."""
    started: list[DaemonPaths] = []

    def start(
        context: zmq.Context[zmq.Socket[bytes]],
        places: DaemonPaths,
        keys: KeyPair,
        *,
        may_start: Callable[[], bool],
    ) -> Connection:
        started.append(places)
        return connect(context, places, keys)

    client = Client(paths=daemon.paths, ping_interval=QUICK, reconnect_timeout=0.5)
    patch.setattr("shotlog.service.client.client.connect_or_start", start)
    return client, started


def test_no_job_that_is_watched_on_starts_a_daemon_that_somebody_stopped(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, started = starting_client(daemon, monkeypatch)
    with client:
        client.pause()
        watches = [client.watch(client.submit(edit(), name=name).job) for name in "AB"]
        for watch in watches:
            next(watch)
        with daemon.client() as other:
            other.shutdown()

        for goes_on in (*watches, client.watch(JOB)):
            with pytest.raises(DaemonLost, match=r"was stopped.*shotlog daemon start"):
                list(goes_on)
        with pytest.raises(DaemonLost, match="was stopped"):
            client.status()

    assert started == []


def test_a_client_that_was_told_of_a_stop_finds_the_daemon_that_somebody_starts(
    daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, started = starting_client(daemon, monkeypatch)
    with client:
        client.pause()
        job = client.submit(edit(), name="Reel 1").job
        watch = client.watch(job)
        next(watch)
        client.shutdown()
        with pytest.raises(DaemonLost, match="was stopped"):
            list(watch)
        daemon.restart()

        assert client.attach(job).job == job
        assert started == []

        daemon.restart()  # this time it dies without a word, and may be started
        watch = client.watch(job)
        next(watch)
        assert len(started) == 1


def test_a_client_that_was_told_of_a_stop_is_told_again_at_once(
    daemon: FakeDaemon,
) -> None:
    patience = 3.0
    with daemon.client(ping_interval=QUICK, reconnect_timeout=patience) as client:
        client.pause()
        watch = client.watch(client.submit(edit(), name="Reel 1").job)
        next(watch)
        client.shutdown()
        with pytest.raises(DaemonLost):
            list(watch)

        began = time.monotonic()
        with pytest.raises(DaemonLost, match="was stopped"):
            client.jobs()

    assert time.monotonic() - began < patience


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> float:
    """A patience that outlasts the time-out of a test."""
    monkeypatch.setattr("shotlog.service.client.session.FIRST_CONNECT_SECONDS", 1000.0)
    return 1000.0


def test_a_watcher_does_not_wait_for_a_daemon_that_was_stopped_for_good(
    daemon: FakeDaemon, endless: float
) -> None:
    with daemon.client(ping_interval=QUICK, reconnect_timeout=endless) as client:
        client.pause()
        watch = client.watch(client.submit(edit(), name="Reel 1").job)
        next(watch)
        with daemon.client() as other:
            other.shutdown()

        with pytest.raises(DaemonLost, match=r"was stopped.*Your jobs are kept"):
            list(watch)


@pytest.mark.parametrize("drained", [False, True])
def test_a_watcher_waits_for_a_daemon_that_is_restarted(
    daemon: FakeDaemon, endless: float, drained: bool
) -> None:
    with daemon.client(ping_interval=QUICK, reconnect_timeout=endless) as client:
        client.pause()
        job = client.submit(edit(), name="Reel 1").job
        watch = client.watch(job)
        next(watch)
        if drained:
            record_stop(daemon.paths, client.welcome.boot)
        with daemon.client() as other:
            other.shutdown(restart=True)
        later = threading.Timer(0.5, daemon.restart)
        later.start()

        client.resume()
        *_, last = watch
        later.join()

    assert isinstance(last, JobInfo)
    assert last.state is JobState.DONE
    assert client.reconnects == 1


def test_the_note_of_a_stop_means_nothing_to_the_clients_of_a_later_daemon(
    daemon: FakeDaemon, client: Client
) -> None:
    client.pause()
    client.shutdown()
    daemon.restart()
    with daemon.client(ping_interval=QUICK, reconnect_timeout=60) as later:
        watch = later.watch(later.submit(edit(), name="Reel 1").job)
        next(watch)
        daemon.restart()  # it dies without a word
        later.resume()

        *_, last = watch

    assert isinstance(last, JobInfo)
    assert last.state is JobState.DONE


def test_a_note_that_cannot_be_written_does_not_keep_a_daemon_from_its_end(
    daemon: FakeDaemon, client: Client
) -> None:
    daemon.paths.stopped.mkdir()
    client.shutdown()

    with pytest.raises(DaemonAbsent):
        daemon.client()


def test_a_client_that_lagged_attaches_again(daemon: FakeDaemon) -> None:
    with daemon.client(ping_interval=30) as client:
        client.pause()
        job = client.submit(edit(), name="Reel 1").job
        watch = client.watch(job)
        next(watch)
        attached = len([r for r in daemon.requests if isinstance(r, Attach)])
        daemon.broadcast(Lagged())
        client.resume()

        assert list(watch)
        assert len([r for r in daemon.requests if isinstance(r, Attach)]) == attached + 1


def test_events_of_other_jobs_and_strange_replies_are_passed_over(
    daemon: FakeDaemon, client: Client
) -> None:
    job = client.submit(edit(), name="Reel 1").job
    daemon.broadcast(ProgressEvent(job=JOB, stage="x", done=1, total=1, unit=""))
    daemon.broadcast(Pong(boot="nobody asked"))

    assert {event.job for event in client.watch(job)} == {job}


def test_the_lease_of_a_job_is_renewed_while_events_flow() -> None:
    with FakeDaemon(steps=40, pace=0.01) as daemon, daemon.client(ping_interval=QUICK) as client:
        job = client.submit(edit(), name="Reel 1", durable=False).job
        list(client.watch(job))

        assert len([r for r in daemon.requests if isinstance(r, Attach)]) >= 3


def test_a_caller_with_other_things_to_do_gets_control_back() -> None:
    with FakeDaemon(pace=0.05) as daemon, daemon.client() as client:
        told = list(client.poll_events(client.submit(edit(), name="Reel 1").job, 0.01))

    assert None in told
    assert isinstance(told[-1], JobInfo)


def test_an_unknown_key_is_not_allowed(daemon: FakeDaemon) -> None:
    revoke_client(daemon.paths, load_client_keys(daemon.paths).public)

    with pytest.raises(NotAllowed, match="does not accept this client's key"):
        daemon.client()


def there(daemon: FakeDaemon) -> ConnectionInfo:
    connection = read_connection(daemon.paths)
    assert connection is not None
    return connection


def test_a_daemon_with_another_key_is_not_allowed(daemon: FakeDaemon) -> None:
    other = zmq.curve_keypair()[0].decode()
    connection = there(daemon).model_copy(update={"server_key": other})

    with pytest.raises(NotAllowed, match="cannot prove to be the daemon"):
        Client(connection, paths=daemon.paths)


def test_a_daemon_that_does_not_encrypt_is_not_allowed(daemon: FakeDaemon) -> None:
    with zmq.Context() as context, context.socket(zmq.ROUTER) as plain:
        port = plain.bind_to_random_port("tcp://127.0.0.1")
        connection = there(daemon).model_copy(update={"endpoint": f"tcp://127.0.0.1:{port}"})

        with pytest.raises(NotAllowed, match="cannot prove to be the daemon"):
            Client(connection, paths=daemon.paths)


def test_a_port_that_another_program_took_is_not_allowed(daemon: FakeDaemon) -> None:
    over = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.05)

        def hang_up() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        endpoint = f"tcp://127.0.0.1:{server.getsockname()[1]}"

        with pytest.raises(NotAllowed, match="cannot prove to be the daemon"):
            Client(there(daemon).model_copy(update={"endpoint": endpoint}), paths=daemon.paths)
        over.set()
        thread.join()


def test_a_place_where_nobody_listens_any_more_is_told_at_once(daemon: FakeDaemon) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        connection = there(daemon).model_copy(update={"endpoint": f"tcp://127.0.0.1:{port}"})
        began = time.monotonic()

        with pytest.raises(DaemonAbsent):
            Client(connection, paths=daemon.paths)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("endpoint", ["tcp://nowhere", "", "ftp://127.0.0.1:1"])
def test_an_endpoint_that_is_none_is_an_absent_daemon(daemon: FakeDaemon, endpoint: str) -> None:
    with pytest.raises(DaemonAbsent):
        Client(there(daemon).model_copy(update={"endpoint": endpoint}), paths=daemon.paths)


def test_a_server_key_that_is_none_is_an_absent_daemon(daemon: FakeDaemon) -> None:
    with pytest.raises(DaemonAbsent):
        Client(there(daemon).model_copy(update={"server_key": "key"}), paths=daemon.paths)


def test_no_daemon_at_all_is_told_with_what_to_do(places: DaemonPaths) -> None:
    with pytest.raises(DaemonAbsent, match="shotlog daemon start"):
        Client(start=False)


def test_a_daemon_of_another_major_is_told_before_a_word_is_said(daemon: FakeDaemon) -> None:
    newer = there(daemon).model_copy(update={"protocol": (2, 0), "version": "9.0"})
    write_connection(daemon.paths, newer)

    with pytest.raises(DaemonIncompatible, match=r"9\.0.*shotlog daemon restart"):
        daemon.client()

    assert daemon.requests == []


def test_failures_become_errors_of_their_own_kind() -> None:
    def kind(code: ErrorCode) -> type[Exception]:
        return type(to_exception(make_failure(code, "so it is"), "Reel 1"))

    assert kind(ErrorCode.PROTOCOL_MISMATCH) is DaemonIncompatible
    assert kind(ErrorCode.JOURNAL) is JournalUnusable
    assert {kind(code) for code in ErrorCode} == {
        DaemonIncompatible,
        DaemonRefused,
        JournalUnusable,
    }


def test_a_client_needs_nothing_that_takes_long_to_load() -> None:
    heavy = {"av", "cv2", "numpy", "scipy", "torch", "transformers", "shotlog.engine"}
    told = "import sys, shotlog; shotlog.Client, shotlog.AsyncClient; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, check=True, text=True
    )

    assert not heavy & set(loaded.stdout.split())


def test_what_is_not_there_is_said_by_name() -> None:
    with pytest.raises(AttributeError, match="Cleint"):
        getattr(shotlog, "Cleint")  # noqa: B009 - the type checker would object
