"""Adds models: from a folder or a repository of the user's own, or a published one from a disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from shotlog.files import open_replacement
from shotlog.models.catalog import (
    Card,
    Installed,
    Kept,
    Registry,
    Resize,
    Sampling,
    Task,
    is_shipped,
    keep,
    unwritable,
)
from shotlog.models.install.download import PICKLED, PREPROCESSOR, Progress, pull, silent
from shotlog.models.install.user_cards import CONFIG, OWN_RANK, card_of, measured, read_card
from shotlog.schema import ModelError, ModelMissing, ModelUnknown, ModelUnreadable

_SAFE = "model.safetensors"
_LOOSE = ("*.safetensors", "*.bin", "*.pt", "*.pth")
_CHUNK = 1024**2


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
    weights = path.absolute() if path.is_file() else _weights_in(path.absolute())
    folder = weights.parent
    name = name or _plain(folder.name)
    if is_shipped(name):
        card = registry.card(name)
    elif tasks:
        card = read_card(folder, name, tasks, sampling=sampling, resize=resize, rank=rank)
    else:
        raise ModelError(name, "its files do not tell what it answers", "Say it: --task size.")
    _refuse_second(registry, name)
    extra = [PREPROCESSOR] if card.mean is None and (folder / PREPROCESSOR).is_file() else []
    card = measured(card.model_copy(update={"files": (CONFIG, *extra, weights.name)}), folder)
    kept = [_take(folder / file, None if link else registry.home(name)) for file in card.files]
    return registry.install(card, kept, source=str(folder), linked=folder if link else None)


def add_repository(
    registry: Registry,
    repo: str,
    tasks: Sequence[Task],
    *,
    agree: Callable[[Card], bool],
    name: str | None = None,
    endpoint: str | None = None,
    progress: Progress = silent,
    sampling: Sampling | None = None,
    resize: Resize | None = None,
    rank: int = OWN_RANK,
) -> Installed:
    """Adds a model from a repository on the hub, by fetching it.

    Args:
        registry: Where it goes.
        repo: ``OWNER/NAME``.
        tasks: What it answers.
        agree: See :func:`shotlog.models.install.download.pull`.
        name: What it is called here; None takes the repository's name.
        endpoint: See :func:`shotlog.models.install.download.pull`.
        progress: See :func:`shotlog.models.install.download.pull`.
        sampling: See :func:`card_of`.
        resize: See :func:`card_of`.
        rank: See :func:`card_of`.

    Raises:
        ModelNotPulled: it could not be fetched, or its terms were declined.
        ModelUnreadable: its files are of another layout or task than was said.
        ModelError: the name is taken or cannot be used, or no task was given.
        OutputNotWritable: the folder of the registry cannot be written.
    """
    name = name or _plain(repo.rpartition("/")[2])
    if not tasks:
        raise ModelError(name, "its files do not tell what it answers", "Say it: --task size.")
    _refuse_second(registry, name)

    def complete(came: Card, folder: Path) -> Card:
        card = read_card(
            folder, name, tasks, sampling=sampling, resize=resize, rank=rank, repo=repo
        )
        return measured(card.model_copy(update={"files": came.files}), folder)

    # Without mean and deviation, so that the file which tells them is fetched too.
    card = card_of(name, tasks, repo=repo).model_copy(update={"mean": None, "std": None})
    return pull(
        registry, card, agree=agree, endpoint=endpoint, progress=progress, complete=complete
    )


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
    """Describe a file where it lies, or copy it whole or not at all."""
    if home is None:
        return keep(file)
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Of one name, so that the gigabyte that a killed run may have left is written over.
        draft = f"{file.name}.copy.part"
        with file.open("rb") as source, open_replacement(home / file.name, draft=draft) as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
    except OSError as error:
        raise unwritable(home, f"{file.name} cannot be copied", error) from error
    return keep(home / file.name)
