"""The models whose vectors a network takes, chosen by their names."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.engine import find_candidates
from shotlog.highlights import Embedder
from shotlog.highlights.trained import WindowBlocks
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime import DeviceChoice, choose_device
from shotlog.models.words import EmbeddingMeasure
from shotlog.schema import ModelError


def choose_backbones(names: Sequence[str], device: str, precision: str) -> WindowBlocks:
    """Return the blocks of features that installed models make possible.

    Args:
        names: A video model, and an image-text model where its vectors are wanted too.
        device: The device that runs them: ``auto``, ``cpu``, ``cuda``, ``mps``.
        precision: Precision of their weights: ``auto``, ``fp32``, ``bf16``, ``fp16``.

    Raises:
        ModelMissing: One is not installed.
        ModelError: One or the device cannot be used, or they are not one of each kind.
    """
    found = find_candidates("auto", names).models
    choose_device(device, precision)  # an unusable device is an error before the long work
    where = DeviceChoice(device, precision)
    video = _only([one for one in found if one.card.text is None], "video")
    if video is None:
        message = "a network needs a video model, and this is an image-text model"
        raise ModelError(found[0].card.name, message, "Name a video model with --model as well.")
    words = _only([one for one in found if one.card.text is not None], "image-text")
    image_text: Embedder | None = None if words is None else EmbeddingMeasure(words, where)
    return WindowBlocks.of_models(ModelMeasure(video, where), image_text)


def _only(found: Sequence[InstalledModel], kind: str) -> InstalledModel | None:
    if len(found) > 1:
        names = ", ".join(one.card.name for one in found)
        message = f"these are {len(found)} {kind} models, and a network takes the vectors of one"
        raise ModelError(names, message, "Name one of them.")
    return found[0] if found else None
