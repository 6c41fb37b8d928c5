"""Silence that nobody meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import ClassVar

import numpy as np
from pydantic import Field

from shotlog.delivery.qc.contract import (
    Defect,
    FileFacts,
    HeardBlock,
    QualityCheck,
    SoundExaminer,
)
from shotlog.delivery.qc.runs import SampleRuns
from shotlog.media import SoundTrack
from shotlog.schema import TimeRange


class SilenceCheck(QualityCheck):
    """No sound on any channel of a track."""

    name: ClassVar[str] = "silence"
    summary: ClassVar[str] = "silence"
    source: ClassVar[str] = "samples of all channels below a level"

    longest: float = Field(2.0, ge=0)
    """Seconds of silence that are allowed."""
    level: float = Field(-60.0, lt=0)
    """Level in dB of full scale below which a sample is silent."""

    def of_sound(self, facts: FileFacts, track: SoundTrack) -> SoundExaminer:
        """Return an examiner of a sound track."""
        return SilenceExaminer(self, track)


class SilenceExaminer(SoundExaminer):
    """Gathers stretches of silent samples."""

    def __init__(self, check: SilenceCheck, track: SoundTrack) -> None:
        self._check, self._track = check, track
        self._level = 10 ** (check.level / 20)
        self._runs = SampleRuns(int(Fraction(check.longest) * track.rate) + 1)
        self._found: list[TimeRange] = []

    def hear(self, block: HeardBlock) -> None:
        """Take the next block."""
        silent = np.abs(block.samples).max(axis=0) < self._level
        self._keep(self._runs.add(block.at, silent))

    def defects(self) -> Sequence[Defect]:
        """Return the stretches that are too long."""
        self._keep(self._runs.finish())
        return [self._check.lasting("silent", run, self._track) for run in self._found]

    def _keep(self, runs: Iterable[tuple[int, int]]) -> None:
        rate = self._track.rate
        for first, end in runs:
            self._found.append(TimeRange.between(Fraction(first, rate), Fraction(end, rate)))
