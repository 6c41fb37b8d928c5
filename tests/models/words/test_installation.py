"""Image-text models are pulled, added, verified and listed like all others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.models.catalog import Registry, Resize, Task
from shotlog.models.install import add_folder, verify
from shotlog.models.words import embed_text
from shotlog.schema import ModelError, ModelMissing, ModelUnreadable
from tests.models.checkpoints import make
from tests.models.hub import Hub, serving
from tests.models.image_text import MadeImageText, make_clip, make_siglip

SHIPPED = {"clip-vit-base-patch32": make_clip, "siglip2-base-patch16-224": make_siglip}


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["models", *(str(a) for a in args)])


def facts(*args: str | Path) -> Any:
    result = shotlog(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def fill(hub: Hub, name: str, made: MadeImageText) -> None:
    """Put the files of a tiny model where those of a shipped card are."""
    card = Registry().card(name)
    hub.commits.add(card.revision or "main")
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        hub.files[f"{card.repo}/{file}"] = (made.folder / file).read_bytes()


@pytest.mark.parametrize(("name", "maker"), SHIPPED.items(), ids=SHIPPED)
def test_a_shipped_card_is_pulled_verified_and_answers(
    tmp_path: Path, name: str, maker: Callable[[Path], MadeImageText]
) -> None:
    with serving() as hub:
        fill(hub, name, maker(tmp_path))
        told = facts("pull", name, "--yes", "--endpoint", hub.url)
    assert told["tasks"] == ["image-text"]
    assert told["card"]["files"] == ["config.json", "tokenizer.json", "model.safetensors"]
    assert facts("verify", name)["fingerprint"] == told["fingerprint"]
    assert embed_text("a woman laughing")[0] == name
    listed, described = shotlog("list").output, shotlog("info", name).output
    assert "search by words" in listed
    assert "shot size, zero-shot" in listed
    assert "queries as" in described
    assert "zero-shot, not calibrated" in described
    (Registry().find(name).folder / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(ModelUnreadable, match=r"tokenizer\.json changed"):
        verify(Registry(), name)


def test_the_conversion_to_safetensors_is_the_commit_that_is_fetched(tmp_path: Path) -> None:
    with serving() as hub:
        fill(hub, "clip-vit-base-patch32", make_clip(tmp_path))
        facts("pull", "clip-vit-base-patch32", "--yes", "--endpoint", hub.url)
    revision = Registry().card("clip-vit-base-patch32").revision
    assert hub.revisions[0] == ("openai/clip-vit-base-patch32/config.json", revision)


def test_a_repository_with_pickled_weights_alone_is_not_fetched(tmp_path: Path) -> None:
    with serving() as hub:
        fill(hub, "siglip2-base-patch16-224", make_siglip(tmp_path))
        card = Registry().card("siglip2-base-patch16-224")
        weights = hub.files.pop(f"{card.repo}/model.safetensors")
        hub.files[f"{card.repo}/pytorch_model.bin"] = weights
        refused = shotlog("pull", card.name, "--yes", "--endpoint", hub.url)
    assert refused.exit_code == 1
    assert "model.safetensors" in refused.stderr
    assert not Registry().installed()


@pytest.mark.parametrize(
    ("maker", "resize"), [(make_clip, Resize.COVER), (make_siglip, Resize.STRETCH)]
)
def test_a_folder_of_the_user_is_added_with_the_rules_of_its_architecture(
    tmp_path: Path, maker: Callable[[Path], MadeImageText], resize: Resize
) -> None:
    made = maker(tmp_path / "mine")
    told = facts("add", made.folder, "--task", "image-text")
    model = Registry().find("mine")
    assert told["tasks"] == ["image-text"]
    assert model.card.resize is resize
    assert model.card.text is not None
    assert made.card.text is not None
    assert model.card.text.model_copy(update={"template": made.card.text.template}) == (
        made.card.text
    )
    assert model.card.mean is None  # read from its preprocessor_config.json
    assert set(model.card.files) == {
        "config.json", "tokenizer.json", "preprocessor_config.json", "model.safetensors",
    }  # fmt: skip
    assert verify(Registry(), "mine") == model


def test_a_shipped_card_is_filled_from_a_folder(tmp_path: Path) -> None:
    made = make_clip(tmp_path / "copied")
    model = add_folder(Registry(), made.folder, [], name="clip-vit-base-patch32", link=True)
    assert model.card.text == made.card.text
    assert embed_text("a red car")[0] == "clip-vit-base-patch32"


def test_what_is_no_image_text_model_is_not_added(tmp_path: Path) -> None:
    video, clip = make(tmp_path / "video").folder, make_clip(tmp_path / "clip").folder
    with pytest.raises(ModelUnreadable, match="videomae"):
        add_folder(Registry(), video, [Task.IMAGE_TEXT])
    with pytest.raises(ModelError, match="no other task"):
        add_folder(Registry(), clip, [Task.IMAGE_TEXT, Task.SIZE])
    refused = shotlog("add", clip, "--task", "image-text", "--sampling", "uniform")
    assert refused.exit_code == 1
    assert "single frames" in refused.stderr
    (clip / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"tokenizer\.json"):
        add_folder(Registry(), clip, [Task.IMAGE_TEXT])
    assert not Registry().installed()
