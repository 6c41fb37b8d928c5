"""Sound is placed in media time, and does not depend on what else is read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal import resample_poly

from shotlog.media import SoundCell, read_cells
from shotlog.media.decoding import mix_to_mono
from shotlog.schema import SOUND_RATE, Media, MediaMissing, SoundNeed
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.media.material import opened, plain, write_sound

SECOND = SoundNeed(cell=Fraction(1))
LED = SoundNeed(cell=Fraction(1, 2), lead=Fraction(1, 5))


def line(media: Media) -> npt.NDArray[np.float32]:
    """Return all sound from media time 0; missing samples are NaN."""
    cells = list(read_cells(media, SECOND, range(200)))
    whole = np.full(cells[-1].start + len(cells[-1].samples), np.nan, np.float32)
    for cell in cells:
        whole[cell.start : cell.start + SOUND_RATE] = cell.samples
    return whole


def clicks(rate: int, seconds: Fraction, *at: Fraction) -> npt.NDArray[np.float32]:
    """Return silence (1, n) with single samples of full scale at exact moments."""
    samples = np.zeros((1, int(seconds * rate)), np.float32)
    samples[0, [int(moment * rate) for moment in at]] = 0.9
    return samples


def noise(rate: int, seconds: int, channels: int = 1) -> npt.NDArray[np.float32]:
    values = np.random.default_rng(3).normal(0, 0.1, (channels, rate * seconds))
    return np.clip(values, -1, 1).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_a_click_is_read_at_its_exact_sample(tmp_path: Path, rate: int) -> None:
    moments = (Fraction(1, 5), Fraction(3, 2), Fraction(29, 10))
    path = write_sound(tmp_path / "a.wav", clicks(rate, Fraction(3), *moments), rate)
    samples = line(opened(path))
    assert len(samples) == 3 * SOUND_RATE
    for moment in moments:
        place = int(moment * SOUND_RATE)
        near = np.abs(samples[place - 100 : place + 100])
        assert near.argmax() == 100
        assert np.isclose(near[99], near[101], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("start", [Fraction(2, 5), Fraction(1, 25), Fraction(0)])
@pytest.mark.parametrize("suffix", ["mov", "mkv"])
def test_sound_is_placed_on_the_clock_of_the_picture(
    tmp_path: Path, suffix: str, start: Fraction
) -> None:
    heard = Fraction(3, 4)
    path = write_sound(
        tmp_path / f"a.{suffix}",
        clicks(48_000, Fraction(2), heard),
        48_000,
        picture_start=start,
    )
    media = opened(path)
    assert media.audio is not None
    assert media.audio.start == -start
    samples = line(media)
    assert np.abs(samples).argmax() == (heard - start) * SOUND_RATE


def test_sound_that_starts_late_is_preceded_by_silence(tmp_path: Path) -> None:
    path = write_sound(
        tmp_path / "a.mov",
        noise(48_000, 2),
        48_000,
        starts=[60_000],
        picture_start=Fraction(0),
        picture_length=Fraction(4),
    )
    media = opened(path)
    assert media.audio is not None
    assert media.audio.start == Fraction(5, 4)
    cells = list(read_cells(media, SECOND, range(10)))
    assert [cell.start for cell in cells] == [SOUND_RATE, 2 * SOUND_RATE, 3 * SOUND_RATE]
    assert len(cells[-1].samples) == SOUND_RATE // 4
    quarter = cells[0].samples[: SOUND_RATE // 4 - 20]
    assert np.all(quarter == 0)
    assert np.abs(cells[0].samples[SOUND_RATE // 4 + 20 :]).max() > 0.1


def test_a_gap_between_timestamps_is_silent(tmp_path: Path) -> None:
    path = write_sound(
        tmp_path / "a.mkv", noise(48_000, 2), 48_000, codec="pcm_f32le", starts=[0, 96_000]
    )
    samples = line(opened(path))
    assert len(samples) == 3 * SOUND_RATE
    assert np.all(samples[SOUND_RATE + 20 : 2 * SOUND_RATE - 20] == 0)
    assert np.abs(samples[2 * SOUND_RATE : 2 * SOUND_RATE + 100]).max() > 0.05


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"),
    [
        ("m4a", "aac", 44_100),
        ("mp4", "aac", 48_000),
        ("mkv", "aac", 48_000),
        ("ts", "aac", 48_000),
        ("webm", "libopus", 48_000),
        ("ogg", "libopus", 48_000),
        ("mp3", "libmp3lame", 44_100),
        ("mkv", "ac3", 48_000),
        ("wav", "pcm_s16le", 11_025),
        ("flac", "flac", 48_000),
    ],
)
def test_a_cell_does_not_depend_on_what_is_read_with_it(
    tmp_path: Path, suffix: str, codec: str, rate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.pcm._SEGMENT", 4)
    path = write_sound(tmp_path / f"a.{suffix}", noise(rate, 10), rate, codec=codec)
    media = opened(path)
    together = {cell.start: cell for cell in read_cells(media, LED, range(200))}
    assert len(together) in (20, 21)
    for number in (0, 1, 7, 8, 9, 15, 16, 19):
        (alone,) = read_cells(media, LED, [number])
        assert same(alone, together[alone.start])
    some = list(read_cells(media, LED, [17, 9, 3, 9]))
    assert [cell.start * 2 // SOUND_RATE for cell in some] == [3, 9, 17]
    assert all(same(cell, together[cell.start]) for cell in some)


def same(one: SoundCell, other: SoundCell) -> bool:
    return one[:2] == other[:2] and np.array_equal(one.samples, other.samples)


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [("mp4", "aac"), ("mkv", "aac"), ("mp3", "libmp3lame"), ("ts", "mp2"), ("webm", "libopus")],
)
def test_sound_is_continuous_from_segment_to_segment(
    tmp_path: Path, suffix: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.pcm._SEGMENT", 4)
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 10) / 48_000)[None]
    sound = (tone + noise(48_000, 10) / 4).astype(np.float32)
    path = write_sound(tmp_path / f"a.{suffix}", sound, 48_000, codec=codec)
    with av.open(str(path)) as container:
        through = np.concatenate([mix_to_mono(frame) for frame in container.decode(audio=0)])
    expected = resample_poly(through, 1, 3)
    got = line(opened(path))
    for meeting in (4, 8):
        # AAC inserts random noise, so equality is approximate: no sample is displaced.
        place = meeting * SOUND_RATE
        near = got[place - SOUND_RATE : place + SOUND_RATE]
        displaced = [
            np.abs(near - expected[place - SOUND_RATE + lag : place + SOUND_RATE + lag]).mean()
            for lag in (-1, 0, 1)
        ]
        assert 3 * displaced[1] < min(displaced[0], displaced[2])


def test_lossy_sound_lies_within_a_sample_of_its_place(tmp_path: Path) -> None:
    sound = clicks(AUDIO_RATE, Fraction(3), Fraction(1), Fraction(2))[0]
    path = tmp_path / "a.mp4"
    write_video(path, [plain(50)] * 75, Fraction(25), sound=sound)
    samples = line(opened(path))
    for moment in (1, 2):
        place = moment * SOUND_RATE
        assert abs(int(np.abs(samples[place - 500 : place + 500]).argmax()) - 500) <= 1


def test_cells_come_with_their_lead_and_end_with_the_sound(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", noise(16_000, 1)[:, :14_000], 16_000)
    cells = list(read_cells(opened(path), LED, [-1, 0, 1, 2, 99]))
    assert [(c.start, c.lead, len(c.samples)) for c in cells] == [(0, 0, 8000), (8000, 3200, 9200)]
    assert np.array_equal(cells[1].samples[:3200], cells[0].samples[-3200:])
    assert all(c.samples.dtype == np.float32 and not c.samples.flags.writeable for c in cells)


def test_the_mix_is_that_of_bs_775(tmp_path: Path) -> None:
    half = 0.5**0.5
    weights = np.array([half, half, 1.0, 0.0, 0.5, 0.5])
    for channel, weight in enumerate(weights / weights.sum()):
        samples = np.zeros((6, 16_000), np.float32)
        samples[channel] = 0.8
        path = write_sound(tmp_path / f"{channel}.wav", samples, 16_000, layout="5.1")
        assert line(opened(path)).mean() == pytest.approx(0.8 * weight, abs=1e-3)


def test_both_sides_of_stereo_count_alike_and_nothing_clips(tmp_path: Path) -> None:
    samples = np.full((2, 16_000), 0.9, np.float32)
    samples[1] = 0.5
    path = write_sound(tmp_path / "a.wav", samples, 16_000, layout="stereo")
    assert line(opened(path)) == pytest.approx(0.7, abs=1e-3)


@pytest.mark.parametrize(
    ("form", "dtype", "half"),
    [
        ("u8", np.uint8, 192),
        ("s16", np.int16, 1 << 14),
        ("s32", np.int32, 1 << 30),
        ("flt", np.float32, 0.5),
        ("dbl", np.float64, 0.5),
    ],
)
@pytest.mark.parametrize("planar", [False, True])
def test_every_sample_format_has_the_same_scale(
    form: str, dtype: type[np.generic], half: float, planar: bool
) -> None:
    shape = (2, 100) if planar else (1, 200)
    values = np.full(shape, half, dtype)
    frame = av.AudioFrame.from_ndarray(values, form + "p" * planar, "stereo")
    mono = mix_to_mono(frame)
    assert mono.shape == (100,)
    assert mono == pytest.approx(0.5)


def test_a_file_without_sound_has_no_cells_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", [plain(50)] * 5, Fraction(25))
    assert list(read_cells(opened(tmp_path / "a.mp4"), SECOND, [0, 1])) == []
    path = write_sound(tmp_path / "a.wav", noise(16_000, 1), 16_000)
    media = opened(path)
    path.unlink()
    with pytest.raises(MediaMissing):
        list(read_cells(media, SECOND, [0]))


def test_sound_of_joined_files_stays_with_its_picture(tmp_path: Path) -> None:
    parts, places = [], []
    for number, moment in enumerate((Fraction(1, 2), Fraction(3, 10))):
        path = write_sound(
            tmp_path / f"{number}.ts", clicks(48_000, Fraction(1), moment), 48_000, codec="mp2",
            picture_start=Fraction(number), picture_length=Fraction(1),
            starts=[number * 48_000],
        )  # fmt: skip
        parts.append(path.read_bytes())
        places.append(int(np.nanargmax(np.abs(line(opened(path))))))
    path = tmp_path / "j.ts"
    path.write_bytes(b"".join([parts[1], parts[0]]))  # the second begins a second before the first
    samples = np.nan_to_num(np.abs(line(opened(path))))
    assert abs(int(samples[:SOUND_RATE].argmax()) - places[1]) <= 1
    assert abs(int(samples[SOUND_RATE:].argmax()) - places[0]) <= 1
