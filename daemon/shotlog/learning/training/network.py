"""The network that is trained: transformers' VideoMAE on normalised floats, a norm, linear heads.

The daemon's own network computes the same from the exported weights, on bytes and in fewer steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from transformers.models.videomae.modeling_videomae import VideoMAEModel

from shotlog.learning.training.bases import Base
from shotlog.learning.training.questions import Question
from shotlog.models.checkpoints import Triple
from shotlog.models.videomae import Architecture, read_weights, transformers_config
from shotlog.schema import ModelUnreadable

_SPREAD = 0.02
"""Standard deviation of the weights of a new head, as in transformers (``initializer_range``)."""

State = dict[str, Tensor]


class Answers(nn.Module):
    """The norm after pooling, and a linear layer for each question; in float32."""

    def __init__(self, width: int, eps: float, outputs: Mapping[str, int]) -> None:
        super().__init__()
        self.fc_norm = nn.LayerNorm(width, eps)
        heads = {key: nn.Linear(width, count) for key, count in outputs.items()}
        for head in heads.values():
            nn.init.normal_(head.weight, std=_SPREAD)
            nn.init.zeros_(head.bias)
        self.heads = nn.ModuleDict(heads)

    def forward(self, pooled: Tensor) -> dict[str, Tensor]:
        """Return the logits by head of (B, d) means of tokens."""
        with torch.autocast(pooled.device.type, enabled=False):
            normed = self.fc_norm(pooled.float())
            return {key: head(normed) for key, head in self.heads.items()}


class Trunk(nn.Module):
    """From frames to the mean of their tokens."""

    mean: Tensor
    std: Tensor

    def __init__(
        self, architecture: Architecture, normalisation: tuple[Triple, Triple], drop_path: float
    ) -> None:
        super().__init__()
        model = VideoMAEModel(transformers_config(architecture))
        blocks = model.encoder.layer
        for number, block in enumerate(blocks):
            # Evenly from none at the first block, as in the authors' code.
            _skip_at_random(block, drop_path * number / max(len(blocks) - 1, 1))
        # With low-rank additions it is another class.
        self.model: nn.Module = model
        for name, values in zip(("mean", "std"), normalisation, strict=True):
            # For values 0 to 255, as frames have them.
            scaled = torch.tensor(values).view(3, 1, 1) * 255
            self.register_buffer(name, scaled, persistent=False)

    def forward(self, frames: Tensor) -> Tensor:
        """Return (B, d) float32 of (B, frames, h, w, 3) uint8."""
        pixels = (frames.permute(0, 1, 4, 2, 3).float() - self.mean) / self.std
        tokens: Tensor = self.model(pixels).last_hidden_state
        return tokens.mean(1, dtype=torch.float32)


class TrainedNetwork(nn.Module):
    """Trunk and answers."""

    def __init__(
        self,
        architecture: Architecture,
        normalisation: tuple[Triple, Triple],
        outputs: Mapping[str, int],
        drop_path: float = 0.0,
    ) -> None:
        super().__init__()
        self.depth = architecture.depth
        self.trunk = Trunk(architecture, normalisation, drop_path)
        self.answers = Answers(architecture.embedding, architecture.pool_eps, outputs)

    def forward(self, frames: Tensor) -> dict[str, Tensor]:
        """Return the logits by head of (B, frames, h, w, 3) uint8."""
        answers: dict[str, Tensor] = self.answers(self.trunk(frames))
        return answers

    def canonical(self) -> State:
        """Return its tensors under the canonical names of :mod:`shotlog.models.videomae`."""
        trunk = {f"backbone.{name}": t for name, t in self.trunk.model.state_dict().items()}
        norm = {f"backbone.fc_norm.{n}": t for n, t in self.answers.fc_norm.state_dict().items()}
        heads = {f"heads.{name}": t for name, t in self.answers.heads.state_dict().items()}
        return trunk | norm | heads

    def take(self, state: Mapping[str, Tensor]) -> list[str]:
        """Copy tensors that it has under these canonical names; return those that it has not."""
        own = self.canonical()
        with torch.no_grad():
            for name in own.keys() & state.keys():
                own[name].copy_(state[name])
        return sorted(own.keys() - state.keys())


def build_network(base: Base, questions: Sequence[Question], drop_path: float) -> TrainedNetwork:
    """Return the network of a base with a head for each question.

    A head of the base is kept where it has the same labels; random weights are drawn from torch's
    generator.

    Raises:
        ModelUnreadable: The base lacks tensors of its trunk, or has some of another shape.
    """
    outputs = {question.head.key: len(question.labels) for question in questions}
    network = TrainedNetwork(base.architecture, base.normalisation, outputs, drop_path)
    if base.outline is None:
        return network
    try:
        missing = network.take(_kept(base, questions, read_weights(base.outline, base.card)))
    except RuntimeError as error:  # a shape that differs
        raise ModelUnreadable(base.name, f"its tensors do not fit its config: {error}") from error
    if lost := [name for name in missing if name.startswith("backbone.e")]:
        raise ModelUnreadable(base.name, f"its weights lack {len(lost)} tensors, such as {lost[0]}")
    return network


def _kept(base: Base, questions: Sequence[Question], weights: Mapping[str, Tensor]) -> State:
    """Return the tensors of the trunk, and of heads with the labels of a question, as float32."""
    kept = {name: t.float() for name, t in weights.items() if name.startswith("backbone.")}
    for question in questions:
        for head in base.card.heads:
            if base.labels.get(question.head.task) == question.labels == _labels(base, head.key):
                for part in ("weight", "bias"):
                    tensor = weights[f"heads.{head.key}.{part}"]
                    kept[f"heads.{question.head.key}.{part}"] = tensor.float()
    return kept


def _labels(base: Base, key: str) -> tuple[str, ...]:
    (head,) = (head for head in base.card.heads if head.key == key)
    return base.labels[head.task]


def _skip_at_random(block: nn.Module, probability: float) -> None:
    """Skip a block for single clips in training, and scale it for the others.

    Huang et al., "Deep Networks with Stochastic Depth", 2016. A block adds to its input, so what it
    adds is dropped.
    """
    if not probability:
        return

    def drop(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if not module.training:
            return output
        kept = torch.rand(len(output), 1, 1, device=output.device) >= probability
        return inputs[0] + (output - inputs[0]) * kept / (1 - probability)

    block.register_forward_hook(drop)
