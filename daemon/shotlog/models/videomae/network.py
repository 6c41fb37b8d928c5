"""Networks: transformers' VideoMAE encoder on uint8 frames, and the heads on top of it.

Only the encoder of ``VideoMAEModel`` is used. Its embeddings are replaced, because they keep the
position table on the CPU and copy it to the device at every forward, expect normalised floats, and
compute the table in a Python loop at construction (1.1 s for base).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.models.videomae.configuration_videomae import VideoMAEConfig
from transformers.models.videomae.modeling_videomae import VideoMAEEncoder

from shotlog.models.videomae.architecture import Architecture

GREY = 128
"""Subtracted from every byte before the first layer, so that bytes are centred on 0: bf16 and fp16
hold -128..127 exactly, and the rounding of weights matters less than with 0..255. In bf16 the error
of the tokens is 0.0022 (rms, for tokens with a deviation of 0.93), 0.0051 without the subtraction,
and 0.0027 with a convolution over normalised floats."""

_SDPA: dict[str, Any] = {"attn_implementation": "sdpa"}
"""Attention by PyTorch's fused kernel: three times as fast as the eager default on a CPU."""

_SEGMENT_BLOCKS, _SEGMENT_HEADS, _SEGMENT_EPS = 4, 8, 1e-5
"""Blocks, attention heads and LayerNorm epsilon of the predictor's head (kandinsky-video-tools,
``transformer_head.py``)."""


class PatchEmbedding(nn.Module):
    """Frames of bytes to tokens: normalisation, tubelet convolution and positions in one product.

    A convolution whose stride equals its kernel is a matrix product over the patches. See
    :func:`fold_normalisation` for the weights.
    """

    positions: Tensor

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.tubelet, self.patch = architecture.tubelet, architecture.patch
        values = 3 * architecture.tubelet * architecture.patch**2
        self.projection = nn.Linear(values, architecture.embedding)
        self.register_buffer("positions", torch.empty(architecture.tokens, architecture.embedding))

    def forward(self, batch: Tensor) -> Tensor:
        """Return the tokens (B, tokens, d) of frames (B, frames, h, w, 3) uint8."""
        count, frames, height, width, _ = batch.shape
        t, p = self.tubelet, self.patch
        # In a patch: frames, rows, columns, colours, the order in fold_normalisation's weights.
        cells = batch.view(count, frames // t, t, height // p, p, width // p, p, 3)
        patches = cells.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(count, -1, t * p * p * 3)
        tokens: Tensor = self.projection(patches.to(self.projection.weight.dtype) - GREY)
        # The self-test shows fewer patches than a window has.
        return tokens + self.positions[: tokens.shape[1]]


def fold_normalisation(
    weight: Tensor, bias: Tensor, mean: Tensor, std: Tensor
) -> tuple[Tensor, Tensor]:
    """Return a convolution over normalised floats as a product over bytes less :data:`GREY`.

    ``w' = w / (255 std)`` and ``b' = b + sum(w (GREY / 255 - mean) / std)``, in float64.

    Args:
        weight: (d, 3, frames, side, side).
        bias: (d,).
        mean: (3,) of the normalisation, for values 0 to 1.
        std: (3,).

    Returns:
        (d, frames * side * side * 3) and (d,), float32, colour as the fastest axis.
    """
    scaled = weight.double() / std.double().view(3, 1, 1, 1)
    offset = (GREY / 255 - mean.double()).view(3, 1, 1, 1)
    shifted = bias.double() + (scaled * offset).flatten(1).sum(1)
    return (scaled / 255).permute(0, 2, 3, 4, 1).flatten(1).float(), shifted.float()


def sinusoid_positions(tokens: int, width: int) -> Tensor:
    """Return the (tokens, width) position table, alternating sine and cosine.

    It equals ``get_sinusoid_encoding_table`` of the authors; checkpoints do not store it.
    """
    rates = np.power(10_000, 2 * (np.arange(width) // 2) / width)
    angles = np.arange(tokens)[:, None] / rates
    # float64 as in the authors' code, cast at the end.
    angles[:, 0::2], angles[:, 1::2] = np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2])
    return torch.from_numpy(angles.astype(np.float32))


def transformers_config(architecture: Architecture) -> VideoMAEConfig:
    """Return the config by which transformers builds the trunk, with fused attention."""
    return VideoMAEConfig(
        image_size=architecture.size,
        patch_size=architecture.patch,
        num_frames=architecture.frames,
        tubelet_size=architecture.tubelet,
        hidden_size=architecture.embedding,
        num_hidden_layers=architecture.depth,
        num_attention_heads=architecture.attention_heads,
        intermediate_size=architecture.mlp,
        layer_norm_eps=architecture.eps,
        qv_bias=architecture.biases,
        **_SDPA,
    )


class Backbone(nn.Module):
    """Trunk with pooling: one window to one vector."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.embeddings = PatchEmbedding(architecture)
        self.encoder = VideoMAEEncoder(transformers_config(architecture))
        width = architecture.embedding
        self.fc_norm = (
            nn.LayerNorm(width, architecture.pool_eps) if architecture.mean_pooling else None
        )
        self.layernorm = (
            None if architecture.mean_pooling else nn.LayerNorm(width, architecture.eps)
        )

    def forward(self, batch: Tensor) -> Tensor:
        """Return embeddings (B, d) float32 of frames (B, frames, h, w, 3) uint8."""
        tokens: Tensor = self.encoder(self.embeddings(batch)).last_hidden_state
        # Pooling and its LayerNorm are computed in float32 in any precision: they cost almost
        # nothing.
        pooled: Tensor = tokens[:, 0].float()
        if self.fc_norm is not None:
            pooled = self.fc_norm(tokens.mean(1, dtype=torch.float32))
        elif self.layernorm is not None:
            pooled = self.layernorm(pooled)
        return pooled


class Classifier(nn.Module):
    """Trunk with a linear layer for each task."""

    def __init__(self, architecture: Architecture, outputs: dict[str, int]) -> None:
        super().__init__()
        self.backbone = Backbone(architecture)
        self.heads = nn.ModuleDict(
            {key: nn.Linear(architecture.embedding, count) for key, count in outputs.items()}
        )

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        """Return "embedding" (B, d) and the logits by head, all float32.

        Args:
            batch: (B, frames, h, w, 3) uint8.
        """
        embedding = self.backbone(batch)
        return {"embedding": embedding, **{k: head(embedding) for k, head in self.heads.items()}}


class SegmentBlock(nn.Module):
    """Pre-norm transformer block with one fused layer for query, key and value, as in timm."""

    def __init__(self, width: int, mlp: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=_SEGMENT_EPS)
        self.attn = nn.ModuleDict(
            {"qkv": nn.Linear(width, 3 * width), "proj": nn.Linear(width, width)}
        )
        self.norm2 = nn.LayerNorm(width, eps=_SEGMENT_EPS)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, mlp), "fc2": nn.Linear(mlp, width)})

    def forward(self, x: Tensor) -> Tensor:
        """Return (S, d) for (S, d)."""
        split = self.attn["qkv"](self.norm1(x)).view(len(x), 3, _SEGMENT_HEADS, -1)
        # One fused layer gives query, key and value side by side.
        query, key, value = split.permute(1, 2, 0, 3)
        attended = functional.scaled_dot_product_attention(query, key, value)
        x = x + self.attn["proj"](attended.transpose(0, 1).flatten(1))
        # The tanh approximation, as in the authors' head.
        inner = functional.gelu(self.mlp["fc1"](self.norm2(x)), approximate="tanh")
        out: Tensor = x + self.mlp["fc2"](inner)
        return out


class SegmentHead(nn.Module):
    """Transformer head: three scores of one clip from the vectors of its segments."""

    targets_norm: Tensor

    def __init__(
        self, width: int, mlp: int, max_segments: int, outputs: int, sigmoid: bool
    ) -> None:
        super().__init__()
        self.sigmoid = sigmoid
        self.cls_token = nn.Parameter(torch.empty(1, 1, width))
        self.pos_embed = nn.Parameter(torch.empty(1, max_segments, width))
        self.blocks = nn.ModuleList(SegmentBlock(width, mlp) for _ in range(_SEGMENT_BLOCKS))
        linear = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, outputs))
        self.final_layer = nn.ModuleDict({"linear": linear})
        self.register_buffer("targets_norm", torch.empty(1, outputs))

    def forward(self, segments: Tensor) -> Tensor:
        """Return the scores (3,) of camera, object and dynamics for segments (S, d).

        Raises:
            ValueError: There are more segments than the head has positions for.
        """
        max_segments = self.pos_embed.shape[1] - 1
        if not 0 < len(segments) <= max_segments:
            raise ValueError(f"{len(segments)} segments; a clip has 1 to {max_segments}")
        # One clip at a time: the authors pad a batch of clips to the longest and attend to the
        # padding, so that a clip's scores depend on its neighbours.
        x = torch.cat([self.cls_token[0], segments.to(self.cls_token.dtype)])
        x = x + self.pos_embed[0, : len(x)]
        for block in self.blocks:
            x = block(x)
        scores: Tensor = self.final_layer["linear"](x[0])
        # With use_sigmoid the head predicts shares of targets_norm.
        return torch.sigmoid(scores) * self.targets_norm[0] if self.sigmoid else scores


class MotionPredictor(nn.Module):
    """The motion predictor: a trunk for segments, a head for clips."""

    def __init__(self, architecture: Architecture, head: SegmentHead, key: str) -> None:
        super().__init__()
        self.backbone = Backbone(architecture)
        self.head = head
        self.key = key

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        """Return the outputs for windows of one segment each.

        Longer clips use ``backbone`` and :meth:`scores`.
        """
        embedding: Tensor = self.backbone(batch)
        return {"embedding": embedding, self.key: self.scores(embedding, [1] * len(embedding))}

    def scores(self, segments: Tensor, counts: Sequence[int]) -> Tensor:
        """Return scores (clips, 3) for the (sum of counts, d) segments of several clips."""
        return torch.stack([self.head(clip) for clip in torch.split(segments, list(counts))])
