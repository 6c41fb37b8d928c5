"""Requests are answered, and jobs are run, watched, cancelled and resumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shotlog.service.broker import (
    DEFAULT_LIMITS,
    LEASE_SECONDS,
    PART_CHARACTERS,
    SILENCE_SECONDS,
    ServerPolicy,
)
from shotlog.service.ipc import JobDone, LoadFailed, ModelsLoaded, SelfTested
from shotlog.service.journal import RETRY_SECONDS
from shotlog.service.protocol import (
    DEFAULT_KEEP_ALIVE,
    PROTOCOL,
    Ack,
    AnalysisOptions,
    Attach,
    Cancel,
    ErrorCode,
    Failure,
    Goodbye,
    Hello,
    JobInfo,
    JobList,
    JobState,
    ListJobs,
    Load,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    Priority,
    Refused,
    Request,
    ResultPart,
    Results,
    Resume,
    SelfTest,
    SelfTestResult,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Unload,
    Welcome,
)
from shotlog.service.scheduling import ANTICIPATION_SECONDS, CANCEL_SECONDS
from shotlog.service.supervision import MAX_CRASHES, RemainingWork
from shotlog.service.tasks import Analyze
from tests.service.jobs import edit, job, job_id
from tests.service.messages_of_all_kinds import edit as edit_with_media
from tests.service.scene import LOG, Scene, ScriptedWorker

ONE, TWO, THREE = job_id(1), job_id(2), job_id(3)
NEWER_MINOR = (PROTOCOL[0], PROTOCOL[1] + 1)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.journal.close()


def status(scene: Scene) -> StatusReport:
    report = scene.ask(Status())
    assert isinstance(report, StatusReport)
    return report


def interactive(number: int, *, durable: bool = True) -> Submit:
    spec = job(number, priority=Priority.INTERACTIVE)
    return spec.model_copy(update={"durable": durable})


@pytest.mark.parametrize(
    "request_", [Ping(), Status(), job(), Cancel(job=ONE), Shutdown()], ids=lambda r: r.type
)
def test_nothing_is_done_before_hello(scene: Scene, request_: Request) -> None:
    assert scene.refused(request_, hello=False) is ErrorCode.NOT_INITIALISED
    assert not scene.handler.should_stop
    assert scene.journal.jobs() == []


def test_hello_is_answered_by_welcome_with_version_and_limits(scene: Scene) -> None:
    welcome = scene.ask(Hello(lowest=(1, 0), highest=(1, 9), client="panel", version="2"))
    assert isinstance(welcome, Welcome)
    assert welcome.protocol == PROTOCOL
    assert (welcome.boot, welcome.pid, welcome.limits) == ("boot", 4242, DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "hello",
    [
        Hello(lowest=(2, 0), highest=(2, 0), client="newer", version="9"),
        Hello(lowest=NEWER_MINOR, highest=NEWER_MINOR, client="newer", version="9"),
        Hello(lowest=(0, 1), highest=(0, 9), client="older", version="0"),
        Hello(required=("telepathy",), client="wishful", version="1"),
    ],
    ids=["newer major", "newer minor", "older major", "capability"],
)
def test_a_client_of_another_version_is_told_both_versions(scene: Scene, hello: Hello) -> None:
    reply = scene.ask(hello, b"other", hello=False)
    assert isinstance(reply, Refused)
    assert reply.failure.code is ErrorCode.PROTOCOL_MISMATCH
    assert "1.2.3" in reply.failure.message
    assert "shotlog daemon restart" in reply.failure.hint
    assert scene.refused(Ping(), b"other", hello=False) is ErrorCode.NOT_INITIALISED


def test_a_client_that_was_silent_for_long_must_send_hello_again(scene: Scene) -> None:
    assert isinstance(scene.ask(Ping()), Pong)
    scene.wait(SILENCE_SECONDS + 1)
    assert scene.refused(Ping(), hello=False) is ErrorCode.NOT_INITIALISED


def test_a_job_runs_is_watched_and_its_log_is_fetched(scene: Scene) -> None:
    assert scene.job(job()).state is JobState.QUEUED
    assert scene.job(Attach(job=ONE)).state is JobState.RUNNING
    scene.progresses(1)
    scene.finishes(ONE)
    assert scene.progress() == [1]
    assert scene.states() == ["done"]
    assert scene.ask(Results(job=ONE)) == ResultPart(job=ONE, part=0, last=True, text=LOG)


def test_clients_that_did_not_attach_get_no_events(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Attach(job=ONE), b"B")
    scene.finishes(ONE)
    assert scene.states(b"A") == []
    assert scene.states(b"B") == ["done"]


def test_a_long_log_is_sent_in_parts(scene: Scene) -> None:
    scene.ask(job())
    log = "é" * (2 * PART_CHARACTERS + 1)
    scene.sends(JobDone(job=ONE, text=log))
    parts = [scene.ask(Results(job=ONE, part=number)) for number in (0, 1, 2)]
    assert [p.last for p in parts if isinstance(p, ResultPart)] == [False, False, True]
    assert "".join(p.text for p in parts if isinstance(p, ResultPart)) == log
    beyond = scene.ask(Results(job=ONE, part=3))
    assert isinstance(beyond, ResultPart)
    assert (beyond.text, beyond.last) == ("", True)


def test_a_job_that_failed_says_why(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Attach(job=ONE))
    scene.fails(ONE)
    info = scene.job(Attach(job=ONE))
    assert info.state is JobState.FAILED
    assert info.failure is not None
    assert info.failure.code is ErrorCode.MODEL
    assert scene.refused(Results(job=ONE)) is ErrorCode.NOT_DONE
    assert scene.states() == ["failed"]


def test_progress_shows_in_the_job_until_it_is_over(scene: Scene) -> None:
    scene.ask(job())
    scene.progresses(4)
    info = scene.job(Attach(job=ONE))
    assert (info.stage, info.done, info.total, info.unit) == ("looking", 4, 10, "s")
    scene.finishes(ONE)
    assert scene.job(Attach(job=ONE)).stage is None


def test_progress_is_sent_ten_times_a_second_and_the_latest_always(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Attach(job=ONE))
    for number in range(100):
        scene.clock.now += 0.01
        scene.progresses(number)
    scene.wait(0.2)
    progress = scene.progress()
    assert 9 <= len(progress) <= 12
    assert progress[-1] == 99


def test_unknown_jobs_are_refused(scene: Scene) -> None:
    for request in (Attach(job=ONE), Cancel(job=ONE), Results(job=ONE)):
        assert scene.refused(request) is ErrorCode.UNKNOWN_JOB


def test_an_event_about_a_job_that_is_not_running_changes_nothing(scene: Scene) -> None:
    scene.ask(Pause())
    scene.ask(job())
    scene.finishes(ONE)
    scene.progresses(5)
    assert scene.job(Attach(job=ONE)).state is JobState.QUEUED


def test_the_same_submit_twice_is_one_job(scene: Scene) -> None:
    scene.ask(job())
    assert scene.job(job()).state is JobState.RUNNING
    scene.finishes(ONE)
    assert scene.job(job()).state is JobState.DONE
    assert scene.worker.commands == ["run 01"]
    assert len(scene.journal.jobs()) == 1


def test_another_job_of_the_same_id_is_refused(scene: Scene) -> None:
    scene.ask(job(name="one cut"))
    assert scene.refused(job(name="another cut")) is ErrorCode.CONFLICT
    assert scene.job(Attach(job=ONE)).name == "one cut"


def test_cancel_twice_is_cancel_once(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Attach(job=ONE))
    assert scene.job(Cancel(job=ONE)).state is JobState.CANCELLING
    assert scene.job(Cancel(job=ONE)).state is JobState.CANCELLING
    scene.returns_jobs()
    assert scene.job(Cancel(job=ONE)).state is JobState.CANCELLED
    assert scene.worker.commands == ["run 01", "preempt"]
    assert scene.states() == ["cancelling", "cancelled"]


@pytest.mark.parametrize(
    ("verb", "seen"),
    [
        (Pause(), lambda scene: status(scene).paused),
        (Resume(), lambda scene: not status(scene).paused),
        (Unload(), lambda scene: scene.worker.commands == []),
        (
            Load(asks=AnalysisOptions()),
            lambda scene: scene.worker.commands == ["load auto", "load auto"],
        ),
        (Shutdown(drain=True), lambda scene: scene.handler.should_stop),
        (Shutdown(), lambda scene: scene.handler.should_stop),
    ],
    ids=lambda value: getattr(value, "type", ""),
)
def test_commands_may_come_twice(
    scene: Scene, verb: Request, seen: Callable[[Scene], bool]
) -> None:
    assert scene.ask(verb) == Ack()
    assert scene.ask(verb) == Ack()
    assert seen(scene)


def test_questions_may_be_asked_twice(scene: Scene) -> None:
    scene.ask(job())
    for question in (Attach(job=ONE), ListJobs(), Ping(), Hello(client="x", version="1")):
        assert scene.ask(question) == scene.ask(question)


def test_an_unexpected_error_is_answered_and_the_daemon_stays(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> JobInfo:
        raise ZeroDivisionError

    monkeypatch.setattr(scene.handler.dispatcher, "info", broken)
    assert scene.refused(job()) is ErrorCode.INTERNAL
    assert isinstance(scene.ask(Ping()), Pong)
    assert "could not be answered" in caplog.text


def test_an_interactive_job_preempts_a_batch_job_which_resumes(scene: Scene) -> None:
    scene.ask(job(1, priority=Priority.BATCH))
    scene.wait(1)
    scene.ask(interactive(2))
    assert scene.worker.commands == ["run 01", "preempt"]
    scene.returns_jobs()
    scene.finishes(TWO)
    scene.wait(ANTICIPATION_SECONDS)
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01", "preempt", "run 02", "run 01"]
    assert status(scene).finished == 2


def test_pause_preempts_the_running_job_and_resume_starts_it_again(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Pause())
    scene.returns_jobs()
    scene.wait(60)
    assert scene.job(Attach(job=ONE)).state is JobState.QUEUED
    assert scene.worker.commands == ["run 01", "preempt"]
    scene.ask(Resume())
    assert scene.worker.commands[-1] == "run 01"


def test_a_job_that_waits_is_cancelled_at_once(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    assert scene.job(Cancel(job=TWO)).state is JobState.CANCELLED
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01"]


def test_a_worker_that_does_not_return_a_cancelled_job_is_killed(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Cancel(job=ONE))
    assert scene.worker.kill_after == CANCEL_SECONDS


def test_a_job_that_ends_while_it_is_cancelled_is_cancelled(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Cancel(job=ONE))
    scene.finishes(ONE)
    assert scene.job(Attach(job=ONE)).state is JobState.CANCELLED


def advance(scene: Scene, seconds: float) -> None:
    """Advance the clock second by second, so that no stall of the daemon is detected."""
    for _ in range(round(seconds)):
        scene.wait(1)


def test_an_interactive_job_ends_with_its_client(scene: Scene) -> None:
    scene.ask(interactive(1, durable=False))
    for _ in range(5):
        advance(scene, LEASE_SECONDS - 1)
        scene.ask(Ping(), hello=False)
    assert scene.job(Attach(job=ONE)).state is JobState.RUNNING
    scene.handler.on_disconnect(b"A")
    advance(scene, LEASE_SECONDS + 1)
    scene.returns_jobs()
    assert scene.job(Attach(job=ONE), b"B").state is JobState.CANCELLED


def test_messages_of_other_clients_do_not_renew_a_lease(scene: Scene) -> None:
    scene.ask(interactive(1, durable=False))
    advance(scene, LEASE_SECONDS - 1)
    scene.ask(Ping(), b"B")
    scene.wait(2)
    assert scene.worker.commands == ["run 01", "preempt"]


def test_a_client_that_connects_again_takes_over_its_lease(scene: Scene) -> None:
    scene.ask(interactive(1, durable=False))
    scene.handler.on_disconnect(b"A")
    advance(scene, LEASE_SECONDS - 1)
    scene.ask(Attach(job=ONE), b"A2")
    advance(scene, LEASE_SECONDS - 1)
    assert scene.job(Attach(job=ONE), b"A2").state is JobState.RUNNING


def test_a_durable_job_needs_no_client(scene: Scene) -> None:
    scene.ask(job())
    scene.handler.on_disconnect(b"A")
    scene.wait(10 * LEASE_SECONDS)
    assert scene.worker.commands == ["run 01"]


def test_a_job_is_run_again_after_a_crash_of_the_worker(scene: Scene) -> None:
    scene.ask(job())
    scene.crashes(RemainingWork("looking", 5))
    assert scene.worker.commands == ["run 01", "check", "run 01"]
    scene.finishes(ONE)
    info = scene.job(Attach(job=ONE))
    assert (info.state, info.attempts) == (JobState.DONE, 2)


def test_a_job_that_crashes_two_workers_fails_and_the_next_one_runs(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    scene.crashes(RemainingWork("looking", 5), selftest_ok=False)
    assert not status(scene).useful
    scene.crashes(RemainingWork("looking", 5))
    info = scene.job(Attach(job=ONE))
    assert info.state is JobState.FAILED
    assert info.failure is not None
    assert info.failure.code is ErrorCode.WORKER_LOST
    assert "signal 9" in info.failure.message
    scene.finishes(TWO)
    assert status(scene).useful


def test_a_job_that_is_being_cancelled_is_cancelled_when_its_worker_crashes(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Cancel(job=ONE))
    scene.crashes()
    assert scene.job(Attach(job=ONE)).state is JobState.CANCELLED


def test_after_a_kill_the_next_daemon_resumes_the_jobs(scene: Scene) -> None:
    for number in (1, 2, 3):
        scene.ask(job(number))
    scene.finishes(ONE)
    scene.ask(Cancel(job=TWO))
    scene.kill_daemon()
    states = {info.job: info.state for info in scene.journal.jobs()}
    assert states == {ONE: "done", TWO: "cancelled", THREE: "queued"}
    scene.wait()
    assert scene.worker.commands == ["run 03"]


def test_a_job_with_a_lease_outlives_the_daemon_only_with_its_client(scene: Scene) -> None:
    scene.ask(interactive(1, durable=False))
    scene.kill_daemon()
    advance(scene, LEASE_SECONDS + 1)
    assert scene.journal.info(ONE).state in ("cancelled", "cancelling")


def test_the_measured_speed_is_kept_across_restarts(scene: Scene) -> None:
    scene.ask(job(1))
    scene.clock.now += 8
    scene.finishes(ONE)
    scene.kill_daemon()
    scene.ask(Pause())
    scene.ask(job(2))
    assert status(scene).eta == pytest.approx(8)


def fill(scene: Scene, *, full: bool) -> None:
    pages = scene.journal._db.execute("PRAGMA page_count").fetchone()[0] if full else 2**30
    scene.journal._db.execute(f"PRAGMA max_page_count={pages}")


def big(number: int) -> Submit:
    """Return a job that needs pages of its own in the journal: its name cannot be compressed."""
    return job(number, name="".join(f"{(number * i * 7919) % 65521:x}" for i in range(20_000)))


def test_a_full_disk_refuses_new_jobs_until_there_is_space(scene: Scene) -> None:
    fill(scene, full=True)
    assert scene.refused(big(1)) is ErrorCode.JOURNAL
    report = status(scene)
    assert not report.ready
    assert report.journal[1] == "the disk is full"
    fill(scene, full=False)
    scene.wait(RETRY_SECONDS)
    assert status(scene).ready
    assert scene.job(big(1)).state is JobState.QUEUED


def test_a_log_is_kept_until_the_disk_has_space(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    scene.ask(Attach(job=ONE))
    fill(scene, full=True)
    log = "".join(f"{(i * i * 7919) % 65521:x}" for i in range(50_000))
    scene.sends(JobDone(job=ONE, text=log))
    assert scene.states() == []
    scene.wait(RETRY_SECONDS)
    assert scene.worker.commands == ["run 01"], "no new jobs are started"
    fill(scene, full=False)
    scene.wait(RETRY_SECONDS)
    assert scene.states() == ["done"]
    assert scene.journal.result(ONE) == log
    assert scene.worker.commands == ["run 01", "run 02"]


def test_a_job_is_cancelled_though_the_journal_cannot_be_written(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    scene.journal._db.execute("PRAGMA query_only=ON")
    assert scene.job(Cancel(job=TWO)).state is JobState.CANCELLING
    assert scene.job(Cancel(job=TWO)).state is JobState.CANCELLING
    assert not status(scene).ready
    scene.journal._db.execute("PRAGMA query_only=OFF")
    scene.wait(RETRY_SECONDS)
    assert scene.job(Attach(job=TWO)).state is JobState.CANCELLED
    assert status(scene).ready


def test_jobs_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    scene = Scene(
        tmp_path, ServerPolicy(limits=DEFAULT_LIMITS.model_copy(update={"jobs": 2, "clips": 5}))
    )
    assert scene.refused(job(9, task=Analyze(edit=edit(6)))) is ErrorCode.TOO_LARGE
    scene.ask(job(1, task=Analyze(edit=edit(3))))
    assert scene.refused(job(9, task=Analyze(edit=edit(3)))) is ErrorCode.BUSY
    scene.ask(job(2))
    assert scene.refused(job(3)) is ErrorCode.BUSY
    assert scene.job(job(2)).state is JobState.QUEUED, "known jobs are never refused"
    scene.finishes(ONE)
    assert scene.job(job(3)).state is JobState.QUEUED
    scene.journal.close()


def test_media_outside_the_allowed_folders_are_refused_by_name(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ServerPolicy(roots=[tmp_path]))
    spec = job(1, task=Analyze(edit=edit_with_media()))
    reply = scene.ask(spec)
    assert isinstance(reply, Refused)
    assert reply.failure.code is ErrorCode.FORBIDDEN_PATH
    assert "/media/a000.mov" in reply.failure.message
    assert scene.job(job(2)).state is JobState.QUEUED, "a clip without media reads nothing"
    scene.journal.close()


def test_a_job_that_waits_is_not_run_by_a_daemon_that_may_not_read_its_media(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path)
    scene.ask(Pause())
    scene.ask(job(1, task=Analyze(edit=edit_with_media())))
    scene.ask(job(2))
    scene.allow(tmp_path)
    scene.kill_daemon()
    scene.ask(Resume())
    info = scene.job(Attach(job=ONE))
    assert info.state is JobState.FAILED
    assert info.failure is not None
    assert info.failure.code is ErrorCode.FORBIDDEN_PATH
    assert "/media/a000.mov" in info.failure.message
    assert scene.worker.commands == ["run 02"], "other jobs are run"
    scene.journal.close()


def test_a_draining_daemon_finishes_its_jobs_and_accepts_none(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    assert scene.ask(Shutdown(drain=True)) == Ack()
    assert scene.refused(job(3)) is ErrorCode.DRAINING
    assert scene.job(job(2)).state is JobState.QUEUED
    scene.finishes(ONE)
    assert not scene.handler.should_stop
    scene.finishes(TWO)
    assert scene.handler.should_stop


def test_a_drain_ends_at_once_under_a_pause_and_keeps_waiting_jobs(scene: Scene) -> None:
    scene.ask(Pause())
    scene.ask(job(1))
    assert scene.ask(Shutdown(drain=True)) == Ack()
    assert scene.handler.should_stop
    assert scene.journal.info(ONE).state is JobState.QUEUED


def test_a_pause_ends_a_drain_once_running_jobs_were_returned(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    scene.ask(Shutdown(drain=True))
    scene.ask(Pause())
    assert not scene.handler.should_stop, "the running job was not returned yet"
    scene.returns_jobs()
    assert scene.handler.should_stop
    assert [scene.journal.info(one).state for one in (ONE, TWO)] == [JobState.QUEUED] * 2


def test_a_drain_finishes_what_a_pause_of_batch_jobs_does_not_hold(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2, priority=Priority.BATCH))
    scene.ask(Pause(batch=True))
    scene.ask(Shutdown(drain=True))
    assert not scene.handler.should_stop
    scene.finishes(ONE)
    assert scene.handler.should_stop
    assert scene.journal.info(TWO).state is JobState.QUEUED


def test_a_drain_waits_for_an_editing_program_that_holds_batch_jobs(scene: Scene) -> None:
    scene.busy = "Resolve renders"
    scene.ask(job(1, priority=Priority.BATCH))
    scene.ask(Shutdown(drain=True))
    scene.wait(600)
    assert not scene.handler.should_stop
    scene.busy = None
    scene.wait()
    scene.finishes(ONE)
    assert scene.handler.should_stop


def test_a_drain_does_not_wait_for_a_worker_that_crashed_too_often(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.ask(job(1))
    scene.ask(Shutdown(drain=True))
    monkeypatch.setattr(ScriptedWorker, "free", property(lambda _: not scene.policy.broken))
    for _ in range(MAX_CRASHES):
        assert not scene.handler.should_stop
        scene.policy.record_crash()
    scene.returns_jobs()
    assert scene.handler.should_stop
    assert scene.journal.info(ONE).state is JobState.QUEUED


def test_a_shutdown_without_drain_ends_a_draining_daemon(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(Shutdown(drain=True))
    assert not scene.handler.should_stop
    scene.ask(Shutdown())
    assert scene.handler.should_stop


def test_models_are_loaded_before_the_next_job_and_unloaded_once_idle(scene: Scene) -> None:
    scene.ask(Load(asks=AnalysisOptions(models="builtin"), keep_alive=0))
    assert scene.worker.commands == ["load builtin"]
    scene.wait()
    assert scene.worker.commands == ["load builtin", "stop"]


def test_the_worker_is_ended_some_time_after_its_last_job(scene: Scene) -> None:
    scene.ask(job())
    scene.wait(2 * DEFAULT_KEEP_ALIVE)
    scene.finishes(ONE)
    scene.wait(DEFAULT_KEEP_ALIVE - 1)
    assert scene.worker.commands == ["run 01"]
    scene.wait(2)
    scene.stops()
    scene.wait(2 * DEFAULT_KEEP_ALIVE)
    assert scene.worker.commands == ["run 01", "stop"]


def test_unload_waits_for_the_running_job(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Unload())
    assert scene.worker.commands == ["run 01"]
    scene.finishes(ONE)
    assert scene.worker.commands == ["run 01", "stop"]


def test_an_idle_daemon_ends_after_its_timeout(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ServerPolicy(idle=100))
    scene.ask(job())
    scene.wait(1000)
    assert not scene.handler.should_stop, "a job runs"
    scene.finishes(ONE)
    scene.ask(Unload(), hello=False)
    scene.stops()
    scene.wait(99)
    scene.ask(Ping(), hello=False)
    scene.wait(99)
    assert not scene.handler.should_stop
    scene.wait(2)
    assert scene.handler.should_stop
    scene.journal.close()


def test_an_idle_daemon_stays_while_models_are_kept_loaded(tmp_path: Path) -> None:
    scene = Scene(tmp_path, ServerPolicy(idle=100))
    scene.ask(Load(asks=AnalysisOptions(), keep_alive=-1))
    scene.wait(10 * DEFAULT_KEEP_ALIVE)
    assert not scene.handler.should_stop
    scene.ask(Unload())
    scene.stops()
    scene.wait(101)
    assert scene.handler.should_stop
    assert [message.reply for message in scene.handler.close()] == [Goodbye(idle=True)]
    scene.journal.close()


def test_a_lease_that_expires_while_the_disk_is_full_is_not_forgotten(scene: Scene) -> None:
    scene.ask(interactive(1, durable=False))
    scene.journal._db.execute("PRAGMA query_only=ON")
    advance(scene, LEASE_SECONDS + 1)
    scene.journal._db.execute("PRAGMA query_only=OFF")
    scene.wait(RETRY_SECONDS)
    scene.returns_jobs()
    assert scene.job(Attach(job=ONE)).state is JobState.CANCELLED


def test_at_the_end_all_clients_get_a_goodbye_and_the_running_job_is_kept(scene: Scene) -> None:
    scene.ask(job())
    scene.ask(Ping(), b"B")
    messages = scene.handler.close()
    assert {(message.client, message.reply) for message in messages} == {
        (b"A", Goodbye()),
        (b"B", Goodbye()),
    }
    assert scene.journal.info(ONE).state is JobState.QUEUED


def test_the_list_of_jobs_has_the_newest_first(scene: Scene) -> None:
    for number in (1, 2, 3):
        scene.ask(job(number))
    reply = scene.ask(ListJobs())
    assert isinstance(reply, JobList)
    assert [info.job for info in reply.jobs] == [THREE, TWO, ONE]


def test_batch_jobs_wait_while_an_editing_program_is_busy(scene: Scene) -> None:
    scene.job(job(1, priority=Priority.BATCH))
    scene.busy = "DaVinci Resolve is busy"
    scene.wait()
    scene.returns_jobs()
    scene.job(job(2))

    assert status(scene).batch_held_reason == "DaVinci Resolve is busy"
    assert scene.worker.commands == ["run 01", "preempt", "run 02"]
    scene.finishes(TWO)
    scene.busy = None
    scene.wait(ANTICIPATION_SECONDS)

    assert status(scene).batch_held_reason is None
    assert scene.worker.commands[-1] == "run 01"


def test_batch_jobs_alone_are_paused_until_resumed(scene: Scene) -> None:
    scene.ask(Pause(batch=True))
    scene.job(job(1, priority=Priority.BATCH))
    scene.job(job(2))

    report = status(scene)
    assert (report.paused, report.batch_held_reason) == (False, "batch jobs are paused")
    assert scene.worker.commands == ["run 02"]
    scene.finishes(TWO)
    scene.ask(Resume())
    scene.wait(ANTICIPATION_SECONDS)
    assert scene.worker.commands == ["run 02", "run 01"]


def test_the_status_contains_the_result_of_the_selftest(scene: Scene) -> None:
    assert scene.ask(SelfTest()) == Ack()
    assert status(scene).self_test is None
    scene.sends(SelfTested(ok=False, words="a window of noise gave no numbers", seconds=0.5))
    scene.wait(3)

    report = status(scene)
    assert report.self_test == SelfTestResult(
        ok=False, words="a window of noise gave no numbers", seconds=0.5, age=3
    )
    assert not report.useful


def test_the_status_contains_a_load_failure_until_models_are_loaded(scene: Scene) -> None:
    why = Failure(code=ErrorCode.MODEL, message="no such model", hint="Get it.")
    scene.sends(LoadFailed(failure=why))
    assert status(scene).worker.failure == why

    scene.sends(ModelsLoaded(models=("shots on cpu in fp32",)))
    assert status(scene).worker.failure is None


def test_crashes_of_the_worker_are_reported_and_other_ends_are_not(scene: Scene) -> None:
    scene.job(job())
    scene.finishes(ONE)
    scene.stops()
    assert scene.crash_count == 0

    scene.crashes(None)
    assert scene.crash_count == 1


def test_status_and_metrics_agree(scene: Scene) -> None:
    scene.ask(job(1))
    scene.ask(job(2))
    scene.finishes(ONE)
    scene.ask(Results(job=THREE))
    report, metrics = status(scene), scene.ask(Metrics())
    assert isinstance(metrics, MetricsText)
    assert (report.queued, report.running, report.finished) == (0, TWO, 1)
    assert 'shotlog_jobs_ended_total{state="done"} 1.0\n' in metrics.text
    assert 'shotlog_refused_total{code="unknown-job"} 1.0\n' in metrics.text
    assert "shotlog_jobs_running 1.0\n" in metrics.text
