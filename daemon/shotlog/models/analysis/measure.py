"""Inference of a model as evidence: one row per window, for all heads and for search.

torch is imported only when the device must be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from shotlog.models.analysis.labels import name_outputs
from shotlog.models.analysis.sampling import FRAMES, sample_windows
from shotlog.models.catalog import Activation, InstalledModel, ModelHead
from shotlog.models.runtime import (
    Device,
    DeviceChoice,
    MemoryEstimate,
    MemoryHooks,
    ModelOutput,
    RunnerMeasure,
    estimate_memory,
)
from shotlog.models.videomae import LoadedModel, load, read_outline
from shotlog.schema import (
    FrameNeed,
    ModelUnreadable,
    Series,
    TimeRange,
    VideoStream,
    Window,
)


class ModelMeasure(RunnerMeasure):
    """Measure of windows by one model.

    A row holds the scores of every head (``<head>.<label>``, after the head's activation), then
    the embedding (``embedding.<n>``).

    Args:
        installed: The model.
        device_choice: Device and precision.
        overlap: Seconds that neighbouring windows share, where the model's sampling allows it.
        hooks: Called around loading and inference; None does nothing.

    Raises:
        ModelMissing: Files of the model are missing.
        ModelUnreadable: Its config or weights are damaged, its labels are not in the vocabulary of
            its task, its input is not 16 frames, or its card has no sampling.
    """

    frames = FRAMES
    used = frozenset({"heads", "sampling", "mean", "std"})

    def __init__(
        self,
        installed: InstalledModel,
        device_choice: DeviceChoice,
        overlap: Fraction = Fraction(0),
        hooks: MemoryHooks | None = None,
    ) -> None:
        super().__init__(installed, device_choice, self._load, hooks)
        card = installed.card
        outline = read_outline(installed.folder, card)
        # The sampling rules are defined for 16 frames only.
        if outline.frames != FRAMES:
            message = f"it sees {outline.frames} frames at once, and Shotlog shows it {FRAMES}"
            raise ModelUnreadable(card.name, message, "Use a model of 16 frames.")
        if card.sampling is None:
            raise ModelUnreadable(card.name, "its card does not tell which frames it sees")
        answers = {h.key: name_outputs(card, h, outline.labels[h.key]) for h in card.heads}
        scores = [f"{key}.{name}" for key, names in answers.items() for name in names]
        self.columns = (*scores, *(f"embedding.{n}" for n in range(outline.embedding)))
        self.need = FrameNeed(
            width=outline.size, height=outline.size, pixels="rgb", fit=card.resize.value
        )
        self._first_embedding = len(scores)
        self._outline = outline
        self._answers = answers
        self._card, self._sampling, self._overlap = card, card.sampling, overlap

    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the memory that the model will take on a device, predicted from its outline."""
        return estimate_memory(self._outline, device.precision)

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the windows that the model's authors would have used."""
        return sample_windows(self._sampling, shot, video, overlap=self._overlap)

    def scores(
        self, series: Series, head: ModelHead
    ) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
        """Return the names of a head's outputs, and their scores (windows, outputs)."""
        names = self._answers[head.key]
        first = self.columns.index(f"{head.key}.{names[0]}")
        return names, series.values[:, first : first + len(names)]

    @property
    def dimensions(self) -> int:
        """Numbers in an embedding."""
        return self._outline.embedding

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        """Return the pooled trunk output of each window of a series, pooled, before any head.

        Returns:
            (windows, d) float32, for search by example.
        """
        return np.asarray(series.values[:, self._first_embedding :], np.float32)

    def _load(self, place: str, precision: str) -> LoadedModel:
        return load(self._installed.folder, self._card, place, precision)

    def _row(self, outputs: ModelOutput) -> npt.NDArray[np.float32]:
        scores = [activate(outputs[head.key], head) for head in self._card.heads]
        return np.concatenate([*scores, outputs["embedding"]]).astype(np.float32)


def activate(logits: npt.NDArray[np.float32], head: ModelHead) -> npt.NDArray[np.float32]:
    """Return the scores (..., n) of a head's logits (..., n), divided by its temperature."""
    if head.activation is Activation.IDENTITY:
        return logits
    divided = logits / head.temperature
    scores = softmax(divided, axis=-1) if head.activation is Activation.SOFTMAX else expit(divided)
    return np.asarray(scores, np.float32)
