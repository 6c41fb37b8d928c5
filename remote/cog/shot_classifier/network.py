"""The network of a checkpoint: transformers' VideoMAE trunk and a linear layer for each head."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from transformers import VideoMAEConfig, VideoMAEModel

from shot_classifier.checkpoint import Checkpoint, CheckpointUnusable
from shot_classifier.heads import Head

_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and deviation of ImageNet (R, G, B, for values 0 to 1), with which all published checkpoints
were trained."""


class Network(nn.Module):
    """Trunk, pooling and heads; pooling and heads are computed in float32 in any precision."""

    mean: Tensor
    std: Tensor
    trunk: Any

    def __init__(self, config: VideoMAEConfig, heads: Sequence[Head]) -> None:
        super().__init__()
        self.trunk = VideoMAEModel(config)
        self.side = int(np.max(config.image_size))  # may be given as [height, width]
        self.frames = int(config.num_frames)
        width = config.hidden_size
        self.fc_norm = nn.LayerNorm(width) if config.use_mean_pooling else None
        self.heads = nn.ModuleDict(
            {head.layer: nn.Linear(width, len(head.labels)) for head in heads}
        )
        self.register_buffer("mean", torch.tensor(_MEAN), persistent=False)
        self.register_buffer("std", torch.tensor(_STD), persistent=False)

    def forward(self, clips: Tensor) -> dict[str, Tensor]:
        """Return logits (clips, labels) float32 by layer.

        Args:
            clips: (clips, 16, side, side, 3) uint8 RGB.
        """
        pixels = (clips.float() / 255 - self.mean) / self.std
        seen = pixels.permute(0, 1, 4, 2, 3).to(self.trunk.dtype)
        tokens: Tensor = self.trunk(seen).last_hidden_state
        if self.fc_norm is not None:
            pooled = self.fc_norm(tokens.mean(1, dtype=torch.float32))
        else:
            pooled = tokens[:, 0].float()
        return {layer: head(pooled) for layer, head in self.heads.items()}


def build_network(
    checkpoint: Checkpoint, heads: Sequence[Head], device: str, precision: torch.dtype
) -> Network:
    """Return the network of a checkpoint on a device, ready for inference, after a self-test.

    Raises:
        CheckpointUnusable: The weights do not fit config.json, or fail the self-test.
    """
    try:
        network = Network(VideoMAEConfig.from_dict(dict(checkpoint.config)), heads).eval()
        network.load_state_dict(checkpoint.named_like(network.state_dict()), strict=True)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CheckpointUnusable(
            f"the weights of {checkpoint.name} do not fit its config.json: {error}"
        ) from error
    _test_weights(network, checkpoint)
    network.to(device)
    network.trunk.to(precision)
    _test_answer(network, checkpoint)
    return network


def _test_weights(network: Network, checkpoint: Checkpoint) -> None:
    """Refuse weights that a faulty version of transformers lost, or that were never trained.

    Raises:
        CheckpointUnusable: They are.
    """
    weights = dict(network.named_parameters())

    def all_are(value: float, endings: Sequence[str]) -> bool:
        chosen = [tensor for name, tensor in weights.items() if name.endswith(tuple(endings))]
        return bool(chosen) and all(bool((tensor == value).all()) for tensor in chosen)

    if all_are(0, [".q_bias", ".query.bias"]) or all_are(0, [".v_bias", ".value.bias"]):
        raise CheckpointUnusable(
            f"the biases of {checkpoint.name} are zero: transformers 5.6 to 5.17 lose them when "
            "they load a model, and save it so; take the original file"
        )
    if all_are(1, ["layernorm_before.weight"]):
        raise CheckpointUnusable(f"the trunk of {checkpoint.name} was never trained")


def _test_answer(network: Network, checkpoint: Checkpoint) -> None:
    """Refuse a network whose answer to a fixed pattern is not a number.

    Raises:
        CheckpointUnusable: It is not.
    """
    shape = (1, network.frames, network.side, network.side, 3)
    # 251 is prime, so that no row or channel repeats the one before.
    pattern = (torch.arange(math.prod(shape)) % 251).to(torch.uint8).view(shape)
    with torch.inference_mode():
        answers = network(pattern.to(network.mean.device))
    if not all(bool(logits.isfinite().all()) for logits in answers.values()):
        raise CheckpointUnusable(
            f"the answer of {checkpoint.name} to a test pattern is not a number: its weights are "
            "damaged; get them again"
        )
