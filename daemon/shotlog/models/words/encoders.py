"""Networks that make unit vectors of pictures and of texts; imports torch and transformers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import torch
import transformers
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers.utils import logging

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import Triple, read_tensors, remedy
from shotlog.models.words.architectures import Tower
from shotlog.models.words.outline import BUFFERS, ImageTextOutline
from shotlog.schema import DeviceUnusable, ModelUnreadable

_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_SILENT = 60
"""Level above that of every message."""


class ImageEncoder(nn.Module):
    """Encoder of pictures.

    Args:
        tower: Half of an image-text model.
        output: Attribute of its output that holds the embedding.
        mean: Mean of the pixels (R, G, B, for values 0 to 1).
        std: Their deviation.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, tower: nn.Module, output: str, mean: Triple, std: Triple) -> None:
        super().__init__()
        self.tower, self._output = tower, output
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, windows: Tensor) -> dict[str, Tensor]:
        """Return "embedding", (B, d) unit vectors in float32, of (B, 1, h, w, 3) uint8."""
        pixels = windows[:, 0].permute(0, 3, 1, 2) / 255
        pixels = ((pixels - self.mean) / self.std).to(next(self.tower.parameters()).dtype)
        answer = getattr(self.tower(pixel_values=pixels), self._output)
        return {"embedding": normalize(answer.float(), dim=-1)}


class TextEncoder(nn.Module):
    """Encoder of texts.

    Args:
        tower: Half of an image-text model.
        output: Attribute of its output that holds the embedding.
    """

    def __init__(self, tower: nn.Module, output: str) -> None:
        super().__init__()
        self.tower, self._output = tower, output

    def forward(self, ids: Tensor) -> Tensor:
        """Return (B, d) unit vectors in float32, of (B, n) token ids."""
        return normalize(getattr(self.tower(input_ids=ids), self._output).float(), dim=-1)


def build_tower(
    tower: Tower, outline: ImageTextOutline, card: Card, device: str, precision: str
) -> nn.Module:
    """Return one half of a model on a device, with every tensor in its place.

    Args:
        tower: The half.
        outline: Outline of the model.
        card: Its card.
        device: Name in torch.
        precision: ``fp32``, ``bf16`` or ``fp16``.

    Raises:
        ModelUnreadable: The tensors are not those that config.json describes.
        DeviceUnusable: No such device exists, or it has not enough memory.
    """
    state = {
        name: tensor
        for name, tensor in read_tensors(outline.weights, card).items()
        if name.startswith(tower.prefixes) and not name.endswith(BUFFERS)
    }
    counted = [name for name, tensor in state.items() if not tensor.is_floating_point()]
    # Quantised weights would be cast without their scale.
    if counted:
        raise _mismatch(card, f"{len(counted)} are of whole numbers: {counted[0]}, ...")
    network = _load(tower, outline, card, state, _TYPES[precision])
    try:
        return network.to(device).requires_grad_(False).eval()
    except torch.OutOfMemoryError as error:
        raise DeviceUnusable(device, f"its memory does not hold {card.name}") from error
    except (RuntimeError, AssertionError) as error:  # torch's errors for a missing device
        raise DeviceUnusable(device) from error


def _load(
    tower: Tower, outline: ImageTextOutline, card: Card, state: Mapping[str, Tensor], dtype: Any
) -> nn.Module:
    kind = getattr(transformers, tower.class_name)
    try:
        with _silence():
            network, told = kind.from_pretrained(
                None,
                config=_config(tower, outline),
                state_dict=dict(state),
                dtype=dtype,
                local_files_only=True,
                output_loading_info=True,
                # Reported by name below; without it transformers raises an error without names.
                ignore_mismatched_sizes=True,
            )
    except Exception as error:  # a wrong config raises almost any exception
        summary = str(error).partition("\n")[0] or type(error).__name__
        raise _mismatch(card, f"transformers cannot build it: {summary}") from error
    # transformers fills what it does not find with random numbers, and goes on.
    names = {
        "missing": sorted(told["missing_keys"]),
        "unexpected": sorted(told["unexpected_keys"]),
        "of another shape": sorted(name for name, *_ in told["mismatched_keys"]),
    }
    wrong = [f"{len(found)} {how}: {found[0]}, ..." for how, found in names.items() if found]
    if wrong:
        raise _mismatch(card, "; ".join(wrong))
    return cast(nn.Module, network)


def _config(tower: Tower, outline: ImageTextOutline) -> Any:
    """Return the config of a half, with the defaults of its architecture."""
    values = {name: v for name, v in outline.config.items() if name != "model_type"}
    config = transformers.AutoConfig.for_model(outline.model_type, **values)
    part = getattr(config, tower.config)
    # The halves of a CLIP take it from their own part, which published files leave at its default.
    part.projection_dim = outline.embedding
    return part


def _mismatch(card: Card, message: str) -> ModelUnreadable:
    return ModelUnreadable(
        card.name,
        f"its tensors are not those of its config.json; {message}",
        remedy(card, "Check that config.json and weights belong together, and are of this model."),
    )


@contextmanager
def _silence() -> Iterator[None]:
    """Keep transformers from drawing a bar, and from printing what is raised as an error here."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(_SILENT)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
