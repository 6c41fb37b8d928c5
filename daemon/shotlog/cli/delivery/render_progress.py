"""The progress of several renders at once."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from shotlog.engine import StageProgress
from shotlog.schema import Stopped


class RendersTogether:
    """The progress of several renders as one bar, which can stop them all."""

    def __init__(self, stage: StageProgress) -> None:
        self._stage, self._lock = stage, threading.Lock()
        self._stopped = threading.Event()

    def __enter__(self) -> RendersTogether:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every render at its next picture."""
        self._stopped.set()

    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> AbstractContextManager[StageProgress]:
        """Return a stage whose pictures count."""
        del total, unit, saved
        return nullcontext(_Counted(self, counts=name == "pictures"))

    def advance(self, amount: float, *, counts: bool) -> None:
        """Count a picture.

        Raises:
            Stopped: All renders are to end.
        """
        if self._stopped.is_set():
            raise Stopped("render")
        if counts:
            with self._lock:
                self._stage.advance(amount)


@dataclass(frozen=True)
class _Counted:
    together: RendersTogether
    counts: bool

    def advance(self, amount: float) -> None:
        self.together.advance(amount, counts=self.counts)
