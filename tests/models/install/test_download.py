"""Fetching from a hub, with the real client against a real server on this machine."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from shotlog.models.catalog import Card, InstalledModel, Registry
from shotlog.models.install import Advance, pull
from shotlog.schema import ModelNotPulled, ModelUnreadable, OutputNotWritable, ShotlogError, Stopped
from tests.models.checkpoints import TINY, make
from tests.models.hub import COMMIT, Hub, serving
from tests.waiting import PATIENCE_S, wait_for

NAME = "movieshots-scale"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a published model's repository."""
    made = make(tmp_path_factory.mktemp("made"))
    return {name: (made.folder / name).read_bytes() for name in made.card.files}


@pytest.fixture
def hub(card: Card, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 500)
    with serving() as hub:
        hub.files = {f"{card.repo}/{name}": content for name, content in files.items()}
        yield hub


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def card(registry: Registry) -> Card:
    return registry.card(NAME)


def yes(card: Card) -> bool:
    return True


def fetch(
    hub: Hub, registry: Registry, name: str = NAME, revision: str | None = None
) -> InstalledModel:
    return pull(registry, registry.card(name), agree=yes, endpoint=hub.url, revision=revision)


def weights_of(card: Card) -> str:
    return f"{card.repo}/model.safetensors"


def test_a_pulled_model_is_recorded_with_hash_and_commit(
    hub: Hub, registry: Registry, card: Card
) -> None:
    here = fetch(hub, registry)
    assert registry.installed() == [here]
    assert here.fingerprint == sha256(hub.files[weights_of(card)]).hexdigest()
    noted = registry.manifest(NAME)
    assert noted is not None
    assert noted.revision == COMMIT
    assert noted.source == card.repo
    assert not list(here.folder.glob("*.part"))


def test_an_installed_model_is_not_requested_again(hub: Hub, registry: Registry) -> None:
    here = fetch(hub, registry)
    hub.log.clear()
    assert fetch(hub, registry) == here
    assert hub.log == []


def test_a_declined_licence_fetches_nothing(hub: Hub, registry: Registry, card: Card) -> None:
    asked: list[Card] = []

    def no(card: Card) -> bool:
        asked.append(card)
        return False

    with pytest.raises(ModelNotPulled, match="licence was not accepted"):
        pull(registry, card, agree=no, endpoint=hub.url)
    assert asked == [card]
    assert hub.log == []
    assert not registry.root.exists()


def test_a_broken_transfer_resumes_where_it_broke(hub: Hub, registry: Registry, card: Card) -> None:
    hub.cut_after = [1000]
    here = fetch(hub, registry)
    assert hub.ranges(weights_of(card)) == [None, "bytes=1000-"]
    assert here.fingerprint == sha256(hub.files[weights_of(card)]).hexdigest()


def test_the_next_run_resumes_where_the_last_one_ended(
    hub: Hub, registry: Registry, card: Card
) -> None:
    hub.stop_after = 1000
    with pytest.raises(ModelNotPulled, match="answers with an error"):
        fetch(hub, registry)
    assert registry.installed() == []
    assert "not here as a whole" in registry.problems()[0].message
    hub.stop_after = None
    hub.log.clear()
    here = fetch(hub, registry)
    assert hub.ranges(weights_of(card)) == ["bytes=1000-"]
    assert here.fingerprint == sha256(hub.files[weights_of(card)]).hexdigest()


def test_a_server_without_ranges_starts_the_file_anew(
    hub: Hub, registry: Registry, card: Card
) -> None:
    hub.stop_after = 1000
    with pytest.raises(ModelNotPulled):
        fetch(hub, registry)
    hub.stop_after, hub.knows_ranges = None, False
    here = fetch(hub, registry)
    assert here.fingerprint == sha256(hub.files[weights_of(card)]).hexdigest()


def test_progress_counts_every_byte_once(hub: Hub, registry: Registry, card: Card) -> None:
    hub.cut_after = [1000]
    counted: dict[str, int] = {}

    @contextmanager
    def bar(name: str, here: int, total: int | None) -> Iterator[Advance]:
        assert total == len(hub.files[f"{card.repo}/{name}"])
        counted[name] = here

        def advance(amount: int) -> None:
            counted[name] += amount

        yield advance

    progress: Callable[[str, int, int | None], AbstractContextManager[Advance]] = bar
    pull(registry, card, agree=yes, endpoint=hub.url, progress=progress)
    sizes = {name: len(hub.files[f"{card.repo}/{name}"]) for name in card.files}
    assert counted == sizes


def test_another_size_than_announced_is_refused(hub: Hub, registry: Registry, card: Card) -> None:
    hub.announced[weights_of(card)] = len(hub.files[weights_of(card)]) + 7
    with pytest.raises(ModelNotPulled, match="size differs"):
        fetch(hub, registry)
    assert registry.installed() == []
    hub.announced.clear()
    fetch(hub, registry)


def test_another_content_than_announced_is_refused(
    hub: Hub, registry: Registry, card: Card
) -> None:
    good = hub.files[weights_of(card)]
    hub.tampered[weights_of(card)] = good[:-1] + bytes([good[-1] ^ 1])
    with pytest.raises(ModelNotPulled, match="SHA-256"):
        fetch(hub, registry)
    assert registry.installed() == []
    hub.tampered.clear()
    fetch(hub, registry)


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        ((401, "GatedRepo"), "only on request.*HF_TOKEN"),
        ((403, "GatedRepo"), "only on request"),
        ((401, "RepoNotFound"), "or it is private"),
        ((404, "RepoNotFound"), "there is no gullalc"),
        ((404, "EntryNotFound"), "there is no config.json in gullalc"),
        ((404, "RevisionNotFound"), "no such revision"),
        ((403, ""), "refuses access"),
        ((500, ""), r"answers with an error \(500\)"),
    ],
)
def test_every_refusal_of_the_hub_has_a_message(
    hub: Hub, registry: Registry, refusal: tuple[int, str], said: str
) -> None:
    hub.refusal = refusal
    with pytest.raises(ModelNotPulled, match=said):
        fetch(hub, registry)
    assert registry.installed() == []


@pytest.mark.parametrize("repo", ["owner/name/more", "owner--x/..", "-/-", " "])
def test_an_invalid_repository_name_is_an_error_with_a_reason(
    hub: Hub, registry: Registry, repo: str
) -> None:
    card = registry.card(NAME).model_copy(update={"repo": repo})
    with pytest.raises(ModelNotPulled):
        pull(registry, card, agree=yes, endpoint=hub.url)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://127.0.0.1:9", "cannot be reached"),
        ("ftp://mirror", "not the address of a hub"),
        ("mirror", "not the address of a hub"),
        ("http://[", "cannot be reached"),
    ],
)
def test_an_unreachable_hub_is_an_error_with_a_reason(
    registry: Registry, endpoint: str, said: str
) -> None:
    with pytest.raises(ModelNotPulled, match=said):
        pull(registry, registry.card(NAME), agree=yes, endpoint=endpoint)


def test_a_server_that_is_no_hub_is_an_error_with_a_reason(hub: Hub, registry: Registry) -> None:
    hub.is_hub = False
    with pytest.raises(ModelNotPulled, match="does not answer like a hub"):
        fetch(hub, registry)


def test_the_commit_of_the_first_file_holds_for_the_others(
    hub: Hub, registry: Registry, card: Card
) -> None:
    fetch(hub, registry)
    revisions = {path.rpartition("/")[2]: revision for path, revision in hub.revisions}
    assert revisions == {"config.json": COMMIT, "model.safetensors": COMMIT}
    assert hub.revisions[0] == (f"{card.repo}/config.json", "main")


def test_another_revision_is_fetched_but_what_is_the_same_is_not(
    hub: Hub, registry: Registry, card: Card
) -> None:
    here = fetch(hub, registry)
    hub.log.clear()
    assert fetch(hub, registry, revision=COMMIT) == here
    assert hub.log == []
    with pytest.raises(ModelNotPulled, match="no such revision"):
        fetch(hub, registry, revision="v9")
    assert registry.installed() == [here]
    assert fetch(hub, registry, revision="main").fingerprint == here.fingerprint
    assert not [path for method, path, *_ in hub.log if method == "GET"]


def test_the_predictor_is_found_in_its_folder_and_at_the_root(hub: Hub, registry: Registry) -> None:
    card = registry.card("kandinsky-motion-predictor")
    for folder in ("models/video_motion_predictor/", ""):
        hub.files = {
            f"{card.repo}/{folder}config.json": b"{}",
            f"{card.repo}/{folder}model.safetensors": b"not read in this test",
        }
        with pytest.raises(ModelUnreadable):
            fetch(hub, registry, card.name)
        asked = [path for method, path, *_ in hub.log if method == "GET"]
        assert asked == [f"{card.repo}/{folder}{name}" for name in card.files]
        hub.log.clear()
        registry.remove(card.name)


def test_pickled_weights_are_taken_where_there_is_no_safetensors(
    hub: Hub, registry: Registry, card: Card
) -> None:
    del hub.files[weights_of(card)]
    hub.files[f"{card.repo}/pytorch_model.bin"] = b"no pickle at all"
    with pytest.raises(ModelUnreadable, match="pytorch_model"):
        fetch(hub, registry)
    assert hub.ranges(f"{card.repo}/pytorch_model.bin") == [None]


def test_what_is_not_the_model_of_the_card_is_not_installed(
    hub: Hub, registry: Registry, card: Card
) -> None:
    hub.files[weights_of(card)] = b"something else"
    with pytest.raises(ModelUnreadable):
        fetch(hub, registry)
    assert registry.installed() == []


def test_only_damaged_weights_are_downloaded_again(
    hub: Hub, registry: Registry, card: Card
) -> None:
    here = fetch(hub, registry)
    (here.folder / "model.safetensors").write_bytes(b"rotten")
    hub.log.clear()
    assert fetch(hub, registry).fingerprint == here.fingerprint
    assert [path for method, path, *_ in hub.log if method == "GET"] == [weights_of(card)]


def test_a_transfer_that_takes_too_long_is_not_taken_for_a_second_run(
    hub: Hub, registry: Registry
) -> None:
    def slow(name: str, here: int, total: int | None) -> AbstractContextManager[Advance]:
        raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    with pytest.raises(ShotlogError, match="timed out"):
        pull(registry, registry.card(NAME), agree=yes, endpoint=hub.url, progress=slow)


def test_a_second_run_at_the_same_time_is_refused(hub: Hub, registry: Registry) -> None:
    def meanwhile(name: str, here: int, total: int | None) -> AbstractContextManager[Advance]:
        with pytest.raises(ModelNotPulled, match="another run"):
            fetch(hub, registry)
        raise KeyboardInterrupt

    with pytest.raises(Stopped, match="what was received is kept"):
        pull(registry, registry.card(NAME), agree=yes, endpoint=hub.url, progress=meanwhile)
    fetch(hub, registry)


def test_a_token_of_the_environment_is_sent(
    hub: Hub, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetch(hub, registry)
    assert {token for *_, token in hub.log} == {"Bearer hf_secret"}


def test_an_unwritable_models_folder_is_an_error_with_a_reason(
    hub: Hub, registry: Registry
) -> None:
    registry.root.write_text("a file is in the way")
    with pytest.raises(OutputNotWritable, match="SHOTLOG_MODELS"):
        fetch(hub, registry)


def _command(hub: Hub, registry: Registry, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "shotlog", "models", "pull", NAME, "--yes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "SHOTLOG_MODELS": str(registry.root),
            "HF_ENDPOINT": hub.url,
            **environment,
        },
        # A test run in the background has Ctrl-C switched off, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_offline_mode_sends_no_request(hub: Hub, registry: Registry) -> None:
    process = _command(hub, registry, HF_HUB_OFFLINE="1")
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert b"HF_HUB_OFFLINE is set" in stderr
    assert b"models add FOLDER" in stderr
    assert hub.log == []


def test_ctrl_c_leaves_no_partial_model_and_the_next_run_resumes(
    hub: Hub, registry: Registry, card: Card, tmp_path: Path
) -> None:
    chunk = 10 * 2**20  # what the library reads before it writes
    large = make(tmp_path / "large", size=replace(TINY, mlp=30_000)).folder
    for name in card.files:
        hub.files[f"{card.repo}/{name}"] = (large / name).read_bytes()
    hub.stall_after = chunk + 1000
    process = _command(hub, registry)
    assert hub.stalled.wait(PATIENCE_S)
    draft = next(registry.own_folder(NAME).glob("model.safetensors.*.part"))
    wait_for(lambda: process.poll() is not None or draft.stat().st_size >= chunk)
    process.send_signal(signal.SIGINT)
    hub.stall_after = None
    hub.go_on.set()
    _, stderr = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, stderr
    assert b"Traceback" not in stderr
    assert b"what was received is kept" in stderr
    assert registry.installed() == []
    hub.log.clear()
    fetch(hub, registry)
    assert hub.ranges(weights_of(card)) == [f"bytes={chunk}-"]
