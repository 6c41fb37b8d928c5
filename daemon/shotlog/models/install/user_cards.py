"""Cards for models of the user's own.

What a fine-tuned VideoMAE answers cannot be read from its files, so the user says it; everything
else is read from them, and what is not there takes the family's defaults.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shotlog.models.catalog import (
    Activation,
    Card,
    Head,
    Licence,
    Resize,
    Sampling,
    Task,
    check_name,
)
from shotlog.models.install.download import PREPROCESSOR
from shotlog.schema import VOCABULARIES, Family, ModelError, ModelUnreadable

CONFIG = "config.json"

OWN_RANK = 5
"""Of a model that the user added: before the shipped ones, since the user chose it."""

SAMPLINGS = {
    Task.SIZE: Sampling.UNIFORM,
    Task.MOVEMENT: Sampling.UNIFORM,
    Task.MOVE: Sampling.TWO_SECONDS,
    Task.MOTION: Sampling.SEGMENTS,
}
"""Which frames the published model of each task looks at."""

_MULTITASK = {
    Task.SIZE: Head(task=Task.SIZE, key="scale_cf", labels="scale_id2label"),
    Task.MOVEMENT: Head(task=Task.MOVEMENT, key="movement_cf", labels="movement_id2label"),
}
_MOTION = Head(task=Task.MOTION, key="head", labels=None, activation=Activation.IDENTITY)
_LICENCE = Licence(name="not stated", note="A model of your own: you know its terms.")


def card_of(
    name: str,
    tasks: Sequence[Task],
    *,
    config: dict[str, Any] | None = None,
    preprocessor: dict[str, Any] | None = None,
    sampling: Sampling | None = None,
    resize: Resize | None = None,
    repo: str | None = None,
    title: str | None = None,
    rank: int = OWN_RANK,
) -> Card:
    """Makes a card of what the user says and the files tell.

    Args:
        name: Of the model, for commands and provenance.
        tasks: What it answers: one, or size and movement together.
        config: Its config.json, where it is at hand.
        preprocessor: Its preprocessor_config.json, likewise; normalisation is read from it.
        sampling: Which frames it sees; None takes those of the published model of its task.
        resize: How they become squares; None cuts the middle out where the preprocessor does, and
            stretches otherwise.
        repo: Its id on the hub.
        title: What it does, in a line.
        rank: Where models disagree, the lowest speaks first.

    Raises:
        ModelError: the name cannot be used, or no known model answers these tasks together.
    """
    check_name(name)
    of_the_files: dict[str, Any] = {"mean": None, "std": None}
    facts = of_the_files if preprocessor is not None or Task.MOTION in tasks else {}
    cut = bool((preprocessor or {}).get("do_center_crop"))
    return Card(
        name=name,
        title=title or " and ".join(task.value for task in tasks).capitalize(),
        repo=repo,
        heads=_heads(name, tasks, config or {}),
        sampling=sampling or SAMPLINGS[tasks[0]],
        resize=resize or (Resize.COVER if cut else Resize.STRETCH),
        licence=_LICENCE if repo is None else _terms_of(repo),
        rank=rank,
        **facts,
    )


def _terms_of(repo: str) -> Licence:
    return Licence(name="not stated", note=f"Its terms stand at https://huggingface.co/{repo}.")


def _heads(name: str, tasks: Sequence[Task], config: dict[str, Any]) -> tuple[Head, ...]:
    if len(tasks) > 1:
        if set(tasks) != set(_MULTITASK):
            raise ModelError(
                name, "no known model answers these tasks together",
                "Give one task, or size and movement.",
            )  # fmt: skip
        return tuple(_MULTITASK.values())
    (task,) = tasks
    if task is Task.MOTION:
        return (_MOTION,)
    one_of_many = task is not Task.MOVE
    if one_of_many or config.get("problem_type") == "single_label_classification":
        return (Head(task=task, key="classifier"),)
    return (Head(task=task, key="classifier", activation=Activation.SIGMOID, threshold=0.5),)


def read_card(folder: Path, name: str, tasks: Sequence[Task], **asked: Any) -> Card:
    """A card from what the files in a folder tell; ``asked`` as for :func:`card_of`."""
    said = card_of(name, tasks, **asked)
    config, preprocessor = (_document(folder / file, said) for file in (CONFIG, PREPROCESSOR))
    return card_of(name, tasks, config=config, preprocessor=preprocessor, **asked)


def measured(card: Card, folder: Path) -> Card:
    """The card with its size; refused where the files do not fit it."""
    from shotlog.models.videomae import read_outline

    outline = read_outline(folder, card)
    check_labels(card, outline.labels)
    return card.model_copy(
        update={
            "parameters": round(sum(math.prod(s) for s in outline.shapes.values()) / 1e6, 2),
            "size_mb": round((folder / card.files[-1]).stat().st_size / 2**20, 1),
        }
    )


def check_labels(card: Card, labels: Mapping[str, tuple[str, ...]]) -> None:
    """Refuses a model whose labels say something else than its card.

    Args:
        card: What it is said to answer.
        labels: By head key, as its config.json has them.

    Raises:
        ModelUnreadable: a label that is no word of the task's vocabulary.
    """
    for head in card.heads:
        words = VOCABULARIES[Family(head.task.value)].names
        strange = [label for label in labels[head.key] if label not in words]
        if strange:
            raise ModelUnreadable(
                card.name,
                f"its labels {', '.join(strange[:5])} are no answers to '{head.task.value}'",
                "Choose another --task, or use these words in its config.json: "
                f"{', '.join(words)}.",
            )


def _document(path: Path, card: Card) -> dict[str, Any] | None:
    from shotlog.models.videomae import read_json

    try:
        return read_json(path, card)
    except FileNotFoundError:
        return None
