"""Random checkpoints in every published layout, key by key, and the cards that fit them.

Weights are made under the plain names of the original code (one fused layer for query, key and
value); each style renames them as its publisher does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from shotlog.models.catalog import Activation, Card, Licence, ModelHead, Resize, Sampling, Task
from shotlog.schema import MOVES

Tensors = dict[str, Tensor]

SIZE_LABELS = ("ECS", "CS", "MS", "FS", "LS")
MOVEMENT_LABELS = ("Static", "Motion", "Pull", "Push")
MOVE_LABELS = tuple(sorted(MOVES.names))

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Size:
    """Dimensions of a model."""

    embedding: int
    depth: int
    heads: int
    mlp: int
    patch: int = 16
    tubelet: int = 2
    frames: int = 16
    side: int = 224


TINY = Size(embedding=48, depth=2, heads=4, mlp=96, side=32)
BASE = Size(embedding=768, depth=12, heads=12, mlp=3072)
LARGE = Size(embedding=1024, depth=24, heads=16, mlp=4096)


class Style(StrEnum):
    """Tool that saved the file."""

    TRANSFORMERS_4 = "transformers 4"
    TRANSFORMERS_5_6 = "transformers 5.6 to 5.17"
    TRANSFORMERS_5_18 = "transformers 5.18"
    MULTITASK = "gullalc, two heads"
    OPENGVLAB = "OpenGVLab"
    ORIGINAL = "MCG-NJU"
    ENCODER = "MCG-NJU, encoder of a pre-training"
    COMPILED = "saved after torch.compile"


@dataclass(frozen=True, eq=False)
class Made:
    """A model on disk.

    Attributes:
        folder: Where its config.json and model.safetensors lie.
        card: The card that fits it.
        plain: Its weights under the plain names; the heads under their keys.
        size: How large it is.
    """

    folder: Path
    card: Card
    plain: Tensors
    size: Size


def card(name: str, *heads: ModelHead, sampling: Sampling = Sampling.UNIFORM, **facts: Any) -> Card:
    """A card for a model of the test's own."""
    return Card(
        name=name,
        title="Random weights",
        heads=heads,
        sampling=sampling,
        resize=Resize.STRETCH,
        licence=Licence(name="none", note="Random numbers."),
        **facts,
    )


SIZE_CARD = card("tiny-size", ModelHead(task=Task.SIZE, key="classifier"))
MOVEMENT_CARD = card("tiny-movement", ModelHead(task=Task.MOVEMENT, key="classifier"))
MULTITASK_CARD = card(
    "tiny-multitask",
    ModelHead(task=Task.SIZE, key="scale_cf", labels="scale_id2label"),
    ModelHead(task=Task.MOVEMENT, key="movement_cf", labels="movement_id2label"),
)
MOVE_CARD = card(
    "tiny-move",
    ModelHead(task=Task.MOVE, key="classifier", activation=Activation.SIGMOID, threshold=0.5),
    sampling=Sampling.TWO_SECONDS,
)
MOTION_CARD = card(
    "tiny-motion",
    ModelHead(task=Task.MOTION, key="head", labels=None, activation=Activation.IDENTITY),
    sampling=Sampling.SEGMENTS,
    mean=None,
    std=None,
)

_LABELS = {Task.SIZE: SIZE_LABELS, Task.MOVEMENT: MOVEMENT_LABELS, Task.MOVE: MOVE_LABELS}


def labels_of(head: ModelHead) -> tuple[str, ...]:
    """The labels that the published model of a head's task has, in its order."""
    return _LABELS[head.task]


class Dice:
    """Random layers, each of a size that lets signals pass."""

    def __init__(self, seed: int) -> None:
        self._rng = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int, scale: float = 1.0) -> Tensor:
        return torch.randn(*shape, generator=self._rng) * scale

    def linear(self, name: str, out: int, width: int) -> Tensors:
        return {
            f"{name}.weight": self.normal(out, width, scale=width**-0.5),
            f"{name}.bias": self.normal(out, scale=0.1),
        }

    def norm(self, name: str, width: int) -> Tensors:
        return {
            f"{name}.weight": 1 + self.normal(width, scale=0.2),
            f"{name}.bias": self.normal(width, scale=0.1),
        }


def plain_trunk(size: Size, seed: int = 0, *, norm: str = "fc_norm") -> Tensors:
    """A trunk under the plain names of the original code."""
    dice, d = Dice(seed), size.embedding
    kernel = (3, size.tubelet, size.patch, size.patch)
    tensors = {
        "patch_embed.proj.weight": dice.normal(d, *kernel, scale=float(np.prod(kernel)) ** -0.5),
        "patch_embed.proj.bias": dice.normal(d, scale=0.1),
    }
    for i in range(size.depth):
        block = f"blocks.{i}"
        tensors |= dice.norm(f"{block}.norm1", d) | dice.norm(f"{block}.norm2", d)
        tensors[f"{block}.attn.qkv.weight"] = dice.normal(3 * d, d, scale=2 * d**-0.5)
        tensors[f"{block}.attn.q_bias"] = dice.normal(d, scale=0.5)
        tensors[f"{block}.attn.v_bias"] = dice.normal(d, scale=0.5)
        tensors |= dice.linear(f"{block}.attn.proj", d, d)
        tensors |= dice.linear(f"{block}.mlp.fc1", size.mlp, d)
        tensors |= dice.linear(f"{block}.mlp.fc2", d, size.mlp)
    return tensors | dice.norm(norm, d)


def transformers_names(plain: Mapping[str, Tensor], style: Style, prefix: str) -> Tensors:
    """A trunk as transformers saves it; ``fc_norm`` belongs to the classifier, not to the trunk."""
    old = style in (Style.TRANSFORMERS_4, Style.MULTITASK)
    query, value = ("q_bias", "v_bias") if old else ("query.bias", "value.bias")
    tensors: Tensors = {}
    for name, tensor in plain.items():
        if name.startswith("fc_norm."):
            tensors[name] = tensor
            continue
        parts = name.split(".")
        if parts[0] == "patch_embed":
            new = f"embeddings.patch_embeddings.projection.{parts[-1]}"
        elif parts[0] == "norm":
            new = f"layernorm.{parts[-1]}"
        else:
            layer = f"encoder.layer.{parts[1]}"
            rest = ".".join(parts[2:])
            if rest == "attn.qkv.weight":
                for key, third in zip(("query", "key", "value"), tensor.chunk(3), strict=True):
                    tensors[f"{prefix}{layer}.attention.attention.{key}.weight"] = third.clone()
                if style is Style.TRANSFORMERS_5_6:
                    bias = Dice(99).normal(len(tensor) // 3)
                    tensors[f"{prefix}{layer}.attention.attention.key.bias"] = bias
                continue
            new = (
                f"{layer}."
                + {
                    "attn.q_bias": f"attention.attention.{query}",
                    "attn.v_bias": f"attention.attention.{value}",
                    "norm1.weight": "layernorm_before.weight",
                    "norm1.bias": "layernorm_before.bias",
                    "norm2.weight": "layernorm_after.weight",
                    "norm2.bias": "layernorm_after.bias",
                    "attn.proj.weight": "attention.output.dense.weight",
                    "attn.proj.bias": "attention.output.dense.bias",
                    "mlp.fc1.weight": "intermediate.dense.weight",
                    "mlp.fc1.bias": "intermediate.dense.bias",
                    "mlp.fc2.weight": "output.dense.weight",
                    "mlp.fc2.bias": "output.dense.bias",
                }[rest]
            )
        tensors[prefix + new] = tensor
    return tensors


def make(
    folder: Path,
    style: Style = Style.TRANSFORMERS_4,
    size: Size = TINY,
    *,
    card: Card | None = None,
    labels: Mapping[str, Sequence[str]] | None = None,
    mean_pooling: bool = True,
    seed: int = 0,
) -> Made:
    """Writes a classifier.

    Args:
        folder: Where to; made if it is not there.
        style: Who saved it.
        size: How large it is.
        card: The card it must fit; None takes the one that goes with the style.
        labels: By head key, in the order of the outputs; None takes the published order.
        mean_pooling: Whether it averages its tokens.
        seed: Of its weights.
    """
    card = card or (MULTITASK_CARD if style is Style.MULTITASK else SIZE_CARD)
    names = {head.key: tuple((labels or {}).get(head.key, labels_of(head))) for head in card.heads}
    plain = plain_trunk(size, seed, norm="fc_norm" if mean_pooling else "norm")
    dice = Dice(seed + 1)
    for key, words in names.items():
        plain |= dice.linear(key, len(words), size.embedding)
    original = style in (Style.OPENGVLAB, Style.ORIGINAL, Style.ENCODER)
    tables = {head.labels: names[head.key] for head in card.heads if head.labels}
    config = (
        _original_config(size, mean_pooling) if original else _hub_config(size, mean_pooling)
    ) | {key: {str(i): word for i, word in enumerate(words)} for key, words in tables.items()}
    write(folder, config, styled(plain, style, names))
    return Made(folder, card, plain, size)


def styled(plain: Mapping[str, Tensor], style: Style, heads: Mapping[str, object]) -> Tensors:
    """Weights under the names that a style has for them."""
    mine = {n: t for n, t in plain.items() if n.split(".")[0] in heads}
    trunk = {n: t for n, t in plain.items() if n not in mine}
    prefix = {Style.OPENGVLAB: "model.", Style.ORIGINAL: "", Style.ENCODER: "encoder."}.get(style)
    if prefix is not None:
        renamed = {f"head.{n.partition('.')[2]}": t for n, t in mine.items()}
        return {prefix + n: t for n, t in (trunk | renamed).items()}
    tensors = transformers_names(trunk, style, "vmae." if style is Style.MULTITASK else "videomae.")
    wrapper = "_orig_mod." if style is Style.COMPILED else ""
    return {wrapper + n: t for n, t in (tensors | mine).items()}


def make_predictor(
    folder: Path, size: Size = TINY, *, sigmoid: bool = False, seed: int = 0, compiled: bool = False
) -> Made:
    """Writes a motion predictor: base trunks have 12 attention heads, whatever their width.

    Args:
        folder: Where to.
        size: Of its trunk; ``heads`` is not looked at.
        sigmoid: Whether it squashes its scores.
        seed: Of its weights.
        compiled: Whether the file has the names of an old training: ``_orig_mod.``, ``mean``.
    """
    dice, d = Dice(seed + 2), size.embedding
    head = {
        "head.cls_token": dice.normal(1, 1, d),
        "head.pos_embed": dice.normal(1, 241, d),
    }
    for i in range(4):
        block = f"head.blocks.{i}"
        head |= dice.norm(f"{block}.norm1", d) | dice.norm(f"{block}.norm2", d)
        head |= dice.linear(f"{block}.attn.qkv", 3 * d, d) | dice.linear(f"{block}.attn.proj", d, d)
        head |= dice.linear(f"{block}.mlp.fc1", 4 * d, d) | dice.linear(
            f"{block}.mlp.fc2", d, 4 * d
        )
    head |= dice.linear("head.final_layer.linear.0", d, d)
    head |= dice.linear("head.final_layer.linear.2", 3, d)
    trunk = plain_trunk(size, seed)
    beside = {
        "pad_token": dice.normal(1, d),
        "targets_norm": torch.tensor([[3.0, 2.0, 1.0]]),
    }
    scale = {"image_mean": MEAN, "image_std": STD}
    for name, values in scale.items():
        place = name.removeprefix("image_") if compiled else f"backbone.{name}"
        beside[place] = torch.tensor(values).view(1, 1, 3, 1, 1)
    tensors = {f"backbone.model.model.{n}": t for n, t in trunk.items()} | head | beside
    config: dict[str, Any] = {"num_frames": 16, "output_dim": 3, "use_sigmoid": sigmoid}
    if size.side != 224:
        config["img_size"] = size.side
    wrapper = "_orig_mod." if compiled else ""
    write(folder, config, {wrapper + n: t for n, t in tensors.items()})
    return Made(folder, MOTION_CARD, trunk | head | beside, size)


def write(folder: Path, config: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Writes config.json and model.safetensors."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    save_file({n: t.contiguous() for n, t in tensors.items()}, folder / "model.safetensors")


def window(size: Size = TINY, seed: int = 0, segments: int = 1) -> np.ndarray[Any, Any]:
    """(segments * frames, side, side, 3) uint8 noise with a gradient: what a model may be shown."""
    rng = np.random.default_rng(seed)
    shape = (segments * size.frames, size.side, size.side, 3)
    ramp = np.linspace(0, 128, size.side)[:, None]
    return np.asarray(ramp + rng.integers(0, 128, shape), dtype=np.uint8)


def _hub_config(size: Size, mean_pooling: bool) -> dict[str, Any]:
    return {
        "architectures": ["VideoMAEForVideoClassification"],
        "model_type": "videomae",
        "hidden_act": "gelu",
        "hidden_size": size.embedding,
        "image_size": size.side,
        "intermediate_size": size.mlp,
        "layer_norm_eps": 1e-12,
        "num_attention_heads": size.heads,
        "num_channels": 3,
        "num_frames": size.frames,
        "num_hidden_layers": size.depth,
        "patch_size": size.patch,
        "qkv_bias": True,
        "tubelet_size": size.tubelet,
        "use_mean_pooling": mean_pooling,
    }


def _original_config(size: Size, mean_pooling: bool) -> dict[str, Any]:
    return {
        "model_type": "VideoMAEv2_Base",
        "model_config": {
            "img_size": size.side,
            "patch_size": size.patch,
            "in_chans": 3,
            "embed_dim": size.embedding,
            "depth": size.depth,
            "num_heads": size.heads,
            "mlp_ratio": size.mlp / size.embedding,
            "qkv_bias": True,
            "qk_scale": None,
            "layer_norm_eps": 1e-6,
            "init_values": 0.0,
            "use_learnable_pos_emb": False,
            "tubelet_size": size.tubelet,
            "use_mean_pooling": mean_pooling,
            "num_frames": size.frames,
            "cos_attn": False,
        },
    }
