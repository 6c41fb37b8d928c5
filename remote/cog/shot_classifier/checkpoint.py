"""Checkpoints of VideoMAE classifiers: config.json, and weights read without running code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

_FILES = ("model.safetensors", "pytorch_model.bin")
_PREFIXES = ("videomae.", "vmae.")
_CHUNK = 1 << 20

_RENAMED = (
    ("attention.q_bias", "attention.query.bias"),
    ("attention.v_bias", "attention.value.bias"),
)
"""Names of two biases: published, and in transformers from 5.6 on."""


class CheckpointUnusable(ValueError):
    """A checkpoint that cannot be served: files are missing or damaged, or it was never trained."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """The content of a checkpoint's folder.

    Attributes:
        name: Name of the folder.
        version: SHA-256 of the weights file in hex, by which Shotlog knows the weights too.
        config: Content of config.json.
        tensors: The weights; those of the trunk under ``trunk.``, of the heads under ``heads.``.
    """

    name: str
    version: str
    config: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that may be heads."""
        names = (name.split(".")[1] for name in self.tensors if name.startswith("heads."))
        return tuple(dict.fromkeys(names))

    def named_like(self, expected: Iterable[str]) -> dict[str, Tensor]:
        """Return the tensors under the names that this version of transformers has for them.

        transformers 5.6 to 5.17 rename the biases of query and value without reading the published
        names, and leave them at zero (huggingface/transformers#48675); and they save a bias of the
        key, which is dropped here: it adds the same number to all scores of a query, and softmax
        ignores that.
        """
        known = set(expected)
        tensors = {}
        for name, tensor in self.tensors.items():
            swapped = [name.replace(a, b) for pair in _RENAMED for a, b in (pair, pair[::-1])]
            found = next((n for n in (name, *swapped) if n in known), name)
            if not found.endswith("attention.key.bias"):
                tensors[found] = tensor
        return tensors


def read_checkpoint(folder: Path) -> Checkpoint:
    """Return the checkpoint in a folder, on the CPU.

    Raises:
        CheckpointUnusable: A file is missing or damaged, or holds no VideoMAE.
    """
    weights = next((folder / name for name in _FILES if (folder / name).is_file()), None)
    if weights is None or not (folder / "config.json").is_file():
        raise CheckpointUnusable(
            f"there is no model in {folder}: put config.json and {' or '.join(_FILES)} there"
        )
    try:
        config = json.loads((folder / "config.json").read_bytes())
        tensors = _read_tensors(weights)
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointUnusable(f"the model in {folder} cannot be read: {error}") from error
    named = {_place(name): tensor for name, tensor in tensors.items()}
    if not isinstance(config, dict) or not any(name.startswith("trunk.") for name in named):
        raise CheckpointUnusable(
            f"the model in {folder} is no VideoMAE classifier as transformers saves it"
        )
    return Checkpoint(folder.name, _digest(weights), config, named)


def _read_tensors(weights: Path) -> Mapping[str, Tensor]:
    if weights.suffix == ".safetensors":
        return load_file(weights)
    try:
        # weights_only builds tensors and nothing else, whatever the file asks for.
        loaded = torch.load(weights, map_location="cpu", weights_only=True)
        return {str(name): tensor for name, tensor in loaded.items()}
    except Exception as error:  # a damaged file of this kind raises almost anything
        raise CheckpointUnusable(
            f"{weights.name} is damaged, or holds more than tensors; save it as safetensors"
        ) from error


def _place(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return f"trunk.{name[len(prefix) :]}"
    return name if name.startswith("fc_norm.") else f"heads.{name}"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
