"""Embeddings of frames as evidence: one row per frame, a unit vector.

torch is imported only when the device must be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime import (
    Device,
    DeviceChoice,
    MemoryEstimate,
    MemoryHooks,
    ModelOutput,
    RunnerMeasure,
)
from shotlog.models.words.loading import LoadedImages, load_images
from shotlog.models.words.outline import estimate_image_memory, read_outline
from shotlog.models.words.sampling import sample_frames
from shotlog.schema import Analyzer, FrameNeed, Tier, TimeRange, VideoStream, Window


class EmbeddingMeasure(RunnerMeasure):
    """Measure of single frames by an image-text model; a row is a unit vector.

    Args:
        installed: The model.
        device_choice: Device and precision.
        hooks: Called around loading and inference; None does nothing.

    Raises:
        ModelMissing: Files of the model are missing.
        ModelUnreadable: Its config or weights are damaged, or of another model.
    """

    frames = 1
    used = frozenset({"mean", "std"})

    def __init__(
        self,
        installed: InstalledModel,
        device_choice: DeviceChoice,
        hooks: MemoryHooks | None = None,
    ) -> None:
        super().__init__(installed, device_choice, self._load, hooks)
        card = installed.card
        self._outline = outline = read_outline(installed.folder, card)
        self.columns = tuple(f"embedding.{n}" for n in range(outline.embedding))
        self.need = FrameNeed(
            width=outline.size, height=outline.size, pixels="rgb", fit=card.resize.value
        )

    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the memory that its half for pictures will take on a device."""
        return estimate_image_memory(self._outline, device.precision)

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the frames of a shot, each a window of its own."""
        return [
            Window(source=TimeRange(start=moment, duration=video.tick), frames=(moment,))
            for moment in self.moments(shot, video.tick)
        ]

    def moments(self, shot: TimeRange, tick: Fraction) -> tuple[Fraction, ...]:
        """Return the moments of a shot's frames; see :func:`sample_frames`."""
        return sample_frames(shot, tick)

    def _load(self, place: str, precision: str) -> LoadedImages:
        return load_images(self._installed.folder, self._installed.card, place, precision)

    def _row(self, outputs: ModelOutput) -> npt.NDArray[np.float32]:
        return outputs["embedding"]


class EmbeddingAnalyzer(Analyzer):
    """Selection of an image-text model for a run: its embeddings are measured.

    It is asked about no shot and no edit, makes no findings, and so has no family.

    Args:
        installed: The model.
        measure: Measure that runs it.
    """

    tier = Tier.LOCAL
    version = "1"

    def __init__(self, installed: InstalledModel, measure: EmbeddingMeasure) -> None:
        self.name = f"{installed.card.name}.embeddings"
        self.measures = (measure,)
        self.weights = installed.fingerprint
