"""Addition of models from a folder, a repository or a disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from shotlog.files import open_replacement
from shotlog.models.catalog import (
    Card,
    FileRecord,
    InstalledModel,
    Registry,
    Resize,
    Sampling,
    Task,
    describe_file,
    is_shipped,
    read_trained_card,
    write_error,
)
from shotlog.models.checkpoints import PREPROCESSOR
from shotlog.models.install.download import pull
from shotlog.models.install.transfer import PICKLED, FileProgress, no_progress
from shotlog.models.install.user_cards import (
    CONFIG,
    USER_RANK,
    add_size,
    make_card,
    read_card,
    rename_card,
)
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
    rank: int = USER_RANK,
) -> InstalledModel:
    """Add a model from a folder, or from its weights file.

    Args:
        registry: Registry that receives the model.
        path: Folder with config.json and the weights, or the weights file beside config.json.
        tasks: Tasks that it answers; not needed where ``name`` is that of a shipped card, or where
            ``shotlog train`` wrote the folder.
        name: Name of the model here; None takes the folder's name. The name of a shipped card
            declares the folder to hold the files of that model.
        link: Leave the files in place instead of copying them.
        sampling: See :func:`make_card`.
        resize: See :func:`make_card`.
        rank: See :func:`make_card`.

    Raises:
        ModelMissing: The folder, its config.json or its weights do not exist.
        ModelUnreadable: The files are damaged, or of another layout or task than declared.
        ModelError: The name is taken or not allowed, or no task was given.
        OutputNotWritable: The folder of the registry cannot be written.
    """
    weights = path.absolute() if path.is_file() else _find_weights(path.absolute())
    folder = weights.parent
    # A folder name may have spaces and capitals, which no model name has.
    name = name or _to_model_name(folder.name)
    trained = None if tasks else read_trained_card(folder)
    if is_shipped(name):
        card = registry.card(name)
    elif tasks:
        card = read_card(folder, name, tasks, sampling=sampling, resize=resize, rank=rank)
    elif trained is not None:
        card = rename_card(trained, name, sampling=sampling, resize=resize, rank=rank)
    else:
        raise ModelError(
            name, "its files do not state its task", "Add an option such as --task size."
        )
    _refuse_taken(registry, name)
    card = card.model_copy(update={"files": (CONFIG, *_beside(folder, card), weights.name)})
    card = add_size(card, folder)
    kept = [
        _install_file(folder / file, None if link else registry.own_folder(name))
        for file in card.files
    ]
    return registry.install(card, kept, source=str(folder), linked=folder if link else None)


def add_repository(
    registry: Registry,
    repo: str,
    tasks: Sequence[Task],
    *,
    agree: Callable[[Card], bool],
    name: str | None = None,
    endpoint: str | None = None,
    progress: FileProgress = no_progress,
    sampling: Sampling | None = None,
    resize: Resize | None = None,
    rank: int = USER_RANK,
) -> InstalledModel:
    """Download a model from a repository on the hub and add it.

    Args:
        registry: Registry that receives the model.
        repo: ``OWNER/NAME``.
        tasks: Tasks that it answers.
        agree: See :func:`shotlog.models.install.pull`.
        name: Name of the model here; None takes the repository's name.
        endpoint: See :func:`shotlog.models.install.pull`.
        progress: See :func:`shotlog.models.install.pull`.
        sampling: See :func:`make_card`.
        resize: See :func:`make_card`.
        rank: See :func:`make_card`.

    Raises:
        ModelNotPulled: The download failed, or the terms were declined.
        ModelUnreadable: The files are of another layout or task than declared.
        ModelError: The name is taken or not allowed, or no task was given.
        OutputNotWritable: The folder of the registry cannot be written.
    """
    name = name or _to_model_name(repo.rpartition("/")[2])
    if not tasks:
        raise ModelError(
            name, "its files do not state its task", "Add an option such as --task size."
        )
    _refuse_taken(registry, name)

    def complete(downloaded: Card, folder: Path) -> Card:
        card = read_card(
            folder, name, tasks, sampling=sampling, resize=resize, rank=rank, repo=repo
        )
        return add_size(card.model_copy(update={"files": downloaded.files}), folder)

    # Without mean and deviation, so that the preprocessor's file is downloaded too.
    card = make_card(name, tasks, repo=repo).model_copy(update={"mean": None, "std": None})
    return pull(
        registry, card, agree=agree, endpoint=endpoint, progress=progress, complete=complete
    )


def _refuse_taken(registry: Registry, name: str) -> None:
    try:
        registry.find(name)
    except (ModelMissing, ModelUnreadable):
        # A shipped card that is not installed may be filled from a folder.
        taken = not is_shipped(name)
    except ModelUnknown:
        return
    else:
        taken = True
    if taken:
        raise ModelError(
            name, "a model of this name exists already",
            f"Choose another with --name, or run: shotlog models remove {name}.",
        )  # fmt: skip


def _beside(folder: Path, card: Card) -> list[str]:
    """Return the names of the files that a card needs beside config and weights."""
    needed = [name for name in card.files[1:] if name.endswith(".json")]
    for name in needed:
        if not (folder / name).is_file():
            raise ModelMissing(
                card.name, f"there is no {name} in {folder}",
                "Copy it from where the weights come from.",
            )  # fmt: skip
    # Only a card without normalisation needs the preprocessor's file.
    if card.mean is None and PREPROCESSOR not in needed and (folder / PREPROCESSOR).is_file():
        needed.append(PREPROCESSOR)
    return needed


def _find_weights(folder: Path) -> Path:
    """Return the one weights file of a folder; safetensors before pickles."""
    if not folder.is_dir():
        raise ModelMissing(str(folder), "there is no such folder", "Check the path.")
    for name in (_SAFE, PICKLED):
        if (folder / name).is_file():
            return folder / name
    for pattern in _LOOSE:
        # Any name will do, as long as only one file matches.
        candidates = sorted(folder.glob(pattern))
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise ModelMissing(
                str(folder),
                f"it holds several weights files: {', '.join(f.name for f in candidates)}",
                "Give the path of one of them.",
            )
    raise ModelMissing(
        str(folder), "there are no weights in this folder",
        f"They are called {_SAFE}, as transformers' save_pretrained writes them.",
    )  # fmt: skip


def _to_model_name(name: str) -> str:
    """Return a model name made of a folder's name."""
    # 64 characters at most, as NAME allows.
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]


def _install_file(file: Path, target: Path | None) -> FileRecord:
    """Record a file in place, or copy it atomically into ``target``."""
    if target is None:
        return describe_file(file)
    try:
        target.mkdir(parents=True, exist_ok=True)
        # A fixed name, so that the partial copy of a killed run is overwritten.
        draft = f"{file.name}.copy.part"
        with file.open("rb") as source, open_replacement(target / file.name, draft=draft) as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
    except OSError as error:
        raise write_error(target, f"{file.name} cannot be copied", error) from error
    return describe_file(target / file.name)
