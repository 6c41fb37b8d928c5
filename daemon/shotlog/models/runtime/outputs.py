"""Types of a model that can be run, and of its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import Card

if TYPE_CHECKING:
    import torch

ModelOutput = dict[str, npt.NDArray[np.float32]]
"""Output for one window: "embedding" (d,), and the logits (n,) of every head."""


class RunnableModel(Protocol):
    """A model whose weights are on a device, whatever its kind."""

    @property
    def card(self) -> Card:
        """Its card."""

    @property
    def network(self) -> torch.nn.Module:
        """Its network in inference mode: (B, frames, size, size, 3) uint8 to tensors by name."""

    @property
    def frames(self) -> int:
        """Frames of one input."""

    @property
    def size(self) -> int:
        """Side of a frame, in pixels."""
