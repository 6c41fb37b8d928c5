"""What a caller is told, by a bridge to a pretended daemon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages.models import kind_of
from shotlog.bridge import CAPABILITIES, REPLIES
from shotlog.schema import DaemonAbsent, use_context
from shotlog.service import protocol as daemon_says
from shotlog.service.client import Client
from shotlog.service.protocol import make_failure
from shotlog.testing import FakeDaemon
from tests.bridge.talk import CLIP, EDIT, Line, Talk

NOBODY = "0" * 32


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    with FakeDaemon() as daemon:
        yield daemon


@pytest.fixture
def talk(daemon: FakeDaemon) -> Iterator[Talk]:
    talk = Talk.to(daemon)
    yield talk
    talk.bridge.close()


def nobody(name: str) -> Client:
    raise DaemonAbsent(name)


def test_hello_tells_versions_and_what_can_be_asked() -> None:
    (welcome,) = Talk(nobody).told

    assert (welcome["type"], welcome["bridge"]) == ("welcome", 1)
    assert welcome["capabilities"] == list(CAPABILITIES)


def test_hello_comes_first() -> None:
    talk = Talk(nobody, greet=False)

    assert talk.ask("status")["code"] == "not-initialised"
    assert talk.ask("hello", bridge=1)["type"] == "welcome"


def test_a_caller_for_another_version_is_told_which_is_which() -> None:
    told = Talk(nobody, greet=False).ask("hello", bridge=2)

    assert told["code"] == "protocol-mismatch"
    assert "version 2" in told["message"]


def test_hello_and_models_need_no_daemon() -> None:
    models = Talk(nobody).ask("models")["models"]

    assert {"size", "move"} <= {task for model in models for task in model["answers"]}
    assert not any(model["here"] for model in models)


def test_where_no_daemon_can_be_had_the_request_fails_and_the_bridge_goes_on() -> None:
    talk = Talk(nobody)

    assert talk.ask("analyze", edit=EDIT)["code"] == "daemon-absent"
    assert talk.ask("models")["type"] == "models"


def test_an_analysis_is_accepted_tells_of_its_progress_and_is_done() -> None:
    with FakeDaemon(pace=0.03) as daemon:
        talk = Talk.to(daemon)
        accepted = talk.ask("analyze", id=7, edit=EDIT)
        progress = talk.wait_for("progress", 7)
        done = talk.wait_for("done", 7)
        talk.bridge.close()

    assert accepted["type"] == "accepted"
    assert (progress["stage"], progress["total"]) == ("looking", 3)
    assert {line["id"] for line in talk.told[1:]} == {7}
    assert {line["job"] for line in talk.told[1:]} == {accepted["job"]}
    assert [clip["id"] for clip in done["found"]["clips"]] == ["a"]
    assert talk.told[-1] == done
    assert not talk.bridge.busy


def test_the_daemon_is_asked_for_what_the_caller_asked_for(daemon: FakeDaemon, talk: Talk) -> None:
    job = "ab" * 16
    talk.ask(
        "analyze", edit=EDIT, models="local", names=["x"], device="cpu", precision="bf16",
        disabled=True, name="mine", priority="batch", durable=True, job=job, keep_alive=-1,
    )  # fmt: skip
    (submit,) = [r for r in daemon.requests if isinstance(r, daemon_says.Submit)]

    assert submit.task.asks == daemon_says.AnalysisOptions(
        models="local", names=("x",), device="cpu", precision="bf16", disabled=True
    )
    assert (submit.job, submit.name, submit.priority) == (job, "mine", "batch")
    assert (submit.durable, submit.keep_alive) == (True, -1)


def test_several_analyses_run_at_once_and_each_is_told_its_own(talk: Talk) -> None:
    jobs = {n: talk.ask("analyze", id=n, edit={**EDIT, "name": f"R{n}"})["job"] for n in range(3)}
    for n, job in jobs.items():
        assert talk.wait_for("done", n)["job"] == job
        assert talk.wait_for("done", n)["found"]["timeline"] == f"R{n}"


def test_a_timeline_file_is_read_by_the_bridge(talk: Talk, data_dir: Path) -> None:
    timeline = next((data_dir / "resolve" / "otio").glob("*.otio"))
    answer = talk.ask("analyze", timeline=str(timeline))

    assert answer["type"] == "accepted"
    assert answer["clips"] > 0


@pytest.mark.parametrize("content", [None, b"", b"{}", b"nonsense"])
def test_a_timeline_that_cannot_be_read_is_told_in_words(
    talk: Talk, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "cut.otio"
    if content is not None:
        path.write_bytes(content)
    answer = talk.ask("analyze", timeline=str(path))

    assert answer["code"].startswith("timeline-")
    assert str(path) in answer["message"]
    assert answer["hint"]


def test_a_job_that_fails_is_told_with_its_remedy() -> None:
    broken = make_failure(daemon_says.ErrorCode.WORKER_LOST, "it died")
    with FakeDaemon(lambda submit: broken) as daemon:
        talk = Talk.to(daemon)
        talk.ask("analyze", id=1, edit=EDIT)
        failed = talk.wait_for("failed", 1)
        talk.bridge.close()

    assert (failed["code"], failed["hint"]) == ("worker-lost", broken.hint)
    assert "it died" in failed["message"]


@pytest.mark.parametrize("by", ["job", "request"])
def test_a_job_is_cancelled_by_its_id_or_that_of_its_request(by: str) -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk.to(daemon)
        job = talk.ask("analyze", id="x", edit=EDIT)["job"]
        answer = talk.ask("cancel", **{by: job if by == "job" else "x"})
        failed = talk.wait_for("failed", "x")
        talk.bridge.close()

    assert answer["job"]["state"] == "cancelling"
    assert failed["code"] == "cancelled"


def test_who_has_the_id_of_a_job_attaches_to_it_and_gets_its_results(
    daemon: FakeDaemon, talk: Talk
) -> None:
    job = talk.ask("analyze", id=1, edit=EDIT, durable=True)["job"]
    found = talk.wait_for("done", 1)["found"]
    other = Talk.to(daemon)

    assert other.ask("results", job=job)["found"] == found
    assert other.ask("attach", id=5, job=job)["type"] == "accepted"
    assert other.wait_for("done", 5)["found"] == found
    other.bridge.close()


def test_an_id_that_is_still_told_of_is_not_taken_twice() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk.to(daemon)
        talk.ask("analyze", id=1, edit=EDIT)
        again = talk.ask("analyze", id=1, edit=EDIT)
        talk.bridge.close()

    assert again["code"] == "conflict"


def test_the_same_job_again_is_the_same_job(talk: Talk) -> None:
    job = "cd" * 16
    first = talk.ask("analyze", id=1, edit=EDIT, job=job)
    second = talk.ask("analyze", id=2, edit=EDIT, job=job)
    other = talk.ask("analyze", id=3, edit={**EDIT, "name": "another"}, job=job)

    assert (first["job"], second["job"]) == (job, job)
    assert other["code"] == "conflict"


@pytest.mark.parametrize("kind", ["attach", "cancel", "results"])
def test_an_unknown_job_is_said_to_be_unknown(talk: Talk, kind: str) -> None:
    assert talk.ask(kind, job=NOBODY)["code"] == "unknown-job"


def test_every_request_is_answered_with_what_the_page_says(talk: Talk, tmp_path: Path) -> None:
    job = talk.ask("analyze", id=1, edit=EDIT)["job"]
    talk.wait_for("done", 1)
    fields: dict[str, Line] = {
        "hello": {"bridge": 1}, "analyze": {"edit": EDIT},
        "attach": {"job": job}, "cancel": {"job": job}, "results": {"job": job},
        "report": {"job": job, "path": str(tmp_path / "report.html")},
    }  # fmt: skip
    told = {
        kind_of(request): talk.ask(kind_of(request), **fields.get(kind_of(request), {}))["type"]
        for request in REPLIES
    }

    assert told == {kind_of(request): kind_of(answer) for request, answer in REPLIES.items()}


def test_batch_jobs_alone_are_held_where_the_caller_says_so(daemon: FakeDaemon, talk: Talk) -> None:
    talk.ask("pause", batch=True)
    talk.ask("resume")
    asked = [type(r).__name__ for r in daemon.requests]

    assert asked[-2:] == ["Pause", "Resume"]
    assert daemon_says.Pause(batch=True) in daemon.requests


def test_a_daemon_that_goes_away_is_found_again_and_the_caller_only_notices() -> None:
    with FakeDaemon(pace=0.05, steps=10) as daemon:
        talk = Talk.to(daemon)
        job = talk.ask("analyze", id=1, edit=EDIT)["job"]
        talk.wait_for("progress", 1)
        daemon.restart()
        done = talk.wait_for("done", 1)
        talk.bridge.close()

    assert done["job"] == job
    assert [line["code"] for line in talk.told if line["type"] == "notice"] == ["reconnected"]
    assert not [line for line in talk.told if line["type"] in ("error", "failed")]


def test_a_daemon_that_is_stopped_fails_what_runs_and_not_the_bridge() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk(lambda name: daemon.client(name=name, ping_interval=0.2, reconnect_timeout=0.5))
        talk.ask("analyze", id=1, edit=EDIT)
        with daemon.client() as other:
            other.shutdown()
        failed = talk.wait_for("failed", 1)
        answer = talk.ask("models")
        talk.bridge.close()

    assert (failed["code"], failed["retryable"]) == ("daemon-lost", True)
    assert answer["type"] == "models"


def test_a_daemon_that_is_stopped_is_told_of_every_job_and_not_looked_for_again() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk(lambda name: daemon.client(name=name, ping_interval=0.2, reconnect_timeout=0.5))
        talk.ask("analyze", id=3, edit=EDIT, durable=True)
        talk.ask("analyze", id=4, edit=EDIT)
        with daemon.client() as other:
            other.shutdown()
        durable, leased = talk.wait_for("failed", 3), talk.wait_for("failed", 4)

    assert "was stopped" in durable["message"]
    assert "was stopped" in leased["message"]
    assert "attach to it by its id" in durable["hint"]
    assert "analyze again" in leased["hint"]
    assert not talk.bridge.busy
    assert not talk.bridge.connected


def test_what_is_advised_in_a_context_names_it() -> None:
    with FakeDaemon() as daemon, use_context("farm"):
        talk = Talk.to(daemon)
        error = talk.ask("results", job="0" * 32)
        talk.bridge.close()

    assert error["code"] == "unknown-job"
    assert error["hint"] == "List the jobs: shotlog jobs list --context farm."


def test_a_request_that_finds_the_daemon_stopped_tells_of_the_jobs_too() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk(lambda name: daemon.client(name=name, ping_interval=0.2, reconnect_timeout=0.5))
        talk.ask("analyze", id=1, edit=EDIT)
        with daemon.client() as other:
            other.shutdown()
        answer, failed = talk.hear(b'{"id":2,"type":"status"}')

    # Whether its goodbye is heard is a race.
    assert answer["code"] in ("daemon-lost", "daemon-absent")
    assert (answer["id"], answer["type"]) == (2, "error")
    assert (failed["id"], failed["type"], failed["code"]) == (1, "failed", answer["code"])


def test_jobs_that_are_not_listed_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shotlog.service.broker.request_handler.LISTED", 1)
    with FakeDaemon() as daemon:
        talk = Talk.to(daemon)
        for number in range(3):
            talk.ask("analyze", id=number, edit=EDIT)
            talk.wait_for("done", number)
        told = talk.ask("jobs")
        talk.bridge.close()

    assert (len(told["jobs"]), told["older"]) == (1, 2)


def test_a_job_that_cannot_be_cancelled_at_the_end_costs_no_other() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        client = daemon.client()
        cancel, asked = client.cancel, []

        def refused_first(job: str) -> daemon_says.JobInfo:
            asked.append(job)
            return cancel(NOBODY if len(asked) == 1 else job)

        client.cancel = refused_first  # type: ignore[method-assign]
        talk = Talk(lambda name: client)
        jobs = [talk.ask("analyze", id=n, edit=EDIT)["job"] for n in range(2)]
        talk.bridge.close()

    assert asked == jobs


def test_source_frames_are_counted_alike_in_results_and_forgotten_in_the_end(
    daemon: FakeDaemon, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.bridge.bridge._KEPT_FORMS", 1)
    edit = {**EDIT, "clips": [{**CLIP, "rate": "50"}]}

    def rate(job: str) -> object:
        return talk.ask("results", job=job)["found"]["clips"][0]["rate"]

    first, second = (talk.ask("analyze", id=n, edit=edit)["job"] for n in range(2))
    for number in range(2):
        assert talk.wait_for("done", number)["found"]["clips"][0]["rate"] == "50"

    assert (rate(first), rate(second)) in [("25", "50"), ("50", "25")]


def test_a_bridge_that_rested_finds_the_daemon_that_runs_by_then() -> None:
    with FakeDaemon() as first, FakeDaemon() as second:
        daemons = [first, second]
        talk = Talk(lambda name: daemons.pop(0).client(name=name))
        job = talk.ask("analyze", id=1, edit=EDIT)["job"]
        talk.bridge.disconnect_if_idle()
        assert talk.wait_for("done", 1)["job"] == job  # a bridge that has a job does not rest
        talk.bridge.disconnect_if_idle()
        assert not talk.bridge.connected
        assert talk.ask("jobs")["jobs"] == []
        talk.bridge.close()

    assert daemons == []


@pytest.mark.parametrize("durable", [False, True])
def test_a_bridge_that_ends_cancels_what_is_not_durable(durable: bool) -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        talk = Talk.to(daemon)
        job = talk.ask("analyze", id=1, edit=EDIT, durable=durable)["job"]
        talk.bridge.close()
        cancelled = [r.job for r in daemon.requests if isinstance(r, daemon_says.Cancel)]

    assert cancelled == ([] if durable else [job])


def test_a_bridge_that_only_attached_leaves_the_job_alone() -> None:
    with FakeDaemon(pace=0.5, steps=1000) as daemon:
        first, second = Talk.to(daemon), Talk.to(daemon)
        job = first.ask("analyze", id=1, edit=EDIT, durable=True)["job"]
        second.ask("attach", job=job)
        second.bridge.close()
        first.bridge.close()
        cancelled = [r for r in daemon.requests if isinstance(r, daemon_says.Cancel)]

    assert cancelled == []


@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        (b"nonsense", None),
        (b"[]", None),
        (b'{"type":"status"}', None),
        (b'{"id":1.5,"type":"status"}', None),
        (b'{"id":true,"type":"status"}', None),
        (b'{"id":null,"type":"status"}', None),
        (b'{"id":"\xff","type":"status"}', None),
        (b'{"id":1}', 1),
        (b'{"id":1,"type":"reboot"}', 1),
        (b'{"id":"a","type":"status","more":1}', "a"),
        (b'{"id":"a","type":"cancel"}', "a"),
        (b'{"id":"a","type":"attach","job":7}', "a"),
        (b'{"id":"a","type":"analyze"}', "a"),
        (b'{"id":"a","type":"pause","batch":"yes"}', "a"),
    ],
)
def test_a_line_that_is_no_request_is_answered_with_its_id_if_it_has_one(
    line: bytes, request_id: object
) -> None:
    talk = Talk(nobody)
    (answer,) = talk.hear(line)

    assert (answer["type"], answer["code"]) == ("error", "bad-message")
    assert answer["id"] == request_id
    assert talk.ask("models")["type"] == "models"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"rate": 23.976}, "floating"),
        ({"rate": [24, 0]}, "denominator"),
        ({"rate": "1e999999999"}, "floating"),
        ({"rate": [-25, 1]}, "between 1 and"),
        ({"rate": [10**400, 1]}, "between 1 and"),
        ({"timeline_out": 10**15}, "less than"),
        ({"rate": True}, "floating"),
        ({"source_in": 1.0}, "integer"),
        ({"source_in": "1"}, "integer"),
        ({"source_out": 99}, "backwards"),
        ({"timeline_out": -1}, "greater"),
        ({"media": "a.mov"}, "absolute"),
        ({"speed": 0.5}, "floating"),
    ],
)
def test_a_clip_that_is_told_wrongly_is_refused_in_words(change: Line, word: str) -> None:
    answer = Talk(nobody).ask("analyze", edit={**EDIT, "clips": [{**CLIP, **change}]})

    assert answer["code"] == "bad-message"
    assert word in answer["message"]


def test_two_clips_of_one_id_are_refused() -> None:
    answer = Talk(nobody).ask("analyze", edit={**EDIT, "clips": [CLIP, CLIP]})

    assert "same id" in answer["message"]


def test_a_path_that_is_no_unicode_is_refused_and_not_fatal(talk: Talk) -> None:
    line = json.dumps({"id": 1, "type": "analyze", "edit": EDIT}).replace("a.mov", "\\ud800.mov")
    (answer,) = talk.hear(line.encode())

    assert (answer["type"], answer["code"]) == ("error", "bad-message")
