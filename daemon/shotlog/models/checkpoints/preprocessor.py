"""Normalisation of pixels, from a model's card or its preprocessor_config.json."""

from __future__ import annotations

from pathlib import Path

from shotlog.models.catalog import Card
from shotlog.models.checkpoints.files import read_json

PREPROCESSOR = "preprocessor_config.json"

Triple = tuple[float, float, float]
"""Three numbers, for red, green and blue."""


def read_normalisation(folder: Path, card: Card) -> tuple[Triple, Triple] | None:
    """Return mean and deviation from the card, else from preprocessor_config.json, else None.

    Raises:
        ModelUnreadable: preprocessor_config.json is needed, and is not a JSON object.
    """
    if card.mean and card.std:
        return card.mean, card.std
    try:
        values = read_json(folder / PREPROCESSOR, card)
    except FileNotFoundError:
        return None
    mean, std = (_triple(values.get(key)) for key in ("image_mean", "image_std"))
    return (mean, std) if mean and std and all(std) else None


def _triple(value: object) -> Triple | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    if not all(isinstance(number, (int, float)) for number in value):
        return None
    return (float(value[0]), float(value[1]), float(value[2]))
