"""Uploads to a strict double of YouTube, with every fault that its protocol knows."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import time
import traceback
import webbrowser
from pathlib import Path
from typing import Any

import httpx2
import pytest

from shotlog.delivery.upload import (
    Privacy,
    UploadDetails,
    Uploaded,
    UploadSessions,
    YoutubeTarget,
    carry_out,
    plan_upload,
    upload,
)
from shotlog.paths import uploads_folder
from shotlog.schema import (
    KeyringUnusable,
    ShotlogError,
    UploadInterrupted,
    UploadRefused,
    UploadTargetError,
)
from tests.delivery.upload.youtube_service import (
    CHANNEL,
    CLIENT_SECRET,
    REFRESH,
    UNIT,
    Fault,
    YoutubeService,
    sign_in,
)
from tests.providers.keyrings import MemoryKeyring
from tests.waiting import wait_for

DETAILS = UploadDetails(title="Harbour", description="At dawn.", tags=("sea", "ships"))


def send(clip: Path, url: str, details: UploadDetails = DETAILS, parts: int = 1) -> Uploaded:
    target = YoutubeTarget(base_url=url, parts=parts)
    return upload(clip, target, details, agreed=True, force=True)


def test_a_video_arrives_byte_for_byte_private_and_with_its_details(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    done = send(clip, youtube)
    ((content, told),) = service.videos
    assert content == clip.read_bytes()
    assert told["status"] == {"privacyStatus": "private"}
    assert told["snippet"]["title"] == "Harbour"
    assert told["snippet"]["tags"] == ["sea", "ships"]
    assert (done.place, done.sent, done.resumed) == ("https://youtu.be/video1", True, False)
    assert service.mistakes == []
    assert service.parts == [(n * UNIT, UNIT) for n in range(4)] + [(4 * UNIT, 1001)]


FAULTS = {
    "the connection breaks within a part": [None, Fault(kept=UNIT // 3, breaks=True)],
    "the connection breaks before a byte": [Fault(kept=0, breaks=True)],
    "the answer to a part is lost": [None, Fault(breaks=True)],
    "the answer to the last part is lost": [None] * 4 + [Fault(breaks=True)],
    "503": [None, Fault(answer=(503, "backendError"))],
    "503 with Retry-After": [Fault(answer=(503, "backendError"), after="1")],
    "429": [Fault(answer=(429, "rateLimitExceeded"), after="0")],
    "403 that passes": [Fault(answer=(403, "userRateLimitExceeded"))],
    "308 with fewer bytes than sent": [Fault(kept=UNIT // 2)],
    "308 that is on no boundary": [None, Fault(kept=77_777)],
    "308 without a range": [None, Fault(forgets=True)],
    "several, one after the other": [
        Fault(answer=(500, "backendError")), Fault(kept=3, breaks=True), None,
        Fault(kept=1000), Fault(breaks=True),
    ],
}  # fmt: skip


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_mended_with_the_same_bytes_and_one_video(
    faults: list[Fault | None], clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = list(faults)
    assert send(clip, youtube).place == "https://youtu.be/video1"
    assert [content for content, _ in service.videos] == [clip.read_bytes()]
    assert service.mistakes == []
    assert service.begun == 1
    assert service.faults == []


def test_a_service_that_wants_a_pause_is_given_it(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = [Fault(answer=(503, "backendError"), after="1")]
    began = time.monotonic()
    send(clip, youtube)
    assert time.monotonic() - began >= 1


def test_a_service_that_wants_a_pause_of_hours_ends_the_run_and_the_next_one_goes_on(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = [None, Fault(answer=(503, "backendError"), after="7200")]
    with pytest.raises(UploadInterrupted, match="can be tried again in 7200 s"):
        send(clip, youtube)
    assert send(clip, youtube).resumed
    assert (len(service.videos), service.begun) == (1, 1)
    assert service.parts[:2] == [(0, UNIT), (UNIT, UNIT)]


def test_a_service_that_takes_nothing_is_given_up(
    clip: Path, service: YoutubeService, youtube: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.delivery.upload.sending.ATTEMPTS", 3)
    service.faults = [Fault(kept=0)] * 3
    with pytest.raises(UploadInterrupted, match="took nothing"):
        send(clip, youtube)
    assert service.faults == []


def test_an_access_token_that_has_ended_is_renewed_once(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    hold = threading.Event()
    service.faults = [None, Fault(hold=hold)]
    done: list[Uploaded] = []
    thread = threading.Thread(target=lambda: done.append(send(clip, youtube)))
    thread.start()
    try:
        wait_for(lambda: len(service.parts) == 2)
        service.tokens.clear()
    finally:
        hold.set()
        thread.join()
    assert done[0].place == "https://youtu.be/video1"
    assert service.refreshed == 2
    assert service.videos[0][0] == clip.read_bytes()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("quotaExceeded", "the quota of your project at Google is used up for today"),
        ("uploadLimitExceeded", "may upload no more videos for now"),
        ("forbidden", "may not upload this video"),
        ("somethingNew", r"refused the upload \(403: \(somethingNew\)\)"),
    ],
)
def test_a_refusal_is_told_in_words_and_not_repeated(
    reason: str, told: str, clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.refusals = [Fault(answer=(403, reason))]
    with pytest.raises(UploadRefused, match=told) as caught:
        send(clip, youtube)
    assert caught.value.problem.hint.endswith(".")
    assert service.parts == []
    assert send(clip, youtube).sent


def test_a_forgotten_session_is_begun_anew(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = [None, None, Fault(gone=True)]
    assert send(clip, youtube).sent
    assert service.begun == 2
    assert [content for content, _ in service.videos] == [clip.read_bytes()]


def test_a_session_that_is_forgotten_after_its_last_byte_is_never_sent_again(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = [None] * 4 + [Fault(gone=True)]
    for _ in range(2):
        with pytest.raises(UploadRefused, match="the file may be there"):
            send(clip, youtube)
    assert service.begun == 1
    (kept,) = UploadSessions().all()
    UploadSessions().forget(kept.key)
    assert send(clip, youtube).sent


def test_the_same_upload_again_sends_nothing(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    first, second = send(clip, youtube), send(clip, youtube)
    assert second.place == first.place
    assert not second.sent
    assert len(service.videos) == 1
    other = send(clip, youtube, DETAILS.model_copy(update={"privacy": Privacy.UNLISTED}))
    assert other.sent
    assert service.videos[1][1]["status"] == {"privacyStatus": "unlisted"}


def test_a_file_that_was_renamed_and_touched_is_the_same_video(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    send(clip, youtube)
    other = clip.rename(clip.with_name("other.mp4"))
    other.touch()
    assert not send(other, youtube).sent
    assert len(service.videos) == 1


def test_a_file_that_changed_after_somebody_agreed_is_not_sent(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    plan = plan_upload(clip, YoutubeTarget(base_url=youtube), DETAILS, profile=None)
    clip.write_bytes(b"something else")
    with pytest.raises(UploadRefused, match="has changed since it was read"):
        carry_out(plan, agreed=True, force=True)
    assert service.begun == 0


@pytest.mark.parametrize("parts", [1, 2, 5])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_an_upload_that_was_killed_or_stopped_goes_on_and_makes_one_video(
    parts: int, sent: signal.Signals, code: int, clip: Path, service: YoutubeService, youtube: str
) -> None:
    hold = threading.Event()
    service.faults = [*[None] * (parts - 1), Fault(hold=hold)]
    command = [sys.executable, "-m", "tests.delivery.upload.uploader", youtube, str(clip)]
    process = subprocess.Popen(command)
    try:
        wait_for(lambda: len(service.parts) == parts)
        process.send_signal(sent)
        assert process.wait() == code
    finally:
        process.kill()
        process.wait()
        hold.set()
    details = UploadDetails(title="Harbour")
    assert send(clip, youtube, details).resumed
    assert [content for content, _ in service.videos] == [clip.read_bytes()]
    assert (service.begun, service.mistakes) == (1, [])
    assert len(service.parts) == 5


def test_a_file_that_changed_since_is_refused(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    service.faults = [None, Fault(answer=(503, "backendError"), after="7200")]
    with pytest.raises(UploadInterrupted):
        send(clip, youtube)
    clip.write_bytes(clip.read_bytes()[::-1])
    with pytest.raises(UploadRefused, match="has changed since its upload was begun"):
        send(clip, youtube)
    assert service.videos == []


def test_a_file_that_is_written_to_while_it_is_sent_makes_no_video(
    clip: Path, service: YoutubeService, youtube: str
) -> None:
    hold = threading.Event()
    service.faults = [None, Fault(hold=hold)]
    caught: list[ShotlogError] = []

    def run() -> None:
        try:
            send(clip, youtube)
        except ShotlogError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_for(lambda: len(service.parts) == 2)
        clip.write_bytes(clip.read_bytes()[:-1])
    finally:
        hold.set()
        thread.join()
    assert "has changed since it was read" in caught[0].problem.message
    assert service.videos == []


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (UploadDetails(), "needs a title"),
        (UploadDetails(title=" "), "needs a title"),
        (UploadDetails(title="a" * 101), "more than 100 characters"),
        (UploadDetails(title="a <b>"), "must not have"),
        (UploadDetails(title="a", description="é" * 2501), "more than 5000 bytes"),
        (UploadDetails(title="a", tags=("x" * 100,) * 5), "more than 500 characters"),
    ],
)
def test_details_that_youtube_does_not_take_are_told_before_it_is_asked(
    details: UploadDetails, told: str, clip: Path, service: YoutubeService, youtube: str
) -> None:
    with pytest.raises(UploadRefused, match=told):
        send(clip, youtube, details)
    assert service.begun == service.refreshed == 0


@pytest.mark.parametrize("url", ["http://example.org", "nowhere", "ftp://example.org"])
def test_a_token_goes_to_no_unsafe_address(url: str, clip: Path, youtube: str) -> None:
    with pytest.raises(UploadTargetError, match="is no safe address"):
        send(clip, url)


def test_nobody_at_the_address_is_told_and_the_session_kept(
    clip: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.delivery.upload.sending.ATTEMPTS", 2)
    sign_in(ring, "http://127.0.0.1:9")
    with pytest.raises(UploadInterrupted, match="nobody answers"):
        send(clip, "http://127.0.0.1:9")


def test_signing_in_asks_in_the_browser_and_keeps_the_account_in_the_keyring(
    tmp_path: Path, service: YoutubeService, youtube: str, ring: MemoryKeyring, clip: Path,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    ring.kept.clear()
    caplog.set_level(logging.DEBUG)
    client = client_file(tmp_path, youtube)
    agree_in_browser(monkeypatch)
    assert YoutubeTarget(base_url=youtube).sign_in(client) == CHANNEL
    assert json.loads(ring.kept["shotlog", "upload:youtube"])["refresh_token"] == REFRESH
    assert send(clip, youtube).sent
    assert service.mistakes == []
    assert not secrets_in(caplog.text, service)
    assert "code=consent" not in caplog.text


def test_nobody_agreeing_in_the_browser_is_told(
    tmp_path: Path, service: YoutubeService, youtube: str, ring: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ring.kept.clear()
    service.consents = False
    agree_in_browser(monkeypatch)
    with pytest.raises(UploadRefused, match="nobody agreed in the browser"):
        YoutubeTarget(base_url=youtube).sign_in(client_file(tmp_path, youtube))
    assert ring.kept == {}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"web": {}}', b'{"installed": {}}', b"\xff"])
def test_a_file_that_is_no_client_is_told(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "client.json"
    file.write_bytes(content)
    with pytest.raises(UploadRefused, match=r"client\.json: it (cannot be read|holds no client)"):
        YoutubeTarget().sign_in(file)


def test_a_withdrawn_consent_is_told(clip: Path, service: YoutubeService, youtube: str) -> None:
    service.consents = False
    with pytest.raises(UploadRefused, match="consent was withdrawn"):
        send(clip, youtube)


def test_without_an_account_the_hint_tells_how_to_sign_in(clip: Path) -> None:
    with pytest.raises(UploadRefused) as caught:
        send(clip, "http://127.0.0.1:9")
    assert "--sign-in" in caught.value.problem.hint


def test_a_machine_without_a_keyring_is_told(clip: Path) -> None:
    import keyring
    import keyring.backends.fail

    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(KeyringUnusable, match="no keyring"):
        send(clip, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    "fault",
    [Fault(answer=(403, "forbidden")), Fault(gone=True), Fault(answer=(400, "badRequest"))],
)
def test_no_token_is_in_errors_logs_or_sessions(
    fault: Fault, clip: Path, service: YoutubeService, youtube: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    service.faults = [*[None] * 4, fault]
    with pytest.raises(ShotlogError) as refused:
        send(clip, youtube)
    service.consents = False
    with pytest.raises(ShotlogError) as withdrawn:
        send(clip, youtube, UploadDetails(title="Another"))
    told = [
        *traceback.format_exception(refused.value),
        *traceback.format_exception(withdrawn.value),
    ]
    kept = [file.read_text() for file in uploads_folder().iterdir()]
    assert any("session1" in text for text in kept)
    for text in (*told, *kept, caplog.text, repr(refused.value), repr(withdrawn.value)):
        assert not secrets_in(text, service)
    assert all(file.stat().st_mode & 0o077 == 0 for file in uploads_folder().glob("*.json"))


def secrets_in(text: str, service: YoutubeService) -> list[str]:
    return [each for each in (REFRESH, CLIENT_SECRET, *service.tokens) if each in text]


def client_file(folder: Path, url: str) -> Path:
    client = {"client_id": "client", "client_secret": CLIENT_SECRET,
              "auth_uri": f"{url}/auth", "token_uri": f"{url}/token"}  # fmt: skip
    file = folder / "client.json"
    file.write_text(json.dumps({"installed": client}))
    return file


def agree_in_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a thread follow the address that the browser is given, as a person does."""

    class Browser:
        def open(self, url: str, **_: Any) -> None:
            threading.Thread(
                target=httpx2.get, args=[url], kwargs={"follow_redirects": True}
            ).start()

    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the double has no certificate
    monkeypatch.setattr(webbrowser, "get", lambda _: Browser())
