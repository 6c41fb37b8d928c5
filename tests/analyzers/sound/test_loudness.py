"""Loudness and spectrum, against ITU-R BS.1770 and sounds of known make."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from shotlog.analyzers.sound import HOP, SILENCE, LoudnessMeasure, k_weighted, k_weighting
from shotlog.schema import SOUND_RATE, Samples, Series
from tests.analyzers.sounds import music, noise, silence, tone

CELL = int(LoudnessMeasure.need.cell * SOUND_RATE)
LEAD = int(LoudnessMeasure.need.lead * SOUND_RATE)


def heard(samples: Samples, start: int = 0, lead: int = 0) -> Series:
    measure = LoudnessMeasure()
    rows = measure.listen(samples, start, lead)
    return Series.of(Fraction(1, SOUND_RATE), rows, len(measure.columns))


def column(name: str, series: Series) -> npt.NDArray[np.float32]:
    return series.values[:, LoudnessMeasure.columns.index(name)]


def test_filters_are_those_of_the_recommendation_at_48_khz() -> None:
    (shelf_b, shelf_a), (high_b, high_a) = k_weighting(48_000)
    assert shelf_b == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285])
    assert shelf_a == pytest.approx([1.0, -1.69065929318241, 0.73248077421585])
    assert high_b == pytest.approx([1.0, -2.0, 1.0])
    assert high_a == pytest.approx([1.0, -1.99004745483398, 0.99007225036621])


def test_sound_is_weighted_as_by_the_recursive_filters() -> None:
    sound = noise(3.0, 0.1).astype(np.float64)
    sound[: len(sound) // 2] *= 1e-4
    expected = sound
    for b, a in k_weighting(SOUND_RATE):
        expected = lfilter(b, a, expected)
    assert k_weighted(sound) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("level", [-3.0, -23.0, -40.0])
def test_a_997_hz_sine_reads_3_01_below_its_level(level: float) -> None:
    loudness = column("loudness", heard(tone(3, 997, 10 ** (level / 20))))
    assert loudness[4:] == pytest.approx(level - 3.01, abs=0.1)


def test_digital_silence_reads_the_gate_and_nothing_is_nan() -> None:
    series = heard(silence(1))
    assert column("loudness", series) == pytest.approx(SILENCE)
    assert column("flatness", series) == pytest.approx(1)
    assert column("flux", series) == pytest.approx(0)
    assert np.isfinite(series.values).all()


def test_momentary_loudness_covers_the_400_ms_before() -> None:
    sound = np.concatenate([silence(1), tone(1, 997, 0.1)])
    rise = column("loudness", heard(sound))[10:15]
    full = rise[-1]
    assert rise[:4] == pytest.approx(full + 10 * np.log10([0.25, 0.5, 0.75, 1]), abs=0.1)


def test_noise_is_flat_and_a_tone_is_not() -> None:
    assert column("flatness", heard(noise(1, 0.1))).min() > 0.7
    assert column("flatness", heard(tone(1, 440, 0.3))).max() < 0.01


def test_the_centroid_of_a_tone_is_its_pitch() -> None:
    assert column("centroid", heard(tone(1, 2000, 0.3))) == pytest.approx(2000, abs=5)


def test_flux_points_at_the_change() -> None:
    sound = np.concatenate([tone(1, 300, 0.2), tone(1, 3000, 0.2)])
    flux = column("flux", heard(sound))
    assert int(flux.argmax()) == 10
    assert flux[10] > 5 * np.delete(flux, [10]).max()


def test_cells_with_their_lead_read_as_an_unbroken_run() -> None:
    """The filters have long settled after the 4 s of lead."""
    sound = np.concatenate([music(10), noise(10, 0.05), silence(6), music(10)])
    whole = heard(sound)
    parts = [
        heard(sound[max(0, at - LEAD) : at + CELL], at, min(at, LEAD))
        for at in range(0, len(sound), CELL)
    ]
    joined = parts[0].merged(parts[1:])
    assert joined.first.tolist() == whole.first.tolist()
    assert joined.values == pytest.approx(whole.values, rel=1e-5, abs=1e-3)


@given(st.integers(0, 40 * SOUND_RATE), st.integers(0, 3 * HOP), st.integers(0, 4 * HOP))
@settings(max_examples=60, deadline=None)
def test_rows_lie_on_the_grid_and_in_their_sound(start: int, lead: int, length: int) -> None:
    lead = min(lead, start)
    series = heard(noise((lead + length) / SOUND_RATE, 0.1), start, lead)
    assert (series.first % HOP == 0).all()
    assert (series.last - series.first == HOP - 1).all()
    assert (series.first >= start).all()
    assert (series.last < start + length).all()
    assert len(series) >= length // HOP - 1
