"""Sound of a timeline, in quarter seconds: of its audio tracks, or of the visible clips."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock.edit_clock import EditClock, resample, steps_of
from shotlog.analyzers.sound import (
    BANDS,
    QUIETEST,
    SILENCE,
    LoudnessMeasure,
    MelMeasure,
    SpeechMeasure,
)
from shotlog.schema import ClipRange, Measure, Series, SoundView, TimeRange

Numbers = npt.NDArray[np.float64]

SPOKEN: Final = 0.5
"""Probability of speech from which somebody speaks in a step."""
_GATE: Final = 10.0
"""Distance of the relative gate of BS.1770-5 from the mean loudness, in LU."""
_SILENT: Final = (SILENCE, 0.0, np.nan, np.nan)
"""Loudness, flux, centroid and flatness where the tracks have no clip: silence has no spectrum."""


def hear(clock: EditClock) -> tuple[Numbers, Numbers]:
    """Return the sound of every step of a timeline; NaN where it is unknown.

    Returns:
        (n, 4) loudness in LUFS, flux, centroid in octaves and flatness; (n, 1) the probability of
        speech.
    """
    if clock.tracks is None:
        return clock.read(LoudnessMeasure, 4, _sound), clock.read(SpeechMeasure, 1, _speech)
    sound, speech = np.full((len(clock), 4), np.nan), np.full((len(clock), 1), np.nan)
    silent = np.ones(len(clock), dtype=np.bool_)
    for track in clock.tracks:
        silent[_inside(track, clock)] = False
    sound[silent], speech[silent] = _SILENT, 0.0
    for view in clock.sound:
        _mix_in(view, sound, speech, _inside(view.clip.timeline, clock))
    # What is heard over a gap belongs to no picture.
    gap = clock.owner < 0
    sound[gap], speech[gap] = np.nan, np.nan
    return sound, speech


def hear_bands(clock: EditClock) -> Numbers:
    """Return the power in mel bands of every step, (n, :data:`BANDS`) dB; NaN where unknown.

    Of simultaneous clips on the audio tracks the one with the most power in its bands counts.
    """
    if clock.tracks is None:
        return clock.read(MelMeasure, BANDS, _bands)
    bands = np.full((len(clock), BANDS), np.nan)
    silent = np.ones(len(clock), dtype=np.bool_)
    for track in clock.tracks:
        silent[_inside(track, clock)] = False
    bands[silent] = QUIETEST
    for view in clock.sound:
        series, steps = view.series.get(MelMeasure.name), _inside(view.clip.timeline, clock)
        if series is not None and len(series) and len(steps):
            rows = resample(view.clip, series, _bands(series, view.clip), steps)
            # Negated, so that what is unknown yet (NaN) is replaced.
            louder = np.isfinite(rows[:, 0]) & ~(rows.mean(axis=1) <= bands[steps].mean(axis=1))
            bands[steps[louder]] = rows[louder]
    bands[clock.owner < 0] = np.nan  # what is heard over a gap belongs to no picture
    return bands


def find_gate(loudness: Numbers) -> float:
    """Return the loudness in LUFS below which a sound counts as a pause.

    It is 10 LU below the mean power: the relative gate of ITU-R BS.1770-5, annex 1, by which pauses
    do not count in the loudness of a programme. Minus infinity where no loudness is known.

    Args:
        loudness: (n,) LUFS; NaN where unknown.
    """
    known = loudness[np.isfinite(loudness)]
    if not len(known):
        return -np.inf
    return float(10 * np.log10(np.mean(10 ** (known / 10)))) - _GATE


def _mix_in(view: SoundView, sound: Numbers, speech: Numbers, steps: npt.NDArray[np.intp]) -> None:
    """Add a clip to the mix: of simultaneous clips the loudest counts, and whoever speaks."""
    loudness = view.series.get(LoudnessMeasure.name)
    if loudness is not None and len(loudness) and len(steps):
        rows = resample(view.clip, loudness, _sound(loudness, view.clip), steps)
        # Negated, so that what is unknown yet (NaN) is replaced.
        louder = np.isfinite(rows[:, 0]) & ~(rows[:, 0] <= sound[steps, 0])
        sound[steps[louder]] = rows[louder]
    voice = view.series.get(SpeechMeasure.name)
    if voice is not None and len(voice) and len(steps):
        rows = resample(view.clip, voice, _speech(voice, view.clip), steps)
        speech[steps] = np.fmax(speech[steps], rows)


def _inside(shown: TimeRange, clock: EditClock) -> npt.NDArray[np.intp]:
    """Return the steps of a range that the timeline has: sound may be longer than the picture."""
    steps = steps_of(shown)
    return steps[steps < len(clock)]


def columns_of(measure: type[Measure], series: Series, names: Sequence[str]) -> list[Numbers]:
    """Return columns of a measure's rows, each (n,)."""
    values = series.values.astype(np.float64)
    return [values[:, measure.columns.index(name)] for name in names]


def _sound(series: Series, _: ClipRange) -> Numbers:
    names = ("loudness", "flux", "centroid", "flatness")
    loudness, flux, centroid, flatness = columns_of(LoudnessMeasure, series, names)
    # In octaves, as pitch is heard: a rise from 100 to 200 Hz counts like one from 1 to 2 kHz.
    return np.column_stack([loudness, flux, np.log2(centroid), flatness])


def _speech(series: Series, _: ClipRange) -> Numbers:
    return np.column_stack(columns_of(SpeechMeasure, series, ("speech",)))


def _bands(series: Series, _: ClipRange) -> Numbers:
    return np.asarray(series.values, np.float64)
