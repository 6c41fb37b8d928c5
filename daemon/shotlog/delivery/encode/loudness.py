"""Loudness and true peak of a mix, and the gain and limiter that bring it to a target."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from shotlog.delivery.encode.sound import SOUND_RATE
from shotlog.schema import Model, Samples

SILENT: Final = -70.0
"""LUFS at which the gate of ITU-R BS.1770 closes: nothing was heard."""
_OVERSAMPLED: Final = 4 * SOUND_RATE
"""Rate at which peaks are limited: that at which ITU-R BS.1770 measures true peaks."""
_ROOM: Final = 0.3
"""Decibels that the limiter stays below the peak: going back to 48 kHz makes peaks a little
higher, by 0.1 dB for noise that is limited by 12 dB (tests/delivery/encode/test_loudness.py)."""


class HeardLoudness(Model):
    """The loudness of a sound track."""

    integrated: float | None
    """Loudness of the whole in LUFS (EBU R 128, ITU-R BS.1770); None for silence."""
    peak: float | None
    """Highest true peak in dBTP; None for digital silence."""


class LoudnessMeter:
    """Measures stereo sound that passes through filters, by FFmpeg's ``ebur128``."""

    def __init__(self, filters: Iterable[tuple[str, str]] = ()) -> None:
        """Take names and arguments of filters that the sound passes first."""
        self._graph = Graph()
        nodes = [
            self._graph.add_abuffer(
                sample_rate=SOUND_RATE, format="fltp", layout="stereo",
                time_base=Fraction(1, SOUND_RATE),
            ),
            *(self._graph.add(name, arguments) for name, arguments in filters),
            self._graph.add("ebur128", "metadata=1:peak=true"),
            self._graph.add("abuffersink"),
        ]  # fmt: skip
        self._graph.link_nodes(*nodes)
        self._graph.configure()
        self._at = 0
        self._integrated, self._peak = -math.inf, 0.0

    def hear(self, block: Samples) -> None:
        """Take the next (2, n) samples."""
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = SOUND_RATE, self._at
        frame.time_base = Fraction(1, SOUND_RATE)
        self._at += block.shape[1]
        self._graph.push(frame)
        self._take()

    def finish(self) -> HeardLoudness:
        """Return what was measured, once all was heard."""
        self._graph.push(None)
        self._take()
        return HeardLoudness(
            integrated=self._integrated if self._integrated > SILENT else None,
            peak=20 * math.log10(self._peak) if self._peak > 0 else None,
        )

    def _take(self) -> None:
        while True:
            try:
                facts = self._graph.pull().metadata
            except (av.BlockingIOError, av.EOFError):
                return
            self._integrated = _number(facts, "lavfi.r128.I", self._integrated)
            self._peak = max(self._peak, _number(facts, "lavfi.r128.true_peak", self._peak))


def level_filters(gain: float, ceiling: float) -> tuple[tuple[str, str], ...]:
    """Return the filters that change the level and hold true peaks below a ceiling.

    FFmpeg's ``loudnorm`` is not used to change it: where peaks leave no room for its gain, it
    compresses all of the sound without a word, and gives 192 kHz.

    Args:
        gain: Change in decibels.
        ceiling: Highest true peak in dBTP.
    """
    limit = 10 ** ((ceiling - _ROOM) / 20)
    return (
        ("volume", f"{gain:.3f}dB:precision=float"),
        ("aresample", str(_OVERSAMPLED)),
        ("alimiter", f"limit={limit:.5f}:level=0:latency=1:attack=5:release=50"),
        ("aresample", str(SOUND_RATE)),
    )


def _number(facts: dict[str, str], name: str, default: float) -> float:
    """Return a value of the filter; in digital silence it may be no number."""
    value = float(facts.get(name, "nan"))
    return value if math.isfinite(value) else default
