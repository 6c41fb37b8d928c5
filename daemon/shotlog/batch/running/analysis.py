"""The analysis of edits as a batch needs it, in this process or by the daemon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from shotlog.batch.events import Stop
from shotlog.batch.running.shot_vectors import ShotVectors
from shotlog.engine import ProbeCache, SilentProgress, StageProgress
from shotlog.schema import Edit, Log, LoggedShot, Stopped
from shotlog.service.protocol import AnalysisOptions

Advance = Callable[[str, float, float, str], None]
"""Takes the stage, the amount that is done, the whole of it, its unit."""


class EditAnalysis(Protocol):
    """Analyses edits, and reads what was kept of their shots.

    Attributes:
        probe_cache: Keeps probed media.
        survives_crashes: True where a crash of the analysis does not end this process.
    """

    probe_cache: ProbeCache
    survives_crashes: bool

    def analyze(
        self, edits: Sequence[Edit], asks: AnalysisOptions, advance: Advance, stop: Stop
    ) -> Iterator[Log | Exception]:
        """Yield for each edit its log, or the error that costs this edit alone.

        Raises:
            Stopped: ``stop`` returned True; what was measured is in the cache.
            ShotlogError: No edit can be analysed here.
        """

    def picture(self, shot: LoggedShot) -> bytes | None:
        """Return a JPEG of a shot; None for none."""

    def vectors(self, shots: Sequence[LoggedShot], asks: AnalysisOptions) -> ShotVectors:
        """Return unit vectors of shots by image-text model, by their place in ``shots``."""


class TellingProgress:
    """Engine progress that tells a function, and ends the run when it is to stop.

    Args:
        advance: Takes stage, amount, whole and unit.
        stop: Asked at every step.
        name: Name of the work, for the error.
    """

    def __init__(self, advance: Advance, stop: Stop, name: str) -> None:
        self._advance, self._stop, self._name = advance, stop, name

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Tell a stage, and each of its steps."""
        with SilentProgress().stage(name, total, unit, saved=saved):
            yield _Stage(self, name, total, unit)

    def step(self, stage: str, done: float, total: float, unit: str) -> None:
        """Tell a step.

        Raises:
            Stopped: The run is to stop.
        """
        if self._stop():
            raise Stopped(self._name)
        self._advance(stage, done, total, unit)


class _Stage:
    def __init__(self, progress: TellingProgress, name: str, total: float, unit: str) -> None:
        self._progress, self._name, self._total, self._unit = progress, name, total, unit
        self._done = 0.0
        progress.step(name, 0.0, total, unit)

    def advance(self, amount: float) -> None:
        self._done += amount
        self._progress.step(self._name, self._done, self._total, self._unit)
