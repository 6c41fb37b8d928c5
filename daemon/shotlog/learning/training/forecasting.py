"""Forecast of a training: steps, weights and memory, before it begins."""

from __future__ import annotations

from collections import Counter

import torch
from torch import Tensor, nn

from shotlog.learning.clips import Part
from shotlog.learning.training.checkpoints import trained_weights
from shotlog.learning.training.network import build_network
from shotlog.learning.training.options import TrainingRecipe
from shotlog.learning.training.plan import TrainingPlan
from shotlog.learning.training.recipes import prepare_recipe
from shotlog.schema import Model

_COPIES = 3
"""Numbers beside each trained weight: its gradient, and AdamW's two means."""


class TrainingForecast(Model):
    """Facts about a training before it begins.

    Attributes:
        clips: Number of clips by part.
        films: Number of films by part.
        labels: For each family the number of clips of each label that are learned from.
        steps: Most steps.
        weights: Number of weights.
        trained: Number of weights that are trained.
        memory: Bytes of a step in float32: weights, gradients, means, and what the clips that are
            computed at once leave for the backward pass; measured by a pass of one clip. With
            checkpointing the inner results of one block come on top.
    """

    clips: dict[str, int]
    films: dict[str, int]
    labels: dict[str, dict[str, int]]
    steps: int
    weights: int
    trained: int
    memory: int


def forecast(plan: TrainingPlan) -> TrainingForecast:
    """Return the forecast of a training; it computes one clip on the CPU.

    Raises:
        ModelUnreadable: The weights of the base do not fit its config.
        TrainingError: A package is missing.
    """
    network = build_network(plan.base, plan.questions, plan.options.drop_path)
    module = prepare_recipe(network, plan.options)
    sizes = {name: p.numel() for name, p in network.named_parameters()}
    trained = sum(weight.numel() for weight in trained_weights(module).values())
    at_once = min(plan.options.microbatch, sum(c.part is Part.TRAIN for c in plan.clips))
    kept = at_once * kept_bytes(module, _blank(plan))
    learned = sum(clip.part is Part.TRAIN for clip in plan.clips)
    size = min(plan.options.batch, learned)
    return TrainingForecast(
        clips={part: sum(clip.part is part for clip in plan.clips) for part in Part},
        films={part: len({c.film for c in plan.clips if c.part is part}) for part in Part},
        labels={
            question.family: dict(_counts(plan, question.family)) for question in plan.questions
        },
        steps=plan.options.epochs * max(1, learned // size),
        weights=sum(sizes.values()),
        trained=trained,
        memory=4 * (sum(sizes.values()) + _COPIES * trained) + kept,
    )


def kept_bytes(module: nn.Module, inputs: Tensor) -> int:
    """Return the bytes that a forward pass keeps for the backward pass, without the weights."""
    weights = {p.untyped_storage().data_ptr() for p in module.parameters()}
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        module.train()(inputs)
    return sum(kept.values())


def _blank(plan: TrainingPlan) -> Tensor:
    network = plan.base.architecture
    if plan.options.recipe is TrainingRecipe.PROBE:
        return torch.zeros(1, network.embedding)
    return torch.zeros(1, network.frames, network.size, network.size, 3, dtype=torch.uint8)


def _counts(plan: TrainingPlan, family: str) -> Counter[str]:
    return Counter(
        label
        for clip in plan.clips
        if clip.part is Part.TRAIN
        for told, labels in clip.labels.items()
        if told.value == family
        for label in labels
    )
