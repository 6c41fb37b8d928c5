"""Card files: those that ship with Shotlog, and those of the user's own models.

A shipped card is a file in ``models/cards``; a card of the user lies beside its weights. The ranks
of the shipped cards follow the figures reported by their publishers. For shot size the specialist
(88.93 %) precedes the multitask model (88.32 %); for movement the multitask model (macro F1
80.8 %) precedes the specialist (79.37 %). The Kandinsky models answer other questions and compete
with none. Of the image-text models SigLIP 2 precedes CLIP, by the accuracy that both report on
ImageNet (78.2 % and 63.2 %). A model added by the user precedes all of them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from shotlog.models.catalog.card import Card
from shotlog.schema import ModelError, ModelUnreadable

CARD_FILE = "card.json"
TRAINED_CARD = "shotlog.json"
"""Card that ``shotlog train`` writes into the folder of a model."""

# A folder name that is valid on every file system; lower case only, since some ignore case.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def is_shipped(name: str) -> bool:
    """Return True if a card of this name comes with Shotlog."""
    return any(card.name == name for card in shipped_cards())


def check_name(name: str) -> None:
    """Refuse a name that is no portable folder name, or that a shipped card has.

    Raises:
        ModelError: The name cannot be used; the message says why.
    """
    if not NAME.fullmatch(name):
        raise ModelError(
            name, "a model cannot have this name",
            "Use up to 64 lower-case letters, digits, dots, dashes and underscores.",
        )  # fmt: skip
    if is_shipped(name):
        raise ModelError(name, "a card of this name comes with Shotlog", "Choose another name.")


@cache
def shipped_cards() -> tuple[Card, ...]:
    """Return the cards that come with Shotlog."""
    folder = files("shotlog.models") / "cards"
    return tuple(
        Card.model_validate_json(entry.read_bytes())
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    )


def read_card_file(path: Path) -> Card:
    """Read a card of the user.

    Raises:
        ModelUnreadable: The file is no card, or its name differs from that of its folder.
    """
    name = path.parent.name
    card = _read(path, f"Correct the file, or remove it with: shotlog models remove {name}.")
    # A copied folder would otherwise appear as the original model.
    if card.name != name or is_shipped(name):
        raise ModelUnreadable(
            str(path), f"the card names itself {card.name!r}",
            "Give it the name of its folder, and one that no shipped card has.",
        )  # fmt: skip
    return card


def read_trained_card(folder: Path) -> Card | None:
    """Read the card that ``shotlog train`` wrote into a folder; None where there is none.

    Raises:
        ModelUnreadable: The file is no card.
    """
    path = folder / TRAINED_CARD
    if not path.exists():
        return None
    return _read(
        path, "Train the model again, or delete this file and add the folder with its --task."
    )


def _read(path: Path, hint: str) -> Card:
    try:
        return Card.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise ModelUnreadable(str(path), f"this is no card: {first}", hint) from error
