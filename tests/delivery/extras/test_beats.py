"""Beats of made music, whose moments are known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.extras import find_beats
from shotlog.media import probe, read_cells
from shotlog.schema import SOUND_RATE, MediaReference, SoundNeed
from tests.delivery.extras.music import clicks


@pytest.mark.parametrize("tempo", [72, 90, 100, 118, 120, 144])
def test_tempo_and_beats_of_a_click_track_are_found(tempo: float) -> None:
    beats = find_beats(clicks(tempo, 40))

    assert beats is not None
    assert beats.tempo == pytest.approx(tempo, rel=0.005)
    true = np.arange(0.3, 39.9, 60 / tempo)
    errors = [np.abs(true - beat).min() for beat in beats.moments[2:-2]]
    assert max(errors) < 0.03


def test_a_fast_tempo_is_heard_as_half_of_it_as_listeners_tap_it() -> None:
    beats = find_beats(clicks(160, 40))

    assert beats is not None
    assert beats.tempo == pytest.approx(80, rel=0.005)


@pytest.mark.parametrize("seconds", [0, 0.01, 2])
def test_what_is_too_short_has_no_beats(seconds: float) -> None:
    assert find_beats(clicks(120, seconds)) is None


def test_silence_and_noise_have_no_beat() -> None:
    noise = np.random.default_rng(1).standard_normal(30 * SOUND_RATE).astype(np.float32) * 0.1

    assert find_beats(np.zeros(30 * SOUND_RATE, np.float32)) is None
    assert find_beats(noise) is None


def test_speech_has_no_beat(data_dir: Path) -> None:
    media = probe(MediaReference(path=str(data_dir / "video" / "speech" / "lecture_audio.webm")))
    cells = read_cells(media, SoundNeed(cell=Fraction(16), lead=Fraction(0)), range(4))

    assert find_beats(np.concatenate([cell.samples for cell in cells])) is None
