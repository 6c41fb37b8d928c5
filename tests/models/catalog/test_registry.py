"""Cards, and the folder that holds the weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from shotlog.models.catalog import (
    CARD_FILE,
    MANIFEST_FILE,
    Activation,
    Card,
    InstalledModel,
    Licence,
    ModelHead,
    Registry,
    Resize,
    Sampling,
    Task,
    check_name,
    describe_file,
    shipped_cards,
)
from shotlog.schema import (
    ModelError,
    ModelMissing,
    ModelUnknown,
    ModelUnreadable,
    OutputNotWritable,
)

SHIPPED = {
    "movieshots-multitask",
    "movieshots-scale",
    "movieshots-movement",
    "kandinsky-camera-motion",
    "kandinsky-motion-predictor",
    "clip-vit-base-patch32",
    "siglip2-base-patch16-224",
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def own_card(name: str = "mine") -> Card:
    return Card(
        name=name,
        title="Shot size",
        heads=(ModelHead(task=Task.SIZE, key="classifier"),),
        sampling=Sampling.UNIFORM,
        resize=Resize.STRETCH,
        licence=Licence(name="not stated", note="As you know."),
    )


def put(registry: Registry, card: Card, weights: bytes = b"weights") -> InstalledModel:
    home = registry.own_folder(card.name)
    home.mkdir(parents=True)
    (home / "config.json").write_text("{}")
    (home / "model.safetensors").write_bytes(weights)
    kept = [describe_file(home / name) for name in ("config.json", "model.safetensors")]
    return registry.install(card, kept, source="a test")


def test_the_shipped_cards_answer_every_task(registry: Registry) -> None:
    cards = registry.cards()
    assert {card.name for card in cards} == SHIPPED
    assert {task for card in cards for task in card.tasks} == set(Task)
    assert [card.rank for card in cards] == sorted({card.rank for card in cards})


def test_the_model_with_the_better_published_figure_leads(registry: Registry) -> None:
    order = [card.name for card in registry.cards()]
    assert order.index("movieshots-scale") < order.index("movieshots-multitask")
    assert order.index("movieshots-multitask") < order.index("movieshots-movement")


@pytest.mark.parametrize("card", shipped_cards(), ids=lambda card: card.name)
def test_a_shipped_card_states_its_terms_and_size(card: Card) -> None:
    assert card.repo
    # A VideoMAE is fine-tuned from another model, whose terms bind as well; these two are not.
    assert card.licence.base or card.text
    assert "commercial" in card.licence.note.lower()
    assert card.size_mb is not None
    assert card.parameters is not None
    # float32 weights are four bytes a parameter: the two published figures must agree
    assert card.size_mb * 2**20 == pytest.approx(card.parameters * 4e6, rel=0.01)
    assert all(figure.source for figure in card.reported)
    multi_label = [h for h in card.heads if h.activation is Activation.SIGMOID]
    assert all(head.threshold == 0.5 for head in multi_label)


def test_cards_and_registry_do_not_load_torch() -> None:
    code = (
        "import sys; import shotlog.models.catalog as r; from shotlog.cli import main;"
        "r.Registry().installed();"
        "print(sorted({'torch', 'transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "[]"


def test_nothing_is_installed_in_a_folder_that_does_not_exist(registry: Registry) -> None:
    assert registry.installed() == []
    assert registry.problems() == []
    assert not registry.root.exists()
    with pytest.raises(ModelMissing, match="models pull movieshots-scale"):
        registry.find("movieshots-scale")


def test_the_folder_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_MODELS", str(tmp_path / "shared"))
    assert Registry().own_folder("movieshots-scale") == tmp_path / "shared" / "movieshots-scale"


def test_an_installed_model_bears_the_hash_of_its_weights(registry: Registry) -> None:
    card = registry.card("movieshots-scale")
    here = put(registry, card, b"some weights")
    assert here.fingerprint == sha256(b"some weights").hexdigest()
    assert here.bytes == len(b"some weights") + 2
    assert registry.installed() == [here]


def test_weights_of_unchanged_size_and_time_are_not_hashed_again(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = registry.card("movieshots-scale")
    here = put(registry, card)
    read: list[Path] = []

    def note(path: Path) -> str:
        read.append(path)
        return "0" * 64

    monkeypatch.setattr("shotlog.models.catalog.manifest.sha256_of", note)
    assert registry.installed() == [here]
    assert read == []
    os.utime(here.folder / "model.safetensors", ns=(1, 1))
    assert registry.find(card.name).fingerprint == "0" * 64
    assert read == [here.folder / "model.safetensors"]


def test_the_new_fingerprint_of_changed_weights_is_recorded(registry: Registry) -> None:
    card = registry.card("movieshots-scale")
    here = put(registry, card)
    (here.folder / "model.safetensors").write_bytes(b"trained further")
    (changed,) = registry.installed()
    assert changed.fingerprint == sha256(b"trained further").hexdigest()
    noted = registry.manifest(card.name)
    assert noted is not None
    assert noted.fingerprint == changed.fingerprint
    assert noted.files[-1].origin == here.fingerprint


def test_a_model_without_its_files_is_a_problem_and_left_out(registry: Registry) -> None:
    put(registry, registry.card("movieshots-scale"))
    put(registry, own_card())
    (registry.own_folder("mine") / "model.safetensors").unlink()
    assert [here.card.name for here in registry.installed()] == ["movieshots-scale"]
    (problem,) = registry.problems()
    assert problem.subject == "mine"
    assert "model.safetensors is gone" in problem.message


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"name": "mine"}', '{"name": "mine", "surprise": 1}']
)
def test_a_damaged_card_does_not_cost_the_others(registry: Registry, text: str) -> None:
    put(registry, own_card("good"))
    (registry.own_folder("mine")).mkdir(parents=True)
    (registry.own_folder("mine") / CARD_FILE).write_text(text)
    assert {card.name for card in registry.cards()} == {"good"} | SHIPPED
    (problem,) = registry.problems()
    assert problem.code == "model-unreadable"
    with pytest.raises(ModelUnreadable):
        registry.card("mine")


@pytest.mark.parametrize("text", [b"", b"{", b'{"files": 1}', b"\xff\xfe"])
def test_a_damaged_manifest_is_a_problem_of_its_model(registry: Registry, text: bytes) -> None:
    put(registry, own_card())
    (registry.own_folder("mine") / MANIFEST_FILE).write_bytes(text)
    assert registry.installed() == []
    (problem,) = registry.problems()
    assert "models remove mine" in problem.hint


def test_a_card_cannot_take_the_name_of_a_shipped_one(registry: Registry) -> None:
    registry.own_folder("movieshots-scale").mkdir(parents=True)
    impostor = own_card().model_dump(mode="json") | {"name": "movieshots-scale"}
    (registry.own_folder("movieshots-scale") / CARD_FILE).write_text(json.dumps(impostor))
    assert registry.card("movieshots-scale").repo is not None
    assert len(registry.problems()) == 1
    with pytest.raises(ModelError, match="comes with Shotlog"):
        registry.write_card(own_card("movieshots-scale"))


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", "Mine", "-x", "a" * 65, "nul\0"])
def test_a_name_that_is_not_portable_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(ModelError):
        check_name(name)
    with pytest.raises(ModelUnknown):
        registry.card(name)
    with pytest.raises(ModelUnknown):
        registry.remove(name)


def test_removing_takes_away_our_copies_alone(registry: Registry, tmp_path: Path) -> None:
    put(registry, registry.card("movieshots-scale"))
    folder = tmp_path / "trained"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"mine")
    kept = [describe_file(folder / name) for name in ("config.json", "model.safetensors")]
    here = registry.install(own_card(), kept, source=str(folder), linked=folder)
    assert here.folder == folder
    registry.remove("mine")
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    with pytest.raises(ModelUnknown):
        registry.card("mine")
    assert registry.remove("movieshots-scale") >= len(b"weights")
    assert registry.installed() == []
    assert registry.card("movieshots-scale").name == "movieshots-scale"
    with pytest.raises(ModelMissing, match="nothing to remove"):
        registry.remove("movieshots-scale")


def test_a_read_only_models_folder_is_an_error_with_a_reason(registry: Registry) -> None:
    registry.root.parent.mkdir(exist_ok=True)
    registry.root.write_text("a file is in the way")
    with pytest.raises(OutputNotWritable, match="SHOTLOG_MODELS"):
        registry.write_card(own_card())
    assert registry.installed() == []
