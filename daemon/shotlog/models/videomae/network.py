"""The networks: transformers' VideoMAE encoder on uint8 frames, and the heads on top of it.

Of ``VideoMAEModel`` the encoder is taken, and its embeddings are done here: theirs keep the
position table on the CPU and copy it to the device at every forward, want floats that somebody
else has normalised, and compute the table in a Python loop when they are made (1.1 s for base).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import VideoMAEConfig
from transformers.models.videomae.modeling_videomae import VideoMAEEncoder

from shotlog.models.videomae.architecture import Architecture

GREY = 128
"""Taken from every byte before the first layer, so that bytes lie about 0: bf16 and fp16 hold
-128..127 exactly, and the rounding of weights weighs less than with 0..255: in bf16 the tokens are
off by 0.0022 (rms, of tokens with a deviation of 0.93), by 0.0051 without it, and by 0.0027 with a
convolution over normalised floats."""

_SDPA: dict[str, Any] = {"attn_implementation": "sdpa"}
"""Three times as fast as the eager default on a CPU."""

_SEGMENT_BLOCKS, _SEGMENT_HEADS, _SEGMENT_EPS = 4, 8, 1e-5
"""Of the predictor's head (kandinsky-video-tools, ``transformer_head.py``)."""


class PatchEmbedding(nn.Module):
    """Frames as bytes to tokens: normalisation, tubelet convolution and positions in one product.

    A convolution whose stride is its kernel is a matrix product over cut-out patches. See
    :func:`fold` for the weights.
    """

    positions: Tensor

    def __init__(self, anatomy: Architecture) -> None:
        super().__init__()
        self.tubelet, self.patch = anatomy.tubelet, anatomy.patch
        values = 3 * anatomy.tubelet * anatomy.patch**2
        self.projection = nn.Linear(values, anatomy.embedding)
        self.register_buffer("positions", torch.empty(anatomy.tokens, anatomy.embedding))

    def forward(self, batch: Tensor) -> Tensor:
        """(B, frames, h, w, 3) uint8 to (B, tokens, d)."""
        count, frames, height, width, _ = batch.shape
        t, p = self.tubelet, self.patch
        cells = batch.view(count, frames // t, t, height // p, p, width // p, p, 3)
        patches = cells.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(count, -1, t * p * p * 3)
        tokens: Tensor = self.projection(patches.to(self.projection.weight.dtype) - GREY)
        return tokens + self.positions[: tokens.shape[1]]


def fold(weight: Tensor, bias: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
    """A tubelet convolution over normalised floats as a product over bytes less :data:`GREY`.

    ``w' = w / (255 std)`` and ``b' = b + sum(w (GREY / 255 - mean) / std)``, in float64.

    Args:
        weight: (d, 3, frames, side, side).
        bias: (d,).
        mean: (3,) of the normalisation, for values 0 to 1.
        std: (3,).

    Returns:
        (d, frames * side * side * 3) and (d,), float32, colour running fastest.
    """
    wide = weight.double() / std.double().view(3, 1, 1, 1)
    offset = (GREY / 255 - mean.double()).view(3, 1, 1, 1)
    shifted = bias.double() + (wide * offset).flatten(1).sum(1)
    return (wide / 255).permute(0, 2, 3, 4, 1).flatten(1).float(), shifted.float()


def positions(tokens: int, width: int) -> Tensor:
    """(tokens, width) sine and cosine by turns, as ``get_sinusoid_encoding_table`` of the authors.

    Checkpoints do not store it.
    """
    rates = np.power(10_000, 2 * (np.arange(width) // 2) / width)
    angles = np.arange(tokens)[:, None] / rates
    angles[:, 0::2], angles[:, 1::2] = np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2])
    return torch.from_numpy(angles.astype(np.float32))


class Backbone(nn.Module):
    """One window to one vector.

    Pooling and its LayerNorm are done in float32 whatever the trunk's precision: they cost
    nothing.
    """

    def __init__(self, anatomy: Architecture) -> None:
        super().__init__()
        config = VideoMAEConfig(
            hidden_size=anatomy.embedding,
            num_hidden_layers=anatomy.depth,
            num_attention_heads=anatomy.attention_heads,
            intermediate_size=anatomy.mlp,
            layer_norm_eps=anatomy.eps,
            qv_bias=anatomy.biases,
            **_SDPA,
        )
        self.embeddings = PatchEmbedding(anatomy)
        self.encoder = VideoMAEEncoder(config)
        width = anatomy.embedding
        self.fc_norm = nn.LayerNorm(width, anatomy.pool_eps) if anatomy.mean_pooling else None
        self.layernorm = None if anatomy.mean_pooling else nn.LayerNorm(width, anatomy.eps)

    def forward(self, batch: Tensor) -> Tensor:
        """(B, frames, h, w, 3) uint8 to (B, d) float32."""
        tokens: Tensor = self.encoder(self.embeddings(batch)).last_hidden_state
        pooled: Tensor = tokens[:, 0].float()
        if self.fc_norm is not None:
            pooled = self.fc_norm(tokens.mean(1, dtype=torch.float32))
        elif self.layernorm is not None:
            pooled = self.layernorm(pooled)
        return pooled


class Classifier(nn.Module):
    """A trunk with a linear layer for each task."""

    def __init__(self, anatomy: Architecture, outputs: dict[str, int]) -> None:
        super().__init__()
        self.backbone = Backbone(anatomy)
        self.heads = nn.ModuleDict(
            {key: nn.Linear(anatomy.embedding, count) for key, count in outputs.items()}
        )

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        """(B, frames, h, w, 3) uint8 to float32: "embedding" (B, d), and logits by head."""
        embedding = self.backbone(batch)
        return {"embedding": embedding, **{k: head(embedding) for k, head in self.heads.items()}}


class SegmentBlock(nn.Module):
    """A pre-norm transformer block with one fused layer for query, key and value, as timm's."""

    def __init__(self, width: int, mlp: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=_SEGMENT_EPS)
        self.attn = nn.ModuleDict(
            {"qkv": nn.Linear(width, 3 * width), "proj": nn.Linear(width, width)}
        )
        self.norm2 = nn.LayerNorm(width, eps=_SEGMENT_EPS)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, mlp), "fc2": nn.Linear(mlp, width)})

    def forward(self, x: Tensor) -> Tensor:
        """(S, d) to (S, d)."""
        split = self.attn["qkv"](self.norm1(x)).view(len(x), 3, _SEGMENT_HEADS, -1)
        query, key, value = split.permute(1, 2, 0, 3)
        seen = functional.scaled_dot_product_attention(query, key, value)
        x = x + self.attn["proj"](seen.transpose(0, 1).flatten(1))
        inner = functional.gelu(self.mlp["fc1"](self.norm2(x)), approximate="tanh")
        out: Tensor = x + self.mlp["fc2"](inner)
        return out


class SegmentHead(nn.Module):
    """Three scores of one clip from the vectors of its segments.

    One clip at a time: the authors pad a batch of clips to the longest and attend to the padding,
    so that a clip's scores depend on its neighbours.
    """

    targets_norm: Tensor

    def __init__(self, width: int, mlp: int, places: int, outputs: int, sigmoid: bool) -> None:
        super().__init__()
        self.sigmoid = sigmoid
        self.cls_token = nn.Parameter(torch.empty(1, 1, width))
        self.pos_embed = nn.Parameter(torch.empty(1, places, width))
        self.blocks = nn.ModuleList(SegmentBlock(width, mlp) for _ in range(_SEGMENT_BLOCKS))
        linear = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, outputs))
        self.final_layer = nn.ModuleDict({"linear": linear})
        self.register_buffer("targets_norm", torch.empty(1, outputs))

    def forward(self, segments: Tensor) -> Tensor:
        """(S, d) to (3,): camera, object, dynamics.

        Raises:
            ValueError: more segments than the head has places for.
        """
        places = self.pos_embed.shape[1] - 1
        if not 0 < len(segments) <= places:
            raise ValueError(f"{len(segments)} segments; a clip has 1 to {places}")
        x = torch.cat([self.cls_token[0], segments.to(self.cls_token.dtype)])
        x = x + self.pos_embed[0, : len(x)]
        for block in self.blocks:
            x = block(x)
        scores: Tensor = self.final_layer["linear"](x[0])
        return torch.sigmoid(scores) * self.targets_norm[0] if self.sigmoid else scores


class Predictor(nn.Module):
    """The motion predictor: a trunk for segments, a head for clips."""

    def __init__(self, anatomy: Architecture, head: SegmentHead, key: str) -> None:
        super().__init__()
        self.backbone = Backbone(anatomy)
        self.head = head
        self.key = key

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        """Takes every window for a clip of one segment; the longer ones go through the parts."""
        embedding: Tensor = self.backbone(batch)
        return {"embedding": embedding, self.key: self.scores(embedding, [1] * len(embedding))}

    def scores(self, segments: Tensor, counts: Sequence[int]) -> Tensor:
        """(sum of counts, d) segments of several clips to (clips, 3), clip by clip."""
        return torch.stack([self.head(clip) for clip in torch.split(segments, list(counts))])
