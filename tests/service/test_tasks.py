"""Contract of every kind of task with client, broker, journal and worker; a row for each kind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import ValidationError

import shotlog
from shotlog.schema import DaemonIncompatible
from shotlog.service.broker import ServerPolicy
from shotlog.service.ipc import Event, ResultChunk
from shotlog.service.journal import Journal
from shotlog.service.protocol import (
    PROTOCOL,
    SIGNATURE,
    BadMessage,
    ErrorCode,
    Pause,
    Reply,
    ResultPart,
    Resume,
    minimum_protocol,
    pack,
    read_spec,
    unpack_request,
)
from shotlog.service.tasks import TASK_TYPES, AnalysisOptions, Analyze, JobTask, Task, read_result
from shotlog.service.worker import JobRunner
from shotlog.testing import FakeDaemon
from tests.service import odd_worker
from tests.service.jobs import edit, job, job_id
from tests.service.scene import Scene
from tests.service.workers import edit_of
from tests.support import write_film


class Row(NamedTuple):
    """Tasks of a kind: with media, without, and one whose options differ from those of both."""

    seen: Task
    blank: Task
    other: Task


def row_of(kind: str, film: Path) -> Row:
    builtin = AnalysisOptions(models="builtin")
    rows: Mapping[str, Row] = {
        "analyze": Row(
            Analyze(edit=edit_of(film), asks=builtin),
            Analyze(edit=edit(2), asks=builtin),
            Analyze(edit=edit(2), asks=AnalysisOptions(disabled=True)),
        ),
    }
    return rows[kind]


@pytest.fixture(params=TASK_TYPES)
def row(request: pytest.FixtureRequest, tmp_path: Path) -> Row:
    return row_of(request.param, tmp_path / "film.mp4")


@pytest.mark.parametrize("kind", TASK_TYPES)
def test_a_task_says_its_kind_and_takes_no_other(kind: str) -> None:
    task = TASK_TYPES[kind]

    assert issubclass(task, JobTask)
    for row in row_of(kind, Path("/film.mp4")):
        assert row.kind == kind
        assert type(row) is task
        with pytest.raises(ValidationError):
            task.model_validate({**dict(row), "kind": "another"})


def test_a_task_goes_over_the_wire_in_every_protocol_that_has_it(row: Row) -> None:
    for task in row:
        submit = job(task=task)
        assert minimum_protocol(submit) == task.since <= PROTOCOL
        for minor in range(task.since[1], PROTOCOL[1] + 1):
            _, frames = pack(submit, protocol=(PROTOCOL[0], minor))
            assert unpack_request(frames)[1] == submit


def test_a_task_is_kept_in_the_journal(row: Row, tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        info = journal.submit(job(1, task=row.blank))
    with Journal(tmp_path / "journal.sqlite") as journal:
        assert journal.info(info.job) == info
        assert read_spec(info.job, journal.spec(info.job)).task == row.blank
    assert (info.kind, info.clips) == (row.blank.kind, row.blank.clips)


def test_only_tasks_with_the_same_options_run_together(row: Row, tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.ask(Pause())
    for number, task in enumerate((row.seen, row.other, row.blank), 1):
        scene.ask(job(number, task=task))
    scene.ask(Resume())

    assert scene.worker.commands == ["run 01 03"]
    scene.journal.close()


def test_a_task_may_not_read_media_that_the_daemon_may_not(row: Row, tmp_path: Path) -> None:
    scene = Scene(tmp_path, ServerPolicy(roots=[tmp_path / "elsewhere"]))

    assert scene.refused(job(1, task=row.seen)) is ErrorCode.FORBIDDEN_PATH
    assert scene.job(job(2, task=row.blank)).kind == row.blank.kind
    scene.journal.close()


@pytest.mark.usefixtures("_film")
def test_tasks_that_run_together_give_a_result_of_their_kind_each(row: Row) -> None:
    tasks, told = (row.seen, row.blank), list[Event]()
    texts = {job_id(n): job(n, task=task).model_dump_json() for n, task in enumerate(tasks)}

    JobRunner(told.append, lambda: False, lambda _: odd_worker.voices()).run(texts)

    assert [word.type for word in told if word.type in ("part", "done")] == ["part", "done"] * 2
    for task, part in zip(
        tasks, [word for word in told if isinstance(word, ResultChunk)], strict=True
    ):
        assert isinstance(read_result(task.kind, part.text), task.result)


@pytest.fixture
def _film(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4")


@pytest.mark.usefixtures("_film")
def test_a_task_that_is_to_be_preempted_ends_early(row: Row) -> None:
    told = list[Event]()
    texts = {job_id(1): job(1, task=row.seen).model_dump_json()}

    JobRunner(told.append, lambda: True, lambda _: odd_worker.voices()).run(texts)

    assert [word.type for word in told if word.type != "progressed"] == ["preempted", "stats"]


def test_client_and_broker_know_every_task_without_the_engine() -> None:
    code = "import sys, shotlog.service.tasks; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not set(said.stdout.split()) & {"shotlog.engine", "av", "cv2", "torch", "sqlite3"}


def test_a_task_of_an_unknown_kind_is_refused() -> None:
    body = job().model_dump(mode="json")
    body["task"]["kind"] = "paint"
    _, (_, header, _) = pack(job())

    with pytest.raises(BadMessage, match="kind"):
        unpack_request([SIGNATURE, header, json.dumps(body).encode()])


def test_a_job_has_a_task_in_one_form_alone() -> None:
    body = job().model_dump(mode="json")
    _, (_, header, _) = pack(job())

    for wrong in ({**body, "edit": body["task"]["edit"]}, {"type": "submit", "job": job_id(1)}):
        with pytest.raises(BadMessage, match="edit"):
            unpack_request([SIGNATURE, header, json.dumps(wrong).encode()])


class Recording(FakeDaemon):
    """A daemon that keeps the JSON bodies of requests."""

    def __init__(self, protocol: tuple[int, int]) -> None:
        super().__init__(protocol=protocol)
        self.bodies: list[dict[str, object]] = []

    def _handle(self, client: bytes, frames: list[bytes]) -> None:
        self.bodies.append(json.loads(frames[2]))
        super()._handle(client, frames)


@pytest.mark.parametrize(
    ("protocol", "form"), [((1, 0), "edit"), ((1, 1), "edit"), (PROTOCOL, "task")]
)
def test_a_client_speaks_to_a_daemon_in_its_own_form(protocol: tuple[int, int], form: str) -> None:
    daemon = Recording(protocol)
    with daemon, daemon.client() as client:
        client.submit(edit(), name="cut")

    (body,) = [body for body in daemon.bodies if body["type"] == "submit"]
    assert {"edit", "task"} & body.keys() == {form}


class Newer(FakeDaemon):
    """A daemon whose results are of an unknown kind."""

    def _send(self, client: bytes, reply: Reply, reply_to: str | None = None) -> None:
        if isinstance(reply, ResultPart):
            reply = reply.model_copy(update={"kind": "paint"})
        super()._send(client, reply, reply_to)


def test_a_result_of_an_unknown_kind_is_told_and_not_taken_for_a_log() -> None:
    with Newer() as daemon, daemon.client() as client:
        info = client.submit(edit(), name="cut")
        list(client.watch(info.job))
        with pytest.raises(DaemonIncompatible, match="not a log but of kind paint"):
            client.result(info.job)


COUNT = """
from typing import ClassVar, Literal
from shotlog.schema.base import Model
from shotlog.service.tasks.base import JobTask

class Number(Model):
    number: int

class Count(JobTask):
    since: ClassVar = (1, 2)
    result: ClassVar = Number
    kind: Literal["count"] = "count"
    up_to: int

    @property
    def edits(self):
        return ()

    @property
    def options(self):
        return ""

    @classmethod
    def run(cls, tasks, context):
        for task in tasks:
            with context.progress.stage("Counting", task.up_to, "numbers"):
                yield Number(number=task.up_to)
"""

LINE = """\
from typing import Annotated
from pydantic import Field
from shotlog.service.tasks.count import Count
Task = Annotated[Analyze | Count, Field(discriminator="kind")]
"""

USE = """
import json, sys
from pathlib import Path
from shotlog.service.journal import Journal
from shotlog.service.worker import JobRunner
from shotlog.service.tasks import read_result
from shotlog.service.protocol import unpack_request

messages = [[frame.encode() for frame in frames] for frames in json.loads(sys.argv[2])]
old, new = (unpack_request(frames)[1] for frames in messages)
with Journal(Path(sys.argv[1])) as journal:
    print(*(journal.submit(submit).kind for submit in (old, new)))
    told = []
    JobRunner(told.append, lambda: False).run({new.job: journal.spec(new.job)})
    (part,) = [word for word in told if word.type == "part"]
    print(read_result("count", part.text))
"""


@pytest.mark.slow
def test_a_second_kind_is_a_module_and_its_place_in_the_union(tmp_path: Path) -> None:
    house = tmp_path / "shotlog"
    shutil.copytree(Path(shotlog.__file__).parent, house)
    tasks = house / "service" / "tasks"
    (tasks / "count.py").write_text(COUNT, "utf-8")
    face = (tasks / "__init__.py").read_text("utf-8")
    assert face.count("\nTask = Analyze\n") == 1
    (tasks / "__init__.py").write_text(face.replace("Task = Analyze\n", LINE), "utf-8")
    count = {"type": "submit", "job": job_id(2), "name": "n", "task": {"kind": "count", "up_to": 3}}
    _, frames = pack(job(1), protocol=(1, 0))
    old = [frame.decode() for frame in frames]

    said = subprocess.run(
        [sys.executable, "-P", "-c", USE, str(tmp_path / "journal.sqlite"),
         json.dumps([old, [*old[:2], json.dumps(count)]])],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == ["analyze count", "number=3"]
