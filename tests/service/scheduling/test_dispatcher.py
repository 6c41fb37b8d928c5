"""Jobs are bundled, preempted, held and retried; the worker's self-test is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from shotlog.service.broker import LEASE_SECONDS
from shotlog.service.ipc import (
    LoadFailed,
    ModelsChanged,
    ModelsLoaded,
    Progressed,
    RunSeparately,
    SelfTested,
    WorkerCrashed,
)
from shotlog.service.journal import RETRY_SECONDS
from shotlog.service.protocol import (
    AnalysisOptions,
    Attach,
    Cancel,
    ErrorCode,
    Failure,
    JobInfo,
    JobState,
    Load,
    Pause,
    Priority,
    Resume,
    Submit,
)
from shotlog.service.scheduling import (
    ANTICIPATION_SECONDS,
    BUNDLE_CHARACTERS,
    BUNDLE_CLIPS,
    FIRST_QUANTUM,
)
from shotlog.service.supervision import CRASH_WINDOW, RemainingWork
from shotlog.service.tasks import Analyze
from tests.service.jobs import edit, job, job_id
from tests.service.scene import LOG, Scene

ONE, TWO, THREE, FOUR = (job_id(number) for number in range(1, 5))
INTERACTIVE, NORMAL, BATCH = Priority
BUILTIN = AnalysisOptions(models="builtin")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.journal.close()


def submission(
    number: int, clips: int = 1, priority: Priority = NORMAL, asks: AnalysisOptions | None = None
) -> Submit:
    return job(
        number, priority=priority, task=Analyze(edit=edit(clips), asks=asks or AnalysisOptions())
    )


def begin_together(scene: Scene, *specs: Submit) -> None:
    """Submit jobs under a pause, so that all wait when the first one starts."""
    scene.ask(Pause())
    for spec in specs:
        scene.ask(spec)
    scene.ask(Resume())


def states(scene: Scene, *jobs: str) -> list[str]:
    return [scene.journal.info(job).state.value for job in jobs]


def test_jobs_that_wait_and_ask_for_the_same_run_together(scene: Scene) -> None:
    begin_together(
        scene,
        submission(1),
        submission(2, asks=BUILTIN),
        submission(3),
        submission(4, priority=BATCH),
    )
    assert scene.worker.commands == ["run 01 03"]
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01 03"], "the worker has one of them still"
    scene.finishes(THREE)
    assert scene.worker.commands == ["run 01 03", "run 02"]
    scene.finishes(TWO)
    scene.wait(ANTICIPATION_SECONDS)
    assert scene.worker.commands[-1] == "run 04"
    assert states(scene, ONE, TWO, THREE) == ["done"] * 3


def test_a_bundle_has_no_more_clips_than_fill_a_batch(scene: Scene) -> None:
    begin_together(
        scene,
        submission(1, 2),
        submission(2, BUNDLE_CLIPS - 1),
        submission(3, BUNDLE_CLIPS - 2),
        submission(4),
    )
    assert scene.worker.commands == ["run 01 03"]


def test_a_job_of_many_clips_runs_alone(scene: Scene) -> None:
    begin_together(scene, submission(1, BUNDLE_CLIPS + 1), submission(2))
    assert scene.worker.commands == ["run 01"]


def test_a_bundle_fits_into_the_pipe(scene: Scene) -> None:
    long = {"name": "x" * (BUNDLE_CHARACTERS // 2)}
    begin_together(scene, *(submission(number).model_copy(update=long) for number in (1, 2, 3)))
    assert scene.worker.commands == ["run 01"]


def test_progress_is_sent_for_every_job_of_a_bundle(scene: Scene) -> None:
    begin_together(scene, submission(1), submission(2))
    scene.ask(Attach(job=ONE), b"A")
    scene.ask(Attach(job=TWO), b"B")
    scene.progresses(3)
    assert scene.progress(b"A") == scene.progress(b"B") == [3]
    assert scene.job(Attach(job=TWO)).done == 3


def test_cancelling_one_job_of_a_bundle_resumes_the_others_at_once(scene: Scene) -> None:
    begin_together(scene, submission(1), submission(2), submission(3))
    scene.job(Cancel(job=TWO))
    scene.returns_jobs()
    assert scene.worker.commands == ["run 01 02 03", "preempt", "run 01 03"]
    assert states(scene, ONE, TWO, THREE) == ["running", "cancelled", "running"]


def test_a_bundle_is_preempted_as_a_whole(scene: Scene) -> None:
    begin_together(scene, submission(1, priority=BATCH), submission(2, priority=BATCH))
    scene.wait(1)
    scene.ask(submission(3, priority=INTERACTIVE))
    scene.returns_jobs()
    assert scene.worker.commands == ["run 01 02", "preempt", "run 03"]
    assert states(scene, ONE, TWO, THREE) == ["queued", "queued", "running"]


def test_a_bundle_that_fails_is_run_job_by_job_and_only_the_faulty_job_fails(scene: Scene) -> None:
    begin_together(scene, submission(1), submission(2), submission(3))
    scene.sends(RunSeparately())
    scene.finishes(ONE)
    scene.fails(TWO)
    scene.finishes(THREE)
    assert scene.worker.commands == ["run 01 02 03", "run 01", "run 02", "run 03"]
    assert states(scene, ONE, TWO, THREE) == ["done", "failed", "done"]


def test_crashes_count_for_a_job_only_when_it_runs_alone(scene: Scene) -> None:
    begin_together(scene, submission(1), submission(2))
    scene.crashes(RemainingWork("looking", 5))
    assert states(scene, ONE, TWO) == ["running", "queued"]
    scene.crashes(RemainingWork("looking", 5))
    assert states(scene, ONE, TWO) == ["running", "queued"]
    scene.crashes(RemainingWork("looking", 5))
    assert states(scene, ONE, TWO) == ["failed", "running"]
    scene.finishes(TWO)
    runs = [order for order in scene.worker.commands if order != "check"]
    assert runs == ["run 01 02", "run 01", "run 01", "run 02"]


def test_crashes_of_bundles_do_not_open_the_breaker(scene: Scene) -> None:
    for number in range(1, 8, 2):
        begin_together(scene, submission(number), submission(number + 1))
        scene.crashes()
        scene.finishes(job_id(number))
        scene.finishes(job_id(number + 1))
    assert not scene.policy.broken


def test_device_time_of_a_bundle_is_shared_by_clips(scene: Scene) -> None:
    begin_together(scene, submission(1, 1), submission(2, 3))
    scene.wait(8)
    scene.finishes(ONE)
    scene.finishes(TWO)
    assert scene.handler.dispatcher.open_jobs.queue.seconds_per_clip == pytest.approx(2)


@pytest.mark.parametrize("priority", [INTERACTIVE, NORMAL])
def test_no_less_urgent_job_starts_between_two_jobs_of_a_flow(
    scene: Scene, priority: Priority
) -> None:
    scene.ask(submission(1, priority=priority))
    scene.ask(submission(2, priority=BATCH))
    scene.finishes(ONE)
    scene.wait(ANTICIPATION_SECONDS / 2)
    scene.ask(submission(3, priority=priority))
    scene.finishes(THREE)
    scene.wait(ANTICIPATION_SECONDS / 2)
    assert scene.worker.commands == ["run 01", "run 03"]
    scene.wait(ANTICIPATION_SECONDS / 2)
    assert scene.worker.commands[-1] == "run 02"


def test_the_device_is_not_left_free_before_a_job_of_the_same_priority(scene: Scene) -> None:
    scene.ask(submission(1, priority=BATCH))
    scene.ask(submission(2, priority=BATCH, asks=BUILTIN))
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01", "run 02"]


def test_preemptions_do_not_count_as_crashes_of_a_job(scene: Scene) -> None:
    scene.ask(submission(1, priority=BATCH))
    for number in range(2, 22):
        scene.ask(submission(number, priority=INTERACTIVE))
        scene.returns_jobs()
        scene.finishes(job_id(number))
        scene.wait(ANTICIPATION_SECONDS)
    assert scene.job(Attach(job=ONE)).attempts == 21
    scene.crashes(RemainingWork("looking", 5))
    assert states(scene, ONE) == ["running"]
    scene.crashes(RemainingWork("looking", 5))
    assert states(scene, ONE) == ["failed"]


def test_time_for_which_the_device_is_left_free_is_charged(
    scene: Scene,
) -> None:
    scene.ask(submission(1, priority=INTERACTIVE))
    scene.ask(submission(2, priority=BATCH))
    for number in range(3, 400):
        if scene.worker.jobs[0] == TWO:
            break
        scene.finishes(scene.worker.jobs[0])
        scene.clock.now += ANTICIPATION_SECONDS * 0.9
        scene.ask(submission(number, priority=INTERACTIVE))
    assert number * ANTICIPATION_SECONDS == pytest.approx(16 * FIRST_QUANTUM, rel=0.25)


@pytest.mark.parametrize("unit", ["clips", "s of film"])  # for people, and decides nothing
def test_a_quantum_in_which_a_result_was_saved_is_charged(scene: Scene, unit: str) -> None:
    def batch_of(seconds: float, saved: bool) -> None:
        scene.sends(Progressed(stage="a stage", done=1, total=9, unit=unit, saved=saved))
        scene.wait(seconds)

    scene.ask(submission(1, priority=BATCH))
    batch_of(FIRST_QUANTUM / 2, saved=False)
    scene.ask(submission(2, priority=INTERACTIVE))
    scene.returns_jobs()
    scene.wait(16 * FIRST_QUANTUM)
    scene.finishes(TWO)
    scene.ask(submission(3, priority=INTERACTIVE))
    assert scene.worker.commands[-1] == "run 01"
    batch_of(FIRST_QUANTUM / 2, saved=True)
    scene.wait(FIRST_QUANTUM)
    scene.returns_jobs()
    scene.finishes(THREE)
    scene.ask(submission(4, priority=INTERACTIVE))
    assert scene.worker.commands[-1] == "run 04"


@pytest.mark.parametrize("batch", [True, False])
def test_a_pause_outlives_the_daemon(scene: Scene, batch: bool) -> None:
    scene.ask(Pause(batch=batch))
    scene.kill_daemon()
    assert scene.handler.dispatcher.paused is not batch
    scene.ask(submission(1, priority=BATCH))
    assert scene.worker.commands == []
    scene.ask(Resume())
    scene.kill_daemon()
    scene.wait()
    assert scene.worker.commands == ["run 01"]


def test_batch_jobs_are_held_while_there_is_a_reason_and_other_jobs_run(scene: Scene) -> None:
    dispatcher = scene.handler.dispatcher
    scene.ask(submission(1, priority=BATCH))
    scene.busy = "DaVinci Resolve is busy"
    scene.wait()
    assert dispatcher.batch_held_reason == "DaVinci Resolve is busy"
    assert scene.worker.commands == ["run 01", "preempt"]
    scene.returns_jobs()
    scene.ask(submission(2))
    scene.finishes(TWO)
    scene.ask(submission(3, priority=INTERACTIVE))
    scene.finishes(THREE)
    scene.wait(60)
    assert scene.worker.commands[2:] == ["run 02", "run 03"]
    scene.busy = None
    scene.wait()
    assert dispatcher.batch_held_reason is None
    assert scene.worker.commands[-1] == "run 01"


def test_batch_jobs_wait_for_both_the_pause_and_the_reason_to_end(scene: Scene) -> None:
    scene.ask(Pause(batch=True))
    scene.busy = "DaVinci Resolve is busy"
    assert scene.handler.dispatcher.batch_held_reason == "batch jobs are paused"
    scene.ask(submission(1, priority=BATCH))
    scene.ask(Resume())
    assert scene.handler.dispatcher.batch_held_reason == "DaVinci Resolve is busy"
    assert scene.worker.commands == []


def test_a_load_failure_is_kept_until_models_are_loaded(scene: Scene) -> None:
    dispatcher = scene.handler.dispatcher
    why = Failure(code=ErrorCode.MODEL, message="no such model", hint="Get it.")
    assert dispatcher.load_failure is None
    scene.sends(LoadFailed(failure=why))
    assert dispatcher.load_failure == why
    scene.sends(ModelsChanged(models=()))
    assert dispatcher.load_failure == why, "what is held after a job answers no load"
    scene.sends(ModelsLoaded(models=("a model",)))
    assert dispatcher.load_failure is None


def test_a_crash_while_models_are_loaded_is_a_load_failure(scene: Scene) -> None:
    scene.sends(WorkerCrashed(doing="load", reason="it was ended by SIGKILL"))
    why = scene.handler.dispatcher.load_failure
    assert why is not None
    assert why.code is ErrorCode.WORKER_LOST
    assert "while it loaded models: it was ended by SIGKILL" in why.message


def test_a_worker_that_cannot_be_started_is_a_load_failure(scene: Scene) -> None:
    scene.worker.startable = False
    scene.ask(Load(asks=AnalysisOptions()))
    assert scene.worker.commands == ["load auto"]
    scene.sends(WorkerCrashed(reason="it could not be started: no such file"))
    why = scene.handler.dispatcher.load_failure
    assert why is not None
    assert (why.code, why.message) == (ErrorCode.WORKER_LOST, "the worker could not be started")


def test_a_selftest_runs_on_request(scene: Scene) -> None:
    dispatcher = scene.handler.dispatcher
    assert dispatcher.selftest_result is None
    dispatcher.run_selftest(BUILTIN)
    scene.wait()
    assert scene.worker.commands == ["check"]
    scene.sends(SelfTested(ok=False, words="NaN", seconds=0.5))
    scene.wait(7)
    canary = dispatcher.selftest_result
    assert canary is not None
    assert (canary.ok, canary.words, canary.seconds, canary.age) == (False, "NaN", 0.5, 7)
    assert not dispatcher.useful


def test_a_running_job_counts_as_a_selftest_and_is_not_interrupted(scene: Scene) -> None:
    scene.ask(submission(1))
    scene.handler.dispatcher.run_selftest(AnalysisOptions())
    canary = scene.handler.dispatcher.selftest_result
    assert canary is not None
    assert canary.ok
    assert "a job is running" in canary.words
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01"]


def test_after_a_crash_only_a_completed_job_makes_the_worker_useful(scene: Scene) -> None:
    dispatcher = scene.handler.dispatcher
    scene.ask(submission(1))
    scene.crashes(selftest_ok=False)
    assert scene.worker.commands[-1] == "run 01"
    assert not dispatcher.useful
    dispatcher.run_selftest(AnalysisOptions())
    assert dispatcher.selftest_result is not None
    assert dispatcher.selftest_result.ok
    assert not dispatcher.useful
    scene.finishes(ONE)
    assert dispatcher.useful


def test_a_selftest_fails_while_the_breaker_is_open(scene: Scene) -> None:
    scene.worker.state = "broken"
    scene.handler.dispatcher.run_selftest(AnalysisOptions())
    canary = scene.handler.dispatcher.selftest_result
    assert canary is not None
    assert not canary.ok


def test_a_selftest_that_crashes_is_not_repeated_before_the_next_job(
    scene: Scene,
) -> None:
    scene.ask(submission(1))
    scene.clock.now += CRASH_WINDOW
    scene.worker.jobs = ()
    scene.handler.on_worker_event(WorkerCrashed(jobs=(ONE,), reason="signal 9"))
    assert scene.worker.commands == ["run 01", "check"]
    scene.sends(WorkerCrashed(doing="check", reason="signal 11"))
    assert scene.worker.commands == ["run 01", "check", "run 01"]
    canary = scene.handler.dispatcher.selftest_result
    assert canary is not None
    assert (canary.ok, canary.words) == (False, "the worker crashed: signal 11")


def test_no_worker_is_started_for_a_selftest_alone(scene: Scene) -> None:
    scene.sends(WorkerCrashed(reason="signal 9"))
    scene.wait(1000)
    assert scene.worker.commands == []


def cancel_by_request(scene: Scene) -> None:
    scene.job(Cancel(job=ONE))
    scene.wait(RETRY_SECONDS)


def cancel_by_expired_lease(scene: Scene) -> None:
    for _ in range(round(LEASE_SECONDS) + 1):
        scene.wait(1)


@pytest.mark.parametrize("unwanted", [cancel_by_request, cancel_by_expired_lease])
def test_a_result_that_waits_for_disk_space_is_kept_though_the_job_is_cancelled(
    scene: Scene, unwanted: Callable[[Scene], None]
) -> None:
    scene.ask(submission(1).model_copy(update={"durable": False}))
    scene.journal._db.execute("PRAGMA query_only=ON")
    scene.finishes(ONE)
    unwanted(scene)
    scene.journal._db.execute("PRAGMA query_only=OFF")
    scene.wait(RETRY_SECONDS)
    assert states(scene, ONE) == ["done"]
    assert scene.journal.result(ONE) == LOG
    assert scene.handler.dispatcher.open_jobs.finished == 1


class Traffic(RuleBasedStateMachine):
    """Random traffic: jobs are submitted, cancelled, fail, crash workers; the daemon is killed."""

    @initialize()
    def open(self) -> None:
        self._folder = TemporaryDirectory()
        self.scene = Scene(Path(self._folder.name))
        self.asked: dict[str, Submit] = {}
        self.ended: dict[str, JobState] = {}

    def teardown(self) -> None:
        if hasattr(self, "scene"):
            self._drain()
            self.scene.journal.close()
            self._folder.cleanup()

    @rule(
        clips=st.integers(0, BUNDLE_CLIPS + 1),
        priority=st.sampled_from(Priority),
        asks=st.sampled_from([AnalysisOptions(), BUILTIN]),
    )
    def submits(self, clips: int, priority: Priority, asks: AnalysisOptions) -> None:
        spec = submission(len(self.asked) + 1, clips, priority, asks)
        self.asked[spec.job] = spec
        self.scene.ask(spec)
        self.scene.ask(Attach(job=spec.job))
        self._check_ends()

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def cancels(self, data: st.DataObject) -> None:
        self.scene.ask(Cancel(job=data.draw(st.sampled_from(sorted(self.asked)))))
        self._check_ends()

    @precondition(lambda self: self.scene.worker.jobs)
    @rule(data=st.data())
    def worker_sends(self, data: st.DataObject) -> None:
        first = self.scene.worker.jobs[0]
        match data.draw(st.sampled_from(["done", "failed", "progress", "apart", "died", "back"])):
            case "done":
                self.scene.finishes(first)
            case "failed":
                self.scene.fails(first)
            case "progress":
                self.scene.progresses(1)
            case "apart":
                self.scene.sends(RunSeparately())
            case "died":
                self.scene.crashes(RemainingWork("looking", data.draw(st.integers(1, 3))))
            case "back":
                self.scene.returns_jobs()
        self._check_ends()

    @rule(seconds=st.sampled_from([0.5, 11.0, 45.0]))
    def waits(self, seconds: float) -> None:
        self.scene.wait(seconds)
        self._check_ends()

    @rule(command=st.sampled_from([Pause(), Pause(batch=True), Resume()]))
    def commands(self, command: Pause | Resume) -> None:
        self.scene.ask(command)
        self._check_ends()

    @rule()
    def daemon_is_killed(self) -> None:
        self.scene.kill_daemon()
        for name in self.asked:
            self.scene.ask(Attach(job=name))
        self._check_ends()

    @invariant()
    def the_worker_has_the_jobs_that_the_dispatcher_records(self) -> None:
        assert self.scene.worker.jobs == self.scene.handler.dispatcher.running

    @invariant()
    def a_bundle_has_one_priority_one_kind_and_few_clips(self) -> None:
        specs = [self.asked[name] for name in self.scene.worker.jobs]
        assert len({(spec.priority, spec.task.options) for spec in specs}) <= 1
        assert len(specs) <= 1 or sum(spec.task.clips for spec in specs) <= BUNDLE_CLIPS

    @invariant()
    def every_job_is_in_the_journal_and_open_jobs_are_queued(self) -> None:
        known = {info.job: info.state for info in self.scene.journal.jobs()}
        assert known.keys() == self.asked.keys()
        still = {name for name, state in known.items() if not state.is_terminal}
        assert {
            name for name in self.asked if name in self.scene.handler.dispatcher.open_jobs.queue
        } == still

    def _drain(self) -> None:
        """Let all jobs end, whatever happened before."""
        self.scene.ask(Resume())
        # The device may be left free for an anticipated job.
        self.scene.wait(ANTICIPATION_SECONDS)
        self._check_ends()
        for _ in range(4 * len(self.asked) + 4):
            if not self.scene.worker.jobs:
                break
            self.scene.finishes(self.scene.worker.jobs[0])
            self.scene.wait(ANTICIPATION_SECONDS)
            self._check_ends()
        assert all(info.state.is_terminal for info in self.scene.journal.jobs())
        assert self.ended.keys() == self.asked.keys()

    def _check_ends(self) -> None:
        """Check that no final state has changed or was sent twice."""
        if self.scene.worker.checking:
            self.scene.sends(SelfTested(ok=True, words="tested", seconds=0.1))
        for info in self.scene.journal.jobs():
            if info.state.is_terminal:
                assert self.ended.setdefault(info.job, info.state) is info.state
        received = [message.reply for message in self.scene.messages if message.client == b"A"]
        ends = [
            info.job for info in received if isinstance(info, JobInfo) and info.state.is_terminal
        ]
        assert len(ends) == len(set(ends)), "each end is sent once"


Traffic.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
test_whatever_happens_every_job_ends_exactly_once = Traffic.TestCase


def test_a_bundle_takes_no_job_of_another_flow(scene: Scene) -> None:
    begin_together(
        scene,
        submission(1, priority=BATCH),
        submission(2),
        submission(3, priority=BATCH),
        submission(4),
    )
    assert scene.worker.commands == ["run 02 04"]
    assert states(scene, ONE, THREE) == [JobState.QUEUED] * 2


def test_interactive_jobs_run_alone(scene: Scene) -> None:
    begin_together(scene, submission(1, priority=INTERACTIVE), submission(2, priority=INTERACTIVE))
    assert scene.worker.commands == ["run 01"]
