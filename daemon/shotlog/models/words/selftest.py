"""Self-test of a loaded image-text model: signs of weights that were lost without an error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch

from shotlog.models.catalog import Card
from shotlog.models.words.encoders import ImageEncoder
from shotlog.schema import ModelUnreadable


def check_images(network: ImageEncoder, size: int, card: Card) -> None:
    """Check that two patterns give finite vectors, and not the same.

    Raises:
        ModelUnreadable: One of these holds.
    """
    count = size * size * 3
    # 251 is prime, so that no row or channel repeats the one before.
    pattern = torch.arange(2 * count, device=network.mean.device) % 251
    with torch.inference_mode():
        vectors = network(pattern.to(torch.uint8).view(2, 1, size, size, 3))["embedding"]
    one, other = vectors.cpu().numpy()
    _check(one, other, card)


def check_texts(embed: Callable[[str], npt.NDArray[np.float32]], card: Card) -> None:
    """Check that two texts give finite vectors, and not the same; errors as above."""
    _check(embed("day"), embed("a night"), card)


def _check(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32], card: Card) -> None:
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise ModelUnreadable(
            card.name,
            "its answer to a test pattern is not a number",
            "Get its weights again, or try it with --precision fp32.",
        )
    if np.array_equal(one, other):
        raise ModelUnreadable(
            card.name,
            "it gives the same vector whatever it sees or reads",
            "Give the file that was saved after training.",
        )
