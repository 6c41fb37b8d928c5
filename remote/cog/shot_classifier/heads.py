"""The heads of a checkpoint: which question each answers, and its scores as an answer.

Labels and their order are read from config.json, never assumed: two published checkpoints of the
same task order them differently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from shot_classifier.checkpoint import CheckpointUnusable

SIZES = {
    "ECS": "Extreme Close-up",
    "CS": "Close-up",
    "MS": "Medium Shot",
    "FS": "Full Shot",
    "LS": "Long Shot",
}
"""Abbreviations of the shot sizes, and their names for display."""

_MOVEMENTS = ("Static", "Motion", "Pull", "Push")
"""Labels of the MovieShots movement models."""

_MOVES = (
    *("arc_left", "arc_right", "dolly_in", "dolly_out", "pan_left", "pan_right"),
    *("pedestal_down", "pedestal_up", "pov", "roll_left", "roll_right", "shake", "static"),
    *("tilt_down", "tilt_up", "track", "truck_left", "truck_right", "undefined"),
    *("zoom_in", "zoom_out"),
)
"""Labels of Kandinsky's camera-motion model, of which several hold at once."""

_CUTOFF = 0.5
"""Score from which a move holds, published by the authors of the camera-motion model."""

_TABLES = {
    "classifier": "id2label",
    "scale_cf": "scale_id2label",
    "movement_cf": "movement_id2label",
}
"""Keys of the labels in config.json by layer: of ``VideoMAEForVideoClassification``, and of the
MovieShots model with two heads."""

Answer = dict[str, Any]
"""``label``, ``confidence`` and ``scores`` by label; for moves ``labels`` instead of the first two.
"""


@dataclass(frozen=True)
class Head:
    """An output layer of a checkpoint.

    Attributes:
        layer: Its name in the weights: ``classifier``, ``scale_cf``, ``movement_cf``.
        task: Its question: ``size``, ``movement`` or ``move``.
        labels: Its labels in the order of its outputs; sizes as abbreviations.
    """

    layer: str
    task: str
    labels: tuple[str, ...]

    def answer(self, logits: Tensor) -> Answer:
        """Return the answer that logits (labels,) mean."""
        if self.task == "move":
            scores = dict(zip(self.labels, torch.sigmoid(logits).tolist(), strict=True))
            return {"labels": [n for n, s in scores.items() if s >= _CUTOFF], "scores": scores}
        scores = dict(zip(self.labels, torch.softmax(logits, 0).tolist(), strict=True))
        best = max(scores, key=scores.__getitem__)
        return {"label": best, "confidence": scores[best], "scores": scores}


def describe_size(answer: Answer) -> dict[str, Any]:
    """Return the size of an answer as the original classifier tells it: without the scores."""
    return {
        "shot_type": answer["label"],
        "shot_type_display": SIZES[answer["label"]],
        "confidence": answer["confidence"],
    }


def find_heads(config: Mapping[str, Any], layers: Sequence[str]) -> tuple[Head, ...]:
    """Return the heads of a checkpoint.

    Args:
        config: Its config.json.
        layers: Names of the layers in its weights.

    Raises:
        CheckpointUnusable: It has no head, or a head without labels of a known task.
    """
    heads = tuple(
        _read_head(layer, config.get(table)) for layer, table in _TABLES.items() if layer in layers
    )
    if not heads:
        raise CheckpointUnusable(
            f"its weights have none of the layers {', '.join(_TABLES)}; take a fine-tuned model"
        )
    return heads


def _read_head(layer: str, table: object) -> Head:
    named = (
        {str(number): label for number, label in table.items()} if isinstance(table, dict) else {}
    )
    labels = [str(named.get(str(number), "")) for number in range(len(named))]
    for task, known in _KNOWN.items():
        names = tuple(known.get(_normalise(label), "") for label in labels)
        if labels and all(names) and len(set(names)) == len(names):
            return Head(layer, task, names)
    raise CheckpointUnusable(
        f"the labels of its layer {layer} are {', '.join(labels) or 'missing'}: neither shot sizes "
        "nor camera movements; correct them in its config.json"
    )


def _normalise(label: str) -> str:
    return re.sub(r"[\s_-]+", " ", label).strip().casefold()


_KNOWN = {
    "size": {_normalise(way): name for name, shown in SIZES.items() for way in (name, shown)},
    "movement": {_normalise(name): name for name in _MOVEMENTS},
    "move": {_normalise(name): name for name in _MOVES},
}
"""Labels by their spellings, by task."""
