"""Contract of targets, checked for every installed one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from shotlog.delivery.upload import (
    UPLOAD_TARGETS,
    FolderTarget,
    S3Target,
    UploadDetails,
    UploadSessions,
    UploadTarget,
    YoutubeTarget,
    carry_out,
    plan_upload,
    upload,
)
from shotlog.paths import uploads_folder
from shotlog.schema import UploadNotAgreed, UploadRefused, UploadTargetError
from tests.delivery.upload.s3_service import BUCKET, KEY_ID, SECRET_KEY, S3Service, serving_s3

TARGETS = UPLOAD_TARGETS.installed
DETAILS = UploadDetails(title="Harbour")
each = pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.name))


@pytest.fixture
def ready(
    target: UploadTarget, request: pytest.FixtureRequest, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[UploadTarget]:  # fmt: skip
    """The target with a place that takes files; skips one of another package."""
    match target:
        case FolderTarget():
            (tmp_path / "delivery").mkdir()
            yield FolderTarget(path=str(tmp_path / "delivery"))
        case YoutubeTarget():
            yield YoutubeTarget(base_url=request.getfixturevalue("youtube"), parts=1)
        case S3Target():
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
            with serving_s3(S3Service()) as url:
                yield S3Target(bucket=BUCKET, endpoint=url)
        case _:
            pytest.skip(f"nothing here takes files of {target.name}")


def test_the_built_in_targets_are_installed() -> None:
    assert {"folder", "s3", "youtube"} <= {target.name for target in TARGETS}


@each
def test_every_parameter_has_a_default_and_the_defaults_are_told(target: UploadTarget) -> None:
    assert type(target)() == target
    assert any(line.startswith(f"{target.name}: ") for line in UPLOAD_TARGETS.describe())
    assert DETAILS.privacy in target.privacies


@each
def test_a_file_arrives_once_and_is_told_before(
    target: UploadTarget, ready: UploadTarget, clip: Path
) -> None:
    plan = plan_upload(clip, ready, DETAILS, profile=None)
    assert plan.place
    assert plan.account
    assert not plan.session.marks
    first = upload(clip, ready, DETAILS, agreed=True, force=True)
    second = upload(clip, ready, DETAILS, agreed=True, force=True)
    assert (first.sent, second.sent) == (True, False)
    assert first.place == second.place != ""


@each
def test_an_empty_session_has_nothing_and_forgetting_it_leaves_no_file(
    target: UploadTarget, ready: UploadTarget, clip: Path
) -> None:
    file = plan_upload(clip, ready, DETAILS, profile=None).file
    with ready.open() as connection:
        marks = connection.begin(file, DETAILS)
        state = connection.state(marks, file)
    assert (state.received, state.place, state.gone) == (0, "", False)
    assert json.loads(json.dumps(dict(marks))) == marks


@each
def test_a_part_that_is_sent_is_there_in_a_new_connection(
    target: UploadTarget, ready: UploadTarget, clip: Path
) -> None:
    file = plan_upload(clip, ready, DETAILS, profile=None).file
    content = clip.read_bytes()[: ready.part_size(file)]
    with ready.open() as connection:
        marks = connection.begin(file, DETAILS)
        sent = connection.send(marks, 0, content, file)
    with ready.open() as connection:
        assert connection.state(marks, file) == sent
    assert sent.received == len(content)


@each
def test_nothing_is_sent_before_somebody_agreed(
    target: UploadTarget, ready: UploadTarget, clip: Path
) -> None:
    with pytest.raises(UploadNotAgreed, match="nobody has agreed"):
        upload(clip, ready, DETAILS, agreed=False)
    with pytest.raises(UploadNotAgreed, match="it has not passed quality control"):
        upload(clip, ready, DETAILS, agreed=True)
    assert UploadSessions().all() == []


@each
def test_an_empty_file_and_one_that_is_absent_are_told(
    target: UploadTarget, ready: UploadTarget, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(UploadRefused, match="the file is empty"):
        upload(tmp_path / "empty.mp4", ready, DETAILS, agreed=True, force=True)


@each
def test_progress_tells_every_byte_once_also_where_an_earlier_run_sent_some(
    target: UploadTarget, ready: UploadTarget, clip: Path
) -> None:
    plan = plan_upload(clip, ready, DETAILS, profile=None)
    part = clip.read_bytes()[: ready.part_size(plan.file)]
    with ready.open() as connection:
        marks = connection.begin(plan.file, DETAILS)
        connection.send(marks, 0, part, plan.file)
    UploadSessions().keep(plan.session.model_copy(update={"marks": dict(marks)}))
    told = CountedProgress()
    done = carry_out(plan, agreed=True, force=True, progress=told)
    assert done.resumed
    assert told.stages == {"sending": [plan.file.size, plan.file.size]}


class CountedProgress:
    """Progress that remembers the total of every stage, and what came."""

    def __init__(self) -> None:
        self.stages: dict[str, list[float]] = {}

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[CountedProgress]:
        self.stages[name] = [total, 0]
        self.name = name
        yield self

    def advance(self, amount: float) -> None:
        self.stages[self.name][1] += amount


@pytest.mark.parametrize(
    ("package", "target"),
    [("boto3", S3Target(bucket=BUCKET)), ("google.oauth2.credentials", YoutubeTarget())],
    ids=["s3", "youtube"],
)
def test_a_package_that_is_missing_is_told_with_its_remedy(
    package: str, target: UploadTarget, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UploadTargetError, match="is not installed") as caught:
        upload(clip, target, DETAILS, agreed=True, force=True)
    assert "shotlog[upload]" in caught.value.problem.hint


def test_a_damaged_record_sends_nothing(tmp_path: Path, clip: Path) -> None:
    target = FolderTarget(path=str(tmp_path / "delivery"))
    Path(target.path).mkdir()
    uploads_folder().mkdir()
    (uploads_folder() / "0123456789abcdef.json").write_text("{")
    with pytest.raises(UploadRefused, match="record of an upload is damaged") as caught:
        upload(clip, target, DETAILS, agreed=True, force=True)
    assert "--forget 0123456789abcdef" in caught.value.problem.hint
    assert list(Path(target.path).iterdir()) == []


def test_an_unknown_target_and_a_wrong_parameter_are_told() -> None:
    with pytest.raises(UploadTargetError, match="no such target; did you mean 'youtube'"):
        UPLOAD_TARGETS.choose("youtub")
    with pytest.raises(UploadTargetError, match="no parameter 'colour'"):
        UPLOAD_TARGETS.choose("youtube:colour=red")
    with pytest.raises(UploadTargetError, match="parts"):
        UPLOAD_TARGETS.choose("youtube:parts=0")


def test_an_entry_point_that_makes_no_target_is_told() -> None:
    with pytest.raises(UploadTargetError, match="makes no"):
        UPLOAD_TARGETS.load([EntryPoint("mine", "pathlib:Path", UPLOAD_TARGETS.group)])
