"""Ranges of a file in which somebody speaks, from the rows of the voice detector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.sound.speech import SpeechMeasure
from shotlog.schema import Series, TimeRange

_BEGINS: Final = 0.5
"""Probability from which speech begins: ``threshold`` of silero-vad's ``get_speech_timestamps``."""
_ENDS: Final = 0.35
"""Probability below which it ends: ``neg_threshold`` of the same."""


def find_spoken(series: Series) -> list[TimeRange]:
    """Return the runs of speech in media time, in order: from the start of a row to the end of one.

    However short a run is it counts, so that no word is missed.

    Args:
        series: Rows of :class:`SpeechMeasure`.
    """
    speech = series.values[:, SpeechMeasure.columns.index("speech")].astype(np.float64)
    return [
        TimeRange.between(
            series.seconds(int(series.first[first])), series.seconds(int(series.last[last]) + 1)
        )
        for first, last in _runs(speech)
    ]


def _runs(speech: npt.NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each run of speech."""
    # A row between both thresholds goes on as the one before it.
    state = np.where(speech >= _BEGINS, 1, np.where(speech < _ENDS, 0, -1))
    decided = np.maximum.accumulate(np.where(state >= 0, np.arange(len(state)), -1))
    speaks = np.where(decided >= 0, state[decided], 0) == 1
    edges = np.flatnonzero(np.diff(speaks.astype(np.int8), prepend=0, append=0))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(after) - 1
