"""Embeddings of frames as evidence: one row per frame, a unit vector and the logits of its sizes.

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
from shotlog.models.words.size_prompts import SIZE_PROMPTS, digest_prompts
from shotlog.models.words.size_vectors import load_size_vectors
from shotlog.models.words.tokens import TOKENIZER
from shotlog.schema import FrameNeed, Series, TimeRange, VideoStream, Window


class EmbeddingMeasure(RunnerMeasure):
    """Measure of single frames by an image-text model.

    A row holds the embedding, a unit vector (``embedding.<n>``), then the logits of the sizes by
    the sentences of :data:`SIZE_PROMPTS` (``size.<name>``).

    Args:
        installed: The model.
        device_choice: Device and precision.
        hooks: Called around loading and inference; None does nothing.

    Raises:
        ModelMissing: Files of the model are missing.
        ModelUnreadable: Its config or weights are damaged, or of another model.
    """

    epoch = 4
    frames = 1
    used = frozenset({"mean", "std", "text"})
    settings = (*RunnerMeasure.settings, TOKENIZER)

    def __init__(
        self,
        installed: InstalledModel,
        device_choice: DeviceChoice,
        hooks: MemoryHooks | None = None,
    ) -> None:
        super().__init__(installed, device_choice, self._load, hooks)
        card = installed.card
        self._outline = outline = read_outline(installed.folder, card)
        self.columns = (
            *(f"embedding.{n}" for n in range(outline.embedding)),
            *(f"size.{name}" for name in SIZE_PROMPTS),
        )
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

    @property
    def dimensions(self) -> int:
        """Numbers in an embedding."""
        return self._outline.embedding

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        """Return the unit vectors of a series, (frames, d)."""
        return np.asarray(series.values[:, : self._outline.embedding], np.float32)

    def size_logits(self, series: Series) -> npt.NDArray[np.float64]:
        """Return the logits of a series, (frames, sizes), in the order of :data:`SIZE_PROMPTS`."""
        return np.asarray(series.values[:, self._outline.embedding :], np.float64)

    def _read_settings(self) -> list[bytes]:
        return [*super()._read_settings(), digest_prompts().encode()]

    def _load(self, place: str, precision: str) -> LoadedImages:
        load_size_vectors(self._installed)  # an error of the half for texts comes before the work
        return load_images(self._installed.folder, self._installed.card, place, precision)

    def _row(self, outputs: ModelOutput) -> npt.NDArray[np.float32]:
        vector = outputs["embedding"]
        logits = load_size_vectors(self._installed).logits(vector[None])[0]
        return np.concatenate([vector, logits]).astype(np.float32)
