"""Uploads to a double of S3, with lost answers and refusals."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.upload import Privacy, S3Target, UploadDetails, Uploaded, upload
from shotlog.paths import uploads_folder
from shotlog.schema import UploadInterrupted, UploadRefused, UploadTargetError
from tests.delivery.upload.s3_service import (
    BUCKET,
    KEY_ID,
    LEAST_PART,
    SECRET_KEY,
    S3Service,
    serving_s3,
)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


@pytest.fixture
def service() -> S3Service:
    return S3Service()


@pytest.fixture
def endpoint(service: S3Service) -> Iterator[str]:
    with serving_s3(service) as url:
        yield url


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file of two parts and a bit."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(np.random.default_rng(3).bytes(2 * LEAST_PART + 77))
    return path


def send(film: Path, endpoint: str, **parameters: object) -> Uploaded:
    given = {"bucket": BUCKET, "prefix": "cut/1", "endpoint": endpoint, "part": 5, **parameters}
    target = S3Target.model_validate(given)
    return upload(film, target, UploadDetails(), agreed=True, force=True)


FAULTS = {
    "none": {},
    "the answer to the beginning is lost": {"begin": ["lost"]},
    "the connection breaks at a part": {"part": ["", "cut"]},
    "the answer to a part is lost": {"part": ["", "lost"]},
    "it wants fewer requests": {"part": ["SlowDown"], "complete": ["SlowDown"]},
    "the connection breaks at the end": {"complete": ["cut"]},
    "the answer to the end is lost": {"complete": ["lost"]},
    "it breaks while it is asked": {"part": ["cut"], "list": ["cut"], "head": ["cut"]},
}


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_a_file_arrives_byte_for_byte_and_once_whatever_is_lost(
    faults: dict[str, list[str]], film: Path, service: S3Service, endpoint: str
) -> None:
    service.faults = {name: list(each) for name, each in faults.items()}
    done = send(film, endpoint)
    content, _ = service.files["cut/1/clip.mp4"]
    assert content == film.read_bytes()
    assert service.completed == 1
    assert sorted(set(service.sent)) == [1, 2, 3]
    assert done.place == f"s3://clips/cut/1/clip.mp4 at {endpoint}"


def test_an_interrupted_upload_goes_on_with_the_part_that_is_missing(
    film: Path, service: S3Service, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.delivery.upload.sending.ATTEMPTS", 1)
    service.faults = {"part": ["", "", "cut"]}
    with pytest.raises(UploadInterrupted, match="connection broke"):
        send(film, endpoint)
    assert send(film, endpoint).resumed
    assert service.sent == [1, 2, 3]
    assert not send(film, endpoint).sent
    assert service.completed == 1


def test_another_file_of_the_same_name_is_replaced_only_if_asked(
    film: Path, service: S3Service, endpoint: str
) -> None:
    service.files["cut/1/clip.mp4"] = (b"another", {})
    with pytest.raises(UploadRefused, match="another file of this name is there"):
        send(film, endpoint)
    assert send(film, endpoint, replace=True).sent
    assert service.files["cut/1/clip.mp4"][0] == film.read_bytes()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AccessDenied", "may not write there"),
        ("SignatureDoesNotMatch", "the secret key is wrong"),
        ("SomethingNew", r"it refused the upload: SomethingNew \(SomethingNew\)"),
    ],
)
def test_a_refusal_is_told_in_words(
    code: str, told: str, film: Path, service: S3Service, endpoint: str
) -> None:
    service.faults = {"begin": [code]}
    with pytest.raises(UploadRefused, match=told):
        send(film, endpoint)


def test_a_bucket_that_is_not_there_is_told(film: Path, endpoint: str) -> None:
    with pytest.raises(UploadRefused, match="there is no such bucket"):
        send(film, endpoint, bucket="absent")


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"bucket": ""}, "it needs a bucket"),
        ({"profile": "absent"}, "it cannot be used"),
        ({"endpoint": "nowhere"}, "it cannot be used"),
    ],
)
def test_parameters_that_cannot_be_used_are_told(
    parameters: dict[str, str], told: str, film: Path, endpoint: str
) -> None:
    with pytest.raises(UploadTargetError, match=told):
        send(film, **{"endpoint": endpoint, **parameters})


def test_without_credentials_the_hint_tells_where_to_give_them(
    film: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(UploadRefused, match="no credentials") as caught:
        send(film, endpoint)
    assert "AWS_ACCESS_KEY_ID" in caught.value.problem.hint


def test_a_file_in_a_bucket_is_never_made_public(film: Path, endpoint: str) -> None:
    target = S3Target(bucket=BUCKET, endpoint=endpoint)
    details = UploadDetails(privacy=Privacy.PUBLIC)
    with pytest.raises(UploadRefused, match="no privacy 'public'"):
        upload(film, target, details, agreed=True, force=True)


def test_the_secret_key_is_in_no_log_and_no_session(
    film: Path, service: S3Service, endpoint: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send(film, endpoint)
    kept = [file.read_text() for file in uploads_folder().iterdir()]
    assert kept
    assert not any(SECRET_KEY in text for text in (caplog.text, *kept))
