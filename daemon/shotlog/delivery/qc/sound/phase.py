"""Channels of opposite phase, which cancel each other in mono."""

from __future__ import annotations

from collections.abc import Sequence
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
from shotlog.delivery.qc.runs import FrameRuns
from shotlog.media import SoundTrack
from shotlog.schema import Samples

_PARTS = 25
"""Correlations per second: a defect is placed to the frame of most films."""
_QUIET = 1e-4
"""Power below which a part says nothing: -40 dB of full scale."""


class PhaseCheck(QualityCheck):
    """Left and right cancel each other where they are mixed to one channel."""

    name: ClassVar[str] = "phase"
    summary: ClassVar[str] = "left and right of opposite phase"
    source: ClassVar[str] = "correlation of both channels, as a phase meter shows it"

    longest: float = Field(1.0, ge=0)
    """Seconds of it that are allowed."""
    correlation: float = Field(-0.8, ge=-1, le=0)
    """Correlation up to which channels are of opposite phase: -1 where they are exactly."""

    def of_sound(self, facts: FileFacts, track: SoundTrack) -> SoundExaminer | None:
        """Return an examiner of a sound track; None unless it has two channels."""
        return PhaseExaminer(self, track) if track.channels == 2 else None


class PhaseExaminer(SoundExaminer):
    """Gathers stretches of opposite phase; quiet parts keep what held before them."""

    def __init__(self, check: PhaseCheck, track: SoundTrack) -> None:
        self._check, self._track = check, track
        self._size = max(1, track.rate // _PARTS)
        self._runs = FrameRuns(Fraction(check.longest))
        self._rest: Samples = np.zeros((2, 0), np.float32)
        self._at = 0
        self._opposite = False

    def hear(self, block: HeardBlock) -> None:
        """Take the next block."""
        if block.at != self._at + self._rest.shape[1]:
            self._at, self._rest = block.at, np.zeros((2, 0), np.float32)
        samples = np.concatenate([self._rest, block.samples], axis=1)
        for _ in range(samples.shape[1] // self._size):
            self._judge(samples[:, : self._size])
            samples = samples[:, self._size :]
        self._rest = samples

    def defects(self) -> Sequence[Defect]:
        """Return the stretches that are too long."""
        return [
            self._check.lasting("left and right are of opposite phase", run, self._track)
            for run in self._runs.finish()
        ]

    def _judge(self, part: Samples) -> None:
        left, right = part.astype(np.float64)
        power = np.sqrt(np.mean(left * left) * np.mean(right * right))
        if power >= _QUIET:
            self._opposite = float(np.mean(left * right) / power) <= self._check.correlation
        end = self._at + self._size
        rate = self._track.rate
        self._runs.add(Fraction(self._at, rate), Fraction(end, rate), holds=self._opposite)
        self._at = end
