"""Vectors of queries, made in the process that asks."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import InstalledModel, Registry, shipped_cards
from shotlog.models.runtime import choose_device
from shotlog.models.words.loading import LoadedTexts, load_texts
from shotlog.schema import ModelMissing


def find_leading(among: Collection[str] | None = None) -> InstalledModel:
    """Return the leading image-text model on this machine: the one of the lowest rank.

    Args:
        among: Names of the models to choose from; None or empty for all.

    Raises:
        ModelMissing: None of them is installed; the hint names one to pull.
    """
    here = [model for model in Registry().installed() if model.card.text is not None]
    chosen = [model for model in here if not among or model.card.name in among]
    if chosen:
        return chosen[0]
    if not among:
        # The smallest is the quickest to get.
        known = [card for card in shipped_cards() if card.text is not None]
        name = min(known, key=lambda card: card.size_mb or 0).name
        raise ModelMissing(
            "search by words",
            "it needs an image-text model, and none is on this machine",
            f"Get one with: shotlog models pull {name}; then log again.",
        )
    first = min(among)
    raise ModelMissing(
        first,
        "the shots were logged with this image-text model, and it is not on this machine",
        f"Get it with: shotlog models pull {first}.",
    )


def embed_text(
    text: str, *, device: str = "auto", among: Collection[str] | None = None
) -> tuple[str, npt.NDArray[np.float32]]:
    """Return the vector of a text by the leading image-text model, to compare with those of shots.

    It is computed in this process, which loads the model once and keeps it; nothing is fetched and
    nothing is sent.

    Args:
        text: Description of a picture, in words.
        device: Device; ``auto`` takes the CPU, which needs a fraction of a second for a sentence,
            and no memory of the card that the editing program uses.
        among: Names of the models to choose from; None or empty for all.

    Returns:
        Name of the model, and the unit vector (d,).

    Raises:
        ModelMissing: No image-text model is installed; the hint names one to pull.
        ModelUnreadable: The model is damaged.
        DeviceUnusable: The device does not exist, or has not enough memory.
        QueryInvalid: The text is empty, or longer than the model reads.
    """
    model = find_leading(among)
    return model.card.name, _load(model, device).embed(text)


@lru_cache(maxsize=1)
def _load(model: InstalledModel, device: str) -> LoadedTexts:
    place = choose_device("cpu" if device == "auto" else device, "fp32")
    return load_texts(model.folder, model.card, place.torch_name)
