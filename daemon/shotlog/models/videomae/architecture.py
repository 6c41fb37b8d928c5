"""Architecture of a model, from the shapes of its tensors, checked against its config.

Needs no torch: it is read before anything is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shotlog.models.checkpoints import Config, Shapes
from shotlog.models.videomae.layouts import CheckpointLayout, Naming

_MOST_TOKENS = 32_768
"""Upper limit of tokens: sixteen times the input of the largest published model (VideoMAEv2-giant,
2048)."""

_PREDICTOR_HEADS = 12
"""Attention heads of the motion predictor's base trunk, which its config.json does not state
(``models/video_motion_predictor/configs/base.json``)."""

_PROJECTION = "backbone.embeddings.patch_embeddings.projection.weight"
_BLOCK = re.compile(r"^backbone\.encoder\.layer\.(\d+)\.")


@dataclass(frozen=True)
class Architecture:
    """Everything that decides what a network computes, apart from its weights.

    Attributes:
        layout: Naming convention of the checkpoint.
        embedding: Width of a token.
        depth: Number of blocks.
        attention_heads: Heads per block; never embedding / 64 (small has 16 of 24, huge 16 of 80).
        mlp: Width of the hidden layer of a block's MLP.
        patch: Side of a patch, in pixels.
        tubelet: Frames in a patch.
        frames: Frames of one input.
        size: Side of a frame, in pixels.
        eps: Epsilon of the LayerNorms in the trunk.
        pool_eps: Epsilon of the LayerNorm after pooling; transformers' own classifier leaves it at
            torch's 1e-5 whatever the config says, the original code takes the trunk's.
        mean_pooling: True if tokens are averaged; otherwise the first one is taken.
        biases: True if queries and values have biases.
        sigmoid: True if the motion predictor squashes its scores to 0..``targets_norm``.
    """

    layout: CheckpointLayout
    embedding: int
    depth: int
    attention_heads: int
    mlp: int
    patch: int
    tubelet: int
    frames: int
    size: int
    eps: float
    pool_eps: float
    mean_pooling: bool
    biases: bool
    sigmoid: bool

    @property
    def tokens(self) -> int:
        """Number of patches in one input."""
        return (self.frames // self.tubelet) * (self.size // self.patch) ** 2


def read_architecture(naming: Naming, shapes: Shapes, config: Config) -> Architecture:
    """Return the dimensions, from the tensors where possible, else from the config.

    Raises:
        ModelUnreadable: The two contradict each other, or a dimension remains unknown.
    """
    own = naming.layout is CheckpointLayout.TRANSFORMERS
    config.require(hidden_act="gelu", cos_attn=False, qk_scale=None, use_learnable_pos_emb=False)
    embedding, tubelet, patch = _patch(naming, shapes, config)
    # Defaults of VideoMAEConfig in transformers, and of the original code.
    eps = config.eps(1e-12 if own else 1e-6)
    architecture = Architecture(
        layout=naming.layout,
        embedding=embedding,
        depth=config.match(_depth(naming), "num_hidden_layers", "depth"),
        attention_heads=_heads(naming, config, embedding),
        mlp=_mlp(naming, shapes, config),
        patch=patch,
        tubelet=tubelet,
        # Without these keys both code bases take 16 frames of 224 x 224.
        frames=config.number("num_frames", "all_frames") or 16,
        size=config.number("image_size", "img_size") or 224,
        eps=eps,
        pool_eps=1e-5 if own else eps,
        mean_pooling=config.flag("use_mean_pooling", default=True),
        biases=config.flag("qkv_bias", "qv_bias", default=True),
        sigmoid=config.flag("use_sigmoid", default=False),
    )
    if (
        architecture.size % patch
        or architecture.frames % tubelet
        or architecture.tokens > _MOST_TOKENS
    ):
        raise config.error(
            f"{architecture.frames} frames of {architecture.size} x {architecture.size} pixels "
            f"do not divide into patches of {tubelet} x {patch} x {patch}, or into too many"
        )
    return architecture


def _patch(naming: Naming, shapes: Shapes, config: Config) -> tuple[int, int, int]:
    """Return the width of a token, the frames in a patch, and the side of a patch."""
    shape = shapes[naming.sources[_PROJECTION].name]
    if len(shape) != 5 or shape[1] != 3 or shape[3] != shape[4] or 0 in shape:
        raise config.error(
            f"its patch embedding has the shape {shape}, not (width, 3, frames, side, side)"
        )
    config.match(3, "num_channels", "in_chans")
    return (
        config.match(shape[0], "hidden_size", "embed_dim"),
        config.match(shape[2], "tubelet_size"),
        config.match(shape[3], "patch_size"),
    )


def _depth(naming: Naming) -> int:
    numbers = [int(block[1]) for name in naming.sources if (block := _BLOCK.match(name))]
    # Blocks are numbered from 0.
    return max(numbers, default=-1) + 1


def _heads(naming: Naming, config: Config, embedding: int) -> int:
    heads = config.number("num_attention_heads", "num_heads")
    # Shapes do not tell the number of heads, since their outputs are concatenated.
    if heads is None and naming.layout is CheckpointLayout.PREDICTOR:
        heads = _PREDICTOR_HEADS
    if heads is None or embedding % heads:
        raise config.error(
            f"its config.json tells {heads or 'no number of'} attention heads for a width of "
            f"{embedding}"
        )
    return heads


def _mlp(naming: Naming, shapes: Shapes, config: Config) -> int:
    source = naming.sources.get("backbone.encoder.layer.0.intermediate.dense.weight")
    shape = shapes[source.name] if source else ()
    if len(shape) != 2 or 0 in shape:
        raise config.error("its first block has no MLP")
    return config.match(shape[0], "intermediate_size")
