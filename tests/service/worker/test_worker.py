"""The worker as a real process, over real films: what it says, and what it survives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from shotlog.engine import find_candidates
from shotlog.models.catalog import Registry, describe_file
from shotlog.schema import Log
from shotlog.service.ipc import (
    JobDone,
    JobFailed,
    LoadFailed,
    ModelsLoaded,
    Progressed,
    SelfTested,
    WorkerCrashed,
)
from shotlog.service.protocol import AnalysisOptions, ErrorCode, Submit
from shotlog.service.supervision import COMMAND, RestartPolicy, Supervisor
from shotlog.service.tasks import Analyze
from shotlog.service.worker import NICENESS, PART_CHARACTERS, ModelPool
from tests.models.checkpoints import MOVE_CARD, make
from tests.service.workers import (
    BUILTIN,
    JOB,
    OTHER,
    WINDOWS,
    edit_of,
    hear,
    hear_until,
    in_process,
    is_alive,
    job_of,
    odd_command,
    run,
)
from tests.support import Clock, write_film
from tests.waiting import wait_for

OVER = {"done", "preempted", "failed", "crashed"}

Started = Callable[..., AbstractContextManager[Supervisor]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4")


@contextmanager
def supervised(
    command: Sequence[str] = COMMAND, clock: Callable[[], float] = time.monotonic
) -> Iterator[Supervisor]:
    supervisor = Supervisor(RestartPolicy(clock), command, clock)
    try:
        yield supervisor
    finally:
        supervisor.close()


def done(supervisor: Supervisor, spec: Submit) -> str:
    """The text of a job's log, which must be done."""
    run(supervisor, spec)
    event = hear_until(supervisor, lambda event: event.type in OVER)[-1]
    assert isinstance(event, JobDone), event
    assert event.job == spec.job
    return event.text


def test_a_log_through_the_worker_is_that_of_a_run_in_process_to_the_byte(film: Path) -> None:
    with supervised() as supervisor:
        text = done(supervisor, job_of(film))
        again = done(supervisor, job_of(film, OTHER))
    assert text == again == in_process(edit_of(film), BUILTIN)
    assert Log.model_validate_json(text).shots


@pytest.mark.slow
def test_models_stay_loaded_for_the_next_job_and_are_told_of(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_MODELS", str(tmp_path / "models"))
    made = make(tmp_path / "move", card=MOVE_CARD, seed=3)
    kept = [describe_file(made.folder / name) for name in ("config.json", "model.safetensors")]
    Registry().install(made.card, kept, source="this test", linked=made.folder)
    asks = AnalysisOptions(device="cpu", precision="fp32")
    with supervised() as supervisor:
        supervisor.load(asks)
        loaded = hear(supervisor, "loaded")
        assert isinstance(loaded, ModelsLoaded)
        assert loaded.models == (f"{MOVE_CARD.name} on cpu in fp32",)
        run(supervisor, job_of(film, asks=asks))
        events = hear_until(supervisor, lambda event: event.type in OVER)
        assert supervisor.info().models == loaded.models
    assert "models-changed" not in {event.type for event in events}
    assert isinstance(events[-1], JobDone)
    assert events[-1].text == in_process(edit_of(film), asks)


def test_models_are_kept_while_the_same_are_asked_for_and_noticed_when_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_MODELS", str(tmp_path / "models"))
    pool, asks = ModelPool(), AnalysisOptions(device="cpu", precision="fp32")
    assert pool.select(asks).warnings == find_candidates("auto", ()).warnings != ()
    made = make(tmp_path / "move", card=MOVE_CARD, seed=3)
    kept = [describe_file(made.folder / name) for name in ("config.json", "model.safetensors")]
    Registry().install(made.card, kept, source="this test", linked=made.folder)
    first = pool.select(asks)
    assert [measure.name for measure in first.measures] == [f"model.{MOVE_CARD.name}"]
    assert pool.select(BUILTIN).measures == ()
    assert pool.select(asks.model_copy(update={"disabled": True})).measures == first.measures
    other = pool.select(asks.model_copy(update={"precision": "bf16"}))
    assert set(other.measures).isdisjoint(first.measures)


def test_a_large_log_comes_whole(film: Path) -> None:
    warning = 'he said "cut"\n' * (PART_CHARACTERS // 5)
    edit = edit_of(film, warnings=(warning,))
    with supervised() as supervisor:
        text = done(supervisor, Submit(job=JOB, name="cut", task=Analyze(edit=edit, asks=BUILTIN)))
    assert len(text) > 3 * PART_CHARACTERS
    assert text == in_process(edit, BUILTIN)


def test_a_job_that_was_preempted_goes_on_where_it_was(film: Path, tmp_path: Path) -> None:
    looks = tmp_path / "looks"
    with supervised(odd_command("waits", 11, looks)) as supervisor:
        run(supervisor, job_of(film))
        hear_until(supervisor, lambda e: isinstance(e, Progressed) and e.stage == "Models")
        wait_for(lambda: looks.stat().st_size >= 12)
        supervisor.preempt()
        supervisor.preempt()
        time.sleep(1)  # until it is in the worker's hands, also on a busy machine
        looks.with_suffix(".go").touch()
        assert hear_until(supervisor, lambda e: e.type in OVER)[-1].type == "preempted"
        assert looks.stat().st_size == 12  # the window that it was at is finished and kept
        text = done(supervisor, job_of(film))
    assert looks.stat().st_size == WINDOWS
    assert text == in_process(edit_of(film))


def test_a_job_that_has_only_just_been_handed_over_can_be_had_back(film: Path) -> None:
    with supervised() as supervisor:
        run(supervisor, job_of(film))
        supervisor.preempt()
        events = hear_until(supervisor, lambda e: e.type in OVER)
    assert events[-1].type == "preempted"
    assert "Media" not in {e.stage for e in events if isinstance(e, Progressed)}


def test_a_worker_that_is_killed_costs_one_window_at_the_most(film: Path, tmp_path: Path) -> None:
    looks = tmp_path / "looks"
    clock = Clock()
    with supervised(odd_command("killed", 11, looks), clock) as supervisor:
        run(supervisor, job_of(film))
        died = hear(supervisor, "crashed")
        assert isinstance(died, WorkerCrashed)
        assert (died.jobs, died.reason) == ((JOB,), "it was ended by SIGKILL")
        assert not supervisor.free  # not before the restart delay is over
        clock.now += 60
        text = done(supervisor, job_of(film))
        assert supervisor.info().restarts == 1
    assert looks.stat().st_size == WINDOWS + 1
    assert text == in_process(edit_of(film))


def test_a_device_that_breaks_down_ends_the_worker_with_its_reason(
    film: Path, tmp_path: Path
) -> None:
    clock = Clock()
    with supervised(odd_command("lost", 5, tmp_path / "looks"), clock) as supervisor:
        run(supervisor, job_of(film))
        died = hear(supervisor, "crashed")
        assert isinstance(died, WorkerCrashed)
        assert died.jobs == (JOB,)
        assert "the device failed during a computation" in died.reason
        clock.now += 60
        assert done(supervisor, job_of(film)) == in_process(edit_of(film))


def test_memory_that_does_not_suffice_fails_the_first_job_of_a_worker(
    film: Path, tmp_path: Path
) -> None:
    with supervised(odd_command("short", 0, tmp_path / "looks")) as supervisor:
        run(supervisor, job_of(film))
        failed = hear(supervisor, "failed")
        assert isinstance(failed, JobFailed)
        assert failed.failure.code is ErrorCode.MODEL
        assert failed.failure.retryable
        assert "does not hold one window" in failed.failure.message


def test_memory_that_does_not_suffice_later_is_tried_in_a_fresh_worker(
    film: Path, tmp_path: Path
) -> None:
    first = edit_of(film)
    empty = first.model_copy(update={"clips": ()})
    with supervised(odd_command("short", 3, tmp_path / "looks")) as supervisor:
        done(supervisor, Submit(job=OTHER, name="nothing", task=Analyze(edit=empty)))
        pid = supervisor.info().pid
        run(supervisor, job_of(film))
        events = hear_until(supervisor, lambda e: e.type == "stopped")
        assert [e.type for e in events if e.type != "progressed"] == ["preempted", "stopped"]
        assert done(supervisor, job_of(film)) == in_process(first)
        assert supervisor.info().pid != pid
        assert supervisor.info().restarts == 0


def test_what_libraries_print_does_not_reach_the_pipe(film: Path, tmp_path: Path) -> None:
    with supervised(odd_command("prints", 3, tmp_path / "looks")) as supervisor:
        assert done(supervisor, job_of(film)) == in_process(edit_of(film))


def test_a_library_that_ends_the_process_is_a_death_like_any_other(
    film: Path, tmp_path: Path
) -> None:
    with supervised(odd_command("exit", 3, tmp_path / "looks")) as supervisor:
        run(supervisor, job_of(film))
        died = hear(supervisor, "crashed")
        assert isinstance(died, WorkerCrashed)
        assert died.jobs == (JOB,)


def test_a_model_that_is_not_here_fails_its_job_and_no_other(film: Path) -> None:
    with supervised() as supervisor:
        run(supervisor, job_of(film, OTHER, AnalysisOptions(names=("nonesuch",))))
        failed = hear(supervisor, "failed")
        assert isinstance(failed, JobFailed)
        assert failed.job == OTHER
        assert failed.failure.code is ErrorCode.MODEL
        assert failed.failure.message == "nonesuch: there is no model of this name"
        assert "shotlog models list" in failed.failure.hint
        supervisor.load(AnalysisOptions(models="local"))
        assert isinstance(hear(supervisor, "load-failed"), LoadFailed)
        assert done(supervisor, job_of(film))


def test_a_cache_that_cannot_be_opened_fails_the_job_in_words(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path))
    with supervised() as supervisor:
        run(supervisor, job_of(film))
        failed = hear(supervisor, "failed")
    assert isinstance(failed, JobFailed)
    assert "the cache cannot be opened" in failed.failure.message


def test_progress_is_told_at_most_ten_times_a_second(film: Path, tmp_path: Path) -> None:
    with supervised(odd_command("none", 0, tmp_path / "looks")) as supervisor:
        supervisor.start()
        hear(supervisor, "ready")
        began = time.monotonic()
        run(supervisor, job_of(film))
        events = hear_until(supervisor, lambda event: event.type in OVER)
        seconds = time.monotonic() - began
    told = [event for event in events if isinstance(event, Progressed)]
    stages = {event.stage for event in told}
    assert {"Preparing", "Media", "Picture", "Models", "Findings"} <= stages
    assert len(told) <= 10 * seconds + len(stages)


BROKER = """
import sys, time
from pathlib import Path
from shotlog.service.supervision import RestartPolicy, Supervisor
supervisor = Supervisor(RestartPolicy(), sys.argv[2:])
supervisor.run({"a" * 32: Path(sys.argv[1]).read_text()})
while not any(w.type == "progressed" and w.stage == "Models" for w in supervisor.poll()):
    time.sleep(0.02)
print(supervisor.info().pid, flush=True)
time.sleep(60)
"""


def test_a_worker_ends_with_its_broker_even_while_it_computes(film: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(job_of(film).model_dump_json())
    command = odd_command("stuck", 0, tmp_path / "looks")
    broker = subprocess.Popen(
        [sys.executable, "-c", BROKER, str(spec), *command], stdout=subprocess.PIPE, text=True
    )
    with broker:
        assert broker.stdout is not None
        worker = int(broker.stdout.readline())
        assert is_alive(worker)
        broker.send_signal(signal.SIGKILL)
        broker.wait()
        wait_for(lambda: not is_alive(worker))


def test_ctrl_c_is_the_brokers_to_answer(film: Path) -> None:
    with supervised() as supervisor:
        supervisor.start()
        hear(supervisor, "ready")
        pid = supervisor.info().pid
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        assert done(supervisor, job_of(film))


def test_a_worker_tries_itself() -> None:
    with supervised() as supervisor:
        supervisor.run_selftest(AnalysisOptions())
        checked = hear(supervisor, "self-tested")
    assert isinstance(checked, SelfTested)
    assert checked.ok, checked.words


def test_the_worker_lets_the_editors_programs_go_first() -> None:
    with supervised() as supervisor:
        supervisor.start()
        hear(supervisor, "ready")
        pid = supervisor.info().pid
        assert pid is not None
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, ours + NICENESS)
