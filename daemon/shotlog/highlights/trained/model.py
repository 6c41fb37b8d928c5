"""The folder of a trained model: ``model.safetensors``, ``features.json``, a report, a licence.

``features.json`` tells the features block by block, with their dimensions and normalisation, the
version of the features, and the digest of ``model.safetensors``, so that a folder whose files do
not belong together is refused. Nothing of it is run as code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from shotlog.analyzers.clock import Numbers
from shotlog.files import replace_file
from shotlog.highlights.heuristic import FEATURES, UNWEIGHTED, Feature, HeuristicHighlighter
from shotlog.schema import HighlighterError, Model, OutputNotWritable

CANDIDATES: Final[tuple[Feature, ...]] = (*FEATURES, *UNWEIGHTED)
"""The features that a model can weigh, with the weights of the heuristic."""

_WEIGHTS, _FEATURES, _REPORT, _LICENCE = (
    "model.safetensors",
    "features.json",
    "report.json",
    "LICENSE.txt",
)
_FILES: Final = {_WEIGHTS, _FEATURES, _REPORT, _LICENCE}
_LARGEST: Final = 2**20
"""Bytes of the largest file that is read: a model has some hundred bytes."""
_NORMALISATION: Final = (
    "spreads from the median of the timeline (robust z-score), smoothed over 0.5 s, limited to -2"
    " and 5; unknown ones are left out"
)
_RETRAIN: Final = "Train it again with: shotlog train highlights."


class FeatureBlock(Model):
    """A block of features.

    Attributes:
        name: Its name.
        dimensions: Number of its features.
        normalisation: How values become comparable.
        features: Their names, in order.
    """

    name: str
    dimensions: int
    normalisation: str
    features: tuple[str, ...]


class FeatureList(Model):
    """The content of ``features.json``."""

    format: Literal[1] = 1
    method: Literal["logistic regression"] = "logistic regression"
    features_version: str
    blocks: tuple[FeatureBlock, ...]
    model_digest: str


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """Weights of features, learned from what editors kept and left.

    Attributes:
        features: The features; each weighs the same in both judgements.
        bias: Log odds, of a step with median features, that it is kept.
        digest: Digest of the files that it was read from; empty where it was read from none.
    """

    features: tuple[Feature, ...]
    bias: float
    digest: str = ""

    @classmethod
    def of(cls, weights: Numbers, bias: float) -> TrainedModel:
        """Return a model.

        Args:
            weights: (d,) weights of :data:`CANDIDATES`.
            bias: As the attribute.
        """
        pairs = zip(CANDIDATES, map(float, weights), strict=True)
        return cls(tuple(f._replace(viral=w, compelling=w) for f, w in pairs), bias)


def write_model(folder: Path, model: TrainedModel, report: Mapping[str, Any], licence: str) -> None:
    """Write a model into a folder, which is made if it is not there.

    Raises:
        OutputNotWritable: It cannot be written.
    """
    weights = save(
        {
            "weights": np.array([feature.viral for feature in model.features]),
            "bias": np.array([model.bias]),
        }
    )
    names = tuple(feature.name for feature in model.features)
    block = FeatureBlock(
        name="criteria", dimensions=len(names), normalisation=_NORMALISATION, features=names
    )
    told = FeatureList(
        features_version=HeuristicHighlighter.version,
        blocks=(block,),
        model_digest=_digest(weights),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / _WEIGHTS, weights)
        replace_file(folder / _REPORT, (json.dumps(report, indent=2) + "\n").encode())
        replace_file(folder / _LICENCE, licence.encode())
        # The last: until it is there, the folder is refused.
        replace_file(folder / _FEATURES, (told.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        hint = "Choose another folder with -o."
        raise OutputNotWritable(str(folder), str(error.strerror or error), hint) from error


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
    if told.features_version != HeuristicHighlighter.version:
        message = (
            f"it was trained with features of version {told.features_version};"
            f" here they have version {HeuristicHighlighter.version}"
        )
        raise HighlighterError(str(folder), message, _RETRAIN)
    names = [name for block in told.blocks for name in block.features]
    known = {feature.name: feature for feature in CANDIDATES}
    if unknown := [name for name in names if name not in known]:
        message = f"it has features that are not known here: {', '.join(unknown)}"
        raise HighlighterError(str(folder), message, _RETRAIN)
    weights, bias = _arrays(content, folder)
    if len(set(names)) != len(names) or weights.shape != (len(names),) or bias.shape != (1,):
        message = f"it has {weights.size} weights for {len(names)} features"
        raise HighlighterError(str(folder), message, _RETRAIN)
    if not np.isfinite([*weights, *bias]).all() or not weights.any():
        raise HighlighterError(str(folder), "its weights are no numbers, or all 0", _RETRAIN)
    features = (
        known[name]._replace(viral=float(weight), compelling=float(weight))
        for name, weight in zip(names, weights, strict=True)
    )
    return TrainedModel(tuple(features), float(bias[0]), _digest(content + described))


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


def _arrays(content: bytes, folder: Path) -> tuple[Numbers, Numbers]:
    try:
        arrays = load(content)
        weights, bias = arrays["weights"], arrays["bias"]
    except (SafetensorError, KeyError) as error:
        message = f"{_WEIGHTS} is damaged: {error}"
        raise HighlighterError(str(folder), message, _RETRAIN) from error
    return weights.astype(np.float64), bias.astype(np.float64)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
