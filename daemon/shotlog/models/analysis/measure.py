"""What a model sees, kept as rows: one for each window, for every head and for search.

torch is not imported before something must be known of the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from shotlog.models.analysis.labels import answers_of
from shotlog.models.analysis.sampling import FRAMES, windows_of
from shotlog.models.catalog import Activation, Head, Installed
from shotlog.models.runtime import Answer, Device, Keeper, Need, Runner, choose_device, predict
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
"""Windows that are handed over at once; a GPU takes of them what it can bear at a time. A CPU takes
one at a time, so it is handed one: then little is lost when somebody presses Ctrl-C."""


class Place:
    """Where and how exactly models run; decided when it is first asked for, as that takes torch.

    Args:
        device: As for :func:`~shotlog.models.runtime.devices.choose_device`.
        precision: Likewise.

    Attributes:
        asked: Both, as they were asked for.
    """

    def __init__(self, device: str = "auto", precision: str = "auto") -> None:
        self.asked = device, precision

    @cached_property
    def device(self) -> Device:
        """The device; raises ``DeviceUnusable`` where the one that was asked for is none."""
        return choose_device(*self.asked)


class ModelMeasure(WindowMeasure):
    """Looks at windows with one model.

    A row holds the scores of every head (``<head>.<label>``, after the head's activation), then
    the embedding (``embedding.<n>``).

    Args:
        installed: The model.
        place: Where it runs.
        overlap: Seconds that neighbouring windows share, where the model's sampling knows that.
        keeper: Decides about the device's memory; None: nobody does.

    Attributes:
        place: Where it runs.

    Raises:
        ModelMissing: files of the model are gone.
        ModelUnreadable: its config or weights are damaged, its labels are no words of its task, or
            it does not see 16 frames at once.
    """

    epoch = 1
    batch = 1
    frames = FRAMES

    def __init__(
        self,
        installed: Installed,
        place: Place,
        overlap: Fraction = Fraction(0),
        keeper: Keeper | None = None,
    ) -> None:
        card = installed.card
        outline = read_outline(installed.folder, card)
        if outline.frames != FRAMES:
            message = f"it sees {outline.frames} frames at once, and Shotlog shows it {FRAMES}"
            raise ModelUnreadable(card.name, message, "Use a model of 16 frames.")
        answers = {h.key: answers_of(card, h, outline.labels[h.key]) for h in card.heads}
        scores = [f"{key}.{name}" for key, names in answers.items() for name in names]
        self.name = f"model.{card.name}"
        self.columns = (*scores, *(f"embedding.{n}" for n in range(outline.embedding)))
        self.need = FrameNeed(
            width=outline.size, height=outline.size, pixels="rgb", fit=card.resize.value
        )
        self.place = place
        self._first_embedding = len(scores)
        self._outline = outline
        self._answers = answers
        self._card, self._installed, self._overlap = card, installed, overlap
        self._runner = Runner(self._load, *place.asked, keeper=keeper)

    @cached_property
    def key(self) -> str:
        """Everything that decides a row's numbers: weights, how they are used, and where.

        Numbers of another kind of device, or of another precision, differ in their last digits.
        """
        device = self.place.device
        used = self._card.model_dump_json(include={"heads", "sampling", "mean", "std"})
        settings = blake2b(digest_size=8)
        for part in (used.encode(), *_settings(self._installed)):
            settings.update(part)
        weights = self._installed.fingerprint
        return (
            f"{self.name}@{self.epoch} {weights} {settings.hexdigest()} "
            f"{device.kind} {device.precision}"
        )

    @property
    def loaded(self) -> Device | None:
        """Where the weights are held; None until they were first needed."""
        return self._runner.device

    @property
    def fingerprint(self) -> str:
        """Identity of the weights."""
        return self._installed.fingerprint

    def estimate(self, device: Device) -> Need:
        """Return the bytes that it will take on a device, as predicted from its outline."""
        return predict(self._outline, device.precision)

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """The windows that the model's authors would have looked at."""
        return windows_of(self._card.sampling, shot, video, overlap=self._overlap)

    def prepare(self) -> None:
        """Loads the model, once.

        Raises:
            ModelError: the device or the weights cannot be used.
        """
        self._runner.prepare()
        self.batch = 1 if self.place.device.kind == "cpu" else _BATCH

    def release(self) -> None:
        """Lets go of the weights; they are loaded again when they are next needed."""
        self._runner.release()

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """A row for each window."""
        return [self._row(answer) for answer in self._runner.run(batch)]

    def scores(self, series: Series, head: Head) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
        """Names of a head's answers, and their (windows, answers) scores."""
        names = self._answers[head.key]
        first = self.columns.index(f"{head.key}.{names[0]}")
        return names, series.values[:, first : first + len(names)]

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        """What the trunk makes of each window of a series, pooled, before any head.

        Returns:
            (windows, d) float32: what a search by example compares.
        """
        return np.asarray(series.values[:, self._first_embedding :], np.float32)

    def _load(self, place: str, precision: str) -> LoadedModel:
        return load(self._installed.folder, self._card, place, precision)

    def _row(self, outputs: Answer) -> npt.NDArray[np.float32]:
        scores = [_activated(outputs[head.key], head.activation) for head in self._card.heads]
        return np.concatenate([*scores, outputs["embedding"]]).astype(np.float32)


def _activated(logits: npt.NDArray[np.float32], activation: Activation) -> npt.NDArray[np.float32]:
    if activation is Activation.SOFTMAX:
        return np.asarray(softmax(logits), np.float32)
    return np.asarray(expit(logits), np.float32) if activation is Activation.SIGMOID else logits


def _settings(installed: Installed) -> list[bytes]:
    """What decides the numbers beside the weights and the card: eps, attention heads and so on."""
    files = (installed.folder / name for name in ("config.json", "preprocessor_config.json"))
    return [file.read_bytes() for file in files if file.is_file()]
