"""A resident measure that shares no class with our models: no weights, no torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime import Device, MemoryEstimate, MemoryHooks
from shotlog.schema import (
    Analyzer,
    Claim,
    Family,
    FrameNeed,
    Pixels,
    ShotAnalyzer,
    ShotView,
    Tier,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)


class ForeignMeasure(WindowMeasure):
    """Gives the mean of two frames, and says that it takes as much memory as it is told."""

    epoch = 1
    columns = ("mean",)
    batch = 1
    frames = 2
    need = FrameNeed(width=8, height=6, pixels="rgb", fit="stretch")

    def __init__(
        self, installed: InstalledModel, device: Device, takes: MemoryEstimate, hooks: MemoryHooks
    ) -> None:
        self.name = f"foreign.{installed.card.name}"
        self.fingerprint = installed.fingerprint
        self.loaded: Device | None = None
        self.shapes: list[tuple[int, ...]] = []
        self._device, self._takes, self._hooks = device, takes, hooks

    def estimate(self, device: Device) -> MemoryEstimate:
        return self._takes

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return []

    def prepare(self) -> None:
        if self.loaded is None:
            self._hooks.before_load(self._device)
            self.loaded = self._device
            self._hooks.after_load()

    def release(self) -> None:
        self.loaded = None

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        self.prepare()
        self.shapes += [window.shape for window in batch]
        with self._hooks.during_inference(len(batch)):
            return [np.array([window.mean()], np.float32) for window in batch]


class ForeignAnalyzer(ShotAnalyzer):
    """Says nothing of any shot; it only owns a measure."""

    family = Family.SIZE
    tier = Tier.LOCAL
    version = "1"

    def __init__(self, measure: ForeignMeasure) -> None:
        self.name = f"local.{measure.name}"
        self.measures = (measure,)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        return []


class ForeignModels:
    """Makes foreign analyzers where ``build_analyzers`` makes ours."""

    def __init__(self, device: Device, takes: MemoryEstimate) -> None:
        self.device, self.takes = device, takes

    def __call__(
        self,
        installed: Sequence[InstalledModel],
        device: str,
        precision: str,
        /,
        *,
        hooks: MemoryHooks | None = None,
    ) -> list[Analyzer]:
        return [
            ForeignAnalyzer(ForeignMeasure(one, self.device, self.takes, hooks or MemoryHooks()))
            for one in installed
        ]
