"""The folder of a model: whether it can be written, and its files of tensors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from safetensors import SafetensorError

from shotlog.files import make_folder, move_into_place, output_errors
from shotlog.learning.clips import FILMS_FILE
from shotlog.models.catalog import TRAINED_CARD
from shotlog.models.checkpoints import PREPROCESSOR
from shotlog.schema import OutputNotWritable

if TYPE_CHECKING:
    from torch import Tensor

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
MODEL_CARD: Final = "README.md"
TRAINING: Final = "training"
"""Folder of checkpoints and log in the folder of a model."""

_FILES: Final = {FILMS_FILE, CONFIG, WEIGHTS, MODEL_CARD, TRAINING, PREPROCESSOR, TRAINED_CARD}


def prepare_folder(folder: Path) -> None:
    """Make the folder of a model; one of another training is refused later, by its checkpoint.

    Raises:
        OutputNotWritable: It cannot be written, or holds files of something else.
        DiskFull: The disk is full.
    """
    make_folder(folder, parents=True)
    foreign = sorted({path.name.removesuffix(".part") for path in folder.iterdir()} - _FILES)
    if foreign:
        message = f"the folder holds other files, such as {foreign[0]}"
        raise OutputNotWritable(str(folder), message, "Choose another folder with -o.")
    # Without checkpoints the files of a model are those of somebody else.
    if (folder / WEIGHTS).exists() and not (folder / TRAINING).is_dir():
        message = "the folder holds a model that was not trained here"
        raise OutputNotWritable(str(folder), message, "Choose another folder with -o.")
    make_folder(folder / TRAINING)
    if not os.access(folder, os.W_OK):
        raise OutputNotWritable(str(folder), "it is not writable for this user")


def write_tensors(path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, str]) -> None:
    """Write a file of tensors, whole or not at all.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: The disk is full.
    """
    from safetensors.torch import save_file

    draft = path.with_name(f"{path.name}.part")
    with output_errors(path):
        try:
            save_file({name: t.contiguous() for name, t in tensors.items()}, draft, dict(header))
        except SafetensorError as error:  # an error of the system, in words
            raise OSError(str(error)) from error
        move_into_place(draft, path)
