"""A clip holds exactly the frames and the sound of its excerpts, and appears whole or not."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shotlog.media import FrameReader, probe
from shotlog.media.decoding import read_stereo
from shotlog.media.encoding import EncodedClip, Excerpt, copy_clip, encode_clip
from shotlog.schema import (
    FrameNeed,
    Media,
    MediaMissing,
    MediaReference,
    NoPicture,
    OutputNotWritable,
    Pixels,
    Samples,
    TimeRange,
)
from shotlog.synthetic import AUDIO_RATE, write_video

RATE = Fraction(24000, 1001)
FRAMES = 72
NEED = FrameNeed(width=64, height=36, pixels="rgb")


def numbered(number: int, size: tuple[int, int] = (64, 36)) -> Pixels:
    """A picture that tells its number in seven bars, black or white, which survive a codec."""
    width, height = size
    picture = np.full((height, width, 3), 128, np.uint8)
    for bit in range(7):
        picture[:, bit * width // 8 : (bit + 1) * width // 8] = 235 if number >> bit & 1 else 16
    return picture


def number_of(picture: Pixels) -> int:
    width = picture.shape[1]
    middle = picture[picture.shape[0] // 2, :, 1]
    return sum(int(middle[(2 * bit + 1) * width // 16] > 128) << bit for bit in range(7))


def film(path: Path, *, sound: bool = True, size: tuple[int, int] = (64, 36)) -> Media:
    """A film whose sound is a click at the start of every twelfth frame."""
    samples = np.zeros(int(FRAMES / RATE * AUDIO_RATE), np.float32)
    for number in range(0, FRAMES, 12):
        at = round(number / RATE * AUDIO_RATE)
        samples[at : at + 240] = np.sin(np.arange(240) / 3) * 0.8
    pictures = (numbered(number, size) for number in range(FRAMES))
    options = {"preset": "veryfast", "crf": "18", "g": "24", "bf": "2", "sc_threshold": "0"}
    write_video(path, pictures, RATE, sound=samples if sound else None, options=options)
    return probe(MediaReference(path=str(path)))


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


def frames(first: int, after: int) -> TimeRange:
    return TimeRange.between(first / RATE, after / RATE)


def numbers(path: Path) -> list[int]:
    media = probe(MediaReference(path=str(path)))
    span = TimeRange(start=Fraction(0), duration=Fraction(10))
    return [number_of(frame.pixels(NEED)) for frame in FrameReader(media, [span])]


def sound_of(path: Path) -> Samples:
    media = probe(MediaReference(path=str(path)))
    assert media.duration is not None
    span = TimeRange(start=Fraction(0), duration=media.duration)
    return np.concatenate(list(read_stereo(media, span, AUDIO_RATE)), axis=1)


def clicks(samples: Samples) -> list[float]:
    """The moments at which a click begins, in seconds."""
    loud = np.flatnonzero(np.abs(samples[0]) > 0.3)
    starts = loud[np.diff(loud, prepend=-AUDIO_RATE) > AUDIO_RATE // 10]
    return [float(start) / AUDIO_RATE for start in starts]


def encoded(folder: Path, *excerpts: Excerpt) -> EncodedClip:
    return encode_clip(excerpts, folder / "clip.mp4")


@pytest.mark.parametrize(("first", "after"), [(0, FRAMES), (7, 31), (23, 24), (61, FRAMES)])
def test_a_clip_has_exactly_the_frames_of_its_range(
    media: Media, tmp_path: Path, first: int, after: int
) -> None:
    clip = encoded(tmp_path, Excerpt(media, frames(first, after)))
    assert numbers(clip.path) == list(range(first, after))
    assert (clip.frames, clip.rate) == (after - first, RATE)


def test_sound_stays_with_its_picture(media: Media, tmp_path: Path) -> None:
    clip = encoded(tmp_path, Excerpt(media, frames(10, 70)))
    expected = [float((number - 10) / RATE) for number in (12, 24, 36, 48, 60)]
    assert clicks(sound_of(clip.path)) == pytest.approx(expected, abs=0.002)


def test_excerpts_follow_each_other(media: Media, tmp_path: Path) -> None:
    clip = encoded(tmp_path, Excerpt(media, frames(40, 50)), Excerpt(media, frames(10, 15)))
    assert numbers(clip.path) == [*range(40, 50), *range(10, 15)]


def test_a_range_beyond_the_end_keeps_the_last_picture(media: Media, tmp_path: Path) -> None:
    clip = encoded(tmp_path, Excerpt(media, frames(70, 75)))
    assert numbers(clip.path) == [70, 71, 71, 71, 71]


def test_an_excerpt_of_another_size_is_put_between_bars(media: Media, tmp_path: Path) -> None:
    square = film(tmp_path / "square.mp4", size=(64, 64))
    clip = encoded(tmp_path, Excerpt(media, frames(0, 2)), Excerpt(square, frames(5, 6)))
    made = probe(MediaReference(path=str(clip.path)))
    assert made.video is not None
    assert (made.video.width, made.video.height) == (64, 36)
    last = [frame.pixels(NEED) for frame in FrameReader(made, [frames(0, 3)])][-1]
    assert last[:, :10].max() < 30  # the bar


def test_film_without_sound_is_silent(tmp_path: Path) -> None:
    mute = film(tmp_path / "mute.mp4", sound=False)
    clip = encoded(tmp_path, Excerpt(mute, frames(0, 10)))
    assert np.abs(sound_of(clip.path)).max() < 1e-3


def test_colours_are_those_of_the_film(tmp_path: Path) -> None:
    colours = [(200, 40, 40), (40, 180, 60), (40, 60, 200)]
    pictures = [np.full((36, 64, 3), colour, np.uint8) for colour in colours for _ in range(4)]
    write_video(tmp_path / "film.mp4", pictures, RATE)
    source = probe(MediaReference(path=str(tmp_path / "film.mp4")))
    span = frames(0, 12)
    clip = encoded(tmp_path, Excerpt(source, span))
    made = probe(MediaReference(path=str(clip.path)))

    def means(of: Media) -> Sequence[float]:
        return [
            float(value)
            for frame in FrameReader(of, [span])
            for value in frame.pixels(NEED).mean(axis=(0, 1))
        ]

    assert means(made) == pytest.approx(means(source), abs=4)


def test_progress_is_the_seconds_that_were_encoded(media: Media, tmp_path: Path) -> None:
    done: list[Fraction] = []
    encode_clip([Excerpt(media, frames(0, 24))], tmp_path / "clip.mp4", done.append)
    assert sum(done) == 24 / RATE


def test_a_clip_that_is_stopped_leaves_nothing(media: Media, tmp_path: Path) -> None:
    def stop(_: Fraction) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_clip([Excerpt(media, frames(0, 24))], tmp_path / "clip.mp4", stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(media: Media, tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        encode_clip([Excerpt(media, frames(0, 2))], tmp_path / "none" / "clip.mp4")


def test_media_that_are_gone_are_told_and_leave_no_clip(media: Media, tmp_path: Path) -> None:
    lost = media.model_copy(update={"path": str(tmp_path / "gone.mp4")})
    with pytest.raises(MediaMissing):
        encode_clip([Excerpt(lost, frames(0, 2))], tmp_path / "clip.mp4")
    assert not (tmp_path / "clip.mp4").exists()


def test_sound_alone_makes_no_clip(media: Media, tmp_path: Path) -> None:
    deaf = media.model_copy(update={"video": None})
    with pytest.raises(NoPicture):
        encode_clip([Excerpt(deaf, frames(0, 2))], tmp_path / "clip.mp4")


def test_a_copy_begins_at_the_keyframe_before_and_tells_where(media: Media, tmp_path: Path) -> None:
    path = tmp_path / "copy.mp4"
    begin = copy_clip(media, frames(30, 60), path)
    assert begin == 24 / RATE
    held = numbers(path)
    assert held[:36] == list(range(24, 60))


def test_a_copy_encodes_nothing(media: Media, tmp_path: Path) -> None:
    copy_clip(media, frames(0, 24), tmp_path / "copy.mp4")

    def packets(path: str) -> list[bytes]:
        with av.open(path) as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    assert packets(str(tmp_path / "copy.mp4"))[:20] == packets(media.path)[:20]
