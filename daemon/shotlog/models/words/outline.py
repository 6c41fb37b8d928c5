"""Outline of an image-text model: its dimensions, from the header of its weights.

Reading it loads no weights and takes milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import SAFE, Shapes, read_json, read_shapes, remedy, weights_file
from shotlog.models.runtime import ITEM_SIZES, MemoryEstimate, Precision, allocated_bytes
from shotlog.models.words.architectures import ARCHITECTURES, ImageTextArchitecture
from shotlog.schema import ModelMissing, ModelUnreadable

BUFFERS = ".position_ids"
"""Ending of the names of tensors that older versions of transformers saved, and that none reads:
they only count 0, 1, 2, ..."""

_PATCHES = "vision_model.embeddings.patch_embedding.weight"
_POSITIONS = "vision_model.embeddings.position_embedding.weight"
_MLP = "vision_model.encoder.layers.0.mlp.fc1.weight"
_TOKENS = "text_model.embeddings.token_embedding.weight"
_LENGTH = "text_model.embeddings.position_embedding.weight"


@dataclass(frozen=True, eq=False)
class ImageTextOutline:
    """Facts from config.json and the header of the weights.

    Attributes:
        model_type: Name of the architecture in config.json.
        config: Content of config.json.
        size: Side of a picture, in pixels.
        tokens: Positions of the half for pictures.
        width: Width of a token there.
        mlp: Width of the hidden layer of a block's MLP there.
        embedding: Width of the embeddings of pictures and texts.
        length: Tokens of the longest text.
        vocabulary: Number of known tokens.
        shapes: Shapes of the tensors in the file.
        weights: The weights file.
    """

    model_type: str
    config: Mapping[str, Any]
    size: int
    tokens: int
    width: int
    mlp: int
    embedding: int
    length: int
    vocabulary: int
    shapes: Shapes
    weights: Path

    @property
    def architecture(self) -> ImageTextArchitecture:
        """Its architecture."""
        return ARCHITECTURES[self.model_type]


def read_outline(folder: Path, card: Card) -> ImageTextOutline:
    """Read the outline of an image-text model, without torch.

    Raises:
        ModelMissing: config.json or the weights do not exist.
        ModelUnreadable: They are damaged, contradict each other, or are of another model.
    """
    config = _read_config(folder, card)
    architecture = ARCHITECTURES[config["model_type"]]
    weights = weights_file(folder, card)
    if weights.suffix != SAFE:
        raise ModelUnreadable(
            card.name,
            f"{weights.name} is no safetensors file, the only kind that is read of these models",
            "Save its weights as safetensors, on a machine where you trust the file.",
        )
    shapes = read_shapes(weights, card)
    _refuse_others(shapes, architecture, card)
    image, text = (
        _side(shapes, *tower.width, card) for tower in (architecture.image, architecture.text)
    )
    if image != text:
        raise _error(card, f"its pictures have {image} numbers, its texts have {text}")
    patch, tokens = _side(shapes, _PATCHES, 3, card), _side(shapes, _POSITIONS, 0, card)
    across = math.isqrt(tokens - architecture.class_tokens)
    if across**2 != tokens - architecture.class_tokens or not across:
        raise _error(card, f"{tokens} positions are no square of patches")
    return ImageTextOutline(
        model_type=config["model_type"],
        config=config,
        size=across * patch,
        tokens=tokens,
        width=_side(shapes, _PATCHES, 0, card),
        mlp=_side(shapes, _MLP, 0, card),
        embedding=image,
        length=_side(shapes, _LENGTH, 0, card),
        vocabulary=_side(shapes, _TOKENS, 0, card),
        shapes=shapes,
        weights=weights,
    )


def estimate_image_memory(outline: ImageTextOutline, precision: Precision) -> MemoryEstimate:
    """Return the memory that the half for pictures will take on a device.

    A window is one picture. In a block the peak is at the MLP, as in a VideoMAE; before the blocks
    it is at the embedding of the patches: the picture as bytes and twice in float32, and two copies
    of the weights of the convolution. torch's profiler tells 19.6 MB for CLIP base with patches of
    32 in fp32 (here 20.2), 7.8 MB for SigLIP 2 base with patches of 16 (here 8.4); in bf16 a CPU
    makes more copies, up to 37 MB.
    """
    itemsize = ITEM_SIZES[precision]
    prefixes = outline.architecture.image.prefixes
    numbers = sum(math.prod(s) for name, s in outline.shapes.items() if name.startswith(prefixes))
    block = outline.tokens * (2 * outline.mlp + 6 * outline.width) * itemsize
    single = ITEM_SIZES["fp32"]
    pixels = outline.size**2 * 3 * (1 + 2 * single)
    convolution = 2 * math.prod(outline.shapes[_PATCHES]) * single
    return MemoryEstimate(allocated_bytes(numbers * itemsize), max(block, pixels + convolution))


def _read_config(folder: Path, card: Card) -> dict[str, Any]:
    path = folder / card.files[0]
    try:
        config = read_json(path, card)
    except FileNotFoundError as error:
        raise ModelMissing(
            card.name, f"there is no {path}", remedy(card, "Put its config.json there.")
        ) from error
    if config.get("model_type") not in ARCHITECTURES:
        raise ModelUnreadable(
            card.name,
            f"its config.json says model_type {config.get('model_type')!r}, and image-text models "
            f"of {', '.join(ARCHITECTURES)} can be used",
            remedy(card, "Give a CLIP or a SigLIP 2 of fixed size, as transformers saves it."),
        )
    return config


def _refuse_others(shapes: Shapes, architecture: ImageTextArchitecture, card: Card) -> None:
    """Refuse a file with tensors that the architecture does not have."""
    halves = (*architecture.image.prefixes, *architecture.text.prefixes)
    others = [n for n in shapes if not n.startswith(halves) and n not in architecture.beside]
    if others:
        raise _error(card, f"{len(others)} of its tensors are unexpected: {others[0]}, ...")


def _side(shapes: Shapes, name: str, axis: int, card: Card) -> int:
    """Return the length of a tensor along an axis."""
    shape = shapes.get(name, ())
    if len(shape) <= axis or not shape[axis]:
        raise _error(card, f"its tensor {name} is missing, or of the shape {shape}")
    return shape[axis]


def _error(card: Card, message: str) -> ModelUnreadable:
    return ModelUnreadable(
        card.name,
        message,
        remedy(card, "Check that config.json and weights belong together, and are of this model."),
    )
