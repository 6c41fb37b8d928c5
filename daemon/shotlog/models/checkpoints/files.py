"""Files of a model: its config.json, and its weights, read without executing code in them.

safetensors is read by its header first, without torch. A pickle (``.bin``, ``.pt``) is read only
by ``torch.load(weights_only=True)``, which builds tensors and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from shotlog.models.catalog import Card
from shotlog.models.checkpoints.config import Config
from shotlog.schema import ModelMissing, ModelUnreadable

if TYPE_CHECKING:
    import torch

Shapes = Mapping[str, tuple[int, ...]]
"""Shape of every tensor in a checkpoint, by its name there."""

SAFE = ".safetensors"
"""Suffix of files that hold tensors and nothing else."""

_USUAL = ("model.safetensors", "pytorch_model.bin")
_NESTS = ("module", "model", "state_dict")
"""Keys under which training scripts store the weights in a ``.pt`` file."""


def weights_file(folder: Path, card: Card) -> Path:
    """Return the weights file: the one that the card names, else one of a usual name.

    Raises:
        ModelMissing: There is none.
    """
    for names in (card.files[1:], _USUAL):
        candidates = [
            folder / n for n in names if not n.endswith(".json") and (folder / n).is_file()
        ]
        if candidates:
            # safetensors first: it is faster to open and needs no unpickler.
            return next((file for file in candidates if file.suffix == SAFE), candidates[0])
    raise ModelMissing(
        card.name, f"there are no weights in {folder}", remedy(card, "Put its weights there.")
    )


def read_config(folder: Path, card: Card) -> Config:
    """Return the model's config.json.

    Raises:
        ModelMissing: There is none.
        ModelUnreadable: It is not a JSON object.
    """
    path = folder / card.files[0]
    try:
        return Config(read_json(path, card), card.name)
    except FileNotFoundError as error:
        raise ModelMissing(
            card.name, f"there is no {path}", remedy(card, "Put its config.json there.")
        ) from error


def read_json(path: Path, card: Card) -> dict[str, Any]:
    """Return a JSON object of a model's folder.

    Raises:
        FileNotFoundError: The file does not exist.
        ModelUnreadable: The content is not a JSON object.
    """
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise
    # RecursionError: values nested more deeply than the parser's stack.
    except (OSError, ValueError, RecursionError) as error:
        raise ModelUnreadable(
            card.name, f"{path.name} cannot be read: {error}", remedy(card)
        ) from error
    if not isinstance(values, dict):
        raise ModelUnreadable(card.name, f"{path.name} is not a JSON object", remedy(card))
    return values


def read_shapes(path: Path, card: Card) -> Shapes:
    """Return the shape of every tensor in a file; of a safetensors file only the header is read.

    Raises:
        ModelUnreadable: The file is damaged, truncated, or of another format than its suffix.
    """
    if path.suffix != SAFE:
        return {name: tuple(tensor.shape) for name, tensor in _unpickled(path, card).items()}
    with _safe(path, card), safe_open(path, framework="numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def read_tensors(path: Path, card: Card) -> Mapping[str, torch.Tensor]:
    """Return every tensor of a file, memory-mapped: pages are read when they are first used.

    Raises:
        ModelUnreadable: The file is damaged, truncated, or unsafe to load.
    """
    if path.suffix != SAFE:
        return _unpickled(path, card)
    with _safe(path, card), safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118


@contextmanager
def _safe(path: Path, card: Card) -> Iterator[None]:
    try:
        yield
    except (SafetensorError, OSError) as error:
        raise ModelUnreadable(
            card.name,
            f"{path.name} is damaged, or no safetensors file: {error}",
            remedy(card),
        ) from error


def _unpickled(path: Path, card: Card) -> Mapping[str, torch.Tensor]:
    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # a damaged pickle raises almost any exception
        raise ModelUnreadable(
            card.name,
            f"{path.name} is damaged, or holds more than tensors, which is not safe to load",
            "Save its weights as safetensors, on a machine where you trust the file.",
        ) from error
    # Nests may lie within each other, in this order.
    for nest in _NESTS:
        if isinstance(content, dict) and isinstance(content.get(nest), dict):
            content = content[nest]
    if not isinstance(content, dict) or not content:
        raise ModelUnreadable(card.name, f"{path.name} holds no named tensors", remedy(card))
    others = [name for name, value in content.items() if not isinstance(value, torch.Tensor)]
    if others:
        raise ModelUnreadable(
            card.name, f"{path.name} holds more than tensors: {others[0]!r}", remedy(card)
        )
    return content


def remedy(card: Card, otherwise: str = "Copy its files again.") -> str:
    """Return the remedy: weights of the hub can be downloaded again, a user's own cannot."""
    return f"Get them with: shotlog models pull {card.name}." if card.repo else otherwise
