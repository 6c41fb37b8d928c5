"""The probe describes a file by its content, not its name or header; errors are readable."""

from __future__ import annotations

import os
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

import shotlog.media
from shotlog.media import FrameReader, probe
from shotlog.media.clocks import (
    read_timecode_rates,
)
from shotlog.media.container import (
    media_errors,
)
from shotlog.schema import (
    Media,
    MediaError,
    MediaMissing,
    MediaReference,
    MediaUnreadable,
    MediaUnsupported,
)
from shotlog.synthetic import write_video
from tests.media.material import EVERYTHING, drift, opened, plain, write_sound, write_timed

RATE = Fraction(25)
NTSC = Fraction(30000, 1001)
ZERO = Fraction(0)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, drift(30), RATE, sound=np.zeros(57_600, np.float32))
    return path


def refused(path: Path | str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        probe(MediaReference(path=str(path)))


def facts(media: Media) -> tuple[object, ...]:
    video = media.video
    assert video is not None
    return video.rate, video.variable_rate, video.duration


def test_public_names_are_sorted_and_there() -> None:
    names = shotlog.media.__all__
    assert names == sorted(names)
    assert all(hasattr(shotlog.media, name) for name in names)


def test_an_ordinary_film(film: Path) -> None:
    media = opened(film)
    assert media.video is not None
    assert media.audio is not None
    assert facts(media) == (RATE, False, Fraction(6, 5))
    assert (media.video.width, media.video.height, media.video.frames) == (160, 90, 30)
    assert (media.video.codec, media.audio.codec) == ("h264", "aac")
    assert (media.audio.rate, media.audio.channels, media.audio.start) == (48_000, 1, ZERO)
    assert media.audio.duration == Fraction(6, 5)
    assert (media.start_timecode, media.start_drop_frame) == (None, None)


def test_the_name_of_a_file_means_nothing(film: Path, tmp_path: Path) -> None:
    for name in ("film.avi", "a:b %04d #1?.txt", "ünï côdé & (1)"):
        (tmp_path / name).write_bytes(film.read_bytes())
        media = opened(tmp_path / name)
        assert media.container == opened(film).container
        assert media.content_id == opened(film).content_id


@pytest.mark.parametrize(
    ("timecode", "rate", "frame"),
    [
        ("01:00:00:00", RATE, 90_000),
        ("00:00:01:12", Fraction(24000, 1001), 36),
        ("10:59:58;20", NTSC, 1_186_772),
        ("00:01:00;02", NTSC, 1800),
        ("00:10:00;00", NTSC, 17_982),
        ("01:00:00:00", NTSC, 108_000),
        ("00:01:00;04", 2 * NTSC, 3600),
    ],
)
def test_a_timecode_track_is_read(
    tmp_path: Path, timecode: str, rate: Fraction, frame: int
) -> None:
    path = tmp_path / "a.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        stream.metadata["timecode"] = timecode
        for n in range(3):
            picture = av.VideoFrame.from_ndarray(plain(n, 64, 36), format="rgb24")
            picture.pts, picture.time_base = n, 1 / rate
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    media = opened(path)
    assert (media.start_timecode, media.start_drop_frame) == (frame / rate, ";" in timecode)


def test_a_timecode_track_in_a_damaged_header_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    for data in (
        b"",
        b"\0\0\0\x04moov",
        b"\0\0\0\0moov\0\0\0\x10trak\0\0\0\x08tkhd",
        np.random.default_rng(2).bytes(9_000),
    ):
        path.write_bytes(data)
        assert read_timecode_rates(str(path)) == {}


def test_a_length_that_the_header_makes_up_is_corrected(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    write_video(path, drift(50), RATE)
    data = bytearray(path.read_bytes())
    place = data.index(b"\x44\x89\x88") + 3
    assert struct.unpack(">d", data[place : place + 8]) == (2000.0,)
    data[place : place + 8] = struct.pack(">d", 70_000.0)
    path.write_bytes(data)
    assert facts(opened(path)) == (RATE, False, Fraction(2))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mov", "webm", "avi"])
@pytest.mark.parametrize("rate", [RATE, NTSC])
def test_long_files_are_known_from_their_ends(
    tmp_path: Path, suffix: str, rate: Fraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{suffix}"
    codec, options = {
        "webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
        "avi": ("mpeg4", {"bf": "2"}),
    }.get(suffix, ("libx264", {"g": "25"}))
    write_video(path, drift(120, 64, 36), rate, codec=codec, options=options)
    whole = facts(opened(path))
    assert whole == (rate, False, 120 / rate)
    monkeypatch.setattr("shotlog.media.container.timing._MAX_FULL_READ", 0)
    monkeypatch.setattr("shotlog.media.container.timing._HEAD_PACKETS", 50)
    assert facts(opened(path)) == whole


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "flv"])
def test_a_long_file_whose_rate_changes_beyond_its_head_is_known_to(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Frames 60 to 99 of 120 are late by 13 and 26 ms in turn; head and end are on the grid.
    times = [40 * n + (13 * (n % 3) if 60 <= n < 100 else 0) for n in range(120)]
    path = write_timed(
        tmp_path / f"a.{suffix}", drift(120, 64, 36), times, Fraction(1, 1000),
        options={"g": "10"},
    )  # fmt: skip
    monkeypatch.setattr("shotlog.media.container.timing._MAX_FULL_READ", 0)
    monkeypatch.setattr("shotlog.media.container.timing._HEAD_PACKETS", 50)
    media = opened(path)
    assert media.video is not None
    assert (media.video.variable_rate, media.video.nominal_rate) == (True, RATE)
    starts = [frame.start for frame in FrameReader(media, [EVERYTHING])]
    assert starts == [Fraction(t, 1000) for t in times]


def test_a_long_file_that_breaks_off_is_known_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.mov"
    write_timed(
        path,
        drift(150),
        range(150),
        1 / RATE,
        options={"g": "10"},
        container_options={"movflags": "faststart"},
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 7 // 10])
    monkeypatch.setattr("shotlog.media.container.timing._MAX_FULL_READ", 0)
    monkeypatch.setattr("shotlog.media.container.timing._HEAD_PACKETS", 50)
    media = opened(path)
    reader = FrameReader(media, [EVERYTHING])
    assert 50 < len(list(reader)) < 140
    assert media.duration is not None
    assert reader.end is not None
    assert abs(media.duration - reader.end) <= 3 / RATE


def test_times_rounded_to_milliseconds_are_still_a_constant_rate(tmp_path: Path) -> None:
    times = [round(n * 1001 * 1000 / 30_000) for n in range(100)]
    path = write_timed(tmp_path / "a.mkv", drift(100, 64, 36), times, Fraction(1, 1000), rate=NTSC)
    again = write_timed(
        tmp_path / "a.mp4",
        drift(100, 64, 36),
        [90 * t for t in times],
        Fraction(1, 90_000),
        rate=NTSC,
    )
    for media in (opened(path), opened(again)):
        assert facts(media) == (NTSC, False, 100 / NTSC)


def test_cover_art_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        cover = container.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "rgb24"
        cover.disposition = Disposition.attached_pic
        sound = container.add_stream("libmp3lame", rate=48_000, layout="mono")
        container.mux(cover.encode(av.VideoFrame.from_ndarray(plain(9, 64, 64), format="rgb24")))
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    media = opened(path)
    assert media.video is None
    assert media.audio is not None
    assert media.duration == media.audio.duration


def test_sound_alone_starts_at_its_first_sample(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mkv", np.zeros((2, 8000), np.float32), 8000, layout="stereo")
    media = opened(path)
    assert media.video is None
    assert media.audio is not None
    assert (media.audio.channels, media.audio.rate, media.audio.start) == (2, 8000, ZERO)


def test_a_file_that_is_no_media_is_refused_with_a_reason(tmp_path: Path, film: Path) -> None:
    refused(tmp_path / "gone.mov", MediaMissing, "offline")
    refused(tmp_path, MediaUnreadable, "folder")
    (tmp_path / "empty.mp4").touch()
    refused(tmp_path / "empty.mp4", MediaUnreadable, "empty")
    (tmp_path / "text.mp4").write_text("this is not a film")
    refused(tmp_path / "text.mp4", MediaUnreadable, "cannot be read as media")
    (tmp_path / "notes.txt").write_text("this would be a film of letters\n" * 40)
    refused(tmp_path / "notes.txt", MediaUnsupported, "not supported")
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n")
    refused(tmp_path / "a.srt", MediaUnreadable, "neither picture nor sound")
    (tmp_path / "cut.mp4").write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    refused(tmp_path / "cut.mp4", MediaUnreadable, "cannot be read as media")
    (tmp_path / "noise.mov").write_bytes(np.random.default_rng(1).bytes(50_000))
    refused(tmp_path / "noise.mov", MediaUnreadable, "cannot be read as media")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", ["a.webp", "a.png"])
def test_an_animated_webp_is_named_as_unsupported(tmp_path: Path, name: str) -> None:
    first, second = (Image.fromarray(plain(level)) for level in (40, 200))
    first.save(tmp_path / name, "WEBP", save_all=True, append_images=[second])
    refused(tmp_path / name, MediaUnsupported, r"animated WebP is not supported.*animated PNG")


def test_a_still_webp_that_is_damaged_is_not_called_animated(tmp_path: Path) -> None:
    picture = Image.fromarray(np.dstack([plain(40), plain(200)[:, :, :1]]))  # VP8X: it has alpha
    picture.save(tmp_path / "a.webp")
    data = (tmp_path / "a.webp").read_bytes()
    assert data[12:16] == b"VP8X"
    (tmp_path / "a.webp").write_bytes(data[:60] + bytes(len(data) - 60))
    with pytest.raises(MediaError) as caught:
        opened(tmp_path / "a.webp")
    assert "animated" not in str(caught.value)


@pytest.mark.parametrize("head", ["ff0a", "0000000c4a584c200d0a870a"])
def test_jpeg_xl_is_named_as_unsupported(tmp_path: Path, head: str) -> None:
    (tmp_path / "a.jxl").write_bytes(bytes.fromhex(head) + bytes(500))
    refused(tmp_path / "a.jxl", MediaUnsupported, "JPEG XL is not supported.*Convert it to PNG")


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mov")
    refused(tmp_path / "pipe.mov", MediaUnreadable, "not a regular file")


def test_a_playlist_does_not_reach_the_network(tmp_path: Path) -> None:
    playlist = tmp_path / "a.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    )
    refused(playlist, MediaUnreadable, "cannot be read as media")
    refused("http://127.0.0.1:9/a.mp4", MediaMissing, "offline")


@pytest.mark.parametrize(
    ("error", "mapped"),
    [
        (FileNotFoundError(2, "gone"), MediaMissing),
        (PermissionError(13, "no"), MediaUnreadable),
        (IsADirectoryError(21, "folder"), MediaUnreadable),
        (av.error.InvalidDataError(1, "bad"), MediaUnreadable),
        (av.error.PermissionError(13, "no"), MediaUnreadable),
        (av.error.FileNotFoundError(2, "gone"), MediaMissing),
        (av.error.DecoderNotFoundError(1, "none"), MediaUnsupported),
        (av.error.PatchWelcomeError(1, "none"), MediaUnsupported),
        (MediaUnsupported("a"), MediaUnsupported),
    ],
)
def test_foreign_errors_end_at_the_border(error: Exception, mapped: type[Exception]) -> None:
    with pytest.raises(mapped) as caught, media_errors("/a/b.mov"):
        raise error
    assert type(caught.value) is mapped


def test_a_bug_is_not_taken_for_bad_media() -> None:
    with pytest.raises(KeyError), media_errors("/a/b.mov"):
        raise KeyError("bug")
