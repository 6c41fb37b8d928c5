"""Recipes: the weights that are trained, and by which steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from shotlog.learning.training.network import TrainedNetwork
from shotlog.learning.training.options import TrainingOptions, TrainingRecipe
from shotlog.schema import TrainingError

_ADAPTED = ["query", "value"]
"""Layers with low-rank additions, as in the paper (Hu et al., 2021, section 4.2)."""
_MOMENTUM = 0.9
"""Decay of AdamW's mean of gradients, as the authors tune (``FINETUNE.md`` of MCG-NJU/VideoMAE)."""


def prepare_recipe(network: TrainedNetwork, options: TrainingOptions) -> nn.Module:
    """Freeze what the recipe does not train, add what it adds, and return the module to train.

    That of a probe takes the means of tokens, that of other recipes takes frames.

    Raises:
        TrainingError: The package for low-rank additions is not installed.
    """
    model: Any = network.trunk.model
    if options.recipe is TrainingRecipe.PROBE:
        network.trunk.requires_grad_(False)
        return network.answers
    if options.recipe is TrainingRecipe.LORA:
        network.trunk.model = _with_additions(model, options.rank)
    if options.checkpointing:
        # transformers 5.24 renamed it.
        new = getattr(model, "activation_checkpointing_enable", None)
        (new or model.gradient_checkpointing_enable)({"use_reentrant": False})
    return network


def merge_additions(network: TrainedNetwork) -> None:
    """Add low-rank additions to the weights; the trunk is plain again afterwards."""
    added: Any = network.trunk.model
    if not hasattr(added, "merge_adapter"):
        return
    added.merge_adapter()
    plain: nn.Module = added.model
    # Not by merge_and_unload, whose progress bar leaves a thread behind.
    for name, layer in [*plain.named_modules()]:
        if hasattr(layer, "get_base_layer"):
            parent, _, own = name.rpartition(".")
            setattr(plain.get_submodule(parent), own, layer.get_base_layer())
    network.trunk.model = plain


def make_optimizer(network: TrainedNetwork, options: TrainingOptions) -> torch.optim.AdamW:
    """Return AdamW over the trained weights; a group's ``peak`` is its highest rate."""
    groups = list(_groups(network, options))
    betas = (_MOMENTUM, options.mean_decay)
    return torch.optim.AdamW(groups, lr=options.rate, betas=betas)


def _groups(network: TrainedNetwork, options: TrainingOptions) -> Iterator[dict[str, Any]]:
    found: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in network.named_parameters():
        if not weight.requires_grad:
            continue
        if name.startswith("answers."):
            peak = options.head_rate
        else:
            peak = options.rate * options.layer_decay ** (network.depth - _level(name))
        # Biases and norms are vectors.
        decay = options.weight_decay if weight.dim() > 1 else 0.0
        found.setdefault((peak, decay), []).append(weight)
    for (peak, decay), weights in found.items():
        yield {"params": weights, "peak": peak, "weight_decay": decay}


def _level(name: str) -> int:
    """Return the level of a weight of the trunk: 0 of the patches, 1 of the first block."""
    parts = name.split(".")
    return int(parts[parts.index("layer") + 1]) + 1 if "layer" in parts else 0


def _with_additions(model: nn.Module, rank: int) -> nn.Module:
    try:
        from peft import LoraConfig, LoraModel
    except ImportError as error:
        raise TrainingError(
            "lora", "the package peft is not installed",
            "Install it: pip install 'shotlog[train]'; or give --recipe full or probe.",
        ) from error  # fmt: skip
    # Twice the rank, as the authors' own code scales them (microsoft/LoRA, examples).
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=_ADAPTED, bias="none")
    added: nn.Module = LoraModel(model, config, "default")
    return added
