"""Sounds of the demo film, at the moments of its truth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from scipy import signal

from shotlog.analyzers.sound import SpeechMeasure
from shotlog.demo import Film, SoundKind, TrueSound, make_applause, make_babble, make_music
from shotlog.schema import SOUND_RATE, TimeRange
from shotlog.synthetic import AUDIO_RATE

Samples = npt.NDArray[np.float32]

FILM = Film(width=32, height=18)


@pytest.fixture(scope="module")
def heard() -> Samples:
    return FILM.sound()


def cut_out(samples: Samples, item: TimeRange) -> Samples:
    return samples[int(item.start * AUDIO_RATE) : int(item.end * AUDIO_RATE)]


def decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def of(kind: SoundKind) -> TrueSound:
    return next(item for item in FILM.truth.sounds if item.kind is kind)


def test_sound_is_as_long_as_the_pictures(heard: Samples) -> None:
    assert len(heard) == FILM.truth.frames / FILM.truth.rate * AUDIO_RATE
    assert heard.dtype == np.float32
    assert np.abs(heard).max() <= 1


def test_silence_is_a_quiet_room(heard: Samples) -> None:
    level = decibels(cut_out(heard, of(SoundKind.SILENCE).range))
    assert level == pytest.approx(-62, abs=0.5)


def test_applause_breaks_the_silence_at_once(heard: Samples) -> None:
    silence, burst = of(SoundKind.SILENCE).range, of(SoundKind.APPLAUSE).range
    assert silence.end == burst.start
    start = TimeRange(start=burst.start, duration=Fraction(1, 4))
    before = TimeRange(start=burst.start - Fraction(1, 4), duration=Fraction(1, 4))
    assert decibels(cut_out(heard, start)) > decibels(cut_out(heard, before)) + 40


def test_planted_sounds_are_louder_than_music_and_speech(heard: Samples) -> None:
    quiet = [decibels(cut_out(heard, of(k).range)) for k in (SoundKind.MUSIC, SoundKind.SPEECH)]
    loud = [
        decibels(cut_out(heard, of(k).range)) for k in (SoundKind.APPLAUSE, SoundKind.FIREWORKS)
    ]
    assert min(loud) > max(quiet) + 6


def test_the_sound_of_fireworks_is_in_sync_with_the_picture(heard: Samples) -> None:
    span = of(SoundKind.FIREWORKS).range
    starts = (864 + burst for burst in FILM.script.scenes[-1].bursts)
    for start in starts:
        moment = Fraction(start, 24)
        assert span.contains(moment)
        bang = TimeRange(start=moment, duration=Fraction(1, 10))
        lull = TimeRange(start=moment - Fraction(1, 10), duration=Fraction(1, 10))
        assert decibels(cut_out(heard, bang)) > decibels(cut_out(heard, lull)) + 3


@pytest.mark.parametrize(
    ("make", "speaks"), [(make_babble, True), (make_music, False), (make_applause, False)]
)
def test_only_babble_is_taken_for_speech(make: object, speaks: bool) -> None:
    samples = make(np.random.default_rng(3), 6 * AUDIO_RATE)  # type: ignore[operator]
    listened = signal.resample_poly(samples, 1, AUDIO_RATE // SOUND_RATE).astype(np.float32)
    measure = SpeechMeasure()
    rows = list(measure.listen(listened, 0, 0))
    speech = measure.columns.index("speech")
    share = float(np.mean([row.values[speech] > 0.5 for row in rows]))
    assert share > 0.9 if speaks else share < 0.05
