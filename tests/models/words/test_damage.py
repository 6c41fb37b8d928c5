"""Damaged and foreign image-text models are refused, and what is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from shotlog.models.words import load_images, load_texts, read_outline
from shotlog.schema import ModelMissing, ModelUnreadable
from tests.models.checkpoints import make
from tests.models.image_text import (
    CLIP_CARD,
    SIGLIP_CARD,
    MadeImageText,
    clip_tokenizer,
    make_clip,
    make_siglip,
)

Change = Callable[[MadeImageText], None]


def load_both(made: MadeImageText) -> None:
    """Load both halves of a model."""
    load_images(made.folder, made.card)
    load_texts(made.folder, made.card)


def rewrite(change: Callable[[dict[str, torch.Tensor]], object]) -> Change:
    """Return a change of the tensors of a file."""

    def rewritten(made: MadeImageText) -> None:
        file = made.folder / "model.safetensors"
        tensors = load_file(file)
        change(tensors)
        save_file(tensors, file)

    return rewritten


def reconfigure(**facts: Any) -> Change:
    """Return a change of config.json."""

    def reconfigured(made: MadeImageText) -> None:
        path = made.folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))

    return reconfigured


def tear(name: str) -> Change:
    """Return a change that leaves half of a file."""

    def torn(made: MadeImageText) -> None:
        data = (made.folder / name).read_bytes()
        (made.folder / name).write_bytes(data[: len(data) // 2])

    return torn


def pickle_weights(made: MadeImageText) -> None:
    tensors = load_file(made.folder / "model.safetensors")
    torch.save(tensors, made.folder / "pytorch_model.bin")
    (made.folder / "model.safetensors").unlink()


_POSITIONS = "vision_model.embeddings.position_embedding.weight"
_BLOCK = "vision_model.encoder.layers.1"
_FAULTS: dict[str, tuple[Change, str]] = {
    "torn weights": (tear("model.safetensors"), "damaged"),
    "torn config": (tear("config.json"), "config.json cannot be read"),
    "torn tokenizer": (tear("tokenizer.json"), "tokenizer.json cannot be read"),
    "pickled weights": (pickle_weights, "no safetensors"),
    "another architecture": (reconfigure(model_type="bert"), "model_type 'bert'"),
    "no architecture": (reconfigure(model_type=None), "model_type None"),
    "a config of other sizes": (
        reconfigure(vision_config={"hidden_size": 96, "patch_size": 16, "image_size": 32}),
        "of another shape|missing|cannot build",
    ),
    "a config that is none": (reconfigure(vision_config=7), "cannot build|missing|another shape"),
    "a tensor too few": (
        rewrite(lambda t: t.pop(f"{_BLOCK}.self_attn.q_proj.bias")),
        "1 missing: .*q_proj.bias",
    ),
    "a tensor too many": (
        rewrite(lambda t: t.update({f"{_BLOCK}.extra": torch.zeros(2)})),
        "1 unexpected: .*extra",
    ),
    "tensors of something else": (
        rewrite(lambda t: t.update({"decoder.weight": torch.zeros(2)})),
        "unexpected: decoder.weight",
    ),
    "a tensor of another shape": (
        rewrite(lambda t: t.update({f"{_BLOCK}.mlp.fc2.bias": torch.zeros(7)})),
        "1 of another shape: .*fc2.bias",
    ),
    "quantised weights": (
        rewrite(lambda t: t.update({k: v.to(torch.int8) for k, v in t.items() if "fc1" in k})),
        "whole numbers",
    ),
    "weights that are no numbers": (
        rewrite(lambda t: t[f"{_BLOCK}.mlp.fc1.weight"].fill_(torch.nan)),
        "not a number",
    ),
    "halves of different models": (
        rewrite(
            lambda t: t.update(
                {k: torch.zeros(5, *v.shape[1:]) for k, v in t.items() if k.startswith("text_pro")}
            )
        ),
        "its texts have 5",
    ),
    "no embedding of patches": (
        rewrite(lambda t: t.pop("vision_model.embeddings.patch_embedding.weight")),
        "patch_embedding.weight is missing",
    ),
    "no square of patches": (
        rewrite(lambda t: t.update({_POSITIONS: torch.ones(4, 48)})),
        "no square",
    ),
}


@pytest.mark.parametrize(("change", "told"), _FAULTS.values(), ids=_FAULTS)
def test_a_damaged_or_foreign_model_is_refused_by_name(
    tmp_path: Path, change: Change, told: str
) -> None:
    made = make_clip(tmp_path)
    change(made)
    with pytest.raises(ModelUnreadable, match=told) as refused:
        load_both(made)
    assert refused.value.problem.subject == "tiny-clip"


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    made = make_siglip(tmp_path)
    tokenizer = clip_tokenizer()
    tokenizer.save(str(made.folder / "tokenizer.json"))
    with pytest.raises(ModelUnreadable, match="network knows"):
        load_texts(made.folder, made.card)
    small = make_clip(tmp_path / "small")
    with pytest.raises(ModelUnreadable, match="no token <eos>"):
        load_texts(small.folder, SIGLIP_CARD)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    made = make_clip(tmp_path)
    (made.folder / name).unlink()
    with pytest.raises(ModelMissing, match="weights" if "model" in name else name):
        load_texts(made.folder, made.card)


def test_a_model_of_windows_is_no_image_text_model(tmp_path: Path) -> None:
    video = make(tmp_path)
    with pytest.raises(ModelUnreadable, match="model_type 'videomae'"):
        read_outline(video.folder, CLIP_CARD)
    clip = make_clip(tmp_path / "clip")
    with pytest.raises(ModelUnreadable, match="not that of an image-text model"):
        load_texts(clip.folder, video.card.model_copy(update={"files": clip.card.files}))
