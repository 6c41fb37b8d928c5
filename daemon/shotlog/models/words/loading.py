"""Loading of an image-text model: one half of it, tested, on a device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import Card, TextInput
from shotlog.models.checkpoints import read_normalisation
from shotlog.models.words.outline import read_outline
from shotlog.models.words.tokens import TextTokenizer
from shotlog.schema import ModelUnreadable

if TYPE_CHECKING:
    from shotlog.models.words.encoders import ImageEncoder, TextEncoder


@dataclass(frozen=True, eq=False)
class LoadedImages:
    """The half for pictures, ready for inference; see :class:`~shotlog.models.runtime.Runner`.

    Attributes:
        card: Card of the model.
        network: The encoder, in inference mode.
        size: Side of a picture, in pixels.
        frames: Pictures of one input.
    """

    card: Card
    network: ImageEncoder
    size: int
    frames: int = 1


@dataclass(frozen=True, eq=False)
class LoadedTexts:
    """The half for texts, ready for inference.

    Attributes:
        card: Card of the model.
        network: The encoder, in inference mode.
        tokenizer: Its tokenizer.
    """

    card: Card
    network: TextEncoder
    tokenizer: TextTokenizer

    def embed(self, text: str) -> npt.NDArray[np.float32]:
        """Return the unit vector of a text, (d,).

        Raises:
            QueryInvalid: It is empty, or longer than the model reads.
            ModelUnreadable: The vector is not finite.
        """
        import torch

        place = next(self.network.parameters()).device
        ids = torch.tensor([self.tokenizer.encode(text)], device=place)
        with torch.inference_mode():
            vector = self.network(ids)[0].cpu().numpy()
        if not np.isfinite(vector).all():
            raise ModelUnreadable(self.card.name, "its vector of a text is not a number")
        return np.asarray(vector, np.float32)


def load_images(
    folder: Path, card: Card, device: str = "cpu", precision: str = "fp32"
) -> LoadedImages:
    """Load the half for pictures and run its self-test.

    Args:
        folder: Folder of the model's files.
        card: Its card.
        device: Name in torch: ``cpu``, ``cuda:0``, ``mps``.
        precision: Precision of its blocks; pixels and vectors are float32.

    Raises:
        ModelMissing: config.json or the weights do not exist.
        ModelUnreadable: They cannot be read, are of another model, or fail the self-test.
        DeviceUnusable: No such device exists, or it has not enough memory.
    """
    outline = read_outline(folder, card)
    scale = read_normalisation(folder, card)
    if scale is None:
        raise ModelUnreadable(
            card.name,
            "its files do not tell how its pixels are normalised",
            "Put the model's preprocessor_config.json, with image_mean and image_std, beside it.",
        )
    # Imported late: torch and transformers take seconds.
    from shotlog.models.words.encoders import ImageEncoder, build_tower
    from shotlog.models.words.selftest import check_images

    half = outline.architecture.image
    tower = build_tower(half, outline, card, device, precision)
    network = ImageEncoder(tower, half.output, *scale).to(device).eval()
    check_images(network, outline.size, card)
    return LoadedImages(card, network, outline.size)


def load_texts(folder: Path, card: Card, device: str = "cpu") -> LoadedTexts:
    """Load the half for texts, in float32; arguments and errors as for :func:`load_images`."""
    outline = read_outline(folder, card)
    tokenizer = TextTokenizer(folder, card, _text(card), outline.length, outline.vocabulary)
    from shotlog.models.words.encoders import TextEncoder, build_tower
    from shotlog.models.words.selftest import check_texts

    half = outline.architecture.text
    tower = build_tower(half, outline, card, device, "fp32")
    loaded = LoadedTexts(card, TextEncoder(tower, half.output).eval(), tokenizer)
    check_texts(loaded.embed, card)
    return loaded


def _text(card: Card) -> TextInput:
    if card.text is None:
        raise ModelUnreadable(card.name, "its card is not that of an image-text model")
    return card.text
