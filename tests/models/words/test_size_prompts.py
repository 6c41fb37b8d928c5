"""The sentences about sizes, and their vectors by one model."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from shotlog.models.words import (
    SIZE_PROMPTS,
    digest_prompts,
    load_size_vectors,
    load_texts,
)
from shotlog.schema import SIZES, UNDEFINED, ModelMissing, ModelUnreadable
from tests.models.image_text import MadeImageText, make_clip, make_siglip

MOST_CHARACTERS = 60
"""No more tokens than a SigLIP 2 reads, also where a tokenizer cuts words into letters."""


@pytest.fixture(scope="module", params=[make_clip, make_siglip], ids=["CLIP", "SigLIP 2"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeImageText:
    maker: Callable[[Path], MadeImageText] = request.param
    return maker(tmp_path_factory.mktemp("made"))


@pytest.fixture(autouse=True)
def _nothing_computed_yet() -> None:
    load_size_vectors.cache_clear()


def test_every_size_has_sentences_of_its_own_in_the_order_of_the_vocabulary() -> None:
    assert tuple(SIZE_PROMPTS) == tuple(name for name in SIZES.names if name != UNDEFINED)
    sentences = [one for some in SIZE_PROMPTS.values() for one in some]
    assert len(set(sentences)) == len(sentences)
    assert max(map(len, sentences)) <= MOST_CHARACTERS


def test_another_sentence_is_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before, changed = digest_prompts(), {**SIZE_PROMPTS, "LS": ("a long shot",)}
    monkeypatch.setattr("shotlog.models.words.size_prompts.SIZE_PROMPTS", changed)
    assert digest_prompts() != before


def test_the_vector_of_a_size_is_the_mean_of_its_sentences_without_a_template(
    made: MadeImageText,
) -> None:
    found = load_size_vectors(made.installed)
    assert made.card.text is not None
    bare = made.card.text.model_copy(update={"template": "{}"})
    embed = load_texts(made.folder, made.card.model_copy(update={"text": bare})).embed
    for name, vector in zip(found.names, found.vectors, strict=True):
        mean = np.mean([embed(one) for one in SIZE_PROMPTS[name]], axis=0)
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)
    tensors = load_file(made.folder / "model.safetensors")
    assert found.scale == pytest.approx(math.exp(tensors["logit_scale"].item()))
    frames = np.eye(len(found.vectors[0]), dtype=np.float32)[:2]
    assert np.allclose(found.logits(frames), found.scale * found.vectors[:, :2].T)


def test_sentences_are_read_once_in_a_process(
    made: MadeImageText, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_size_vectors(made.installed)
    again = "shotlog.models.words.size_vectors.load_texts"
    monkeypatch.setattr(again, lambda *_: pytest.fail("read again"))
    assert load_size_vectors(made.installed) is first


def _rewrite(made: MadeImageText, **tensors: torch.Tensor | None) -> None:
    file = made.folder / "model.safetensors"
    kept: dict[str, Any] = {**load_file(file), **tensors}
    save_file({name: tensor for name, tensor in kept.items() if tensor is not None}, file)


@pytest.mark.parametrize("scale", [None, torch.tensor(math.nan), torch.tensor(1000.0)])
def test_a_model_without_the_scale_of_its_similarities_tells_no_size(
    tmp_path: Path, scale: torch.Tensor | None
) -> None:
    made = make_clip(tmp_path)
    _rewrite(made, logit_scale=scale)
    with pytest.raises(ModelUnreadable, match="logit_scale"):
        load_size_vectors(made.installed)


def test_a_missing_or_foreign_tokenizer_is_named(tmp_path: Path) -> None:
    made, other = make_siglip(tmp_path / "a"), make_clip(tmp_path / "b")
    foreign = (other.folder / "tokenizer.json").read_bytes()
    (made.folder / "tokenizer.json").write_bytes(foreign)
    with pytest.raises(ModelUnreadable, match=r"tokenizer\.json has \d+ tokens"):
        load_size_vectors(made.installed)
    (made.folder / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match=r"no tokenizer\.json"):
        load_size_vectors(made.installed)


def test_a_model_that_reads_too_short_texts_is_named(tmp_path: Path) -> None:
    made = make_siglip(tmp_path)
    name = "text_model.embeddings.position_embedding.weight"
    short = load_file(made.folder / "model.safetensors")[name][:20].clone()
    _rewrite(made, **{name: short})
    config = (made.folder / "config.json").read_text()
    (made.folder / "config.json").write_text(
        config.replace('"max_position_embeddings": 64', '"max_position_embeddings": 20')
    )
    with pytest.raises(ModelUnreadable, match=r"sentence about sizes.*at most 20"):
        load_size_vectors(made.installed)
