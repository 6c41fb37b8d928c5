"""Inference of a model as evidence: one row per window, for all heads and for search.

torch is imported only when the device must be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from shotlog.models.analysis.labels import name_outputs
from shotlog.models.analysis.sampling import FRAMES, sample_windows
from shotlog.models.catalog import Activation, InstalledModel, ModelHead
from shotlog.models.runtime import (
    Device,
    MemoryEstimate,
    MemoryHooks,
    ModelOutput,
    Runner,
    choose_device,
    estimate_memory,
)
from shotlog.models.videomae import LoadedModel, load, read_outline
from shotlog.schema import (
    FrameNeed,
    ModelUnreadable,
    Pixels,
    Series,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)

_BATCH = 32
"""Windows per call; a GPU divides them into batches that fit. A CPU processes one at a time, so it
gets one per call: then Ctrl-C loses little."""


class DeviceChoice:
    """Device and precision of the models, resolved on first use, because that imports torch.

    Args:
        device: As for :func:`~shotlog.models.runtime.choose_device`.
        precision: Likewise.

    Attributes:
        asked: Both, as requested.
    """

    def __init__(self, device: str = "auto", precision: str = "auto") -> None:
        self.asked = device, precision

    @cached_property
    def device(self) -> Device:
        """The device.

        Raises:
            DeviceUnusable: The requested device does not exist.
        """
        return choose_device(*self.asked)


class ModelMeasure(WindowMeasure):
    """Measure of windows by one model.

    A row holds the scores of every head (``<head>.<label>``, after the head's activation), then
    the embedding (``embedding.<n>``).

    Args:
        installed: The model.
        device_choice: Device and precision.
        overlap: Seconds that neighbouring windows share, where the model's sampling allows it.
        hooks: Called around loading and inference; None does nothing.

    Attributes:
        device_choice: Device and precision.

    Raises:
        ModelMissing: Files of the model are missing.
        ModelUnreadable: Its config or weights are damaged, its labels are not in the vocabulary of
            its task, or its input is not 16 frames.
    """

    epoch = 1
    batch = 1
    frames = FRAMES

    def __init__(
        self,
        installed: InstalledModel,
        device_choice: DeviceChoice,
        overlap: Fraction = Fraction(0),
        hooks: MemoryHooks | None = None,
    ) -> None:
        card = installed.card
        outline = read_outline(installed.folder, card)
        # The sampling rules are defined for 16 frames only.
        if outline.frames != FRAMES:
            message = f"it sees {outline.frames} frames at once, and Shotlog shows it {FRAMES}"
            raise ModelUnreadable(card.name, message, "Use a model of 16 frames.")
        answers = {h.key: name_outputs(card, h, outline.labels[h.key]) for h in card.heads}
        scores = [f"{key}.{name}" for key, names in answers.items() for name in names]
        self.name = f"model.{card.name}"
        self.columns = (*scores, *(f"embedding.{n}" for n in range(outline.embedding)))
        self.need = FrameNeed(
            width=outline.size, height=outline.size, pixels="rgb", fit=card.resize.value
        )
        self.device_choice = device_choice
        self._first_embedding = len(scores)
        self._outline = outline
        self._answers = answers
        self._card, self._installed, self._overlap = card, installed, overlap
        self._runner = Runner(self._load, *device_choice.asked, hooks=hooks)

    @cached_property
    def key(self) -> str:
        """Cache key: weights, their use, device kind and precision."""
        # Numbers of another kind of device, or of another precision, differ in their last digits.
        device = self.device_choice.device
        # Only the fields that affect the numbers: a new title keeps the cache.
        used = self._card.model_dump_json(include={"heads", "sampling", "mean", "std"})
        settings = blake2b(digest_size=8)
        for part in (used.encode(), *_read_settings(self._installed)):
            settings.update(part)
        weights = self._installed.fingerprint
        return (
            f"{self.name}@{self.epoch} {weights} {settings.hexdigest()} "
            f"{device.kind} {device.precision}"
        )

    @property
    def loaded(self) -> Device | None:
        """Device that holds the weights; None before they are loaded."""
        return self._runner.device

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, in hex."""
        return self._installed.fingerprint

    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the memory that the model will take on a device, predicted from its outline."""
        return estimate_memory(self._outline, device.precision)

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the windows that the model's authors would have used."""
        return sample_windows(self._card.sampling, shot, video, overlap=self._overlap)

    def prepare(self) -> None:
        """Load the model, once.

        Raises:
            ModelError: The device or the weights cannot be used.
        """
        self._runner.prepare()
        self.batch = 1 if self.device_choice.device.kind == "cpu" else _BATCH

    def release(self) -> None:
        """Drop the weights; they are loaded again on the next use."""
        self._runner.release()

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return a row for each window."""
        return [self._row(answer) for answer in self._runner.run(batch)]

    def scores(
        self, series: Series, head: ModelHead
    ) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
        """Return the names of a head's outputs, and their scores (windows, outputs)."""
        names = self._answers[head.key]
        first = self.columns.index(f"{head.key}.{names[0]}")
        return names, series.values[:, first : first + len(names)]

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        """Return the pooled trunk output of each window of a series, pooled, before any head.

        Returns:
            (windows, d) float32, for search by example.
        """
        return np.asarray(series.values[:, self._first_embedding :], np.float32)

    def _load(self, place: str, precision: str) -> LoadedModel:
        return load(self._installed.folder, self._card, place, precision)

    def _row(self, outputs: ModelOutput) -> npt.NDArray[np.float32]:
        scores = [_activate(outputs[head.key], head.activation) for head in self._card.heads]
        return np.concatenate([*scores, outputs["embedding"]]).astype(np.float32)


def _activate(logits: npt.NDArray[np.float32], activation: Activation) -> npt.NDArray[np.float32]:
    if activation is Activation.SOFTMAX:
        return np.asarray(softmax(logits), np.float32)
    return np.asarray(expit(logits), np.float32) if activation is Activation.SIGMOID else logits


def _read_settings(installed: InstalledModel) -> list[bytes]:
    """Return the files that affect the numbers beside weights and card (eps, heads, ...)."""
    files = (installed.folder / name for name in ("config.json", "preprocessor_config.json"))
    return [file.read_bytes() for file in files if file.is_file()]
