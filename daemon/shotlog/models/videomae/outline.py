"""The outline of a model: what its config.json and the header of its weights tell.

Nothing is loaded for it, so it costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shotlog.models.catalog import Card
from shotlog.models.videomae.architecture import Architecture, read_anatomy
from shotlog.models.videomae.checkpoint import read_config, read_shapes, weights_file
from shotlog.models.videomae.config import Config
from shotlog.models.videomae.layouts import Layout, Naming, Shapes, read_names
from shotlog.schema import ModelUnreadable

Triple = tuple[float, float, float]
"""A figure for each of red, green and blue."""


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
    anatomy: Architecture
    naming: Naming
    shapes: Shapes
    weights: Path


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
