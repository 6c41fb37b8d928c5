"""VideoMAE and the motion predictor's head computed anew, straight from the published layout.

Nothing of Shotlog or of transformers is used, and everything is float64: a convolution for the
patches, explicit softmax attention, the plain names of ``checkpoints.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from shotlog.schema import Pixels
from tests.models.checkpoints import MEAN, STD, Size


def _layer(weights: Mapping[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    return weights[f"{name}.weight"].double(), weights[f"{name}.bias"].double()


def _linear(weights: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    return functional.linear(x, *_layer(weights, name))


def _norm(weights: Mapping[str, Tensor], name: str, x: Tensor, eps: float) -> Tensor:
    weight, bias = _layer(weights, name)
    centred = x - x.mean(-1, keepdim=True)
    return centred / (centred.square().mean(-1, keepdim=True) + eps).sqrt() * weight + bias


def _attention(x: Tensor, weight: Tensor, bias: Tensor, heads: int) -> Tensor:
    tokens, width = x.shape
    q, k, v = functional.linear(x, weight, bias).view(tokens, 3, heads, width // heads).unbind(1)
    scores = torch.einsum("ihd,jhd->hij", q, k) / (width // heads) ** 0.5
    return torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).reshape(tokens, width)


def _positions(tokens: int, width: int) -> Tensor:
    table = np.zeros((tokens, width))
    for place in range(tokens):
        for i in range(width):
            angle = place / 10_000 ** (2 * (i // 2) / width)
            table[place, i] = np.cos(angle) if i % 2 else np.sin(angle)
    return torch.from_numpy(table)


def embedding(
    weights: Mapping[str, Tensor],
    size: Size,
    window: Pixels,
    *,
    eps: float,
    pool_eps: float,
    heads: int | None = None,
    key_biases: Mapping[int, Tensor] | None = None,
) -> Tensor:
    """(d,) of one window (frames, side, side, 3): pooled by the mean, or its first token."""
    heads = heads or size.heads
    mean, std = torch.tensor(MEAN).double(), torch.tensor(STD).double()
    pixels = (torch.from_numpy(window).double() / 255 - mean) / std
    stride = (size.tubelet, size.patch, size.patch)
    patches = functional.conv3d(
        pixels.permute(3, 0, 1, 2)[None], *_layer(weights, "patch_embed.proj"), stride=stride
    )
    x = patches[0].flatten(1).T
    x = x + _positions(*x.shape)
    for i in range(size.depth):
        block = f"blocks.{i}"
        q, v = (weights[f"{block}.attn.{n}_bias"].double() for n in "qv")
        k = torch.zeros_like(q) if key_biases is None else key_biases[i].double()
        bias = torch.cat([q, k, v])
        inner = _norm(weights, f"{block}.norm1", x, eps)
        seen = _attention(inner, weights[f"{block}.attn.qkv.weight"].double(), bias, heads)
        x = x + _linear(weights, f"{block}.attn.proj", seen)
        inner = _linear(weights, f"{block}.mlp.fc1", _norm(weights, f"{block}.norm2", x, eps))
        x = x + _linear(weights, f"{block}.mlp.fc2", inner * 0.5 * (1 + torch.erf(inner / 2**0.5)))
    if "fc_norm.weight" in weights:
        return _norm(weights, "fc_norm", x.mean(0), pool_eps)
    return _norm(weights, "norm", x[0], eps)


def logits(weights: Mapping[str, Tensor], head: str, pooled: Tensor) -> Tensor:
    """(n,) of a linear head."""
    return _linear(weights, head, pooled)


def motion_scores(weights: Mapping[str, Tensor], segments: Tensor) -> Tensor:
    """(3,) of a clip's segments (S, d), before any sigmoid."""
    x = torch.cat([weights["head.cls_token"][0].double(), segments.double()])
    x = x + weights["head.pos_embed"][0, : len(x)].double()
    for i in range(4):
        block = f"head.blocks.{i}"
        layer = _layer(weights, f"{block}.attn.qkv")
        seen = _attention(_norm(weights, f"{block}.norm1", x, 1e-5), *layer, heads=8)
        x = x + _linear(weights, f"{block}.attn.proj", seen)
        inner = _linear(weights, f"{block}.mlp.fc1", _norm(weights, f"{block}.norm2", x, 1e-5))
        curve = torch.tanh((2 / np.pi) ** 0.5 * (inner + 0.044715 * inner**3))
        x = x + _linear(weights, f"{block}.mlp.fc2", 0.5 * inner * (1 + curve))
    inner = _linear(weights, "head.final_layer.linear.0", x[0])
    return _linear(weights, "head.final_layer.linear.2", inner * torch.sigmoid(inner))
