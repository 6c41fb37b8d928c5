"""Checkpoints: the trained weights, the means of the optimizer and the state, in one file.

Tensors and a header of JSON, in the format of safetensors; the file is replaced as a whole, so
that they always belong together. The random numbers of a step follow from the seed and its number,
so that no state of a generator is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from shotlog.learning.training.output import write_tensors
from shotlog.models.catalog import sha256_of
from shotlog.schema import Model, TrainingInterrupted

CHECKPOINT: Final = "checkpoint.safetensors"
BEST: Final = "best.safetensors"
_STATE: Final = "state"
_WEIGHTS, _MEANS = "weights.", "optimizer."


class Validated(Model):
    """Figures of a validation."""

    step: int
    """Steps before it."""
    f1: float
    """Macro-F1, the mean over the questions."""
    loss: float
    """Mean loss, by which equal macro-F1 are ordered."""

    def is_better(self, other: Validated | None) -> bool:
        """Return True if it is better than another one, or the first."""
        return other is None or (self.f1, -self.loss) > (other.f1, -other.loss)


class TrainingState(Model):
    """State of a training between two steps."""

    command: str
    """Digest of everything that decides the weights."""
    step: int = 0
    """Steps that were made."""
    best: Validated | None = None
    """The best validation."""
    best_weights: str = ""
    """SHA-256 of the file with the weights of the best validation."""
    worse: int = 0
    """Validations since then."""
    ended: bool = False
    """True after the last step, or where it stopped early."""


def save_checkpoint(
    folder: Path, state: TrainingState, module: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    """Write the state, the trained weights and the means of the optimizer.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: The disk is full.
    """
    tensors = {_WEIGHTS + name: tensor for name, tensor in trained_weights(module).items()}
    for number, means in optimizer.state_dict()["state"].items():
        tensors |= {f"{_MEANS}{number}.{name}": tensor for name, tensor in means.items()}
    write_tensors(folder / CHECKPOINT, tensors, {_STATE: state.model_dump_json()})


def load_checkpoint(
    folder: Path, command: str, module: nn.Module, optimizer: torch.optim.Optimizer
) -> TrainingState:
    """Restore weights and optimizer, and return the state; that of the start without a checkpoint.

    Raises:
        TrainingInterrupted: The checkpoint is damaged, or of a training with other options.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return TrainingState(command=command)
    tensors, header = _read(path)
    try:
        state = TrainingState.model_validate_json(header.get(_STATE, ""))
    except ValidationError as error:
        raise TrainingInterrupted(str(path), "its checkpoint tells no state") from error
    if state.command != command:
        message = "it was begun with other options, data or another base"
        raise TrainingInterrupted(str(folder.parent), message)
    if state.best and (
        not (folder / BEST).is_file() or sha256_of(folder / BEST) != state.best_weights
    ):
        raise TrainingInterrupted(str(folder / BEST), "its best weights are gone or changed")
    _fill(module, _under(tensors, _WEIGHTS), path)
    described = optimizer.state_dict()
    means: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under(tensors, _MEANS).items():
        number, _, key = name.partition(".")
        means.setdefault(int(number), {})[key] = tensor
    optimizer.load_state_dict({**described, "state": means})
    return state


def save_best(folder: Path, module: nn.Module) -> str:
    """Write the trained weights as the best ones, and return the SHA-256 of their file."""
    write_tensors(folder / BEST, trained_weights(module), {})
    return sha256_of(folder / BEST)


def load_best(folder: Path, module: nn.Module) -> None:
    """Restore the best weights.

    Raises:
        TrainingInterrupted: Their file is damaged.
    """
    _fill(module, _read(folder / BEST)[0], folder / BEST)


def trained_weights(module: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a module that are trained, by name; its base has the others."""
    return {name: p.detach() for name, p in module.named_parameters() if p.requires_grad}


def _fill(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    own = trained_weights(module)
    if {n: t.shape for n, t in own.items()} != {n: t.shape for n, t in tensors.items()}:
        raise TrainingInterrupted(str(path), "it holds the weights of another network")
    for name, tensor in own.items():
        tensor.copy_(tensors[name])


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            return tensors, file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise TrainingInterrupted(str(path), f"it is damaged: {error}") from error
