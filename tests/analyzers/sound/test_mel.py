"""Mel bands, against tones of known level."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shotlog.analyzers.sound import BANDS, HOP, QUIETEST, MelMeasure
from shotlog.schema import SOUND_RATE, Samples, Series
from tests.analyzers.sounds import noise, silence, tone

LEAD = int(MelMeasure.need.lead * SOUND_RATE)


def heard(samples: Samples, start: int = 0, lead: int = 0) -> Series:
    rows = MelMeasure().listen(samples, start, lead)
    return Series.of(Fraction(1, SOUND_RATE), rows, BANDS)


def centre(band: int) -> float:
    """Centre of a band in Hz, from the definition of the scale: 1127 ln(1 + f / 700)."""
    low, high = (1127 * np.log1p(f / 700) for f in (125.0, 7500.0))
    return float(700 * np.expm1((low + (high - low) * (band + 1) / (BANDS + 1)) / 1127))


@pytest.mark.parametrize("band", [0, 5, 20, 40, 63])
def test_a_tone_is_loudest_in_the_band_that_it_lies_in(band: int) -> None:
    rows = heard(tone(1, centre(band), 0.1)).values
    assert set(rows.argmax(axis=1)) == {band}
    assert rows[:, np.abs(np.arange(BANDS) - band) > 2].max() < -60


def test_twice_the_amplitude_is_6_db() -> None:
    soft, loud = (heard(noise(1, rms)).values for rms in (0.05, 0.1))
    np.testing.assert_allclose(loud - soft, 20 * np.log10(2), atol=1e-3)


def test_silence_has_the_lower_limit_in_every_band() -> None:
    assert (heard(silence(1)).values == QUIETEST).all()


def test_rows_do_not_depend_on_the_lead() -> None:
    sound = noise(8, 0.1)
    whole, part = heard(sound), heard(sound[:-HOP], start=LEAD, lead=LEAD)
    later = whole.first >= LEAD
    np.testing.assert_array_equal(whole.values[later][:-1], part.values)
    np.testing.assert_array_equal(whole.first[later][:-1], part.first)


def test_less_than_a_hop_has_no_row() -> None:
    assert len(heard(silence(1)[: HOP - 1])) == 0
