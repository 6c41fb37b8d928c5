"""``shotlog upload`` as a user types it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from tests.delivery.qc.films import black, write_film
from tests.delivery.upload.youtube_service import YoutubeService, serving_youtube, sign_in
from tests.providers.keyrings import MemoryKeyring


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("clean") / "clean.mov")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("broken") / "broken.mov", black(40, 100))


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


def shotlog(*words: object, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, list(map(str, words)), input=answer)


def told_of(result: Result) -> str:
    return " ".join(result.output.split())


def test_everything_is_shown_before_the_question_and_nothing_is_sent_without_a_yes(
    clean: Path, ring: MemoryKeyring
) -> None:
    service = YoutubeService()
    with serving_youtube(service) as url:
        sign_in(ring, url)
        words = ("upload", clean, "--to", "youtube", "--base-url", url, "--title", "A harbour")
        no = shotlog(*words, answer="n\n")
        assert no.exit_code == 1
        for part in ("5.00 s", "A harbour", "Harbour Films", "private", url, "passed (web",
                     "100 videos a day"):  # fmt: skip
            assert part in told_of(no)
        assert "nobody has agreed" in told_of(no)
        assert service.begun == 0
        nobody = shotlog(*words, answer="")
        assert (nobody.exit_code, service.begun) == (1, 0)
        assert "nobody has agreed" in told_of(nobody)
        yes = shotlog(*words, answer="y\n")
        assert yes.exit_code == 0, yes.output
        assert "sent: https://youtu.be/video1" in told_of(yes)
        again = shotlog(*words)
        assert "there already, nothing was sent: https://youtu.be/video1" in told_of(again)
    assert [content for content, _ in service.videos] == [clean.read_bytes()]


def test_a_file_that_does_not_pass_is_sent_by_force_alone(broken: Path, there: Path) -> None:
    words = ("upload", broken, "--to", f"folder:path={there}", "--yes")
    refused = shotlog(*words)
    assert refused.exit_code == 1
    assert "it has not passed quality control: black for 2.40 s" in told_of(refused)
    assert list(there.iterdir()) == []
    forced = shotlog(*words, "--force", "--title", "Harbour")
    assert forced.exit_code == 0
    assert "left out: Harbour" in told_of(forced)  # a folder keeps no title
    assert (there / "broken.mov").read_bytes() == broken.read_bytes()


def test_a_verdict_beside_the_file_counts_for_this_content_alone(
    clean: Path, broken: Path, there: Path, tmp_path: Path
) -> None:
    film, words = tmp_path / "cut.mov", ("--to", f"folder:path={there}", "--yes")
    film.write_bytes(clean.read_bytes())
    assert shotlog("qc", film, "--json", tmp_path / "qc.json").exit_code == 0
    film.write_bytes(broken.read_bytes())
    assert "it has not passed" in told_of(shotlog("upload", film, *words))
    film.write_bytes(clean.read_bytes())
    told = shotlog("upload", film, *words)
    assert told.exit_code == 0, told.output
    assert "passed (web, qc.json)" in told_of(told)


def test_json_tells_the_plan_and_the_address(clean: Path, there: Path) -> None:
    result = shotlog("upload", clean, "--to", f"folder:path={there}", "--yes", "--json")
    told = json.loads(result.stdout)
    assert told["place"] == str(there / "clean.mov")
    assert (told["sent"], told["resumed"], told["quality"]["kind"]) == (True, False, "passed")
    assert told["details"]["privacy"] == "private"


def test_uploads_are_listed_without_their_marks_and_forgotten(clean: Path, there: Path) -> None:
    assert "no upload was begun" in shotlog("upload", "sessions").output
    shotlog("upload", clean, "--to", f"folder:path={there}", "--yes", "--force")
    (listed,) = json.loads(shotlog("upload", "sessions", "--json").stdout)
    assert listed["place"] == str(there / "clean.mov")
    assert "marks" not in listed
    assert listed["key"] in shotlog("upload", "sessions").output
    assert shotlog("upload", "sessions", "--forget", listed["key"]).exit_code == 0
    assert "no upload was begun" in shotlog("upload", "sessions").output
    assert shotlog("upload", "sessions", "--forget", listed["key"]).exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["a.mp4"], "Give the target: --to youtube"),
        (["--to", "folder:path=."], "Give the file to send."),
        (["a.mp4", "--to", "youtub"], "did you mean 'youtube'?"),
        (["a.mp4", "--to", "folder:path=.", "--base-url", "x"], "--base-url is for youtube"),
        (["absent.mp4", "--to", "folder:path=."], "absent.mp4"),
        (["a.mp4", "--to", "youtube", "--privacy", "secret"], "'secret' is not one of"),
        (["--to", "folder:path=.", "--sign-out"], "there is nothing to sign in to"),
        (["--to", "youtube", "--sign-in", "absent.json"], "does not exist"),
    ],
)
def test_wrong_words_are_told(words: list[str], told: str) -> None:
    result = shotlog("upload", *words)
    assert result.exit_code in (1, 2)
    assert told in told_of(result)
    assert "Traceback" not in result.output


def test_targets_are_listed_with_their_parameters() -> None:
    told = shotlog("upload", "--to", "list").output
    assert "youtube: base_url=https://www.googleapis.com" in told
    assert "folder: path=, replace=false" in told


def test_signing_out_removes_the_account(ring: MemoryKeyring) -> None:
    sign_in(ring, "http://127.0.0.1:9")
    assert shotlog("upload", "--to", "youtube", "--sign-out").exit_code == 0
    assert ring.kept == {}


def test_a_folder_that_nobody_may_write_notes_nothing(
    clean: Path, there: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file in the place of the folder")
    monkeypatch.setitem(os.environ, "SHOTLOG_UPLOADS", str(blocked))
    result = shotlog("upload", clean, "--to", f"folder:path={there}", "--yes", "--force")
    assert result.exit_code == 1
    assert "uploads cannot be noted" in told_of(result)
    assert list(there.iterdir()) == []
