"""Cards for models of the user.

The task of a fine-tuned model cannot be read from its files, so the user states it; everything else
is read from them, and missing facts take the defaults of the family.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shotlog.models.catalog import (
    Activation,
    Card,
    Licence,
    ModelHead,
    Resize,
    Sampling,
    Task,
    check_name,
)
from shotlog.models.checkpoints import PREPROCESSOR, read_json
from shotlog.models.install.content import read_fitting_shapes
from shotlog.models.words import ARCHITECTURES, TOKENIZER
from shotlog.schema import ModelError, ModelUnreadable

CONFIG = "config.json"

USER_RANK = 5
"""Rank of a model that the user added: before the shipped ones, since the user chose it."""

SAMPLINGS = {
    Task.SIZE: Sampling.UNIFORM,
    Task.MOVEMENT: Sampling.UNIFORM,
    Task.MOVE: Sampling.TWO_SECONDS,
    Task.MOTION: Sampling.SEGMENTS,
}
"""Sampling of the published model of each task."""

_MULTITASK = {
    Task.SIZE: ModelHead(task=Task.SIZE, key="scale_cf", labels="scale_id2label"),
    Task.MOVEMENT: ModelHead(task=Task.MOVEMENT, key="movement_cf", labels="movement_id2label"),
}
_MOTION = ModelHead(task=Task.MOTION, key="head", labels=None, activation=Activation.IDENTITY)
_LICENCE = Licence(name="not stated", note="A model of your own: you know its terms.")


def make_card(
    name: str,
    tasks: Sequence[Task],
    *,
    config: dict[str, Any] | None = None,
    preprocessor: dict[str, Any] | None = None,
    sampling: Sampling | None = None,
    resize: Resize | None = None,
    repo: str | None = None,
    title: str | None = None,
    rank: int = USER_RANK,
) -> Card:
    """Return a card from the user's statements and the files.

    Args:
        name: Name of the model, for commands and provenance.
        tasks: Tasks that it answers: one, or size and movement together.
        config: Content of config.json, if known.
        preprocessor: Content of preprocessor_config.json, if known; it gives the normalisation.
        sampling: Rule that selects frames; None takes that of the published model of the task.
        resize: Method that makes frames square; None crops the middle where the preprocessor does,
            and stretches otherwise.
        repo: Repository id on the hub.
        title: Purpose, in one line.
        rank: Priority where models answer one task; the lowest leads.

    Raises:
        ModelError: The name is not allowed, or no known model answers these tasks together.
        ModelUnreadable: It is to be an image-text model, and config.json names another kind.
    """
    check_name(name)
    from_files: dict[str, Any] = {"mean": None, "std": None}
    if Task.IMAGE_TEXT in tasks:
        facts = from_files | _image_text(name, tasks, config, sampling)
    else:
        facts = {"heads": _heads(name, tasks, config or {})}
        facts["sampling"] = sampling or SAMPLINGS[tasks[0]]
        # None makes the loader read mean and deviation from the files; the default is ImageNet's.
        facts |= from_files if preprocessor is not None or Task.MOTION in tasks else {}
    cut = bool((preprocessor or {}).get("do_center_crop"))
    return Card(
        name=name,
        title=title or " and ".join(task.value for task in tasks).capitalize(),
        repo=repo,
        resize=resize or (Resize.COVER if cut else Resize.STRETCH),
        licence=_LICENCE if repo is None else _terms_of(repo),
        rank=rank,
        **facts,
    )


def _terms_of(repo: str) -> Licence:
    return Licence(name="not stated", note=f"Its terms stand at https://huggingface.co/{repo}.")


def _image_text(
    name: str, tasks: Sequence[Task], config: dict[str, Any] | None, sampling: Sampling | None
) -> dict[str, Any]:
    """Return the fields of a card that image-text models have; those of CLIP without a config."""
    if len(tasks) > 1 or sampling is not None:
        raise ModelError(
            name, "an image-text model answers no other task, and sees single frames",
            "Give --task image-text, and no --sampling.",
        )  # fmt: skip
    kind = "clip" if config is None else config.get("model_type")
    architecture = ARCHITECTURES.get(str(kind))
    if architecture is None:
        raise ModelUnreadable(
            name,
            f"its config.json says model_type {kind!r}, and image-text models of "
            f"{', '.join(ARCHITECTURES)} can be used",
            "Give a CLIP or a SigLIP 2 of fixed size, as transformers saves it.",
        )
    files = (CONFIG, TOKENIZER, "model.safetensors")
    return {"text": architecture.text_input, "files": files}


def _heads(name: str, tasks: Sequence[Task], config: dict[str, Any]) -> tuple[ModelHead, ...]:
    if len(tasks) > 1 and set(tasks) != set(_MULTITASK):
        raise ModelError(
            name, "no known model answers these tasks together",
            "Give one task, or size and movement.",
        )  # fmt: skip
    if tuple(tasks) == (Task.MOTION,):
        return (_MOTION,)
    # The published camera-motion model has one sigmoid per label; a single-label head says so.
    return make_heads(tasks, exclusive=config.get("problem_type") == "single_label_classification")


def make_heads(tasks: Sequence[Task], *, exclusive: bool) -> tuple[ModelHead, ...]:
    """Return the heads of a model of the published layouts.

    Args:
        tasks: Size, movement or move; or size and movement together.
        exclusive: True if moves exclude each other, as sizes and movements always do.
    """
    if len(tasks) > 1:
        # The order of the card, whatever the order of the options.
        return tuple(_MULTITASK.values())
    (task,) = tasks
    if exclusive or task is not Task.MOVE:
        return (ModelHead(task=task, key="classifier"),)
    return (ModelHead(task=task, key="classifier", activation=Activation.SIGMOID, threshold=0.5),)


def read_card(folder: Path, name: str, tasks: Sequence[Task], **options: Any) -> Card:
    """Return a card from the files in a folder; ``options`` as for :func:`make_card`."""
    draft = make_card(name, tasks, **options)
    config, preprocessor = (_read_document(folder / file, draft) for file in (CONFIG, PREPROCESSOR))
    return make_card(name, tasks, config=config, preprocessor=preprocessor, **options)


def rename_card(
    card: Card, name: str, *, sampling: Sampling | None, resize: Resize | None, rank: int
) -> Card:
    """Return the card of a trained model under its name on this machine.

    Args:
        card: The card, as ``shotlog train`` wrote it.
        name: See :func:`make_card`.
        sampling: None keeps that of the training.
        resize: None keeps that of the training.
        rank: See :func:`make_card`.

    Raises:
        ModelError: The name is not allowed.
    """
    check_name(name)
    changes = {"sampling": sampling or card.sampling, "resize": resize or card.resize}
    return card.model_copy(update={"name": name, "rank": rank, **changes})


def add_size(card: Card, folder: Path) -> Card:
    """Return the card with its size and parameter count; refuse files that do not fit it."""
    shapes = read_fitting_shapes(card, folder)
    return card.model_copy(
        update={
            "parameters": round(sum(math.prod(s) for s in shapes.values()) / 1e6, 2),
            "size_mb": round((folder / card.files[-1]).stat().st_size / 2**20, 1),
        }
    )


def _read_document(path: Path, card: Card) -> dict[str, Any] | None:
    try:
        return read_json(path, card)
    except FileNotFoundError:
        return None
