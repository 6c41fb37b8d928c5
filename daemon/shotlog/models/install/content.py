"""Checks of a model's files against its card, for models of every kind.

The rooms of the models are imported late, because they load much that a list of models needs not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import Shapes
from shotlog.schema import VOCABULARIES, Family, ModelUnreadable


def check_outline(card: Card, folder: Path) -> Card:
    """Return the card; refuse files whose outline is not that of its kind of model.

    Raises:
        ModelMissing: A file does not exist.
        ModelUnreadable: The files are damaged, or of another model.
    """
    _read_outline(card, folder)
    return card


def read_fitting_shapes(card: Card, folder: Path) -> Shapes:
    """Return the shapes of a model's tensors; refuse files that do not fit its card.

    Raises:
        ModelMissing: A file does not exist.
        ModelUnreadable: The files are damaged, of another model, or its labels are not in the
            vocabulary of its task.
    """
    shapes, labels = _read_outline(card, folder)
    _check_labels(card, labels)
    return shapes


def check_answers(card: Card, folder: Path) -> None:
    """Load a model on the CPU, which runs its self-test, and check its labels.

    Raises:
        ModelMissing: A file does not exist.
        ModelUnreadable: The files are damaged or of another model, or the model does not answer.
    """
    if card.text is not None:
        from shotlog.models.words import load_images, load_texts

        load_images(folder, card)
        load_texts(folder, card)
        return
    from shotlog.models.videomae import load

    _check_labels(card, load(folder, card, "cpu", "fp32").labels)


def _read_outline(card: Card, folder: Path) -> tuple[Shapes, Mapping[str, tuple[str, ...]]]:
    if card.text is not None:
        from shotlog.models.words import read_outline as read_image_text

        return read_image_text(folder, card).shapes, {}
    from shotlog.models.videomae import read_outline

    outline = read_outline(folder, card)
    return outline.shapes, outline.labels


def _check_labels(card: Card, labels: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a model whose labels, by head key, are not those of its card's tasks."""
    for head in card.heads:
        words = VOCABULARIES[Family(head.task.value)].names
        unknown = [label for label in labels[head.key] if label not in words]
        if unknown:
            raise ModelUnreadable(
                card.name,
                f"its labels {', '.join(unknown[:5])} are no answers to '{head.task.value}'",
                "Choose another --task, or use these words in its config.json: "
                f"{', '.join(words)}.",
            )
