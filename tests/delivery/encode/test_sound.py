"""What a timeline plays is heard at its moments, at its level, for as long as its picture."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.encode import AddedSound, ProresEncoder, RenderOptions, render, write_mixdown
from shotlog.schema import (
    Edit,
    LevelKey,
    MediaUnsupported,
    RenderFacts,
    Samples,
    SoundLevel,
    TimeRange,
)
from tests.delivery.encode.films import (
    RATE,
    bursts,
    bursts_at,
    clip,
    edit,
    film,
    sound_of,
    stream_facts,
    tone,
)

PLAIN = RenderOptions(encoder=ProresEncoder(profile="proxy"))  # its sound is kept without loss


def heard(
    cut: Edit, folder: Path, options: RenderOptions = PLAIN, facts: RenderFacts | None = None
) -> Samples:
    render(cut, folder / "out.mov", options, facts=facts)
    return sound_of(folder / "out.mov")


def level(samples: Samples, start: float, end: float) -> float:
    part = samples[:, round(start * 48_000) : round(end * 48_000)]
    return float(np.sqrt(np.mean(part**2)))


@pytest.fixture(scope="module")
def clicking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clicks") / "clicks.mov", sound=bursts(72 / 25))


@pytest.fixture(scope="module")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("hum") / "hum.mov", sound=tone(72 / 25))


def test_sound_stays_with_its_picture(clicking: Path, tmp_path: Path) -> None:
    cut = edit(clip(clicking, 15, 20, 0), clip(clicking, 5, 20, 25, id="V1/2"))
    found = bursts_at(heard(cut, tmp_path))
    # Bursts are at every tenth frame of the film.
    assert found == pytest.approx([5 / 25, 15 / 25, 30 / 25, 40 / 25], abs=0.002)


def test_audio_tracks_are_heard_instead_of_the_pictures_own_sound(
    clicking: Path, humming: Path, tmp_path: Path
) -> None:
    sound = clip(clicking, 5, 30, 0, id="A1/0")
    twin = clip(clicking, 5, 30, 0, id="A2/0")  # the other channel of the same file
    alone = heard(edit(clip(humming, 0, 30, 0), sound=[sound]), tmp_path)
    both = heard(edit(clip(humming, 0, 30, 0), sound=[sound, twin]), tmp_path)
    assert bursts_at(alone) == pytest.approx([0.2, 0.6, 1.0], abs=0.002)
    assert np.array_equal(alone, both)


def test_twice_the_speed_is_twice_the_pitch_and_backwards_is_reversed(
    clicking: Path, humming: Path, tmp_path: Path
) -> None:
    fast = heard(edit(clip(humming, 0, 25, 0, speed=Fraction(2))), tmp_path)
    spectrum = np.abs(np.fft.rfft(fast[0, :48_000]))
    assert int(np.argmax(spectrum)) == pytest.approx(880, abs=2)
    back = heard(edit(clip(clicking, 45, 30, 0, speed=Fraction(-1))), tmp_path)
    # Frames 40, 30 and 20 begin bursts; backwards each ends there, ten milliseconds later.
    assert bursts_at(back) == pytest.approx([0.19, 0.59, 0.99], abs=0.004)


def test_levels_and_fades_are_followed(humming: Path, tmp_path: Path) -> None:
    keys = [(0, 0), (1, 1), (1, 0.5), (2, 0.5)]
    level_keys = tuple(LevelKey(at=Fraction(at), gain=gain) for at, gain in keys)
    facts = RenderFacts(levels=(SoundLevel(clip="V1/0", keys=level_keys),))
    samples = heard(edit(clip(humming, 0, 50, 0)), tmp_path, facts=facts)
    full = 0.25 / np.sqrt(2)
    assert level(samples, 0.48, 0.52) == pytest.approx(full / 2, rel=0.03)
    assert level(samples, 0.95, 0.99) == pytest.approx(0.97 * full, rel=0.03)
    assert level(samples, 1.1, 1.9) == pytest.approx(0.5 * full, rel=0.03)


def test_a_muted_clip_is_not_heard(humming: Path, tmp_path: Path) -> None:
    cut = edit(clip(humming, 0, 10, 0), clip(humming, 0, 10, 10, id="V1/1"))
    samples = heard(cut, tmp_path, facts=RenderFacts(muted=frozenset({"V1/0"})))
    assert level(samples, 0, 0.39) < 1e-3
    assert level(samples, 0.41, 0.8) == pytest.approx(0.25 / np.sqrt(2), rel=0.03)


def test_sound_is_crossed_with_its_picture_at_equal_power(tmp_path: Path) -> None:
    first = film(tmp_path / "a.mov", sound=tone(72 / 25, 440))
    second = film(tmp_path / "b.mov", sound=tone(72 / 25, 1000))
    cut = edit(
        clip(first, 0, 25, 0, tail=5 / RATE), clip(second, 10, 25, 25, id="V1/2", head=5 / RATE)
    )
    samples = heard(cut, tmp_path)
    full = 0.25 / np.sqrt(2)
    assert level(samples, 0.98, 1.02) == pytest.approx(full, rel=0.05)
    middle = np.abs(np.fft.rfft(samples[0, 43_200:52_800]))  # 0.2 s around the cut, 5 Hz a line
    assert middle[88] == pytest.approx(middle[200], rel=0.2)


def test_pictures_are_heard_beside_audio_tracks_where_the_program_plays_both(
    clicking: Path, humming: Path, tmp_path: Path
) -> None:
    pictures = (clip(humming, 0, 15, 0), clip(humming, 0, 15, 15, id="V1/1"))
    cut = edit(*pictures, sound=[clip(clicking, 5, 30, 0, id="A1/0")])
    facts = RenderFacts(pictures_sound=True, muted=frozenset({"V1/1"}))
    samples = heard(cut, tmp_path, facts=facts)
    full = 0.25 / np.sqrt(2)
    assert level(samples, 0.02, 0.18) == pytest.approx(full, rel=0.03)
    assert level(samples, 0.65, 0.95) < 1e-3  # between two bursts, of a picture that is muted
    assert np.abs(samples[:, 28_800:]).max() > 0.5  # the burst at 1 s


@pytest.mark.parametrize(("crosses", "power"), [(True, 1), (False, 2)])
def test_clips_that_overlap_on_an_audio_track_are_crossed_where_they_mean_it(
    crosses: bool, power: float, tmp_path: Path
) -> None:
    first = film(tmp_path / "a.mov", sound=tone(72 / 25, 440))
    second = film(tmp_path / "b.mov", sound=tone(72 / 25, 1000))
    sound = [clip(first, 0, 30, 0, id="A1/0"), clip(second, 0, 30, 20, id="A1/1")]
    cut = edit(clip(first, 0, 50, 0), sound=sound)
    samples = heard(cut, tmp_path, facts=RenderFacts(sound_crosses=crosses))
    full = 0.25 / np.sqrt(2)
    # Ten frames from 0.8 s on; evenly loud where they are crossed, at both of their ends too.
    for start, end in ((0.81, 0.85), (0.98, 1.02), (1.15, 1.19)):
        expected = full * np.sqrt(power)
        assert level(samples, start, end) == pytest.approx(expected, rel=0.05)
    assert level(samples, 0.5, 0.79) == pytest.approx(full, rel=0.03)


@pytest.mark.parametrize("seconds", [1.0, 5.0])
def test_sound_that_is_shorter_or_longer_than_its_picture_ends_with_it(
    tmp_path: Path, seconds: float
) -> None:
    path = film(tmp_path / "film.mov", sound=tone(seconds))
    samples = heard(edit(clip(path, 0, 72, 0)), tmp_path)
    assert samples.shape[1] == pytest.approx(72 / 25 * 48_000, abs=1)
    assert level(samples, 0.5, 0.9) == pytest.approx(0.25 / np.sqrt(2), rel=0.03)


def test_a_timeline_without_sound_has_no_sound_track_and_tells_it(tmp_path: Path) -> None:
    cut = edit(clip(film(tmp_path / "film.mp4"), 0, 10, 0))
    made = render(cut, tmp_path / "out.mp4", RenderOptions())
    assert stream_facts(tmp_path / "out.mp4")["sound"] == []
    assert "nothing is heard in it, so the file has no sound track" in made.notes
    assert made.loudness is None


def test_an_added_sound_is_heard_in_its_range_at_its_level(clicking: Path, tmp_path: Path) -> None:
    silent = film(tmp_path / "silent.mp4")
    keys = (LevelKey(at=Fraction(0), gain=0.5),)
    music = AddedSound(clicking, Fraction(3, 10), TimeRange.between(Fraction(1), Fraction(2)), keys)
    samples = heard(edit(clip(silent, 0, 72, 0)), tmp_path, replace(PLAIN, sounds=(music,)))
    assert bursts_at(samples) == pytest.approx([1.1, 1.5, 1.9], abs=0.002)
    assert np.abs(samples).max() == pytest.approx(0.4, rel=0.1)


def test_an_added_file_without_sound_is_refused(tmp_path: Path) -> None:
    silent = film(tmp_path / "silent.mp4")
    added = AddedSound(silent, Fraction(0), TimeRange.between(Fraction(0), Fraction(1)))
    with pytest.raises(MediaUnsupported, match="no sound"):
        render(edit(clip(silent, 0, 9, 0)), tmp_path / "o.mp4", RenderOptions(sounds=(added,)))


def test_the_mix_of_a_range_is_written_for_those_who_listen(clicking: Path, tmp_path: Path) -> None:
    cut, path = edit(clip(clicking, 0, 60, 0)), tmp_path / "mix.wav"
    assert write_mixdown(cut, TimeRange.between(Fraction(1), Fraction(2)), path)
    samples = np.frombuffer(path.read_bytes()[44:], "<i2").reshape(-1, 2).T / 32768
    assert samples.shape == (2, 48_000)
    assert bursts_at(samples.astype(np.float32)) == pytest.approx([0.2, 0.6], abs=0.002)
    silent = edit(clip(film(tmp_path / "silent.mp4"), 0, 9, 0))
    assert not write_mixdown(silent, TimeRange(start=0, duration=1), tmp_path / "none.wav")
    assert not (tmp_path / "none.wav").exists()
