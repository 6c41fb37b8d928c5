"""Samples that were cut off at full scale."""

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

_APART = Fraction(1, 2)
"""Seconds between two clipped peaks that are still one defect."""


class ClippingCheck(QualityCheck):
    """Peaks that are flat at full scale."""

    name: ClassVar[str] = "clipping"
    summary: ClassVar[str] = "peaks that are flat at full scale"
    source: ClassVar[str] = "successive samples at full scale, as audio editors count them"

    samples: int = Field(3, ge=1)
    """Successive samples at full scale from which a peak is clipped."""
    peaks: int = Field(3, ge=1)
    """Clipped peaks, each within half a second of the next, from which it is told."""
    level: float = Field(-0.01, le=0)
    """Level in dB of full scale from which a sample is at full scale."""

    def of_sound(self, facts: FileFacts, track: SoundTrack) -> SoundExaminer:
        """Return an examiner of a sound track."""
        return ClippingExaminer(self, track)


class ClippingExaminer(SoundExaminer):
    """Gathers clipped peaks of every channel."""

    def __init__(self, check: ClippingCheck, track: SoundTrack) -> None:
        self._check, self._track = check, track
        self._level = 10 ** (check.level / 20)
        self._runs = [SampleRuns(check.samples) for _ in range(track.channels)]
        self._found: list[tuple[int, int, int]] = []

    def hear(self, block: HeardBlock) -> None:
        """Take the next block."""
        full = np.abs(block.samples) >= self._level
        self._keep(
            peak for n, runs in enumerate(self._runs) for peak in runs.add(block.at, full[n])
        )

    def defects(self) -> Sequence[Defect]:
        """Return the stretches with enough clipped peaks."""
        self._keep(peak for runs in self._runs for peak in runs.finish())
        rate = self._track.rate
        return [
            self._check.defect(
                f"{count} clipped peaks",
                TimeRange.between(Fraction(first, rate), Fraction(end, rate)),
                track=self._track,
                value=count,
            )
            for first, end, count in self._found
            if count >= self._check.peaks
        ]

    def _keep(self, peaks: Iterable[tuple[int, int]]) -> None:
        """Join peaks that are near each other; those of all channels in order."""
        for first, end in sorted(peaks):
            if self._found and first - self._found[-1][1] <= _APART * self._track.rate:
                start, last, count = self._found.pop()
                self._found.append((start, max(last, end), count + 1))
            else:
                self._found.append((first, end, 1))
