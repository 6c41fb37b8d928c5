"""The loudness of a finished file is what was asked for, and peaks stay below the limit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.encode import RenderOptions, render
from shotlog.delivery.qc import check_file, load_profile
from shotlog.schema import Samples
from shotlog.synthetic import AUDIO_RATE
from tests.delivery.encode.films import clip, edit, film, stream_facts, tone

FRAMES = 200


def noise(peaks: float, level: float = 0.05) -> Samples:
    """Noise with a peak every quarter second."""
    rng = np.random.default_rng(4)
    samples = rng.normal(0, level, AUDIO_RATE * FRAMES // 25)
    samples[:: AUDIO_RATE // 4] = peaks
    return np.clip(samples, -1, 1).astype(np.float32)


def measured(path: Path) -> tuple[float, float]:
    """Loudness and true peak of a file, as quality control measures them."""
    figures = {f.name: f.value for f in check_file(path, load_profile("web").checks).figures}
    loudness, peak = figures["loudness"], figures["true peak"]
    assert loudness is not None
    assert peak is not None
    return loudness, peak


@pytest.mark.parametrize("target", [-14.0, -23.0])
@pytest.mark.parametrize("peaks", [0.1, 0.95])
def test_the_loudness_is_within_half_a_unit_and_the_peak_below_its_limit(
    tmp_path: Path, target: float, peaks: float
) -> None:
    path = film(tmp_path / "film.mp4", frames=FRAMES, sound=noise(peaks))
    cut = edit(clip(path, 0, FRAMES, 0))
    made = render(cut, tmp_path / "out.mp4", RenderOptions(loudness=target))
    loudness, peak = measured(tmp_path / "out.mp4")
    assert loudness == pytest.approx(target, abs=0.5)
    assert peak <= -0.5  # a codec with losses adds some
    assert made.loudness is not None
    assert made.loudness.integrated == pytest.approx(target, abs=0.15)
    assert stream_facts(tmp_path / "out.mp4")["sound"] == [("aac", 48_000, "stereo")]


def test_without_a_target_the_mix_stays_as_it_is(tmp_path: Path) -> None:
    path, first, second = (tmp_path / f"{name}.mp4" for name in ("film", "first", "second"))
    film(path, frames=FRAMES, sound=noise(0.2))
    render(edit(clip(path, 0, FRAMES, 0)), first, RenderOptions())
    render(edit(clip(first, 0, FRAMES, 0)), second, RenderOptions())
    # One channel is heard on both sides, which ITU-R BS.1770 adds up: 3 LU more.
    assert measured(first)[0] == pytest.approx(measured(path)[0] + 3, abs=0.2)
    assert measured(second)[0] == pytest.approx(measured(first)[0], abs=0.2)


def test_a_mix_beyond_full_scale_is_limited_and_that_is_told(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", sound=tone(72 / 25, level=0.9))
    over = edit(
        clip(path, 0, 72, 0), clip(path, 0, 72, 0, id="V2/0"), clip(path, 0, 72, 0, id="V3/0")
    )
    made = render(over, tmp_path / "out.mp4", RenderOptions())
    assert measured(tmp_path / "out.mp4")[1] < 0
    assert "peaks of the sound were limited to -1 dBTP" in made.notes


def test_silence_stays_silent(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", sound=np.zeros(round(72 / 25 * AUDIO_RATE), np.float32))
    made = render(edit(clip(path, 0, 72, 0)), tmp_path / "out.mp4", RenderOptions(loudness=-14))
    assert made.loudness is not None
    assert made.loudness.integrated is None
