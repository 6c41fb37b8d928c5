"""The network computes what the published layouts mean: against plain torch, and transformers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.videomae.configuration_videomae import VideoMAEConfig
from transformers.models.videomae.modeling_videomae import VideoMAEForVideoClassification
from transformers.utils.logging import disable_progress_bar

from shotlog.models.videomae import Backbone, Classifier, LoadedModel, MotionPredictor, load
from shotlog.schema import Pixels
from tests.models import plain
from tests.models.checkpoints import (
    BASE,
    MEAN,
    STD,
    TINY,
    Made,
    Size,
    Style,
    make,
    make_predictor,
    window,
)

TOLERANCE = 1e-5

_SMALLEST: dict[str, Any] = {
    "hidden_size": 12,
    "num_hidden_layers": 1,
    "intermediate_size": 12,
    "image_size": 16,
}

ORIGINALS = (Style.OPENGVLAB, Style.ORIGINAL, Style.ENCODER)


def answers(model: LoadedModel, *windows: Pixels) -> dict[str, Tensor]:
    with torch.inference_mode():
        out: dict[str, Tensor] = model.network(torch.from_numpy(np.stack(windows)))
    return out


def assert_close(ours: Tensor, theirs: Tensor, tolerance: float = TOLERANCE) -> None:
    assert ours.dtype == torch.float32
    torch.testing.assert_close(ours.double(), theirs.double(), rtol=0, atol=tolerance)


@pytest.mark.parametrize("style", Style)
def test_every_published_layout_gives_what_a_plain_transformer_gives(
    style: Style, tmp_path: Path
) -> None:
    made = make(tmp_path, style)
    seen = window()
    ours = answers(load(made.folder, made.card), seen)
    eps, pool_eps = (1e-6, 1e-6) if style in ORIGINALS else (1e-12, 1e-5)
    pooled = plain.embedding(made.plain, made.size, seen, eps=eps, pool_eps=pool_eps)
    assert_close(ours["embedding"][0], pooled)
    for head in made.card.heads:
        assert_close(ours[head.key][0], plain.logits(made.plain, head.key, pooled))


@pytest.mark.parametrize("size", [TINY, Size(44, 1, 2, 60, patch=14, frames=4, side=42)])
@pytest.mark.parametrize("style", [Style.TRANSFORMERS_4, Style.ORIGINAL])
def test_a_model_that_does_not_pool_answers_from_its_first_token(
    style: Style, size: Size, tmp_path: Path
) -> None:
    made = make(tmp_path, style, size, mean_pooling=False)
    seen = window(size)
    eps = 1e-6 if style in ORIGINALS else 1e-12
    pooled = plain.embedding(made.plain, size, seen, eps=eps, pool_eps=eps)
    assert_close(answers(load(made.folder, made.card), seen)["embedding"][0], pooled)


@pytest.mark.parametrize("style", [Style.TRANSFORMERS_4, Style.TRANSFORMERS_5_18])
@pytest.mark.parametrize("mean_pooling", [True, False])
def test_transformers_own_classifier_gives_the_same_logits(
    style: Style, mean_pooling: bool, tmp_path: Path
) -> None:
    made = make(tmp_path, style, mean_pooling=mean_pooling)
    ours = answers(load(made.folder, made.card), window())
    assert_close(ours["classifier"], theirs(made, window()))


@pytest.mark.slow
def test_a_full_size_model_gives_the_logits_of_transformers_own_class(tmp_path: Path) -> None:
    made = make(tmp_path, Style.TRANSFORMERS_4, BASE)
    ours = answers(load(made.folder, made.card), window(BASE))
    assert_close(ours["classifier"], theirs(made, window(BASE)))


@pytest.mark.slow
def test_full_size_fused_blocks_give_what_a_plain_transformer_gives(tmp_path: Path) -> None:
    two_blocks = replace(BASE, depth=2)
    made = make(tmp_path, Style.OPENGVLAB, two_blocks)
    ours = answers(load(made.folder, made.card), window(BASE))
    pooled = plain.embedding(made.plain, two_blocks, window(BASE), eps=1e-6, pool_eps=1e-6)
    assert_close(ours["classifier"][0], plain.logits(made.plain, "classifier", pooled))


def theirs(made: Made, seen: Pixels) -> Tensor:
    """The logits of transformers' class, from pixels that were normalised as its processor does."""
    disable_progress_bar()  # type: ignore[no-untyped-call]  # its thread would outlive the test
    model = VideoMAEForVideoClassification.from_pretrained(made.folder)
    pixels = (torch.from_numpy(seen) / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
    with torch.inference_mode():
        logits: Tensor = model(pixels.permute(0, 3, 1, 2)[None]).logits
    return logits


@pytest.mark.parametrize("sigmoid", [False, True])
@pytest.mark.parametrize("segments", [1, 3, 16])
def test_the_motion_predictor_gives_what_a_plain_transformer_gives(
    segments: int, sigmoid: bool, tmp_path: Path
) -> None:
    made = make_predictor(tmp_path, sigmoid=sigmoid)
    seen = window(segments=segments).reshape(segments, TINY.frames, TINY.side, TINY.side, 3)
    pooled = torch.stack(
        [
            plain.embedding(made.plain, TINY, part, eps=1e-6, pool_eps=1e-6, heads=12)
            for part in seen
        ]
    )
    expected = plain.motion_scores(made.plain, pooled)
    if sigmoid:
        expected = torch.sigmoid(expected) * made.plain["targets_norm"][0]
    network = predictor(made)
    with torch.inference_mode():
        vectors = network.backbone(torch.from_numpy(seen))
        assert_close(vectors, pooled)
        assert_close(network.head(vectors), expected)


def test_a_clip_has_the_same_motion_alone_and_beside_a_longer_one(tmp_path: Path) -> None:
    network = predictor(make_predictor(tmp_path))
    clips = torch.from_numpy(window(segments=6)).view(6, TINY.frames, TINY.side, TINY.side, 3)
    with torch.inference_mode():
        vectors = network.backbone(clips)
        together = network.scores(vectors, [2, 3, 1])
        alone = [network.scores(part, [len(part)])[0] for part in vectors.split([2, 3, 1])]
    assert torch.equal(together, torch.stack(alone))
    assert not torch.allclose(together[0], together[1], atol=0.01)


def test_more_segments_than_the_predictor_has_places_for_are_an_error(tmp_path: Path) -> None:
    network = predictor(make_predictor(tmp_path))
    with pytest.raises(ValueError, match="241 segments"):
        network.head(torch.zeros(241, TINY.embedding))
    with pytest.raises(ValueError, match="0 segments"):
        network.head(torch.zeros(0, TINY.embedding))


def predictor(made: Made) -> MotionPredictor:
    network = load(made.folder, made.card).network
    assert isinstance(network, MotionPredictor)
    return network


def test_an_old_predictor_with_wrapped_names_gives_the_same_scores(tmp_path: Path) -> None:
    new = make_predictor(tmp_path / "new")
    old = make_predictor(tmp_path / "old", compiled=True)
    first, second = (answers(load(m.folder, m.card), window()) for m in (new, old))
    assert_close(first["head"], second["head"], 1e-6)


def test_biases_of_the_key_change_nothing(tmp_path: Path) -> None:
    without = make(tmp_path / "without", Style.TRANSFORMERS_5_18)
    with_them = make(tmp_path / "with", Style.TRANSFORMERS_5_6)
    ours = answers(load(with_them.folder, with_them.card), window())
    assert_close(
        ours["classifier"], answers(load(without.folder, without.card), window())["classifier"]
    )
    assert_close(ours["classifier"], theirs_with_key_bias(with_them))


def theirs_with_key_bias(made: Made) -> Tensor:
    """The plain computation of the same weights, with the file's biases of the key put in."""
    stored = load_file(made.folder / "model.safetensors")
    biases = {
        i: stored[f"videomae.encoder.layer.{i}.attention.attention.key.bias"]
        for i in range(made.size.depth)
    }
    assert all(bias.abs().max() > 1 for bias in biases.values())
    pooled = plain.embedding(
        made.plain, made.size, window(), eps=1e-12, pool_eps=1e-5, key_biases=biases
    )
    return plain.logits(made.plain, "classifier", pooled)[None]


@pytest.mark.parametrize(("precision", "tolerance"), [("bf16", 0.05), ("fp16", 0.006)])
def test_half_precision_stays_near(precision: str, tolerance: float, tmp_path: Path) -> None:
    made = make(tmp_path)
    exact = answers(load(made.folder, made.card), window())
    half = answers(load(made.folder, made.card, precision=precision), window())
    assert_close(half["classifier"], exact["classifier"], tolerance)
    assert half["embedding"].dtype == torch.float32


def test_bytes_about_zero_lose_less_in_bf16_than_normalised_floats(tmp_path: Path) -> None:
    made = make(tmp_path, size=replace(BASE, depth=1))
    weight, bias = (made.plain[f"patch_embed.proj.{part}"] for part in ("weight", "bias"))
    seen = torch.from_numpy(window(BASE))[None, :2]
    floats = ((seen / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 4, 1, 2, 3)

    def convolved(dtype: torch.dtype) -> Tensor:
        layer = (weight.to(dtype), bias.to(dtype))
        return functional.conv3d(floats.to(dtype), *layer, stride=(2, 16, 16)).double()

    network = load(made.folder, made.card, precision="bf16").network
    assert isinstance(network, Classifier)
    embeddings = network.backbone.embeddings
    embeddings.positions.zero_()
    with torch.inference_mode():
        exact = convolved(torch.float64).flatten(2).transpose(1, 2)
        theirs = convolved(torch.bfloat16).flatten(2).transpose(1, 2)
        ours = embeddings(seen).double()
    assert (ours - exact).square().mean() < (theirs - exact).square().mean() < 0.005**2


def test_every_layer_norm_has_the_eps_of_the_code_that_trained_it(tmp_path: Path) -> None:
    """Their difference drowns in the tolerance of the other tests."""
    theirs = VideoMAEForVideoClassification(VideoMAEConfig(**_SMALLEST))
    assert isinstance(theirs.fc_norm, nn.LayerNorm)
    assert eps_of(make(tmp_path / "hub")) == ({1e-12}, theirs.fc_norm.eps)
    assert eps_of(make(tmp_path / "original", Style.ORIGINAL)) == ({1e-6}, 1e-6)
    motion = make_predictor(tmp_path / "predictor")
    assert eps_of(motion) == ({1e-6}, 1e-6)
    in_head = [m for m in predictor(motion).head.modules() if isinstance(m, nn.LayerNorm)]
    assert {norm.eps for norm in in_head} == {nn.LayerNorm(1).eps}


def eps_of(made: Made) -> tuple[set[float], float]:
    """Of the LayerNorms in the trunk, and of the one after pooling."""
    backbone = load(made.folder, made.card).network.backbone
    assert isinstance(backbone, Backbone)
    assert backbone.fc_norm is not None
    inside = {m.eps for m in backbone.encoder.modules() if isinstance(m, nn.LayerNorm)}
    return inside, backbone.fc_norm.eps
