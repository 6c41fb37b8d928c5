"""The models whose vectors a network takes: one of each kind, at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.learning.highlights import choose_backbones
from shotlog.models.catalog import Card, Registry, describe_file
from shotlog.paths import MODELS_VARIABLE
from shotlog.schema import DeviceUnusable, ModelError, ModelMissing
from tests.models.checkpoints import MOVE_CARD, SIZE_CARD, TINY, make
from tests.models.image_text import make_clip


def install(card: Card, folder: Path) -> None:
    kept = [describe_file(path) for path in sorted(folder.iterdir())]
    Registry().install(card, kept, source="this test", linked=folder)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(autouse=True)
def words(weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Installs two video models and an image-text model; gives the name of the last."""
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    for card in (MOVE_CARD, SIZE_CARD):
        install(card, make(weights / card.name, card=card).folder)
    clip = make_clip(weights / "clip").installed
    install(clip.card, clip.folder)
    return clip.card.name


def refusal(*names: str, device: str = "cpu") -> str:
    with pytest.raises(ModelError) as caught:
        choose_backbones(names, device, "fp32")
    return f"{caught.value} {caught.value.problem.hint}"


def test_blocks_are_as_wide_as_the_vectors_of_their_models(words: str) -> None:
    alone = choose_backbones([MOVE_CARD.name], "cpu", "fp32")
    assert alone.dimensions == TINY.embedding + 193
    both = choose_backbones([words, MOVE_CARD.name], "cpu", "fp32")
    assert [block.model for block in both.blocks if block.model] == [MOVE_CARD.name, words]
    assert both.dimensions > alone.dimensions


def test_two_models_of_a_kind_are_refused() -> None:
    told = refusal(MOVE_CARD.name, SIZE_CARD.name)
    assert "these are 2 video models, and a network takes the vectors of one" in told


def test_an_image_text_model_alone_is_refused(words: str) -> None:
    assert "a network needs a video model, and this is an image-text model" in refusal(words)


def test_a_model_or_a_device_that_is_not_here_is_told_before_the_work() -> None:
    with pytest.raises(ModelMissing, match="movieshots-scale"):
        choose_backbones(["movieshots-scale"], "cpu", "fp32")
    with pytest.raises(DeviceUnusable):
        choose_backbones([MOVE_CARD.name], "cuda:7", "fp32")
