"""A worker whose one analyzer does odd things at a chosen window: run as a program by tests.

``python odd_worker.py ODDITY WINDOW LOOKS``: at the window of this number (from 0, counted over all
processes that share the file LOOKS, which gets a byte for every window) the oddity happens, once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shotlog.engine import AnalyzerSelection
from shotlog.schema import (
    Claim,
    DeviceLost,
    DeviceUnusable,
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
from shotlog.service.worker import main

LOOK_SECONDS = 0.02


class Brightness(WindowMeasure):
    """Mean brightness of every five frames; does its oddity at one of them."""

    name = "test.brightness"
    epoch = 1
    columns = ("mean",)
    need = FrameNeed(width=16, height=12, pixels="rgb", fit="stretch")
    batch = 1

    def __init__(self, oddity: str = "none", window: int = 0, looks: Path | None = None) -> None:
        self._oddity, self._window, self._looks = oddity, window, looks

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        first, end = -(-shot.start // video.tick), -(-shot.end // video.tick)
        return [
            Window(source=TimeRange.between(a * video.tick, b * video.tick),
                   frames=(a * video.tick, (b - 1) * video.tick))
            for a, b in pairwise([*range(first, end, 5), end])
        ]  # fmt: skip

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        if self._looks is not None:
            number = self._looks.stat().st_size
            with self._looks.open("ab") as looks:
                looks.write(b".")
            time.sleep(LOOK_SECONDS)
            if number == self._window:
                odd(self._oddity, self._looks)
        return [np.array([window.mean()], np.float32) for window in batch]


class BrightnessAnalyzer(ShotAnalyzer):
    """Gives the sum over a shot as a score."""

    name = "test.brightness"
    family = Family.MOVE
    tier = Tier.BUILTIN
    version = "1"

    def __init__(self, measure: Brightness) -> None:
        self.measures = (measure,)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        total = float(view.series["test.brightness"].values.sum())
        scores = {"static": total}
        return [Claim(label="static", scores=scores, confidence=1.0, range=view.shot.source)]


def odd(oddity: str, looks: Path) -> None:
    """What may happen on somebody's machine."""
    match oddity:
        case "waits":
            while not looks.with_suffix(".go").exists():
                time.sleep(0.01)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stopped":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "stuck":
            time.sleep(3600)
        case "lost":
            raise DeviceLost("cuda:0")
        case "short":
            raise DeviceUnusable("cuda:0", "its memory does not hold one window")
        case "exit":
            sys.exit("a library thinks it may end the process")
        case "prints":
            print("a library that talks", flush=True)  # noqa: T201
            os.write(1, b"and one that is written in C\n")


def voices(measure: Brightness | None = None) -> AnalyzerSelection:
    """The one analyzer; without oddity where none is given."""
    return AnalyzerSelection(
        [BrightnessAnalyzer(measure or Brightness())], warnings=("only a test",)
    )


if __name__ == "__main__":
    told = Brightness(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    main(lambda asks: voices(told))
