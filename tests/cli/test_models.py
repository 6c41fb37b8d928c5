"""``shotlog models`` as a user types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog import Client
from shotlog.cli import main
from shotlog.models.catalog import Registry, Resize, Sampling, Task
from shotlog.paths import HOME_VARIABLE
from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths, read_connection
from tests.models.checkpoints import MOVE_CARD, MULTITASK_CARD, Style, make, make_predictor
from tests.models.hub import Hub, serving


def shotlog(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["models", *(str(a) for a in args)], input=stdin)


def facts(*args: str | Path) -> Any:
    result = shotlog(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with models: size, multitask, move, motion, and some that are none."""
    root = tmp_path_factory.mktemp("made")
    make(root / "size")
    make(root / "original", Style.ORIGINAL)
    make(root / "multitask", Style.MULTITASK, card=MULTITASK_CARD)
    make(root / "move", card=MOVE_CARD)
    make_predictor(root / "motion")
    make(root / "strange", labels={"classifier": ("ECS", "cat", "dog")})
    (root / "empty").mkdir()
    (root / "weightless").mkdir()
    (root / "weightless" / "config.json").write_text("{}")
    make(root / "several")
    (root / "several" / "model.safetensors").rename(root / "several" / "a.safetensors")
    (root / "several" / "b.safetensors").write_bytes(b"another")
    make(root / "torn")
    whole = (root / "torn" / "model.safetensors").read_bytes()
    (root / "torn" / "model.safetensors").write_bytes(whole[:2000])
    return root


@pytest.fixture
def hub(made: Path) -> Iterator[Hub]:
    card = Registry().card("movieshots-scale")
    with serving() as hub:
        for name in card.files:
            hub.files[f"{card.repo}/{name}"] = (made / "size" / name).read_bytes()
        yield hub


def test_list_shows_every_card_with_its_terms() -> None:
    shown = shotlog("list")
    assert shown.exit_code == 0
    for card in Registry().cards():
        assert card.name in shown.output
        assert card.licence.name in shown.output
        assert (card.licence.base_name or "") in shown.output
    assert max(map(len, shown.output.splitlines())) <= 80
    rows = facts("list")
    assert [row["name"] for row in rows] == [card.name for card in Registry().cards()]
    assert not any(row["installed"] for row in rows)
    assert all(row["memory_mb"]["fp32"] >= 2 * row["memory_mb"]["bf16"] - 1 for row in rows)


def test_info_tells_the_card_and_the_place(made: Path) -> None:
    shown = shotlog("info", "movieshots-multitask").output
    for word in ("scale_cf", "movement_id2label", "CC-BY-NC-4.0", "88.32 %", "models pull"):
        assert word in shown
    facts("add", made / "size", "--task", "size", "--name", "mine")
    told = facts("info", "mine")
    assert told["installed"]
    shown = shotlog("info", "mine").output.replace("\n", "").replace(" ", "")
    assert told["fingerprint"] in shown
    assert told["folder"] in shown


def test_a_pull_shows_the_licence_and_asks_once(hub: Hub) -> None:
    declined = shotlog("pull", "movieshots-scale", "--endpoint", hub.url, stdin="n\n")
    assert declined.exit_code == 1
    assert "nothing was downloaded" in declined.stderr
    assert hub.log == []
    accepted = shotlog("pull", "movieshots-scale", "--endpoint", hub.url, stdin="y\n")
    assert accepted.exit_code == 0, accepted.output
    assert "CC-BY-NC-4.0" in accepted.stderr
    assert accepted.stderr.count("Fetch it on these terms?") == 1
    assert shotlog("pull", "movieshots-scale").stdout.count("is already installed") == 1


def test_nobody_there_to_answer_is_a_no(hub: Hub) -> None:
    silent = shotlog("pull", "movieshots-scale", "--endpoint", hub.url, stdin="")
    assert silent.exit_code == 1
    assert "--yes" in silent.stderr
    assert hub.log == []


def test_yes_and_json_suit_a_script(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    told = facts("pull", "movieshots-scale", "--yes")
    assert told["installed"]
    assert [row["name"] for row in facts("list") if row["installed"]] == ["movieshots-scale"]
    assert facts("verify", "movieshots-scale")["fingerprint"] == told["fingerprint"]


@pytest.mark.parametrize(
    ("folder", "tasks", "sampling"),
    [
        ("size", ["size"], Sampling.UNIFORM),
        ("original", ["size"], Sampling.UNIFORM),
        ("multitask", ["movement", "size"], Sampling.UNIFORM),
        ("move", ["move"], Sampling.TWO_SECONDS),
        ("motion", ["motion"], Sampling.SEGMENTS),
    ],
)
def test_a_folder_is_added_with_the_defaults_of_its_family(
    made: Path, folder: str, tasks: list[str], sampling: Sampling
) -> None:
    options = [option for task in tasks for option in ("--task", task)]
    told = facts("add", made / folder, *options)
    assert told["name"] == folder
    assert set(told["tasks"]) == set(tasks)
    card = Registry().card(folder)
    assert card.sampling is sampling
    assert card.parameters is not None
    assert all((head.threshold is not None) == (head.task is Task.MOVE) for head in card.heads)
    assert Registry().cards()[0].name == folder
    assert facts("verify", folder)["installed"]


def test_the_preprocessor_tells_crop_and_normalisation(made: Path, tmp_path: Path) -> None:
    folder = make(tmp_path / "cropped").folder
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"do_center_crop": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3})
    )
    facts("add", folder, "--task", "size")
    card = Registry().card("cropped")
    assert card.resize is Resize.COVER
    assert card.mean is None
    assert (Registry().find("cropped").folder / "preprocessor_config.json").is_file()
    facts("add", folder, "--task", "size", "--name", "mine", "--resize", "stretch", "--link")
    assert Registry().card("mine").resize is Resize.STRETCH


def test_a_linked_folder_is_used_where_it_is_and_outlives_removal(made: Path) -> None:
    told = facts("add", made / "size", "--task", "size", "--link")
    assert told["folder"] == str(made / "size")
    assert facts("remove", "size")["freed"] < 10_000
    assert (made / "size" / "model.safetensors").is_file()
    assert shotlog("info", "size").exit_code == 1


def test_files_of_a_published_model_may_come_on_a_disk(made: Path) -> None:
    told = facts("add", made / "size", "--name", "movieshots-scale")
    assert told["card"]["repo"].startswith("gullalc/")
    assert (Registry().own_folder("movieshots-scale") / "model.safetensors").is_file()
    shotlog("remove", "movieshots-scale")
    assert not Registry().own_folder("movieshots-scale").exists()


def test_a_file_of_weights_says_which_of_several(made: Path) -> None:
    told = facts("add", made / "several" / "a.safetensors", "--task", "size")
    assert told["card"]["files"] == ["config.json", "a.safetensors"]
    assert facts("verify", "several")["installed"]


def test_a_repository_of_the_hub_is_added_by_fetching_it(hub: Hub, made: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        hub.files[f"Some/Model/{name}"] = (made / "size" / name).read_bytes()
    command = ["add", "Some/Model", "--task", "size", "--endpoint", hub.url]
    declined = shotlog(*command, stdin="n\n")
    assert "https://huggingface.co/Some/Model" in declined.stderr
    assert hub.log == []
    assert Registry().installed() == []
    told = facts(*command, "--yes")
    assert (told["name"], told["card"]["repo"]) == ("model", "Some/Model")
    assert facts("verify", "model")["installed"]


def test_a_preprocessor_on_the_hub_is_fetched_and_believed(hub: Hub, made: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        hub.files[f"Some/Model/{name}"] = (made / "size" / name).read_bytes()
    hub.files["Some/Model/preprocessor_config.json"] = json.dumps(
        {"do_center_crop": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    ).encode()
    facts("add", "Some/Model", "--task", "size", "--endpoint", hub.url, "--yes")
    card = Registry().card("model")
    assert (card.resize, card.mean) == (Resize.COVER, None)
    assert facts("verify", "model")["installed"]


def test_a_model_of_the_hub_with_other_labels_is_not_installed(hub: Hub, made: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        hub.files[f"Some/Model/{name}"] = (made / "strange" / name).read_bytes()
    result = shotlog("add", "Some/Model", "--task", "size", "--endpoint", hub.url, "--yes")
    assert result.exit_code == 1
    assert "cat, dog" in result.stderr
    assert Registry().installed() == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere", "--task", "size"], "no such folder"),
        (["empty", "--task", "size"], "no weights in this folder"),
        (["weightless", "--task", "size"], "no weights in this folder"),
        (["several", "--task", "size"], "a.safetensors, b.safetensors"),
        (["torn", "--task", "size"], "damaged"),
        (["size"], "--task size"),
        (["size", "--task", "move"], "are no answers to 'move'"),
        (["size", "--task", "motion"], "head"),
        (["strange", "--task", "size"], "cat, dog"),
        (["size", "--task", "size", "--task", "move"], "together"),
        (["size", "--task", "size", "--name", "No Name"], "cannot have this name"),
        (["motion", "--name", "movieshots-scale"], "classifier"),
    ],
)
def test_what_cannot_be_added_is_told_and_leaves_nothing(
    made: Path, args: list[str], said: str
) -> None:
    result = shotlog("add", made / args[0], *args[1:])
    assert result.exit_code == 1, result.output
    assert said in result.stderr
    assert isinstance(result.exception, SystemExit)
    assert Registry().installed() == []
    assert {row["name"] for row in facts("list")} == {card.name for card in Registry().cards()}
    assert not Registry().root.exists()


def test_a_second_model_of_one_name_is_refused(made: Path) -> None:
    facts("add", made / "size", "--task", "size")
    again = shotlog("add", made / "original", "--task", "size", "--name", "size")
    assert again.exit_code == 1
    assert "models remove size" in again.stderr
    taken = shotlog("add", "some/size", "--task", "size")
    assert "of this name exists already" in taken.stderr


def test_verify_finds_what_was_exchanged(made: Path) -> None:
    facts("add", made / "size", "--task", "size", "--name", "mine")
    other = (made / "original" / "model.safetensors").read_bytes()
    (Registry().own_folder("mine") / "model.safetensors").write_bytes(other)
    result = shotlog("verify", "mine")
    assert result.exit_code == 1
    assert "model.safetensors changed since installation" in result.stderr


def test_a_linked_model_may_be_trained_further(tmp_path: Path) -> None:
    folder = make(tmp_path / "mine").folder
    before = facts("add", folder, "--task", "size", "--link")["fingerprint"]
    make(folder, seed=9)
    assert facts("verify", "mine")["fingerprint"] != before


@pytest.mark.parametrize("command", ["info", "pull", "verify", "remove"])
def test_an_unknown_model_is_told(command: str) -> None:
    result = shotlog(command, "nobody")
    assert result.exit_code == 1
    assert "no model of this name" in result.stderr
    assert "shotlog models list" in result.stderr


def test_list_tells_of_a_model_that_is_damaged(made: Path) -> None:
    facts("add", made / "size", "--task", "size", "--name", "mine")
    (Registry().own_folder("mine") / "model.safetensors").unlink()
    result = shotlog("list")
    assert result.exit_code == 0
    assert "model.safetensors is gone" in result.stderr


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DaemonPaths]:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    yield DaemonPaths()
    stop_daemon(DaemonPaths())


@pytest.mark.slow
def test_models_are_loaded_ahead_and_let_go_of(made: Path, daemon: DaemonPaths) -> None:
    facts("add", made / "size", "--task", "size")
    facts("add", made / "move", "--task", "move")
    loaded = facts("load", "size", "--device", "cpu", "--precision", "fp32", "--keep-alive", "2h")
    assert [model.split(" on ")[0] for model in loaded["models"]] == ["size"]
    assert loaded["models"][0].endswith("in fp32")
    with Client(start=False) as client:
        first = client.status().worker
    assert first.models == tuple(loaded["models"])
    assert "size" in shotlog("load", "size", "--device", "cpu", "--precision", "fp32").stdout
    with Client(start=False) as client:
        assert client.status().worker.pid == first.pid
    assert facts("unload") == {"models": [], "devices": []}
    with Client(start=False) as client:
        assert client.status().worker.pid is None


@pytest.mark.slow
@pytest.mark.usefixtures("daemon")
def test_what_cannot_be_loaded_is_told_each_time_anew(made: Path) -> None:
    nothing = shotlog("load")
    assert nothing.exit_code == 1
    assert "no model is here" in nothing.stderr
    nobody = shotlog("load", "nobody")
    assert nobody.exit_code == 1
    assert "no model of this name" in nobody.stderr
    facts("add", made / "size", "--task", "size")
    elsewhere = shotlog("load", "--device", "cuda:99")
    assert elsewhere.exit_code == 1
    assert "there is no such device" in elsewhere.stderr
    assert "Traceback" not in nothing.output + nobody.output + elsewhere.output


def test_a_daemon_that_is_paused_is_not_waited_for(daemon: DaemonPaths) -> None:
    with Client() as client:
        client.pause()
    paused = shotlog("load")
    assert paused.exit_code == 1
    assert "shotlog daemon resume" in paused.stderr


def test_where_no_daemon_runs_there_is_nothing_to_let_go_of(daemon: DaemonPaths) -> None:
    assert facts("unload") == {"models": [], "devices": []}
    assert "no model is loaded" in shotlog("unload").stdout
    assert read_connection(daemon) is None


def test_models_that_would_be_let_go_of_at_once_are_not_loaded(daemon: DaemonPaths) -> None:
    assert shotlog("load", "--keep-alive", "0").exit_code == 2
    assert not daemon.home.exists()


@pytest.mark.parametrize(
    "command", ["list", "pull", "add", "verify", "remove", "info", "load", "unload"]
)
def test_help_teaches(command: str) -> None:
    result = shotlog(command, "--help")
    assert result.exit_code == 0
    assert "--json" in result.output
    assert all(len(line) <= 100 for line in result.output.splitlines())
