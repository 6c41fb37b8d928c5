"""The folder of a trained model: ``model.safetensors``, ``features.json``, a report, a licence.

``features.json`` tells the features block by block, with their dimensions and normalisation, the
version of the features, and the digest of ``model.safetensors``, so that a folder whose files do
not belong together is refused. Nothing of it is run as code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from shotlog.files import output_errors, replace_file
from shotlog.highlights.trained.logistic import LogisticModel
from shotlog.highlights.trained.model import FeatureBlock, Method, TrainedModel
from shotlog.highlights.trained.network import NetworkModel
from shotlog.schema import HighlighterError, Model, OutputNotWritable

_WEIGHTS, _FEATURES, _REPORT, _LICENCE = (
    "model.safetensors",
    "features.json",
    "report.json",
    "LICENSE.txt",
)
_FILES: Final = {_WEIGHTS, _FEATURES, _REPORT, _LICENCE}
_LARGEST: Final = 2**25
"""Bytes of the largest file that is read: a network of 961 features has 2.5 MB."""
_KINDS: Final[Mapping[Method, type[TrainedModel]]] = {
    kind.method: kind for kind in (LogisticModel, NetworkModel)
}
_RETRAIN: Final = "Train it again with: shotlog train highlights."


class FeatureList(Model):
    """The content of ``features.json``."""

    format: Literal[1] = 1
    method: Method
    features_version: str
    blocks: tuple[FeatureBlock, ...]
    model_digest: str


def write_model(folder: Path, model: TrainedModel, report: Mapping[str, Any], licence: str) -> None:
    """Write a model into a folder, which is made if it is not there.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room for it.
    """
    weights = save({name: np.ascontiguousarray(a) for name, a in model.arrays.items()})
    told = FeatureList(
        method=model.method,
        features_version=model.features_version,
        blocks=model.described,
        model_digest=_digest(weights),
    )
    with output_errors(folder, "Choose another folder with -o."):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / _WEIGHTS, weights)
        replace_file(folder / _REPORT, (json.dumps(report, indent=2) + "\n").encode())
        replace_file(folder / _LICENCE, licence.encode())
        # The last: until it is there, the folder is refused.
        replace_file(folder / _FEATURES, (told.model_dump_json(indent=2) + "\n").encode())


def check_model_folder(folder: Path) -> None:
    """Check that a model can be written into a folder, before the long work.

    Raises:
        OutputNotWritable: It cannot.
    """
    hint = "Choose another folder with -o."
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise OutputNotWritable(str(folder), f"{there} is a file", hint)
    if not os.access(there, os.W_OK):
        raise OutputNotWritable(str(folder), f"{there} is not writable for this user", hint)
    foreign = there == folder.absolute() and sorted({p.name for p in there.iterdir()} - _FILES)
    if foreign:
        message = f"the folder holds other files, such as {foreign[0]}"
        raise OutputNotWritable(str(folder), message, hint)


def read_model(folder: Path) -> TrainedModel:
    """Read a model from its folder.

    Raises:
        HighlighterError: A file is absent or damaged, the files do not belong together, or its
            features are not those of this version.
    """
    described = _read(folder / _FEATURES)
    told = _parse(described, folder / _FEATURES)
    content = _read(folder / _WEIGHTS)
    if _digest(content) != told.model_digest:
        message = f"{_WEIGHTS} is not the file that {_FEATURES} describes"
        raise HighlighterError(str(folder), message, _RETRAIN)
    kind = _KINDS[told.method]
    if told.features_version != kind.features_version:
        message = (
            f"it was trained with features of version {told.features_version};"
            f" here they have version {kind.features_version}"
        )
        raise HighlighterError(str(folder), message, _RETRAIN)
    digest = _digest(content + described)
    try:
        return kind.of_arrays(told.blocks, load(content), digest)
    except (SafetensorError, KeyError) as error:
        message = f"{_WEIGHTS} is damaged: {error}"
        raise HighlighterError(str(folder), message, _RETRAIN) from error
    except ValueError as error:
        raise HighlighterError(str(folder), str(error), _RETRAIN) from error


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        message = f"{path.name} cannot be read: {error.strerror}"
        hint = "Give the folder that shotlog train highlights wrote: trained:folder=FOLDER."
        raise HighlighterError(str(path.parent), message, hint) from error
    if len(content) > _LARGEST:
        message = f"{path.name} is too large for a model of highlights"
        raise HighlighterError(str(path.parent), message, _RETRAIN)
    return content


def _parse(content: bytes, path: Path) -> FeatureList:
    try:
        return FeatureList.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, fault["loc"]))
        message = f"{path.name} is damaged: {place}: {fault['msg']}"
        raise HighlighterError(str(path.parent), message, _RETRAIN) from error


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
