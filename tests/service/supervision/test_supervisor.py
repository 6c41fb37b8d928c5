"""The supervisor never blocks, and no worker process outlives it."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from shotlog.service.ipc import SelfTested, WorkerCrashed
from shotlog.service.protocol import MAX_BACKOFF, AnalysisOptions, Submit
from shotlog.service.supervision import (
    KILL_STALLED_SECONDS,
    MAX_CRASHES,
    STALLED_SECONDS,
    STALLED_TIMES,
    RestartPolicy,
    Supervisor,
)
from shotlog.service.tasks import Analyze
from tests.service.workers import (
    JOB,
    OTHER,
    edit_of,
    hear,
    hear_until,
    is_alive,
    is_zombie_of_ours,
    job_of,
    run,
)
from tests.support import Clock

SCRIPT = """
import json, sys, time
from shotlog.service.ipc import *
from shotlog.service.protocol import CacheStats
commands, events = sys.stdin.buffer, sys.stdout.buffer
send(events, WorkerReady())
while (command := receive(commands, COMMAND_ADAPTER)) is not None:
    if command.type in ("load", "check") and "late" in command.asks.names:
        send(events, ModelsChanged(models=("one",)))  # models of the job before
        sys.exit(7)
    elif command.type == "load":
        send(events, ModelsLoaded(models=command.asks.names))
    elif command.type == "check":
        send(events, WorkerStats(film=CacheStats(asked=8, held=2)))
        send(events, SelfTested(ok=True, words="fine", seconds=0.5))
    elif command.type == "preempt":
        send(events, Preempted())
    else:
        for job, text in command.specs.items():
            name = json.loads(text)["name"]
            if name == "done":
                send(events, ResultChunk(job=job, text="{"))
                send(events, ResultChunk(job=job, text="}"))
                send(events, JobDone(job=job))
            elif name == "hangs":
                time.sleep(60)
            elif name == "dies":
                sys.exit(7)
            else:
                if name == "strange":
                    send(events, JobDone(job="f" * 32))
                send(events, Progressed(stage="Picture", done=1, total=4, unit="s", saved=True))
"""
"""A worker that measures nothing: it starts in a fraction of a second."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supervisor(clock: Clock) -> Iterator[Supervisor]:
    supervisor = Supervisor(RestartPolicy(clock), [sys.executable, "-c", SCRIPT], clock)
    yield supervisor
    supervisor.close()


def job(name: str) -> Submit:
    return job_of(Path("/nowhere.mov")).model_copy(update={"name": name})


def pid_of(supervisor: Supervisor) -> int:
    pid = supervisor.info().pid
    assert pid is not None
    return pid


def test_there_is_no_process_before_there_is_work(supervisor: Supervisor) -> None:
    assert supervisor.free
    assert supervisor.info().state == "absent"
    assert supervisor.info().pid is None
    assert supervisor.poll() == []
    supervisor.preempt()
    supervisor.stop()
    assert supervisor.poll() == []


def test_a_poller_wakes_for_every_event(supervisor: Supervisor) -> None:
    poller = zmq.Poller()
    poller.register(supervisor.fileno(), zmq.POLLIN)
    run(supervisor, job("done"))
    heard: list[str] = []
    while "done" not in heard:
        assert poller.poll(20_000), f"it never woke; {heard}"
        heard += [event.type for event in supervisor.poll()]
    assert heard == ["ready", "done"]
    assert poller.poll(0) == []


def test_parts_are_joined_and_the_worker_is_free_again(supervisor: Supervisor) -> None:
    run(supervisor, job("done"))
    assert not supervisor.free
    assert supervisor.jobs == (JOB,)
    done = hear(supervisor, "done")
    assert done.model_dump() == {"type": "done", "job": JOB, "text": "{}"}
    assert supervisor.free
    info = supervisor.info()
    assert (info.state, info.progress_age, info.restarts) == ("idle", None, 0)
    assert info.memory_bytes is None or info.memory_bytes > 2**20


def test_without_free_file_descriptors_the_state_of_the_worker_is_known(
    supervisor: Supervisor,
) -> None:
    supervisor.start()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most[1]))
    try:
        info, pid = supervisor.info(), supervisor.pid
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
    assert pid is not None
    assert (info.pid, info.state, info.memory_bytes) == (pid, "starting", None)


def test_a_second_run_at_the_same_time_is_an_error(supervisor: Supervisor) -> None:
    run(supervisor, job("busy"))
    with pytest.raises(RuntimeError, match="not free"):
        run(supervisor, job("busy"))
    with pytest.raises(RuntimeError, match="not free"):
        supervisor.load(AnalysisOptions())


def test_an_event_about_a_job_that_is_not_running_is_ignored(supervisor: Supervisor) -> None:
    run(supervisor, job("strange"))
    heard = hear_until(supervisor, lambda event: event.type == "progressed")
    assert [event.type for event in heard] == ["ready", "progressed"]
    assert supervisor.jobs == (JOB,)


def test_loaded_models_are_listed_until_the_worker_has_ended(supervisor: Supervisor) -> None:
    supervisor.load(AnalysisOptions(names=("one", "two")))
    assert not supervisor.free
    hear(supervisor, "loaded")
    assert supervisor.free
    assert supervisor.info().models == ("one", "two")
    pid = pid_of(supervisor)
    supervisor.stop()
    assert not supervisor.free
    hear(supervisor, "stopped")
    assert supervisor.info().models == ()
    assert (supervisor.info().state, supervisor.info().restarts) == ("absent", 0)
    assert supervisor.free
    assert not is_zombie_of_ours(pid)


@pytest.mark.parametrize("activity", ["load", "check"])
def test_models_of_an_earlier_job_do_not_answer_a_later_command(
    supervisor: Supervisor, activity: str
) -> None:
    command = supervisor.load if activity == "load" else supervisor.run_selftest
    command(AnalysisOptions(names=("late",)))
    *_, holding, died = hear_until(supervisor, lambda event: event.type == "crashed")
    assert holding.type == "models-changed"
    assert isinstance(died, WorkerCrashed)
    assert died.doing == activity, "it had not answered"


def test_stopping_gives_the_job_back(supervisor: Supervisor) -> None:
    run(supervisor, job("busy"))
    hear(supervisor, "progressed")
    supervisor.stop()
    heard = hear_until(supervisor, lambda event: event.type == "stopped")
    assert [event.type for event in heard] == ["preempted", "stopped"]


def test_a_worker_that_does_not_return_a_cancelled_job_is_killed(
    supervisor: Supervisor, clock: Clock
) -> None:
    run(supervisor, job("hangs"))
    hear(supervisor, "ready")
    pid = pid_of(supervisor)
    supervisor.preempt(kill_after=10)
    clock.now += 9.9
    assert supervisor.poll() == []
    assert is_alive(pid)
    clock.now += 0.2
    heard = hear_until(supervisor, lambda event: event.type == "stopped")
    assert [event.type for event in heard] == ["preempted", "stopped"]
    assert not is_zombie_of_ours(pid)
    assert supervisor.info().restarts == 0  # the supervisor killed it


def test_a_cancelled_job_that_came_back_in_time_keeps_the_worker(
    supervisor: Supervisor, clock: Clock
) -> None:
    run(supervisor, job("busy"))
    hear(supervisor, "progressed")
    pid = pid_of(supervisor)
    supervisor.preempt(kill_after=10)
    hear(supervisor, "preempted")
    clock.now += 60
    run(supervisor, job("done"))
    hear(supervisor, "done")
    assert pid_of(supervisor) == pid


def test_a_worker_that_hangs_is_stalled_then_killed(supervisor: Supervisor, clock: Clock) -> None:
    run(supervisor, job("busy"))
    hear(supervisor, "progressed")
    pid = pid_of(supervisor)
    os.kill(pid, signal.SIGSTOP)
    clock.now += STALLED_SECONDS - 1
    assert supervisor.info().state == "busy"
    clock.now += 2
    assert supervisor.info().state == "stalled"
    assert supervisor.info().progress_age == STALLED_SECONDS + 1
    assert supervisor.poll() == []
    clock.now += KILL_STALLED_SECONDS
    died = hear(supervisor, "crashed")
    assert isinstance(died, WorkerCrashed)
    assert died.jobs == (JOB,)
    assert died.reason == "it made no progress for 361 s"
    assert not is_zombie_of_ours(pid)


def test_a_slow_worker_is_given_twenty_times_its_usual_time(
    supervisor: Supervisor, clock: Clock
) -> None:
    for _ in range(40):
        run(supervisor, job("busy"))
        clock.now += 10
        hear(supervisor, "progressed")
        clock.now += 10
        supervisor.preempt()
        hear(supervisor, "preempted")
    run(supervisor, job("busy"))
    clock.now += 10
    hear(supervisor, "progressed")
    clock.now += STALLED_TIMES * 10 * 0.9
    assert supervisor.info().state == "busy"
    clock.now += STALLED_TIMES * 10 * 0.2
    assert supervisor.info().state == "stalled"


def test_commands_to_a_worker_that_hangs_do_not_block(
    supervisor: Supervisor,
) -> None:
    supervisor.start()
    hear(supervisor, "ready")
    os.kill(pid_of(supervisor), signal.SIGSTOP)
    large = edit_of(Path("/nowhere.mov"), warnings=("x" * 4 * 2**20,))
    run(supervisor, Submit(job=JOB, name="done", task=Analyze(edit=large)))
    supervisor.preempt()
    supervisor.poll()
    os.kill(pid_of(supervisor), signal.SIGCONT)  # until now it has read nothing
    hear(supervisor, "done")


def test_an_invalid_message_ends_the_worker(clock: Clock) -> None:
    code = "import time; print('I am no worker', flush=True); time.sleep(60)"
    supervisor = Supervisor(RestartPolicy(clock), [sys.executable, "-c", code], clock)
    try:
        supervisor.start()
        pid = pid_of(supervisor)
        died = hear(supervisor, "crashed")
        assert isinstance(died, WorkerCrashed)
        assert died.reason.startswith("its pipe broke")
        assert not is_zombie_of_ours(pid)
    finally:
        supervisor.close()


def test_a_worker_that_cannot_be_started_is_a_crash_not_an_exception(clock: Clock) -> None:
    supervisor = Supervisor(RestartPolicy(clock), ["/nowhere/python"], clock)
    try:
        assert not run(supervisor, job("done"))
        (died,) = supervisor.poll()
        assert isinstance(died, WorkerCrashed)
        assert died.reason == "it could not be started: No such file or directory"
    finally:
        supervisor.close()


def test_a_worker_that_crashes_again_and_again_is_not_restarted_for_a_while(clock: Clock) -> None:
    supervisor = Supervisor(
        RestartPolicy(clock), [sys.executable, "-c", "raise SystemExit(7)"], clock
    )
    try:
        for _ in range(MAX_CRASHES):
            assert run(supervisor, job("done"))
            died = hear(supervisor, "crashed")
            assert isinstance(died, WorkerCrashed)
            assert died.reason == "it ended with code 7"
            assert not supervisor.free
            clock.now += MAX_BACKOFF
        assert supervisor.info().state == "broken"
        assert supervisor.info().restarts == MAX_CRASHES
        with pytest.raises(RuntimeError, match="not free"):
            run(supervisor, job("done"))
    finally:
        supervisor.close()


def test_jobs_that_run_together_end_one_by_one(supervisor: Supervisor) -> None:
    other = job("busy").model_copy(update={"job": OTHER})
    run(supervisor, job("done"), other)
    heard = hear_until(supervisor, lambda event: event.type == "progressed")
    assert [event.type for event in heard] == ["ready", "done", "progressed"]
    assert supervisor.jobs == (OTHER,)
    assert not supervisor.free
    supervisor.preempt()
    hear(supervisor, "preempted")
    assert supervisor.free


def test_a_crash_names_all_jobs_that_had_not_ended(supervisor: Supervisor) -> None:
    specs = [
        job(name).model_copy(update={"job": c * 32})
        for c, name in zip("cde", ("done", "busy", "dies"), strict=True)
    ]
    run(supervisor, *specs)
    died = hear(supervisor, "crashed")
    assert isinstance(died, WorkerCrashed)
    assert (died.jobs, died.doing) == (("d" * 32, "e" * 32), None)


def test_a_selftest_is_answered_and_cache_statistics_are_added_up(supervisor: Supervisor) -> None:
    for times in (1, 2):
        supervisor.run_selftest(AnalysisOptions())
        assert not supervisor.free
        checked = hear(supervisor, "self-tested")
        assert isinstance(checked, SelfTested)
        assert (checked.ok, checked.words) == (True, "fine")
        film = supervisor.info().film
        assert (film.asked, film.held) == (8 * times, 2 * times)
    assert supervisor.free


def test_a_crash_without_a_job_names_the_command(clock: Clock) -> None:
    supervisor = Supervisor(
        RestartPolicy(clock), [sys.executable, "-c", "raise SystemExit(7)"], clock
    )
    try:
        supervisor.load(AnalysisOptions())
        died = hear(supervisor, "crashed")
        assert isinstance(died, WorkerCrashed)
        assert (died.jobs, died.doing) == ((), "load")
    finally:
        supervisor.close()
