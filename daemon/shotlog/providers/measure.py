"""Windows that a provider answers for, as evidence: one row per window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.models.analysis import sample_windows
from shotlog.models.catalog import Sampling
from shotlog.providers.contract import SmallClip
from shotlog.providers.scores import SCORED
from shotlog.providers.sending import ClipSender
from shotlog.providers.sent_requests import PaidAnswer, RemoteModel
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
_PROVIDER, _SECONDS, _COST = len(SCORED), len(SCORED) + 1, len(SCORED) + 2


class RemoteMeasure(WindowMeasure):
    """Measure of windows by a model elsewhere.

    A row holds the scores of the sizes, and how it came to be: who answered, for how many seconds
    and at what price. By these three alone two rows of the same frames may differ. The key names
    the model and its version, not the provider, so that no clip is paid twice.

    Args:
        model: Identity of the model.
        sender: Sends the clips.
    """

    epoch = 1
    columns = (*(f"size.{name}" for name in SCORED), "provider", "seconds", "cost")
    # The frame is stretched, as for the published models of MovieShots.
    need = FrameNeed(width=SIDE, height=SIDE, pixels="rgb", fit="stretch")
    batch = _BATCH
    # As for models on this machine: both see the same frames, decoded once with the built-in tier.
    loop_filter = False

    def __init__(self, model: RemoteModel, sender: ClipSender) -> None:
        self.name = f"remote.{model.name}"
        self._model, self._sender = model, sender
        self._stop: Callable[[], None] = _go_on

    @property
    def key(self) -> str:
        """Identity in the cache: the model and its version."""
        return f"{self.name}:{self._model.version}@{self.epoch}"

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the one window of a shot: 16 frames, evenly from the first to the last."""
        return sample_windows(Sampling.UNIFORM, shot, video)

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
        replies = self._sender.answer([small_clip(pixels) for pixels in batch], self._stop)
        rows = []
        for reply in replies:
            if not isinstance(reply, PaidAnswer):
                raise reply
            rows.append(_row(reply))
        return rows


def small_clip(pixels: Pixels) -> SmallClip:
    """Return the pictures of a window as a clip."""
    return SmallClip(blake2b(pixels.tobytes(), digest_size=16).hexdigest(), pixels)


def scores_of(series: Series) -> npt.NDArray[np.float32]:
    """Return the scores of a series, (windows, sizes)."""
    return np.asarray(series.values[:, :_PROVIDER], np.float32)


def read_answer(series: Series, names: Sequence[str]) -> RemoteAnswer:
    """Return who answered for the windows of a shot, and what they cost together.

    Args:
        series: The rows.
        names: Names of the providers that this machine knows.
    """
    by_mark = {_mark(name): name for name in names}
    providers = dict.fromkeys(by_mark.get(float(mark), "") for mark in series.values[:, _PROVIDER])
    return RemoteAnswer(
        provider=", ".join(filter(None, providers)),
        seconds=round(float(series.values[:, _SECONDS].sum()), 4),
        cost=round(float(series.values[:, _COST].sum()), 8),
    )


def _row(answer: PaidAnswer) -> npt.NDArray[np.float32]:
    told = (_mark(answer.provider), answer.seconds, float(answer.cost))
    return np.array([*answer.scores, *told], np.float32)


def _mark(provider: str) -> float:
    """Return the number that stands for a provider in a row: 24 bits, which float32 holds."""
    return float(int.from_bytes(blake2b(provider.encode(), digest_size=3).digest()))


def _go_on() -> None:
    pass
