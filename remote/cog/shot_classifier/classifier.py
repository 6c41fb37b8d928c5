"""A model that is loaded and answers for clips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from shot_classifier.checkpoint import CheckpointUnusable, read_checkpoint
from shot_classifier.clip import FRAMES
from shot_classifier.heads import Answer, find_heads
from shot_classifier.network import build_network

_LARGEST = 16
"""Clips per batch on a GPU, as in Shotlog's local tier."""


def choose_precision() -> tuple[str, torch.dtype]:
    """Return the device, and the precision that it computes fast: (``cuda``, bfloat16) or others.

    GPUs from Ampere on (compute capability 8.0) have units for bfloat16, older ones such as the T4
    for float16 alone.
    """
    if not torch.cuda.is_available():
        return "cpu", torch.float32
    modern = torch.cuda.get_device_capability() >= (8, 0)
    return "cuda", torch.bfloat16 if modern else torch.float16


class Classifier:
    """One model on one device.

    On a CPU clips are processed one by one, so that the scores of a clip are the same to the last
    bit whatever the other clips are. On a GPU they may differ in the last digits of its precision.

    Attributes:
        name: Name of its folder.
        version: SHA-256 of its weights, in hex.
        tasks: Its questions: ``size``, ``movement``, ``move``.
        side: Width and height of the frames that it sees.
    """

    def __init__(self, folder: Path, device: str, precision: torch.dtype) -> None:
        """Load the model in a folder and test it.

        Args:
            folder: Folder with config.json and the weights.
            device: Name in torch: ``cpu``, ``cuda``.
            precision: Of the trunk; the rest is float32.

        Raises:
            CheckpointUnusable: The model cannot be served.
        """
        checkpoint = read_checkpoint(folder)
        self._heads = find_heads(checkpoint.config, checkpoint.layers)
        self._network = build_network(checkpoint, self._heads, device, precision)
        if self._network.frames != FRAMES:
            raise CheckpointUnusable(
                f"{checkpoint.name} sees {self._network.frames} frames at once, not {FRAMES}"
            )
        self._device, self._largest = device, 1 if device == "cpu" else _LARGEST
        self.name, self.version = checkpoint.name, checkpoint.version
        self.tasks = tuple(head.task for head in self._heads)
        self.side = self._network.side

    def classify(self, clips: Sequence[npt.NDArray[np.uint8]]) -> list[dict[str, Answer]]:
        """Return the answers by task for each clip.

        Args:
            clips: Each (16, side, side, 3) uint8 RGB, as ``read_clip`` returns it.
        """
        found: list[dict[str, Answer]] = []
        for start in range(0, len(clips), self._largest):
            batch = torch.from_numpy(np.stack(clips[start : start + self._largest]))
            with torch.inference_mode():
                logits = {k: v.cpu() for k, v in self._network(batch.to(self._device)).items()}
            found += (
                {head.task: head.answer(logits[head.layer][row]) for head in self._heads}
                for row in range(len(batch))
            )
        return found
