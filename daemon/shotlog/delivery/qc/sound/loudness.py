"""Loudness, its range and the true peak, by FFmpeg's filter ``ebur128``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from pydantic import Field

from shotlog.delivery.qc.contract import (
    Defect,
    Figure,
    FileFacts,
    HeardBlock,
    QualityCheck,
    SoundExaminer,
)
from shotlog.media import SoundTrack
from shotlog.schema import TimeRange

_NONE = -70.0
"""LUFS at which the gate of ITU-R BS.1770 closes: nothing was heard."""
_PART = Fraction(1, 10)
"""Seconds between two values of the filter."""


class LoudnessCheck(QualityCheck):
    """Loudness of the whole file, its range, and the highest peak between samples."""

    name: ClassVar[str] = "loudness"
    summary: ClassVar[str] = "loudness, loudness range and true peak"
    source: ClassVar[str] = "EBU R 128 and ITU-R BS.1770, by FFmpeg ebur128"

    target: float | None = -23.0
    """Loudness in LUFS that is asked for; None asks for none."""
    tolerance: float = Field(1.0, gt=0)
    """LU by which it may differ."""
    peak: float | None = -1.0
    """Highest true peak that is allowed, in dBTP; None allows any."""
    widest: float | None = None
    """Largest loudness range that is allowed, in LU; None allows any."""

    def of_sound(self, facts: FileFacts, track: SoundTrack) -> SoundExaminer:
        """Return an examiner of a sound track."""
        return LoudnessExaminer(self, track)


class LoudnessExaminer(SoundExaminer):
    """Measures a track; all of its channels together."""

    def __init__(self, check: LoudnessCheck, track: SoundTrack) -> None:
        self._check, self._track = check, track
        self._graph = Graph()
        head = self._graph.add_abuffer(
            sample_rate=track.rate,
            format="fltp",
            layout=track.layout,
            time_base=Fraction(1, track.rate),
        )
        node = self._graph.add("ebur128", "metadata=1:peak=true")
        head.link_to(node)
        node.link_to(self._graph.add("abuffersink"))
        self._graph.configure()
        self._loudness = self._range = -math.inf
        self._peak = 0.0
        self._too_high: Fraction | None = None
        self._at = 0

    def hear(self, block: HeardBlock) -> None:
        """Take the next block."""
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(block.samples), format="fltp", layout=self._track.layout
        )
        frame.sample_rate, frame.pts = self._track.rate, block.at
        frame.time_base = Fraction(1, self._track.rate)
        self._graph.push(frame)
        self._take()

    def figures(self) -> Sequence[Figure]:
        """Return loudness, range and true peak."""
        heard = self._loudness > _NONE
        number = self._track.number
        return [
            Figure(
                name="loudness",
                value=self._loudness if heard else None,
                unit="LUFS",
                track=number,
            ),
            Figure(
                name="loudness range",
                value=self._range if heard else None,
                unit="LU",
                track=number,
            ),
            Figure(name="true peak", value=self._peak_db, unit="dBTP", track=number),
        ]

    def defects(self) -> Sequence[Defect]:
        """Return what is outside the limits."""
        check, found = self._check, []
        if self._loudness <= _NONE:
            return []  # silence is another check's
        if check.target is not None and abs(self._loudness - check.target) > check.tolerance:
            message = (
                f"loudness is {self._loudness:.1f} LUFS, not {check.target:g} ± {check.tolerance:g}"
            )
            found.append(check.defect(message, track=self._track, value=self._loudness))
        if check.widest is not None and self._range > check.widest:
            message = f"loudness range is {self._range:.1f} LU, more than {check.widest:g}"
            found.append(check.defect(message, track=self._track, value=self._range))
        if self._too_high is not None and check.peak is not None:
            message = f"true peak is {self._peak_db:.1f} dBTP, above {check.peak:g}"
            where = TimeRange(start=self._too_high, duration=_PART)
            found.append(check.defect(message, where, track=self._track, value=self._peak_db))
        return found

    @property
    def _peak_db(self) -> float | None:
        return 20 * math.log10(self._peak) if self._peak > 0 else None

    def _take(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            facts = frame.metadata
            self._loudness = _number(facts, "lavfi.r128.I", self._loudness)
            self._range = _number(facts, "lavfi.r128.LRA", self._range)
            peak = _number(facts, "lavfi.r128.true_peak", self._peak)
            limit = self._check.peak
            if limit is not None and self._too_high is None and peak > 10 ** (limit / 20):
                self._too_high = max(Fraction(0), (frame.pts or 0) * Fraction(1, self._track.rate))
            self._peak = max(self._peak, peak)


def _number(facts: dict[str, str], name: str, default: float) -> float:
    """Return a value of the filter; in digital silence it may be no number."""
    value = float(facts.get(name, "nan"))
    return value if math.isfinite(value) else default
