"""Takes a model from a folder: one of the user's own, or a published one that came by other means.

What a fine-tuned VideoMAE answers cannot be read from its files, so the user says it; everything
else is read from them, and what is not there takes the family's defaults.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict

from shotlog.models.card import Activation, Card, Head, Licence, Resize, Sampling, Task
from shotlog.models.manifest import PLACE_HINT, Kept, keep
from shotlog.models.pull import PICKLED, PREPROCESSOR
from shotlog.models.registry import Installed, Registry, check_name, is_shipped
from shotlog.schema.errors import (
    ModelError,
    ModelMissing,
    ModelUnknown,
    ModelUnreadable,
    OutputNotWritable,
)
from shotlog.schema.labels import VOCABULARIES, Family

CONFIG = "config.json"
_SAFE = "model.safetensors"
_LOOSE = ("*.safetensors", "*.bin", "*.pt", "*.pth")

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


class _Asked(TypedDict):
    sampling: Sampling | None
    resize: Resize | None
    rank: int


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
    unread = preprocessor is None and repo is None
    facts: dict[str, Any] = {} if unread else {"mean": None, "std": None}
    if Task.MOTION in tasks:
        facts = {"mean": None, "std": None}
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


def add_folder(
    registry: Registry,
    path: Path,
    tasks: Sequence[Task],
    *,
    name: str | None = None,
    link: bool = False,
    sampling: Sampling | None = None,
    resize: Resize | None = None,
    rank: int = OWN_RANK,
) -> Installed:
    """Adds a model from a folder, or from the file of its weights.

    Args:
        registry: Where it goes.
        path: The folder with config.json and the weights, or the file of the weights beside it.
        tasks: What it answers; not needed where ``name`` is that of a shipped card.
        name: What it is called here; None takes the folder's name. The name of a shipped card says
            that the folder holds the files of that model.
        link: Leave the files where they are instead of copying them.
        sampling: See :func:`card_of`.
        resize: See :func:`card_of`.
        rank: See :func:`card_of`.

    Raises:
        ModelMissing: no such folder, or no config.json or weights in it.
        ModelUnreadable: they are damaged, or of another layout or task than was said.
        ModelError: the name is taken or cannot be used, or no task was given.
        OutputNotWritable: the folder of the registry cannot be written.
    """
    from shotlog.models.loading import read_outline

    weights = path.absolute() if path.is_file() else _weights_in(path.absolute())
    folder = weights.parent
    name = name or _plain(folder.name)
    if is_shipped(name):
        card = registry.card(name)
    elif tasks:
        asked: _Asked = {"sampling": sampling, "resize": resize, "rank": rank}
        said = card_of(name, tasks, **asked)
        config, preprocessor = (_document(folder / f, said) for f in (CONFIG, PREPROCESSOR))
        card = card_of(name, tasks, config=config, preprocessor=preprocessor, **asked)
    else:
        raise ModelError(name, "its files do not tell what it answers", "Say it: --task size.")
    _refuse_second(registry, name)
    extra = [PREPROCESSOR] if card.mean is None and (folder / PREPROCESSOR).is_file() else []
    card = card.model_copy(update={"files": (CONFIG, *extra, weights.name)})
    outline = read_outline(folder, card)
    check_labels(card, outline.labels)
    card = card.model_copy(
        update={
            "parameters": round(sum(math.prod(s) for s in outline.shapes.values()) / 1e6, 2),
            "size_mb": round(weights.stat().st_size / 2**20, 1),
        }
    )
    kept = [_take(folder / file, None if link else registry.home(name)) for file in card.files]
    return registry.install(card, kept, source=str(folder), linked=folder if link else None)


def add_repository(registry: Registry, card: Card) -> None:
    """Keeps the card of a model on the hub; nothing is fetched.

    Raises:
        ModelError: the name cannot be used or is taken.
        OutputNotWritable: the folder of the registry cannot be written.
    """
    _refuse_second(registry, card.name)
    registry.write_card(card)


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
    from shotlog.models.checkpoint import read_json

    try:
        return read_json(path, card)
    except FileNotFoundError:
        return None


def _refuse_second(registry: Registry, name: str) -> None:
    try:
        registry.find(name)
    except (ModelMissing, ModelUnreadable):
        taken = not is_shipped(name)
    except ModelUnknown:
        return
    else:
        taken = True
    if taken:
        raise ModelError(
            name, "there is a model of this name already",
            f"Choose another with --name, or run: shotlog models remove {name}.",
        )  # fmt: skip


def _weights_in(folder: Path) -> Path:
    """The one file of weights in a folder; safetensors before pickles."""
    if not folder.is_dir():
        raise ModelMissing(str(folder), "there is no such folder", "Check the path.")
    for name in (_SAFE, PICKLED):
        if (folder / name).is_file():
            return folder / name
    for pattern in _LOOSE:
        found = sorted(folder.glob(pattern))
        if len(found) == 1:
            return found[0]
        if found:
            raise ModelMissing(
                str(folder),
                f"there are several files of weights in it: {', '.join(f.name for f in found)}",
                "Give the path of the one that is meant.",
            )
    raise ModelMissing(
        str(folder), "there are no weights in this folder",
        f"They are called {_SAFE}, as transformers' save_pretrained writes them.",
    )  # fmt: skip


def _plain(name: str) -> str:
    """A folder's name as a model's."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]


def _take(file: Path, home: Path | None) -> Kept:
    """Describes a file where it lies, or copies it whole or not at all."""
    if home is None:
        return keep(file)
    draft = home / f"{file.name}.copy.part"
    try:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, draft)
        draft.replace(home / file.name)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise OutputNotWritable(
            str(home), f"{file.name} cannot be copied: {error.strerror}", PLACE_HINT
        ) from error
    return keep(home / file.name)
