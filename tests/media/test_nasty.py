"""Every awkward file of the labelled footage is analysed or refused as its label says."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from shotlog.media import FrameReader, probe, read_cells
from shotlog.schema import (
    SOUND_RATE,
    FrameNeed,
    MediaError,
    MediaReference,
    MediaUnreadable,
    SoundNeed,
)
from tests.media.material import EVERYTHING

SMALL = FrameNeed(width=128, height=128)
SECOND = SoundNeed(cell=Fraction(1))
NTSC = Fraction(30000, 1001)


class Sound(NamedTuple):
    """Rate, channels, start in media time, and end in seconds from media time 0."""

    rate: int
    channels: int
    start: Fraction
    end: float


MONO = 48_000, 1
AT_ZERO = Fraction(0)


class Expected(NamedTuple):
    frames: int
    width: int = 640
    height: int = 360
    rate: Fraction = Fraction(25)
    end: Fraction | None = None
    sound: Sound | None = None
    variable: bool = False
    rotation: int = 0
    interlaced: str | None = None
    depth: int = 8
    hdr: str | None = None
    timecode: Fraction | None = None
    damage: str = ""


PICTURES = {
    "audio_5_1.mp4": Expected(75, 480, 270, sound=Sound(48_000, 6, AT_ZERO, 3.0)),
    "audio_shorter_than_video.mp4": Expected(100, 480, 270, sound=Sound(*MONO, AT_ZERO, 2.0)),
    "bframes_mkv.mkv": Expected(100, sound=Sound(*MONO, Fraction(-21, 1000), 4.0)),
    "bframes_negative_cts.mp4": Expected(100, sound=Sound(*MONO, AT_ZERO, 4.03)),
    "bframes_negative_dts.mp4": Expected(100, sound=Sound(*MONO, AT_ZERO, 4.0)),
    "bitflips.mp4": Expected(150, sound=Sound(*MONO, AT_ZERO, 6.0), damage="pictures damaged"),
    "editlist_cut_midgop.mov": Expected(
        77, end=Fraction(78, 25), sound=Sound(*MONO, AT_ZERO, 3.01)
    ),
    "editlist_video_starts_1500ms_late.mov": Expected(
        150, sound=Sound(*MONO, Fraction(-3, 2), 4.5)
    ),
    "fragmented.mp4": Expected(100, 480, 270, sound=Sound(*MONO, Fraction(-2, 25), 4.0)),
    "full_range.mp4": Expected(75, 480, 270),
    "h264_422_10bit_pcm24.mov": Expected(75, depth=10, sound=Sound(*MONO, AT_ZERO, 3.0)),
    "hevc_10bit_hlg.mp4": Expected(75, depth=10, hdr="hlg"),
    "hfr_120fps.mp4": Expected(240, 320, 180, rate=Fraction(120)),
    "interlaced_bff_mpeg2.ts": Expected(
        125, 720, 576, interlaced="bff", sound=Sound(*MONO, Fraction(-451, 45000), 5.0)
    ),
    "interlaced_tff_sar.mp4": Expected(125, 1047, 576, interlaced="tff"),
    "mjpeg.avi": Expected(38, 320, 180, sound=Sound(*MONO, AT_ZERO, 1.5)),
    "nat_anim.gif": Expected(30, 314, 273, rate=Fraction(10)),
    "nat_av1.mkv": Expected(125),
    "nat_hevc_10bit.mp4": Expected(30, 200, 200, rate=Fraction(30), depth=10),
    "nat_raw_annexb.264": Expected(62, 176, 144),
    "nat_vp6.flv": Expected(174, 112, 80, rate=Fraction(10)),
    "nat_webm_wrong_duration.webm": Expected(
        333,
        rate=Fraction(24000, 1001),
        sound=Sound(44_100, 2, Fraction(13, 1000), 13.87),
    ),
    "no_audio.mp4": Expected(100),
    "odd_425x239_444.mp4": Expected(50, 425, 239),
    "prores_proxy.mov": Expected(25, 480, 270, depth=10, sound=Sound(*MONO, AT_ZERO, 1.0)),
    "rotate180_metadata.mov": Expected(125, rotation=180),
    "rotate90_metadata.mp4": Expected(125, rotation=270, sound=Sound(*MONO, AT_ZERO, 5.0)),
    "short_1_frame.mp4": Expected(1),
    "short_9_frames.mp4": Expected(9),
    "tiny_96x54.mp4": Expected(50, 127, 54),
    "tmcd_01000000_25.mov": Expected(
        100, timecode=Fraction(3600), sound=Sound(*MONO, AT_ZERO, 4.0)
    ),
    "tmcd_df_2997.mov": Expected(
        120, rate=NTSC, timecode=1_186_772 / NTSC, sound=Sound(*MONO, AT_ZERO, 4.0)
    ),
    "truncated_faststart.mp4": Expected(
        91, sound=Sound(*MONO, AT_ZERO, 3.54), damage="of the 6.00 s that the header promises"
    ),
    "ts_offset_26h.ts": Expected(75, 480, 270, sound=Sound(*MONO, Fraction(-8, 375), 3.0)),
    "two_audio_tracks_8k_48k.mp4": Expected(75, 480, 270, sound=Sound(8_000, 1, AT_ZERO, 3.0)),
    "vfr.mp4": Expected(
        71,
        rate=Fraction(250, 21),
        end=Fraction(76339, 12800),
        variable=True,
        sound=Sound(*MONO, AT_ZERO, 6.0),
    ),
    "vp9_opus.webm": Expected(75, 480, 270, sound=Sound(*MONO, Fraction(-7, 1000), 2.993)),
    "wrong_extension.avi": Expected(100),
    "ünï côdé & spaces (1).mp4": Expected(100),
}
SOUND_ALONE = {
    "audio_only.m4a": Sound(*MONO, AT_ZERO, 5.0),
    "nat_audio_only.mp4": Sound(44_100, 2, AT_ZERO, 52.22),
}
REFUSED = {
    "text_as_video.mp4": "cannot be read as media",
    "truncated_no_moov.mp4": "cannot be read as media",
    "zero_bytes.mp4": "is empty",
}
CODED_BLOCK = 1152
"""Samples: the last block of a lossy codec is complete, while the header excludes its padding."""


def nasty(data_dir: Path, name: str) -> MediaReference:
    return MediaReference(path=str(data_dir / "video" / "nasty" / name))


def heard_until(media_reference: MediaReference) -> float:
    cells = list(read_cells(probe(media_reference), SECOND, range(100)))
    return (cells[-1].start - cells[-1].lead + len(cells[-1].samples)) / SOUND_RATE


def test_the_table_knows_every_file(data_dir: Path) -> None:
    names = {path.name for path in (data_dir / "video" / "nasty").iterdir()}
    assert names == {*PICTURES, *SOUND_ALONE, *REFUSED}


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_labelled(data_dir: Path, name: str) -> None:
    expected = PICTURES[name]
    media = probe(nasty(data_dir, name))
    video = media.video
    assert video is not None
    assert (video.width, video.height) == (expected.width, expected.height)
    assert (video.rate, video.variable_rate) == (expected.rate, expected.variable)
    assert (video.rotation, video.interlaced) == (expected.rotation, expected.interlaced)
    assert (video.bit_depth, video.hdr) == (expected.depth, expected.hdr)
    assert media.start_timecode == expected.timecode
    end = expected.end or expected.frames / expected.rate
    assert video.duration == end

    reader = FrameReader(media, [EVERYTHING])
    times = []
    for frame in reader:
        times.append((frame.start, frame.end))
        height, width = frame.pixels(SMALL).shape
        assert max(width, height) <= 128
        assert width / height == pytest.approx(video.width / video.height, rel=0.03)
    assert len(times) == expected.frames
    assert times[0][0] == 0
    assert all(start < end for start, end in times)
    assert all(one[1] == other[0] for one, other in pairwise(times))
    assert all((start / video.tick).denominator == 1 for start, _ in times)
    assert reader.end == times[-1][1] == end
    assert expected.damage in (reader.damage or "")
    assert bool(expected.damage) == bool(reader.damage)


@pytest.mark.parametrize("name", [*PICTURES, *SOUND_ALONE])
def test_the_sound_starts_as_labelled(data_dir: Path, name: str) -> None:
    reference = nasty(data_dir, name)
    expected = SOUND_ALONE.get(name) or PICTURES[name].sound
    audio = probe(reference).audio
    if expected is None:
        assert audio is None
        return
    assert audio is not None
    assert (audio.rate, audio.channels, audio.start) == expected[:3]
    assert heard_until(reference) == pytest.approx(expected.end, abs=CODED_BLOCK / audio.rate)


@pytest.mark.parametrize("name", SOUND_ALONE)
def test_sound_alone_has_no_picture(data_dir: Path, name: str) -> None:
    assert probe(nasty(data_dir, name)).video is None


@pytest.mark.parametrize("name", REFUSED)
def test_an_unreadable_file_is_refused_with_a_reason(data_dir: Path, name: str) -> None:
    with pytest.raises(MediaUnreadable, match=REFUSED[name]) as caught:
        probe(nasty(data_dir, name))
    assert name in caught.value.problem.subject
    assert isinstance(caught.value, MediaError)
