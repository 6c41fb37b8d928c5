"""Sequential decode: exact times, exactly the needed frames, seeks that change nothing."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.field.edits import Edit, set_edits
from shotlog.media import FrameReader, probe
from shotlog.media.decoding import PictureDecoder
from shotlog.schema import (
    FrameNeed,
    ImageSequence,
    Media,
    MediaMissing,
    MediaReference,
    NoPicture,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.media.material import (
    EVERYTHING,
    between,
    drift,
    opened,
    plain,
    seen,
    write_sound,
    write_timed,
)

RATE = Fraction(25)
LENGTH = 60
X264_OPEN = {"x264-params": "open-gop=1:keyint=20:min-keyint=20:scenecut=0:bframes=3"}
X264_REFRESH = {"x264-params": "intra-refresh=1:keyint=20"}
X265_OPEN = {
    "preset": "ultrafast",
    "x265-params": "keyint=20:min-keyint=20:open-gop=1:bframes=3:scenecut=0:log-level=none",
}
MPEG2 = {"g": "12", "bf": "2", "b": "2000000"}
KINDS = {
    "closed.mp4": ("libx264", {"g": "20", "preset": "veryfast"}, "yuv420p"),
    "open.mp4": ("libx264", X264_OPEN, "yuv420p"),
    "open.mkv": ("libx264", X264_OPEN, "yuv420p"),
    "open.ts": ("libx264", X264_OPEN, "yuv420p"),
    "refresh.mp4": ("libx264", X264_REFRESH, "yuv420p"),
    "refresh.ts": ("libx264", X264_REFRESH, "yuv420p"),
    "hevc.mp4": ("libx265", X265_OPEN, "yuv420p"),
    "hevc.ts": ("libx265", X265_OPEN, "yuv420p"),
    "mpeg2.mpg": ("mpeg2video", MPEG2, "yuv420p"),
    "mpeg2.mxf": ("mpeg2video", MPEG2, "yuv420p"),
    "mpeg4.avi": ("mpeg4", {"g": "20", "bf": "2", "b": "2000000"}, "yuv420p"),
    "vp9.webm": ("libvpx-vp9", {"g": "20", "deadline": "realtime", "cpu-used": "8"}, "yuv420p"),
    "prores.mov": ("prores_ks", {"profile": "0"}, "yuv422p10le"),
    "motion_jpeg.avi": ("mjpeg", {}, "yuvj420p"),
    "avc_intra.mov": ("libx264", {"g": "1", "preset": "veryfast"}, "yuv422p10le"),
    "picture.gif": ("gif", {}, "rgb8"),
    "avc.flv": ("libx264", {"g": "20"}, "yuv420p"),
}

LEAVES_NONE_OUT = {"vp9.webm", "picture.gif"}
STANDS_ALONE = ("prores.mov", "motion_jpeg.avi", "avc_intra.mov")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Media:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, drift(LENGTH), RATE, options={"g": "20", "preset": "veryfast"})
    return opened(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seek_changes_no_frame(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.decoder._MIN_BLIND_SEEK", Fraction(1, 2))
    codec, options, pix_fmt = KINDS[kind]
    path = tmp_path / kind
    write_video(path, drift(LENGTH), RATE, codec=codec, options=options, pix_fmt=pix_fmt)
    media = opened(path)
    everything = seen(media)
    assert len({pixels for *_, pixels in everything}) == LENGTH
    for first in (11, 19, 20, 21, 38, 39, 41, 57):
        part = seen(media, between(first / RATE, (first + 2) / RATE))
        assert part == everything[first : first + 2]
    for numbers in ((2, 23, 59), (7, 16, 17, 36, 54)):
        pieces = [between(n / RATE, (n + 1) / RATE) for n in numbers]
        assert seen(media, *pieces) == [everything[n] for n in numbers]


@pytest.mark.parametrize("kind", KINDS)
def test_reference_frames_are_frames_of_the_full_decode_wherever_reading_begins(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.decoder._MIN_BLIND_SEEK", Fraction(1, 2))
    codec, options, pix_fmt = KINDS[kind]
    path = tmp_path / kind
    write_video(path, drift(LENGTH), RATE, codec=codec, options=options, pix_fmt=pix_fmt)
    media = opened(path)
    everything = {start: pixels for start, _, pixels in seen(media)}
    some = seen(media, reference=True)
    assert all(everything[start] == pixels for start, _, pixels in some)
    starts = [start for start, *_ in some]
    assert [end for _, end, _ in some] == [*starts[1:], LENGTH / RATE]
    assert (len(some) == LENGTH) == (kind in LEAVES_NONE_OUT)
    for first in (19, 20, 21, 39, 57):
        moment = first / RATE
        shown = [item for item in some if item[0] <= moment < item[1]]
        assert seen(media, between(moment, (first + 1) / RATE), reference=True) == shown


@pytest.mark.parametrize("rate", [Fraction(12), Fraction(24000, 1001), Fraction(50)])
@pytest.mark.parametrize("kind", STANDS_ALONE)
def test_of_frames_that_stand_alone_at_least_eleven_a_second_are_decoded(
    tmp_path: Path, kind: str, rate: Fraction
) -> None:
    codec, options, pix_fmt = KINDS[kind]
    path = tmp_path / kind
    write_video(path, drift(LENGTH), rate, codec=codec, options=options, pix_fmt=pix_fmt)
    media = opened(path)
    starts = [start for start, *_ in seen(media, reference=True)]
    stride = {12: 1, 24: 2, 50: 4}[round(rate)]
    assert starts == [n / rate for n in range(0, LENGTH, stride)]


def test_no_frame_is_left_out_at_a_variable_rate(tmp_path: Path) -> None:
    times = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 14, 20, 21, 22, 25]
    path = write_timed(
        tmp_path / "a.mov", drift(len(times)), times, Fraction(1, 100),
        codec="mjpeg", pix_fmt="yuvj420p",
    )  # fmt: skip
    media = opened(path)
    assert media.video is not None
    assert media.video.variable_rate
    assert seen(media, reference=True) == seen(media)


def test_every_second_existing_picture_of_a_sequence_is_decoded(tmp_path: Path) -> None:
    there = [0, 1, 2, 4, 5, 6, 7, 9, *range(12, 40)]
    for number, picture in enumerate(drift(40)):
        if number in there:
            cv2.imwrite(str(tmp_path / f"a.{number:04d}.png"), picture)
    pattern = str(tmp_path / "a.%04d.png")
    media = opened(tmp_path / "a.0000.png", ImageSequence(pattern=pattern, first=0, rate=RATE))
    some = seen(media, reference=True)
    assert [start * RATE for start, *_ in some] == there[::2]
    assert some[-1][1] == 40 / RATE
    for first in (1, 3, 9, 10, 25, 39):
        moment = first / RATE
        shown = [item for item in some if item[0] <= moment < item[1]]
        assert seen(media, between(moment, (first + 1) / RATE), reference=True) == shown


LOOP_FILTERED = ["closed.mp4", "open.mp4", "open.ts", "refresh.ts", "hevc.mp4", "hevc.ts"]


@pytest.mark.parametrize("kind", LOOP_FILTERED)
def test_reference_frames_without_the_loop_filter_are_the_same_wherever_reading_begins(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.decoder._MIN_BLIND_SEEK", Fraction(1, 2))
    codec, options, pix_fmt = KINDS[kind]
    path = tmp_path / kind
    write_video(path, drift(LENGTH), RATE, codec=codec, options=options, pix_fmt=pix_fmt)
    media = opened(path)
    filtered = seen(media, reference=True)
    monkeypatch.setattr("shotlog.media.decoding.decoder._FILTERED_BELOW", 160)
    some = seen(media, reference=True)
    assert [item[:2] for item in some] == [item[:2] for item in filtered]
    assert some != filtered
    for first in (19, 20, 21, 39, 57):
        moment = first / RATE
        shown = [item for item in some if item[0] <= moment < item[1]]
        assert seen(media, between(moment, (first + 1) / RATE), reference=True) == shown


@pytest.mark.parametrize(("width", "filtered"), [(1278, True), (1280, False)])
def test_only_reference_frames_of_large_film_come_without_the_loop_filter(
    tmp_path: Path, width: int, filtered: bool
) -> None:
    path = tmp_path / "wide.mp4"
    write_video(path, drift(5, width, 64), RATE, options={"crf": "35", "bf": "0"})
    media = opened(path)
    assert (seen(media, reference=True) == seen(media)) == filtered


@pytest.mark.parametrize(("reordered", "lead"), [("b-pyramid=none", 1), ("b-pyramid=normal", 2)])
def test_a_trimmed_file_starts_at_its_first_shown_frame(
    tmp_path: Path, reordered: str, lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.decoder._MIN_BLIND_SEEK", Fraction(1, 2))
    path = tmp_path / "a.mp4"
    options = {"g": "20", "bf": "7", "b_strategy": "0", "x264-params": reordered}
    write_video(path, drift(LENGTH), RATE, options=options)
    whole = [pixels for *_, pixels in seen(opened(path))]
    # The first frame is shown one or two frames after time 0 of the track: from frame 13 on.
    set_edits(path, [Edit(Fraction(LENGTH - 13) / RATE, (13 + lead) / RATE)])
    media = opened(path)
    everything = seen(media)
    assert [pixels for *_, pixels in everything] == whole[13:]
    assert everything[0][0] == 0
    some = seen(media, reference=True)
    assert some[0][0] > 0  # the first that is shown is one that was left out
    assert {(start, pixels) for start, _, pixels in some} < {
        (start, pixels) for start, _, pixels in everything
    }
    assert some[-1][1] == media.duration == Fraction(LENGTH - 13) / RATE
    for first in (1, 8, 30):
        assert seen(media, between(first / RATE, (first + 2) / RATE)) == everything[first:][:2]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Fraction]:
    """Return the frames, in units of their length, that decoders decode from now on."""
    numbers: list[Fraction] = []
    run = PictureDecoder._run

    def counted(*args: object) -> object:
        for shown in run(*args):  # type: ignore[arg-type]
            numbers.append(shown.start * RATE)
            yield shown

    monkeypatch.setattr(PictureDecoder, "_run", counted)
    return numbers


def test_a_far_range_is_reached_without_decoding_all_before_it(
    film: Media, decoded: list[Fraction]
) -> None:
    seen(film, between(45 / RATE, 46 / RATE))
    assert decoded[:2] == [0, 40]
    assert decoded[-3:] == [44, 45, 46]


def test_on_the_way_to_a_frame_only_those_that_others_refer_to_are_decoded(
    film: Media, decoded: list[Fraction]
) -> None:
    seen(film, reference=True)
    referred = [n for n in decoded if n < 16]
    decoded.clear()
    seen(film, between(17 / RATE, 18 / RATE))
    assert len(referred) < 16
    assert decoded == [*referred, 16, 17, 18]


@pytest.mark.parametrize("last", [16, 17, 18])
def test_a_frame_that_stands_for_long_is_not_left_out(tmp_path: Path, last: int) -> None:
    times = [n for n in range(100) if not last < n < last + 3]
    path = write_timed(tmp_path / "gap.mp4", drift(98), times, Fraction(1, 25))
    media = opened(path)
    assert media.video is not None
    assert not media.video.variable_rate
    everything = seen(media)
    for number in (last, last + 2):
        shown = seen(media, between(number / RATE, (number + 1) / RATE))
        assert shown == [item for item in everything if item[0] == last / RATE]


def test_the_end_is_known_where_a_range_lies_beyond_it(film: Media) -> None:
    reader = FrameReader(film, [between(9, 10)])
    assert not list(reader)
    assert (reader.end, reader.damage) == (LENGTH / RATE, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.fractions(0, 3, max_denominator=90),
            st.fractions(0, Fraction(1, 3), max_denominator=90),
        ),
        max_size=4,
    )
)
def test_exactly_the_frames_of_the_ranges_are_given(
    film: Media, pieces: list[tuple[Fraction, Fraction]]
) -> None:
    ranges = [TimeRange(start=start, duration=length) for start, length in pieces]
    got = [(frame.start, frame.end) for frame in FrameReader(film, ranges)]
    frames = [(n / RATE, (n + 1) / RATE) for n in range(LENGTH)]
    assert got == [
        (start, end)
        for start, end in frames
        if any(r.duration and start < r.end and end > r.start for r in ranges)
    ]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mov"])
@pytest.mark.parametrize(
    "rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60), Fraction(15)]
)
def test_frames_of_a_constant_rate_start_at_exact_multiples(
    tmp_path: Path, suffix: str, rate: Fraction
) -> None:
    path = tmp_path / f"a{suffix}"
    write_video(path, drift(40, 64, 36), rate)
    media = opened(path)
    assert media.video is not None
    assert (media.video.rate, media.video.tick, media.video.variable_rate) == (
        rate,
        1 / rate,
        False,
    )
    assert [(f.start, f.end) for f in FrameReader(media, [EVERYTHING])] == [
        (n / rate, (n + 1) / rate) for n in range(40)
    ]


def test_frames_of_a_variable_rate_start_at_their_timestamps(tmp_path: Path) -> None:
    times = [0, 10, 13, 40, 41, 80, 100, 107, 150, 300]
    path = write_timed(tmp_path / "vfr.mkv", drift(10), times, Fraction(1, 100))
    media = opened(path)
    assert media.video is not None
    assert media.video.variable_rate
    assert media.video.rate == Fraction(3)
    shown = [(f.start, f.end) for f in FrameReader(media, [EVERYTHING])]
    assert [start for start, _ in shown] == [Fraction(t, 100) for t in times]
    assert shown[-1][1] - shown[-1][0] == Fraction(333, 1000)
    held = [f.start for f in FrameReader(media, [between(Fraction(2), Fraction(21, 10))])]
    assert held == [Fraction(150, 100)]


def test_a_frame_left_out_of_a_constant_rate_lets_the_one_before_stand(tmp_path: Path) -> None:
    times = [n for n in range(40) if n != 17]
    path = write_timed(tmp_path / "gap.mp4", drift(39), times, Fraction(1, 25))
    media = opened(path)
    assert media.video is not None
    assert (media.video.rate, media.video.variable_rate) == (RATE, False)
    shown = {f.start: f.end for f in FrameReader(media, [EVERYTHING])}
    assert shown[16 / RATE] == 18 / RATE
    assert len(shown) == 39


def test_media_time_starts_at_the_first_frame(tmp_path: Path) -> None:
    path = write_timed(tmp_path / "late.ts", drift(20), range(900, 920), Fraction(1, 25))
    assert [start for start, *_ in seen(opened(path))] == [n / RATE for n in range(20)]


def test_frames_without_timestamps_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "raw.h264"
    write_video(path, drift(30), RATE)
    media = opened(path)
    assert media.video is not None
    assert (media.video.frames, media.duration) == (30, 30 / RATE)
    part = seen(media, between(Fraction(1), Fraction(26, 25)))
    assert part == seen(media)[25:26]


def test_the_end_is_known_once_the_reader_has_reached_it(film: Media) -> None:
    reader = FrameReader(film, [between(0, 1)])
    assert len(list(reader)) == 25
    assert reader.end is None
    reader = FrameReader(film, [between(2, 50)])
    assert len(list(reader)) == 10
    assert reader.end == LENGTH / RATE


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_an_abandoned_reader_closes_its_file(film: Media) -> None:
    before = open_files()
    for _ in range(5):
        run = iter(FrameReader(film, [EVERYTHING]))
        assert [f.start for f in islice(run, 3)] == [0, 1 / RATE, 2 / RATE]
        del run
    assert open_files() == before


def test_a_reader_can_be_read_again(film: Media) -> None:
    reader = FrameReader(film, [between(0, Fraction(1, 5))])
    assert [f.start for f in reader] == [f.start for f in reader] == [n / RATE for n in range(5)]


def test_threads_change_no_pixel(film: Media) -> None:
    one, four = (
        [f.pixels(FrameNeed(width=160, height=90)).tobytes() for f in reader]
        for reader in (FrameReader(film, [EVERYTHING], threads=n) for n in (1, 4))
    )
    assert one == four


def test_a_truncated_file_gives_its_rest_and_reports_the_damage(
    film: Media, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.mov"
    write_timed(
        whole,
        drift(LENGTH),
        range(LENGTH),
        1 / RATE,
        options={"g": "20"},
        container_options={"movflags": "faststart"},
    )
    cut = tmp_path / "cut.mov"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    media = opened(cut)
    assert media.duration is not None
    assert media.duration < 50 / RATE
    reader = FrameReader(media, [EVERYTHING])
    count = len(list(reader))
    assert 20 < count < 50
    assert reader.end is not None
    assert abs(reader.end - media.duration) <= 3 / RATE
    assert reader.damage is not None
    assert "2.40 s that the header promises" in reader.damage


def test_damage_costs_only_what_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    write_video(path, drift(50), RATE, codec="prores_ks", options={}, pix_fmt="yuv422p10le")
    whole = seen(opened(path))
    data = bytearray(path.read_bytes())
    place = [i for i in range(len(data)) if data[i : i + 4] == b"icpf"][20]
    data[place + 4 : place + 200] = bytes(196)
    path.write_bytes(data)
    reader = FrameReader(opened(path), [EVERYTHING])
    starts = [frame.start for frame in reader]
    assert reader.damage is not None
    assert "first at 0.80 s" in reader.damage
    assert {n / RATE for n in range(50)} - set(starts) <= {20 / RATE}
    after = seen(opened(path), between(Fraction(1), Fraction(2)))
    assert after == whole[25:50]


def test_damage_outside_the_ranges_is_not_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.mov"
    write_video(path, drift(50), RATE, codec="prores_ks", options={}, pix_fmt="yuv422p10le")
    data = bytearray(path.read_bytes())
    place = [i for i in range(len(data)) if data[i : i + 4] == b"icpf"][20]
    data[place + 4 : place + 200] = bytes(196)
    path.write_bytes(data)
    reader = FrameReader(opened(path), [between(Fraction(1), Fraction(2))])
    assert len(list(reader)) == 25
    assert reader.damage is None


def test_an_image_sequence_is_a_film(tmp_path: Path) -> None:
    for n in range(1001, 1031):
        cv2.imwrite(str(tmp_path / f"shot 50%.{n:04d}.png"), plain(n - 1001 + 20))
    sequence = ImageSequence(
        pattern=str(tmp_path / "shot 50%%.%04d.png"), first=1001, rate=Fraction(24)
    )
    media = opened(tmp_path / "shot 50%.1001.png", sequence)
    assert media.video is not None
    assert media.video.rate == 24
    assert media.duration == Fraction(30, 24)
    need = FrameNeed(width=32, height=32)
    frames = [(f.start, int(f.pixels(need)[0, 0])) for f in FrameReader(media, [EVERYTHING])]
    assert frames == [(Fraction(n, 24), 20 + n) for n in range(30)]
    late = [int(f.pixels(need)[0, 0]) for f in FrameReader(media, [between(1, 2)])]
    assert late == [44, 45, 46, 47, 48, 49]


def test_a_still_has_one_frame_and_no_length_of_its_own(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "still.png"), plain(90, 1920, 1080))
    media = opened(tmp_path / "still.png")
    assert media.video is not None
    assert (media.video.frames, media.duration) == (1, None)
    (frame,) = FrameReader(media, [EVERYTHING])
    assert np.all(frame.pixels(FrameNeed(width=64, height=64)) == 90)


def test_no_range_opens_no_file(film: Media) -> None:
    gone = film.model_copy(update={"path": "/nowhere.mp4"})
    assert list(FrameReader(gone, [])) == []
    with pytest.raises(MediaMissing):
        list(FrameReader(gone, [EVERYTHING]))


def test_a_file_without_picture_cannot_be_read_as_frames(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.zeros((1, 4800), np.float32), 48_000)
    with pytest.raises(NoPicture):
        FrameReader(probe(MediaReference(path=str(path))), [EVERYTHING])
