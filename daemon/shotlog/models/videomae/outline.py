"""Outline of a model: the content of config.json and of the header of its weights.

Reading it loads no weights and takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import Config, Shapes, read_config, read_shapes, weights_file
from shotlog.models.videomae.architecture import Architecture, read_architecture
from shotlog.models.videomae.layouts import CheckpointLayout, Naming, read_naming
from shotlog.schema import ModelUnreadable


@dataclass(frozen=True, eq=False)
class Outline:
    """Facts from config.json and the header of the weights.

    Attributes:
        labels: Labels by head key, in the order of the outputs; empty for scores without labels.
        frames: Frames of one input of the trunk.
        size: Side of a frame, in pixels.
        embedding: Width of the pooled embedding.
        architecture: Architecture of the network.
        naming: Origin of its tensors.
        shapes: Shapes of the tensors in the file.
        weights: The weights file.
    """

    labels: Mapping[str, tuple[str, ...]]
    frames: int
    size: int
    embedding: int
    architecture: Architecture
    naming: Naming
    shapes: Shapes
    weights: Path


def read_outline(folder: Path, card: Card) -> Outline:
    """Read the outline of a model, without torch for safetensors.

    Raises:
        ModelMissing: config.json or the weights do not exist.
        ModelUnreadable: They are damaged, contradict each other, or are of another model.
    """
    config = read_config(folder, card)
    weights = weights_file(folder, card)
    shapes = read_shapes(weights, card)
    naming = read_naming(shapes, card)
    architecture = read_architecture(naming, shapes, config)
    return Outline(
        labels=_labels(naming, shapes, config, card),
        frames=architecture.frames,
        size=architecture.size,
        embedding=architecture.embedding,
        architecture=architecture,
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
            if naming.layout is CheckpointLayout.PREDICTOR
            else f"heads.{head.key}.weight"
        )
        source = naming.sources.get(place)
        if source is None or (naming.layout is CheckpointLayout.PREDICTOR and head.labels):
            raise ModelUnreadable(
                card.name,
                f"its weights have no head '{head.key}' for {head.task.value}; beside the trunk "
                f"they hold {_layers_outside_trunk(naming) or 'nothing'}",
                "Give the file that was fine-tuned for this task.",
            )
        labels[head.key] = config.labels(head.labels) if head.labels else ()
        outputs = shapes[source.name][:1]
        if head.labels and outputs != (len(labels[head.key]),):
            raise config.error(
                f"its config.json names {len(labels[head.key])} labels under {head.labels}, "
                f"the head '{head.key}' has the shape {shapes[source.name]}"
            )
    return labels


def _layers_outside_trunk(naming: Naming) -> str:
    """Return the names of the layers outside the trunk, for people."""
    names = {name.removeprefix("heads.").split(".")[0] for name in naming.sources}
    return ", ".join(sorted(names - {"backbone"}))
