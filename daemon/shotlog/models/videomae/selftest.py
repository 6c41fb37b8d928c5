"""Self-test of a loaded model: signs of weights that were lost without an error."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from shotlog.models.catalog import Card
from shotlog.models.videomae.architecture import Architecture
from shotlog.schema import ModelUnreadable

_PATCHES = 4
"""Patches along either side of the test pattern."""


def check(network: nn.Module, architecture: Architecture, card: Card) -> None:
    """Check the weights, and the output for one fixed pattern.

    - transformers 5.6 to 5.17 load published checkpoints with the biases of query and value at
      zero, without a warning (huggingface/transformers#48675); a model saved by such a version
      answers, but wrongly.
    - LayerNorm weights that are all 1, and heads without any spread, were never trained or never
      loaded.
    - Logits that are not finite come from damaged weights, or from too low a precision.

    Raises:
        ModelUnreadable: One of these holds.
    """
    weights = dict(network.named_parameters())
    for part in ("query", "value") if architecture.biases else ():
        if not _any(weights, f".attention.{part}.bias", lambda bias: bias != 0):
            raise ModelUnreadable(
                card.name,
                f"all its {part} biases are zero: transformers 5.6 to 5.17 lose them when they "
                "load a model, and save it so",
                "Take the original file, or save it again with transformers 5.18 or newer.",
            )
    if not _any(weights, "layernorm_before.weight", lambda weight: weight != 1):
        raise _untrained(card, "every LayerNorm of its trunk is as it was before training")
    for name in _outputs(weights):
        if not bool(weights[name].float().std() > 0):
            raise _untrained(card, f"its head {name.removesuffix('.weight')} was never trained")
    if not all(bool(answer.isfinite().all()) for answer in _answer(network, architecture).values()):
        raise ModelUnreadable(
            card.name,
            "its answer to a test pattern is not a number",
            "Get its weights again, or try it with --precision fp32.",
        )


def _any(weights: Mapping[str, Tensor], ending: str, holds: Callable[[Tensor], Tensor]) -> bool:
    return any(bool(holds(weights[name]).any()) for name in weights if name.endswith(ending))


def _outputs(weights: Mapping[str, Tensor]) -> list[str]:
    """Return the names of the last layer of every head."""
    last = "head.final_layer.linear.2.weight"
    return [n for n in weights if n == last or (n.startswith("heads.") and n.endswith("weight"))]


def _untrained(card: Card, message: str) -> ModelUnreadable:
    return ModelUnreadable(card.name, message, "Give the file that was saved after training.")


def _answer(network: nn.Module, architecture: Architecture) -> dict[str, Tensor]:
    """Return the output for a gradient of bytes in a few patches."""
    # A few patches use every weight; a whole window would take longer than the rest of loading.
    side = min(architecture.size, _PATCHES * architecture.patch)
    shape = (1, architecture.tubelet, side, side, 3)
    device = next(network.parameters()).device
    # 251 is prime, so that no row or channel repeats the one before.
    pattern = torch.arange(math.prod(shape), device=device) % 251
    with torch.inference_mode():
        answer: dict[str, Tensor] = network(pattern.to(torch.uint8).view(shape))
    return answer
