"""The files of a model: its config.json, and its weights read without running anything in them.

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
from shotlog.models.videomae.config import Config
from shotlog.models.videomae.layouts import Shapes
from shotlog.schema import ModelMissing, ModelUnreadable

if TYPE_CHECKING:
    import torch

SAFE = ".safetensors"
_USUAL = ("model.safetensors", "pytorch_model.bin")
_NESTS = ("module", "model", "state_dict")
"""Under which training scripts put the weights in a ``.pt`` file."""


def weights_file(folder: Path, card: Card) -> Path:
    """The file that holds the weights: the one that the card names, else one of a usual name.

    Raises:
        ModelMissing: there is none.
    """
    for names in (card.files[1:], _USUAL):
        found = [folder / n for n in names if not n.endswith(".json") and (folder / n).is_file()]
        if found:
            return next((file for file in found if file.suffix == SAFE), found[0])
    raise ModelMissing(
        card.name, f"there are no weights in {folder}", _pull(card, "Put its weights there.")
    )


def read_config(folder: Path, card: Card) -> Config:
    """The model's config.json.

    Raises:
        ModelMissing: there is none.
        ModelUnreadable: it is not a JSON object.
    """
    path = folder / card.files[0]
    try:
        return Config(read_json(path, card), card.name)
    except FileNotFoundError as error:
        raise ModelMissing(
            card.name, f"there is no {path}", _pull(card, "Put its config.json there.")
        ) from error


def read_json(path: Path, card: Card) -> dict[str, Any]:
    """A JSON object of a model's folder.

    Raises:
        FileNotFoundError: no such file.
        ModelUnreadable: anything else than a JSON object.
    """
    try:
        values = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise ModelUnreadable(
            card.name, f"{path.name} cannot be read: {error}", _pull(card)
        ) from error
    if not isinstance(values, dict):
        raise ModelUnreadable(card.name, f"{path.name} is not a JSON object", _pull(card))
    return values


def read_shapes(path: Path, card: Card) -> Shapes:
    """The shape of every tensor in a file; of a safetensors file only the header is read.

    Raises:
        ModelUnreadable: damaged, truncated, or not what its name says.
    """
    if path.suffix != SAFE:
        return {name: tuple(tensor.shape) for name, tensor in _unpickled(path, card).items()}
    with _safe(path, card), safe_open(path, framework="numpy") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def read_tensors(path: Path, card: Card) -> Mapping[str, torch.Tensor]:
    """Every tensor of a file, mapped into memory: pages are read when they are first used.

    Raises:
        ModelUnreadable: damaged, truncated, or unsafe to load.
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
            _pull(card),
        ) from error


def _unpickled(path: Path, card: Card) -> Mapping[str, torch.Tensor]:
    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # whatever the bytes of the file make the unpickler trip over
        raise ModelUnreadable(
            card.name,
            f"{path.name} is damaged, or holds more than tensors, which is not safe to load",
            "Save its weights as safetensors, on a machine where you trust the file.",
        ) from error
    for nest in _NESTS:
        if isinstance(content, dict) and isinstance(content.get(nest), dict):
            content = content[nest]
    if not isinstance(content, dict) or not content:
        raise ModelUnreadable(card.name, f"{path.name} holds no named tensors", _pull(card))
    strange = [name for name, value in content.items() if not isinstance(value, torch.Tensor)]
    if strange:
        raise ModelUnreadable(
            card.name, f"{path.name} holds more than tensors: {strange[0]!r}", _pull(card)
        )
    return content


def _pull(card: Card, otherwise: str = "Copy its files again.") -> str:
    """What to do: weights of the hub can be fetched again, a user's own cannot."""
    return f"Get them with: shotlog models pull {card.name}." if card.repo else otherwise
