"""Windows that a provider answers for, as evidence: one row per window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.models.analysis import sample_windows
from shotlog.models.catalog import Task
from shotlog.providers.added import ServedModel
from shotlog.providers.contract import SmallClip
from shotlog.providers.sending import ClipSender
from shotlog.providers.sent_requests import PaidAnswer
from shotlog.providers.tasks import TASKS
from shotlog.schema import (
    FrameNeed,
    Pixels,
    RemoteAnswer,
    Series,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)

SIDE: Final = 224
"""Pixels of a side of a frame: the input of every published VideoMAE."""
_BATCH: Final = 32
"""Windows in a batch; their answers are stored together, and their connections shared."""
_TOLD: Final = ("provider", "seconds", "cost")
"""The last columns of a row."""


class RemoteMeasure(WindowMeasure):
    """Measure of windows by a model elsewhere.

    A row holds the scores of every task of the model, and how it came to be: who answered, for how
    many seconds and at what price. By these three alone two rows of the same frames may differ. The
    key names the model, its version and its tasks, not the provider, so that no clip is paid twice.

    Args:
        model: The model.
        sender: Sends the clips.

    Attributes:
        model: The model.
    """

    epoch = 1
    # The frame is stretched, as for the published models of MovieShots.
    need = FrameNeed(width=SIDE, height=SIDE, pixels="rgb", fit="stretch")
    batch = _BATCH
    # As for models on this machine: both see the same frames, decoded once with the built-in tier.
    loop_filter = False

    def __init__(self, model: ServedModel, sender: ClipSender) -> None:
        self.name = f"remote.{model.model}.{'+'.join(model.tasks)}"
        scores = [f"{task}.{label}" for task in model.tasks for label in TASKS[task].labels]
        self.columns = (*scores, *_TOLD)
        self.model, self._sender = model, sender
        self._stop: Callable[[], None] = _go_on

    @property
    def key(self) -> str:
        """Identity in the cache: the model, its tasks and its version."""
        return f"{self.name}:{self.model.version}@{self.epoch}"

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the windows that a model of these tasks on this machine would be shown."""
        return sample_windows(TASKS[self.model.tasks[0]].sampling, shot, video)

    def scores(self, series: Series, task: Task) -> npt.NDArray[np.float32]:
        """Return the scores of a task, (windows, labels)."""
        labels = TASKS[task].labels
        first = self.columns.index(f"{task}.{labels[0]}")
        return np.asarray(series.values[:, first : first + len(labels)], np.float32)

    def watch(self, stop: Callable[[], None]) -> None:
        """Take what is called while answers are waited for."""
        self._stop = stop

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return the row of each window.

        Raises:
            ProviderError: The provider cannot be used at all.
            RemoteError: A clip has no answer. The others are answered when they are asked for
                again, without being sent again.
        """
        clips = [small_clip(pixels, self.model.tasks) for pixels in batch]
        replies = self._sender.answer(clips, self._stop)
        rows = []
        for reply in replies:
            if not isinstance(reply, PaidAnswer):
                raise reply
            rows.append(_row(reply))
        return rows


def small_clip(pixels: Pixels, tasks: tuple[Task, ...] = (Task.SIZE,)) -> SmallClip:
    """Return the pictures of a window as a clip of which tasks are asked."""
    digest = blake2b(pixels.tobytes(), digest_size=16)
    digest.update("+".join(tasks).encode())
    return SmallClip(digest.hexdigest(), pixels, tasks)


def read_answer(series: Series, names: Sequence[str]) -> RemoteAnswer:
    """Return who answered for the windows of a shot, and what they cost together.

    Args:
        series: The rows.
        names: Names of the providers that this machine knows.
    """
    by_mark = {_mark(name): name for name in names}
    marks, seconds, cost = series.values[:, -len(_TOLD) :].T
    providers = dict.fromkeys(by_mark.get(float(mark), "") for mark in marks)
    return RemoteAnswer(
        provider=", ".join(filter(None, providers)),
        seconds=round(float(seconds.sum()), 4),
        cost=round(float(cost.sum()), 8),
    )


def _row(answer: PaidAnswer) -> npt.NDArray[np.float32]:
    told = (_mark(answer.provider), answer.seconds, float(answer.cost))
    return np.array([*answer.scores, *told], np.float32)


def _mark(provider: str) -> float:
    """Return the number that stands for a provider in a row: 24 bits, which float32 holds."""
    return float(int.from_bytes(blake2b(provider.encode(), digest_size=3).digest()))


def _go_on() -> None:
    pass
