"""From a folder to a model that answers; and what can be told of it before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.models._config import Config
from shotlog.models.anatomy import Anatomy, read_anatomy
from shotlog.models.card import Card
from shotlog.models.checkpoint import read_config, read_json, read_shapes, weights_file
from shotlog.models.layouts import Layout, Naming, Shapes, read_names
from shotlog.schema.errors import ModelUnreadable

if TYPE_CHECKING:
    import torch

Triple = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Outline:
    """What config.json and the header of the weights tell; nothing is loaded for it.

    Attributes:
        labels: By head key, in the order of the outputs; empty for scores without labels.
        frames: Frames of one input of the trunk.
        size: Side of a frame, in pixels.
        embedding: Width of the pooled embedding.
        anatomy: How the network is built.
        naming: Where its tensors come from.
        shapes: Of the tensors in the file.
        weights: The file.
    """

    labels: Mapping[str, tuple[str, ...]]
    frames: int
    size: int
    embedding: int
    anatomy: Anatomy
    naming: Naming
    shapes: Shapes
    weights: Path


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model whose weights lie on a device, ready to answer.

    Attributes:
        card: What is known about it.
        network: ``Classifier`` or ``Predictor`` (``models/network.py``), for inference alone.
        labels: As in :class:`Outline`.
        frames: As in :class:`Outline`.
        size: As in :class:`Outline`.
        embedding: As in :class:`Outline`.
    """

    card: Card
    network: torch.nn.Module
    labels: Mapping[str, tuple[str, ...]]
    frames: int
    size: int
    embedding: int


def read_outline(folder: Path, card: Card) -> Outline:
    """Reads what can be known without loading: milliseconds, and no torch for safetensors.

    Raises:
        ModelMissing: config.json or the weights are not there.
        ModelUnreadable: they are damaged, contradict each other, or are of another model.
    """
    config = read_config(folder, card)
    weights = weights_file(folder, card)
    shapes = read_shapes(weights, card)
    naming = read_names(shapes, card)
    anatomy = read_anatomy(naming, shapes, config)
    return Outline(
        labels=_labels(naming, shapes, config, card),
        frames=anatomy.frames,
        size=anatomy.size,
        embedding=anatomy.embedding,
        anatomy=anatomy,
        naming=naming,
        shapes=shapes,
        weights=weights,
    )


def load(folder: Path, card: Card, device: str = "cpu", precision: str = "fp32") -> LoadedModel:
    """Loads a model and tests that it is whole.

    Args:
        folder: Where its files lie.
        card: What is known about it.
        device: As torch names it: ``cpu``, ``cuda:0``, ``mps``.
        precision: Of the trunk: ``fp32``, ``bf16`` or ``fp16``; pooling and heads are float32.

    Raises:
        ModelMissing: config.json or the weights are not there.
        ModelUnreadable: they cannot be read, are of another model, or fail the self-test.
        DeviceUnusable: no such device, or it has not enough memory.
    """
    from shotlog.models import _assembly, _selftest

    outline = read_outline(folder, card)
    network = _assembly.assemble(outline, _normalisation(folder, card), card, device, precision)
    _selftest.check(network, outline.anatomy, card)
    return LoadedModel(
        card=card,
        network=network,
        labels=outline.labels,
        frames=outline.frames,
        size=outline.size,
        embedding=outline.embedding,
    )


def _labels(
    naming: Naming, shapes: Shapes, config: Config, card: Card
) -> dict[str, tuple[str, ...]]:
    labels: dict[str, tuple[str, ...]] = {}
    for head in card.heads:
        place = (
            "head.final_layer.linear.2.weight"
            if naming.layout is Layout.PREDICTOR
            else f"heads.{head.key}.weight"
        )
        source = naming.sources.get(place)
        if source is None or (naming.layout is Layout.PREDICTOR and head.labels):
            raise ModelUnreadable(
                card.name,
                f"its weights have no head '{head.key}' for {head.task.value}; beside the trunk "
                f"they hold {_beside(naming) or 'nothing'}",
                "Give the file that was fine-tuned for this task.",
            )
        labels[head.key] = config.labels(head.labels) if head.labels else ()
        outputs = shapes[source.name][:1]
        if head.labels and outputs != (len(labels[head.key]),):
            raise config.refused(
                f"its config.json names {len(labels[head.key])} labels under {head.labels}, "
                f"the head '{head.key}' has the shape {shapes[source.name]}"
            )
    return labels


def _beside(naming: Naming) -> str:
    """The layers beside the trunk, for people."""
    names = {name.removeprefix("heads.").split(".")[0] for name in naming.sources}
    return ", ".join(sorted(names - {"backbone"}))


def _normalisation(folder: Path, card: Card) -> tuple[Triple, Triple] | None:
    """Mean and deviation as the card has them, else as preprocessor_config.json; None: neither."""
    if card.mean and card.std:
        return card.mean, card.std
    try:
        values = read_json(folder / "preprocessor_config.json", card)
    except FileNotFoundError:
        return None
    mean, std = (_triple(values.get(key)) for key in ("image_mean", "image_std"))
    return (mean, std) if mean and std and all(std) else None


def _triple(value: object) -> Triple | None:
    if not isinstance(value, list) or len(value) != 3:
        return None
    if not all(isinstance(number, (int, float)) for number in value):
        return None
    return (float(value[0]), float(value[1]), float(value[2]))
