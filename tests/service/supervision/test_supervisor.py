"""The broker's side of the worker: nothing blocks it, nothing outlives it."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from shotlog.service.ipc import SelfTested, WorkerCrashed
from shotlog.service.protocol import MAX_BACKOFF, AnalysisOptions, Submit
from shotlog.service.supervision import (
    DEATHS,
    KILL_STALLED_SECONDS,
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

SPEAKER = """
import json, sys, time
from shotlog.service.protocol import CacheStats
from shotlog.service.ipc import *
orders, words = sys.stdin.buffer, sys.stdout.buffer
send(words, WorkerReady())
while (order := receive(orders, COMMAND_ADAPTER)) is not None:
    if order.type in ("load", "check") and "late" in order.asks.names:
        send(words, ModelsChanged(models=("one",)))  # of the job before
        sys.exit(7)
    elif order.type == "load":
        send(words, ModelsLoaded(models=order.asks.names))
    elif order.type == "check":
        send(words, WorkerStats(film=CacheStats(asked=8, held=2)))
        send(words, SelfTested(ok=True, words="fine", seconds=0.5))
    elif order.type == "preempt":
        send(words, Preempted())
    else:
        for job, text in order.specs.items():
            name = json.loads(text)["name"]
            if name == "done":
                send(words, ResultChunk(job=job, text="{"))
                send(words, ResultChunk(job=job, text="}"))
                send(words, JobDone(job=job))
            elif name == "deaf":
                time.sleep(60)
            elif name == "dies":
                sys.exit(7)
            else:
                if name == "strange":
                    send(words, JobDone(job="f" * 32))
                send(words, Progressed(stage="Picture", done=1, total=4, unit="s", saved=True))
"""
"""A worker that only speaks: it starts in a fraction of a second."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supervisor(clock: Clock) -> Iterator[Supervisor]:
    with_speaker = Supervisor(RestartPolicy(clock), [sys.executable, "-c", SPEAKER], clock)
    yield with_speaker
    with_speaker.close()


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


def test_a_poller_of_the_broker_wakes_for_every_word(supervisor: Supervisor) -> None:
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


def test_whoever_has_no_file_left_still_learns_how_the_worker_is(supervisor: Supervisor) -> None:
    supervisor.start()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, most[1]))
    try:
        info, pid = supervisor.info(), supervisor.pid
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
    assert pid is not None
    assert (info.pid, info.state, info.memory_bytes) == (pid, "starting", None)


def test_two_jobs_at_once_are_a_mistake(supervisor: Supervisor) -> None:
    run(supervisor, job("busy"))
    with pytest.raises(RuntimeError, match="not free"):
        run(supervisor, job("busy"))
    with pytest.raises(RuntimeError, match="not free"):
        supervisor.load(AnalysisOptions())


def test_a_word_about_a_job_that_is_not_running_is_not_believed(supervisor: Supervisor) -> None:
    run(supervisor, job("strange"))
    heard = hear_until(supervisor, lambda event: event.type == "progressed")
    assert [event.type for event in heard] == ["ready", "progressed"]
    assert supervisor.jobs == (JOB,)


def test_loaded_models_are_told_until_the_worker_is_gone(supervisor: Supervisor) -> None:
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


@pytest.mark.parametrize("errand", ["load", "check"])
def test_what_a_job_had_loaded_answers_no_order_that_was_given_after_it(
    supervisor: Supervisor, errand: str
) -> None:
    order = supervisor.load if errand == "load" else supervisor.check
    order(AnalysisOptions(names=("late",)))
    *_, holding, died = hear_until(supervisor, lambda event: event.type == "crashed")
    assert holding.type == "models-changed"
    assert isinstance(died, WorkerCrashed)
    assert died.doing == errand, "it had not answered"


def test_stopping_gives_the_job_back(supervisor: Supervisor) -> None:
    run(supervisor, job("busy"))
    hear(supervisor, "progressed")
    supervisor.stop()
    heard = hear_until(supervisor, lambda event: event.type == "stopped")
    assert [event.type for event in heard] == ["preempted", "stopped"]


def test_a_cancelled_job_comes_back_by_force_where_the_worker_is_deaf(
    supervisor: Supervisor, clock: Clock
) -> None:
    run(supervisor, job("deaf"))
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
    assert supervisor.info().restarts == 0  # it was we who killed it


def test_a_cancelled_job_that_came_back_in_time_costs_no_worker(
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


def test_a_worker_that_stands_still_is_stalled_then_killed(
    supervisor: Supervisor, clock: Clock
) -> None:
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


def test_orders_to_a_worker_that_stands_still_do_not_block_the_broker(
    supervisor: Supervisor,
) -> None:
    supervisor.start()
    hear(supervisor, "ready")
    os.kill(pid_of(supervisor), signal.SIGSTOP)
    large = edit_of(Path("/nowhere.mov"), warnings=("x" * 4 * 2**20,))
    began = time.monotonic()
    run(supervisor, Submit(job=JOB, name="done", task=Analyze(edit=large)))
    supervisor.preempt()
    supervisor.poll()
    assert time.monotonic() - began < 1
    os.kill(pid_of(supervisor), signal.SIGCONT)
    hear(supervisor, "done")


def test_what_is_no_message_ends_the_worker(clock: Clock) -> None:
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


def test_a_worker_that_cannot_be_started_is_a_death_not_an_exception(clock: Clock) -> None:
    supervisor = Supervisor(RestartPolicy(clock), ["/nowhere/python"], clock)
    try:
        assert not run(supervisor, job("done"))
        (died,) = supervisor.poll()
        assert isinstance(died, WorkerCrashed)
        assert died.reason == "it could not be started: No such file or directory"
    finally:
        supervisor.close()


def test_a_worker_that_dies_again_and_again_is_left_alone_for_a_while(clock: Clock) -> None:
    supervisor = Supervisor(
        RestartPolicy(clock), [sys.executable, "-c", "raise SystemExit(7)"], clock
    )
    try:
        for _ in range(DEATHS):
            assert run(supervisor, job("done"))
            died = hear(supervisor, "crashed")
            assert isinstance(died, WorkerCrashed)
            assert died.reason == "it ended with code 7"
            assert not supervisor.free
            clock.now += MAX_BACKOFF
        assert supervisor.info().state == "broken"
        assert supervisor.info().restarts == DEATHS
        with pytest.raises(RuntimeError, match="not free"):
            run(supervisor, job("done"))
    finally:
        supervisor.close()


def test_of_jobs_that_run_together_each_ends_for_itself(supervisor: Supervisor) -> None:
    other = job("busy").model_copy(update={"job": OTHER})
    run(supervisor, job("done"), other)
    heard = hear_until(supervisor, lambda event: event.type == "progressed")
    assert [event.type for event in heard] == ["ready", "done", "progressed"]
    assert supervisor.jobs == (OTHER,)
    assert not supervisor.free
    supervisor.preempt()
    hear(supervisor, "preempted")
    assert supervisor.free


def test_a_death_names_all_jobs_that_were_not_over(supervisor: Supervisor) -> None:
    specs = [
        job(name).model_copy(update={"job": c * 32})
        for c, name in zip("cde", ("done", "busy", "dies"), strict=True)
    ]
    run(supervisor, *specs)
    died = hear(supervisor, "crashed")
    assert isinstance(died, WorkerCrashed)
    assert (died.jobs, died.doing) == (("d" * 32, "e" * 32), None)


def test_a_trial_is_answered_and_film_is_added_up(supervisor: Supervisor) -> None:
    for times in (1, 2):
        supervisor.check(AnalysisOptions())
        assert not supervisor.free
        checked = hear(supervisor, "self-tested")
        assert isinstance(checked, SelfTested)
        assert (checked.ok, checked.words) == (True, "fine")
        film = supervisor.info().film
        assert (film.asked, film.held) == (8 * times, 2 * times)
    assert supervisor.free


def test_what_a_worker_died_of_is_told_where_it_was_no_job(clock: Clock) -> None:
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
