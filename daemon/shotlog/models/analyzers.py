"""Analyzers made of cards: one measure for each model, one analyzer for each of its heads.

The measure looks at windows and keeps a row for each: the scores of every head, then the
embedding. So all heads of a model share one look, and so will whatever searches by example. torch
is not imported before something must be known of the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from shotlog.models.answers import answers_of
from shotlog.models.card import Activation, Head, Task
from shotlog.models.devices import Device, choose_device
from shotlog.models.loading import LoadedModel, load, read_outline
from shotlog.models.registry import Installed
from shotlog.models.running import Answer, Runner
from shotlog.models.sampling import FRAMES, windows_of
from shotlog.models.verdicts import RULES, Rules, motion, moves, one_of, size
from shotlog.schema.analysis import Analyzer, Claim, ShotAnalyzer, ShotView
from shotlog.schema.errors import ModelUnreadable
from shotlog.schema.evidence import FrameNeed, Pixels, Track, WindowMeasure
from shotlog.schema.findings import Tier
from shotlog.schema.labels import MOVEMENTS, Family
from shotlog.schema.media import VideoStream
from shotlog.schema.ranges import Window
from shotlog.schema.times import TimeRange

_BATCH = 32
"""Windows that are handed over at once; a GPU takes of them what it can bear at a time. A CPU takes
one at a time, so it is handed one: then little is lost when somebody presses Ctrl-C."""

_SHOWN = 12
"""Hex digits of a fingerprint that go into a finding."""


def analyzers_of(
    installed: Sequence[Installed],
    device: str = "auto",
    precision: str = "auto",
    *,
    overlap: Fraction = Fraction(0),
    rules: Rules = RULES,
) -> list[Analyzer]:
    """The analyzers of some models, in the order in which they speak: by rank of their cards.

    Args:
        installed: The models.
        device: Where they run: ``auto``, ``cpu``, ``cuda``, ``mps``.
        precision: Of their weights: ``auto``, ``fp32``, ``bf16``, ``fp16``.
        overlap: Seconds that neighbouring windows of two seconds share.
        rules: When a score is enough to say something.

    Raises:
        ModelMissing: files of a model are gone.
        ModelUnreadable: a model's config or weights are damaged, or its labels are no words of its
            task.
    """
    where = Place(device, precision)
    ranked = sorted(installed, key=lambda one: (one.card.rank, one.card.name))
    measures = [(one, ModelMeasure(one, where, overlap)) for one in ranked]
    return [
        HeadAnalyzer(one, head, measure, rules)
        for one, measure in measures
        for head in one.card.heads
    ]


def embeddings(measure: ModelMeasure, track: Track) -> npt.NDArray[np.float32]:
    """The embeddings of a track's windows.

    Args:
        measure: Whose rows they are.
        track: Its rows.

    Returns:
        (n, d) float32: what the trunk makes of each window, pooled, before any head. Two windows
        that look and move alike have a small angle between them.
    """
    return np.asarray(track.values[:, measure.first_embedding :], np.float32)


class Place:
    """Where and how exactly models run; decided when it is first asked for, as that takes torch.

    Args:
        device: See :func:`analyzers_of`.
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

    Attributes:
        place: Where it runs.
        first_embedding: Number of the first column of the embedding.

    Raises:
        ModelMissing: see :func:`analyzers_of`.
        ModelUnreadable: likewise.
    """

    epoch = 1
    batch = 1

    def __init__(self, installed: Installed, place: Place, overlap: Fraction = Fraction(0)) -> None:
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
        self.first_embedding = len(scores)
        self._answers = answers
        self._card, self._installed, self._overlap = card, installed, overlap
        self._runner = Runner(self._load, *place.asked)

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

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """A row for each window."""
        return [self._row(answer) for answer in self._runner.run(batch)]

    def scores(self, track: Track, head: Head) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
        """Names of a head's answers, and their (windows, answers) scores."""
        names = self._answers[head.key]
        first = self.columns.index(f"{head.key}.{names[0]}")
        return names, track.values[:, first : first + len(names)]

    def _load(self, place: str, precision: str) -> LoadedModel:
        return load(self._installed.folder, self._card, place, precision)

    def _row(self, outputs: Answer) -> npt.NDArray[np.float32]:
        scores = [_activated(outputs[head.key], head.activation) for head in self._card.heads]
        return np.concatenate([*scores, outputs["embedding"]]).astype(np.float32)


class HeadAnalyzer(ShotAnalyzer):
    """Answers the question of one head.

    Args:
        installed: The model.
        head: The head.
        measure: What the model saw.
        rules: When a score is enough; the card's threshold goes before ``rules.on``.
    """

    tier = Tier.LOCAL
    version = "1"

    def __init__(
        self, installed: Installed, head: Head, measure: ModelMeasure, rules: Rules = RULES
    ) -> None:
        self.name = f"{installed.card.name}.{head.task.value}"
        self.family = Family(head.task.value)
        self.measures = (measure,)
        self.weights = installed.fingerprint[:_SHOWN]
        self._head, self._measure = head, measure
        self._rules = (
            rules if head.threshold is None else rules.model_copy(update={"on": head.threshold})
        )

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """One claim for the whole shot; of camera moves, at least one for each span."""
        track, video = view.tracks.get(self._measure.name), view.media.video
        if track is None or not len(track) or video is None:
            return []
        names, scores = self._measure.scores(track, self._head)
        where, rules = view.shot.source, self._rules
        match self._head.task:
            case Task.SIZE:
                return [size(names, scores, where, rules)]
            case Task.MOVEMENT:
                return [one_of(MOVEMENTS, names, scores, where, rules)]
            case Task.MOTION:
                return [motion(names, scores, where, rules)]
            case Task.MOVE:
                windows = self._measure.windows(view.shot.core, video)
                return moves(names, scores, [w.source for w in windows], where, rules)


def _activated(logits: npt.NDArray[np.float32], activation: Activation) -> npt.NDArray[np.float32]:
    if activation is Activation.SOFTMAX:
        return np.asarray(softmax(logits), np.float32)
    return np.asarray(expit(logits), np.float32) if activation is Activation.SIGMOID else logits


def _settings(installed: Installed) -> list[bytes]:
    """What decides the numbers beside the weights and the card: eps, attention heads and so on."""
    files = (installed.folder / name for name in ("config.json", "preprocessor_config.json"))
    return [file.read_bytes() for file in files if file.is_file()]
