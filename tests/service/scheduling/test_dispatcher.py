"""Who runs with whom, who waits and why, and what the worker says of itself."""

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

from shotlog.service.broker import LEASE
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
from shotlog.service.scheduling import BUNDLE_CHARACTERS, BUNDLE_CLIPS, FIRST_TURN, LULL_SECONDS
from shotlog.service.supervision import WITHIN, Left
from shotlog.service.tasks import Analyze
from tests.service.desks import LOG, Scene
from tests.service.jobs import edit, job, job_id

ONE, TWO, THREE, FOUR = (job_id(number) for number in range(1, 5))
INTERACTIVE, NORMAL, BATCH = Priority
BUILTIN = AnalysisOptions(models="builtin")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.journal.close()


def asking(
    number: int, clips: int = 1, priority: Priority = NORMAL, asks: AnalysisOptions | None = None
) -> Submit:
    return job(
        number, priority=priority, task=Analyze(edit=edit(clips), asks=asks or AnalysisOptions())
    )


def begin_together(scene: Scene, *specs: Submit) -> None:
    """Has jobs wait until all are there."""
    scene.ask(Pause())
    for spec in specs:
        scene.ask(spec)
    scene.ask(Resume())


def states(scene: Scene, *jobs: str) -> list[str]:
    return [scene.journal.info(job).state.value for job in jobs]


def test_jobs_that_wait_and_ask_for_the_same_run_together(scene: Scene) -> None:
    begin_together(
        scene,
        asking(1),
        asking(2, asks=BUILTIN),
        asking(3),
        asking(4, priority=BATCH),
    )
    assert scene.worker.orders == ["run 01 03"]
    scene.finishes(ONE)
    assert scene.worker.orders == ["run 01 03"], "the worker has one of them still"
    scene.finishes(THREE)
    assert scene.worker.orders == ["run 01 03", "run 02"]
    scene.finishes(TWO)
    scene.wait(LULL_SECONDS)
    assert scene.worker.orders[-1] == "run 04"
    assert states(scene, ONE, TWO, THREE) == ["done"] * 3


def test_a_bundle_has_no_more_clips_than_fill_a_batch(scene: Scene) -> None:
    begin_together(
        scene, asking(1, 2), asking(2, BUNDLE_CLIPS - 1), asking(3, BUNDLE_CLIPS - 2), asking(4)
    )
    assert scene.worker.orders == ["run 01 03"]


def test_a_job_of_many_clips_runs_alone(scene: Scene) -> None:
    begin_together(scene, asking(1, BUNDLE_CLIPS + 1), asking(2))
    assert scene.worker.orders == ["run 01"]


def test_a_bundle_fits_into_the_pipe(scene: Scene) -> None:
    long = {"name": "x" * (BUNDLE_CHARACTERS // 2)}
    begin_together(scene, *(asking(number).model_copy(update=long) for number in (1, 2, 3)))
    assert scene.worker.orders == ["run 01"]


def test_progress_is_told_of_every_job_of_a_bundle(scene: Scene) -> None:
    begin_together(scene, asking(1), asking(2))
    scene.ask(Attach(job=ONE), b"A")
    scene.ask(Attach(job=TWO), b"B")
    scene.progresses(3)
    assert scene.progress(b"A") == scene.progress(b"B") == [3]
    assert scene.job(Attach(job=TWO)).done == 3


def test_cancelling_one_of_a_bundle_has_the_others_go_on_at_once(scene: Scene) -> None:
    begin_together(scene, asking(1), asking(2), asking(3))
    scene.job(Cancel(job=TWO))
    scene.lets_go()
    assert scene.worker.orders == ["run 01 02 03", "preempt", "run 01 03"]
    assert states(scene, ONE, TWO, THREE) == ["running", "cancelled", "running"]


def test_a_bundle_gives_way_as_a_whole(scene: Scene) -> None:
    begin_together(scene, asking(1, priority=BATCH), asking(2, priority=BATCH))
    scene.wait(1)
    scene.ask(asking(3, priority=INTERACTIVE))
    scene.lets_go()
    assert scene.worker.orders == ["run 01 02", "preempt", "run 03"]
    assert states(scene, ONE, TWO, THREE) == ["queued", "queued", "running"]


def test_a_bundle_that_fails_is_run_one_by_one_and_only_the_guilty_job_fails(scene: Scene) -> None:
    begin_together(scene, asking(1), asking(2), asking(3))
    scene.says(RunSeparately())
    scene.finishes(ONE)
    scene.fails(TWO)
    scene.finishes(THREE)
    assert scene.worker.orders == ["run 01 02 03", "run 01", "run 02", "run 03"]
    assert states(scene, ONE, TWO, THREE) == ["done", "failed", "done"]


def test_a_job_is_blamed_for_deaths_only_once_it_was_alone(scene: Scene) -> None:
    begin_together(scene, asking(1), asking(2))
    scene.dies(Left("looking", 5))
    assert states(scene, ONE, TWO) == ["running", "queued"]
    scene.dies(Left("looking", 5))
    assert states(scene, ONE, TWO) == ["running", "queued"]
    scene.dies(Left("looking", 5))
    assert states(scene, ONE, TWO) == ["failed", "running"]
    scene.finishes(TWO)
    runs = [order for order in scene.worker.orders if order != "check"]
    assert runs == ["run 01 02", "run 01", "run 01", "run 02"]


def test_the_death_of_a_bundle_is_not_held_against_the_worker(scene: Scene) -> None:
    for number in range(1, 8, 2):
        begin_together(scene, asking(number), asking(number + 1))
        scene.dies()
        scene.finishes(job_id(number))
        scene.finishes(job_id(number + 1))
    assert not scene.breaker.broken


def test_what_a_bundle_took_is_shared_by_clips(scene: Scene) -> None:
    begin_together(scene, asking(1, 1), asking(2, 3))
    scene.wait(8)
    scene.finishes(ONE)
    scene.finishes(TWO)
    assert scene.desk.dispatcher.queue.pace == pytest.approx(2)


@pytest.mark.parametrize("priority", [INTERACTIVE, NORMAL])
def test_between_one_job_and_the_next_nothing_less_urgent_is_begun(
    scene: Scene, priority: Priority
) -> None:
    scene.ask(asking(1, priority=priority))
    scene.ask(asking(2, priority=BATCH))
    scene.finishes(ONE)
    scene.wait(LULL_SECONDS / 2)
    scene.ask(asking(3, priority=priority))
    scene.finishes(THREE)
    scene.wait(LULL_SECONDS / 2)
    assert scene.worker.orders == ["run 01", "run 03"]
    scene.wait(LULL_SECONDS / 2)
    assert scene.worker.orders[-1] == "run 02"


def test_nobody_waits_for_what_is_less_urgent_or_as_urgent(scene: Scene) -> None:
    scene.ask(asking(1, priority=BATCH))
    scene.ask(asking(2, priority=BATCH, asks=BUILTIN))
    scene.finishes(ONE)
    assert scene.worker.orders == ["run 01", "run 02"]


def test_a_job_is_blamed_for_deaths_alone_however_often_it_gave_way(scene: Scene) -> None:
    scene.ask(asking(1, priority=BATCH))
    for number in range(2, 22):
        scene.ask(asking(number, priority=INTERACTIVE))
        scene.lets_go()
        scene.finishes(job_id(number))
        scene.wait(LULL_SECONDS)
    assert scene.job(Attach(job=ONE)).attempts == 21
    scene.dies(Left("looking", 5))
    assert states(scene, ONE) == ["running"]
    scene.dies(Left("looking", 5))
    assert states(scene, ONE) == ["failed"]


def test_a_device_that_is_left_free_for_interactive_jobs_is_used_by_them(scene: Scene) -> None:
    scene.ask(asking(1, priority=INTERACTIVE))
    scene.ask(asking(2, priority=BATCH))
    for number in range(3, 400):
        if scene.worker.jobs[0] == TWO:
            break
        scene.finishes(scene.worker.jobs[0])
        scene.clock.now += LULL_SECONDS * 0.9
        scene.ask(asking(number, priority=INTERACTIVE))
    assert number * LULL_SECONDS == pytest.approx(16 * FIRST_TURN, rel=0.25)


@pytest.mark.parametrize("unit", ["clips", "s of film"])  # for people, and decides nothing
def test_a_turn_in_which_something_was_saved_is_charged(scene: Scene, unit: str) -> None:
    def batch_of(seconds: float, saved: bool) -> None:
        scene.says(Progressed(stage="a stage", done=1, total=9, unit=unit, saved=saved))
        scene.wait(seconds)

    scene.ask(asking(1, priority=BATCH))
    batch_of(FIRST_TURN / 2, saved=False)
    scene.ask(asking(2, priority=INTERACTIVE))
    scene.lets_go()
    scene.wait(16 * FIRST_TURN)
    scene.finishes(TWO)
    scene.ask(asking(3, priority=INTERACTIVE))
    assert scene.worker.orders[-1] == "run 01"
    batch_of(FIRST_TURN / 2, saved=True)
    scene.wait(FIRST_TURN)
    scene.lets_go()
    scene.finishes(THREE)
    scene.ask(asking(4, priority=INTERACTIVE))
    assert scene.worker.orders[-1] == "run 04"


@pytest.mark.parametrize("batch", [True, False])
def test_a_pause_outlives_the_daemon(scene: Scene, batch: bool) -> None:
    scene.ask(Pause(batch=batch))
    scene.crash()
    assert scene.desk.dispatcher.paused is not batch
    scene.ask(asking(1, priority=BATCH))
    assert scene.worker.orders == []
    scene.ask(Resume())
    scene.crash()
    scene.wait()
    assert scene.worker.orders == ["run 01"]


def test_batch_jobs_are_held_while_there_is_a_reason_and_others_go_on(scene: Scene) -> None:
    dispatcher = scene.desk.dispatcher
    scene.ask(asking(1, priority=BATCH))
    scene.busy = "DaVinci Resolve is busy"
    scene.wait()
    assert dispatcher.holds == "DaVinci Resolve is busy"
    assert scene.worker.orders == ["run 01", "preempt"]
    scene.lets_go()
    scene.ask(asking(2))
    scene.finishes(TWO)
    scene.ask(asking(3, priority=INTERACTIVE))
    scene.finishes(THREE)
    scene.wait(60)
    assert scene.worker.orders[2:] == ["run 02", "run 03"]
    scene.busy = None
    scene.wait()
    assert dispatcher.holds is None
    assert scene.worker.orders[-1] == "run 01"


def test_batch_jobs_wait_for_both_the_pause_and_the_reason_to_end(scene: Scene) -> None:
    scene.ask(Pause(batch=True))
    scene.busy = "DaVinci Resolve is busy"
    assert scene.desk.dispatcher.holds == "somebody paused batch jobs"
    scene.ask(asking(1, priority=BATCH))
    scene.ask(Resume())
    assert scene.desk.dispatcher.holds == "DaVinci Resolve is busy"
    assert scene.worker.orders == []


def test_why_models_could_not_be_loaded_is_kept_until_they_could(scene: Scene) -> None:
    dispatcher = scene.desk.dispatcher
    why = Failure(code=ErrorCode.MODEL, message="no such model", hint="Get it.")
    assert dispatcher.load_failure is None
    scene.says(LoadFailed(failure=why))
    assert dispatcher.load_failure == why
    scene.says(ModelsChanged(models=()))
    assert dispatcher.load_failure == why, "what is held after a job answers no load"
    scene.says(ModelsLoaded(models=("a model",)))
    assert dispatcher.load_failure is None


def test_a_worker_that_dies_while_it_loads_is_a_load_that_failed(scene: Scene) -> None:
    scene.says(WorkerCrashed(doing="load", reason="it was ended by SIGKILL"))
    why = scene.desk.dispatcher.load_failure
    assert why is not None
    assert why.code is ErrorCode.WORKER_LOST
    assert "while it loaded models: it was ended by SIGKILL" in why.message


def test_a_worker_that_cannot_even_be_started_is_a_load_that_failed(scene: Scene) -> None:
    scene.worker.startable = False
    scene.ask(Load(asks=AnalysisOptions()))
    assert scene.worker.orders == ["load auto"]
    scene.says(WorkerCrashed(reason="it could not be started: no such file"))
    why = scene.desk.dispatcher.load_failure
    assert why is not None
    assert (why.code, why.message) == (ErrorCode.WORKER_LOST, "the worker could not be started")


def test_the_worker_tries_itself_when_asked(scene: Scene) -> None:
    dispatcher = scene.desk.dispatcher
    assert dispatcher.canary is None
    dispatcher.check(BUILTIN)
    scene.wait()
    assert scene.worker.orders == ["check"]
    scene.says(SelfTested(ok=False, words="NaN", seconds=0.5))
    scene.wait(7)
    canary = dispatcher.canary
    assert canary is not None
    assert (canary.ok, canary.words, canary.seconds, canary.age) == (False, "NaN", 0.5, 7)
    assert not dispatcher.useful


def test_a_job_that_runs_is_a_trial_and_is_not_disturbed(scene: Scene) -> None:
    scene.ask(asking(1))
    scene.desk.dispatcher.check(AnalysisOptions())
    canary = scene.desk.dispatcher.canary
    assert canary is not None
    assert canary.ok
    assert "a job runs" in canary.words
    scene.finishes(ONE)
    assert scene.worker.orders == ["run 01"]


def test_a_job_that_merely_runs_does_not_make_a_worker_useful_that_died(scene: Scene) -> None:
    dispatcher = scene.desk.dispatcher
    scene.ask(asking(1))
    scene.dies(well=False)
    assert scene.worker.orders[-1] == "run 01"
    assert not dispatcher.useful
    dispatcher.check(AnalysisOptions())
    assert dispatcher.canary is not None
    assert dispatcher.canary.ok
    assert not dispatcher.useful
    scene.finishes(ONE)
    assert dispatcher.useful


def test_a_worker_that_rests_is_not_well(scene: Scene) -> None:
    scene.worker.state = "broken"
    scene.desk.dispatcher.check(AnalysisOptions())
    canary = scene.desk.dispatcher.canary
    assert canary is not None
    assert not canary.ok


def test_a_worker_that_dies_of_its_trial_is_not_tried_again_before_the_next_job(
    scene: Scene,
) -> None:
    scene.ask(asking(1))
    scene.clock.now += WITHIN
    scene.worker.jobs = ()
    scene.desk.hear(WorkerCrashed(jobs=(ONE,), reason="signal 9"))
    assert scene.worker.orders == ["run 01", "check"]
    scene.says(WorkerCrashed(doing="check", reason="signal 11"))
    assert scene.worker.orders == ["run 01", "check", "run 01"]
    canary = scene.desk.dispatcher.canary
    assert canary is not None
    assert (canary.ok, canary.words) == (False, "the worker died: signal 11")


def test_nobody_starts_a_worker_only_to_have_it_try_itself(scene: Scene) -> None:
    scene.says(WorkerCrashed(reason="signal 9"))
    scene.wait(1000)
    assert scene.worker.orders == []


def ended_by_cancel(scene: Scene) -> None:
    scene.job(Cancel(job=ONE))
    scene.wait(RETRY_SECONDS)


def ended_by_its_lease(scene: Scene) -> None:
    for _ in range(round(LEASE) + 1):
        scene.wait(1)


@pytest.mark.parametrize("unwanted", [ended_by_cancel, ended_by_its_lease])
def test_a_result_that_waits_for_room_on_the_disk_is_kept_whoever_gives_it_up(
    scene: Scene, unwanted: Callable[[Scene], None]
) -> None:
    scene.ask(asking(1).model_copy(update={"durable": False}))
    scene.journal._db.execute("PRAGMA query_only=ON")
    scene.finishes(ONE)
    unwanted(scene)
    scene.journal._db.execute("PRAGMA query_only=OFF")
    scene.wait(RETRY_SECONDS)
    assert states(scene, ONE) == ["done"]
    assert scene.journal.result(ONE) == LOG
    assert scene.desk.dispatcher.finished == 1


class Traffic(RuleBasedStateMachine):
    """Jobs of all kinds come, are cancelled, fail, kill workers, see the daemon killed."""

    @initialize()
    def open(self) -> None:
        self._folder = TemporaryDirectory()
        self.scene = Scene(Path(self._folder.name))
        self.asked: dict[str, Submit] = {}
        self.ended: dict[str, list[str]] = {}

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
        spec = asking(len(self.asked) + 1, clips, priority, asks)
        self.asked[spec.job] = spec
        self.scene.ask(spec)
        self.scene.ask(Attach(job=spec.job))
        self._heard()

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def cancels(self, data: st.DataObject) -> None:
        self.scene.ask(Cancel(job=data.draw(st.sampled_from(sorted(self.asked)))))
        self._heard()

    @precondition(lambda self: self.scene.worker.jobs)
    @rule(data=st.data())
    def worker_says(self, data: st.DataObject) -> None:
        first = self.scene.worker.jobs[0]
        match data.draw(st.sampled_from(["done", "failed", "progress", "apart", "died", "back"])):
            case "done":
                self.scene.finishes(first)
            case "failed":
                self.scene.fails(first)
            case "progress":
                self.scene.progresses(1)
            case "apart":
                self.scene.says(RunSeparately())
            case "died":
                self.scene.dies(Left("looking", data.draw(st.integers(1, 3))))
            case "back":
                self.scene.lets_go()
        self._heard()

    @rule(seconds=st.sampled_from([0.5, 11.0, 45.0]))
    def waits(self, seconds: float) -> None:
        self.scene.wait(seconds)
        self._heard()

    @rule(command=st.sampled_from([Pause(), Pause(batch=True), Resume()]))
    def commands(self, command: Pause | Resume) -> None:
        self.scene.ask(command)
        self._heard()

    @rule()
    def daemon_is_killed(self) -> None:
        self.scene.crash()
        for name in self.asked:
            self.scene.ask(Attach(job=name))
        self._heard()

    @invariant()
    def the_worker_has_what_the_dispatcher_thinks(self) -> None:
        assert self.scene.worker.jobs == self.scene.desk.dispatcher.running

    @invariant()
    def a_bundle_is_of_one_flow_and_one_kind_and_small(self) -> None:
        specs = [self.asked[name] for name in self.scene.worker.jobs]
        assert len({(spec.priority, spec.task.options) for spec in specs}) <= 1
        assert len(specs) <= 1 or sum(spec.task.clips for spec in specs) <= BUNDLE_CLIPS

    @invariant()
    def every_job_is_known_and_what_is_open_is_queued(self) -> None:
        known = {info.job: info.state for info in self.scene.journal.jobs()}
        assert known.keys() == self.asked.keys()
        still = {name for name, state in known.items() if not state.is_terminal}
        assert {name for name in self.asked if name in self.scene.desk.dispatcher.queue} == still

    def _drain(self) -> None:
        """At the end all jobs end, whatever was the matter."""
        self.scene.ask(Resume())
        self.scene.wait(LULL_SECONDS)  # the device may be left free for what could have come
        self._heard()
        for _ in range(4 * len(self.asked) + 4):
            if not self.scene.worker.jobs:
                break
            self.scene.finishes(self.scene.worker.jobs[0])
            self.scene.wait(LULL_SECONDS)
            self._heard()
        assert all(info.state.is_terminal for info in self.scene.journal.jobs())
        assert self.ended.keys() == self.asked.keys()

    def _heard(self) -> None:
        """A job that is over stays so: what is told of it never changes."""
        if self.scene.worker.checking:
            self.scene.says(SelfTested(ok=True, words="it tried", seconds=0.1))
        for info in self.scene.journal.jobs():
            if info.state.is_terminal:
                ends = self.ended.setdefault(info.job, [info.state.value])
                assert ends == [info.state.value]
        said = [letter.reply for letter in self.scene.mail if letter.client == b"A"]
        told = [info.job for info in said if isinstance(info, JobInfo) and info.state.is_terminal]
        assert len(told) == len(set(told)), "an end is told once"


Traffic.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
test_whatever_happens_every_job_ends_exactly_once = Traffic.TestCase


def test_no_flow_is_overtaken_by_way_of_a_bundle(scene: Scene) -> None:
    begin_together(
        scene,
        asking(1, priority=BATCH),
        asking(2),
        asking(3, priority=BATCH),
        asking(4),
    )
    assert scene.worker.orders == ["run 02 04"]
    assert states(scene, ONE, THREE) == [JobState.QUEUED] * 2


def test_somebody_who_waits_does_not_wait_for_others_too(scene: Scene) -> None:
    begin_together(scene, asking(1, priority=INTERACTIVE), asking(2, priority=INTERACTIVE))
    assert scene.worker.orders == ["run 01"]
