"""Files whose timestamps start again get continuous ones; damage is no new start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.media.clocks import (
    PacketStamp,
    StreamStamps,
    continuous_times,
    find_breaks,
    find_jumps,
)
from shotlog.schema import Break
from shotlog.synthetic import write_video
from tests.media.material import between, drift, opened, seen

TICK = Fraction(1, 90_000)
FRAME = 3600  # ticks of 1/90000 s at 25 fps
RATE = Fraction(25)


def clock(times: Iterable[int], ahead: int = 10, step: int = 1000, at: int = 0) -> StreamStamps:
    """Return packets with equal decoding and presentation times, one every ``step`` bytes."""
    stamps = [PacketStamp(at + n * step, time, time) for n, time in enumerate(times)]
    return StreamStamps(stamps, TICK, Fraction(ahead))


def run(start: int, count: int = 50, step: int = FRAME) -> list[int]:
    return list(range(start, start + count * step, step))


@pytest.mark.parametrize("start", [0, 100_000, 171_000, 90_000 * 3600])
def test_a_piece_that_follows_begins_one_frame_after_the_last(start: int) -> None:
    picture = clock([*run(0), *run(start)])
    breaks, _ = find_breaks(picture, None, 0)
    last = Fraction(49, 25)
    assert breaks == (Break(at=Fraction(2), position=50_000, shift=2 - start * TICK, last=last),)
    assert continuous_times(picture, breaks) == run(0, 100)


def test_many_pieces_of_a_rate_that_no_tick_holds_stay_on_its_grid() -> None:
    rate = Fraction(24_000, 1001)
    length = 1 / rate / TICK  # 3753.75 ticks
    piece = [round(n * length) for n in range(17)]
    picture = clock(piece * 40)
    times = continuous_times(picture, find_breaks(picture, None, 0)[0])
    assert [round(t / length) for t in times] == list(range(17 * 40))
    assert all(abs(t - n * length) <= 1 for n, t in enumerate(times))


@pytest.mark.parametrize("stray", [0, 50_000, 90_000 * 5000])
def test_a_single_odd_timestamp_is_damage(stray: int) -> None:
    times = run(0)
    times[30] = stray
    assert find_jumps(clock(times)) == []


def test_frames_that_travel_in_decoding_order_do_not_fall_back() -> None:
    # In joined Matroska files, decoding times are presentation times.
    group = [0, 9, 5, 3, 2, 1, 4, 7, 6, 8]
    shown = [(9 * n + g) * FRAME for n in range(12) for g in group[1:]]
    assert find_jumps(clock(shown)) == []
    assert find_jumps(clock([*shown, *shown])) == [len(shown)]


def test_a_head_whose_first_pictures_are_missing_is_no_new_start() -> None:
    # Timestamps by FFmpeg of a program stream that begins in the middle of an open GOP.
    head = [41_401, 45_001, 48_601, 45_000, 55_800, 59_400, 63_000, 66_600]
    assert find_jumps(clock([*head, *run(70_200)])) == []


def test_a_picture_may_stand_for_minutes_where_a_format_is_not_known_to_break_off() -> None:
    minutes, hour = 90_000 * 60 * 20, 90_000 * 3600
    assert find_jumps(clock([*run(0), *run(minutes)], ahead=1800)) == []
    assert find_jumps(clock([*run(0), *run(hour)], ahead=1800)) == [50]
    assert find_jumps(clock([*run(0), *run(90_000 * 8)])) == []  # a dropout of six seconds


def test_a_picture_every_hour_is_time_lapse_and_no_break() -> None:
    assert find_jumps(clock([n * 90_000 * 3600 for n in range(50)], ahead=1800)) == []


def test_the_last_frame_of_a_piece_lasts_as_long_as_the_others_of_its_piece() -> None:
    # 50 frames at 25, then 200 at 50: the second piece begins at 2 s.
    picture = clock([*run(0), *run(0, 200, FRAME // 2)])
    (item,) = find_breaks(picture, None, 0)[0]
    assert item.at == 2


def test_a_last_frame_that_has_a_time_of_the_next_piece_stays_in_its_own() -> None:
    stamps = clock([*run(0), *run(90_000 * 5000)]).stamps
    late = [s._replace(pts=(s.dts or 0) + FRAME) for s in stamps]
    late[49] = late[49]._replace(pts=90_000 * 5000)
    picture = StreamStamps(late, TICK, Fraction(10))
    breaks, _ = find_breaks(picture, None, FRAME)
    assert continuous_times(picture, breaks) == run(FRAME, 100)


def test_a_piece_begins_before_the_jump_of_its_decoding_times() -> None:
    # Timestamps by FFmpeg of Matroska: decoding times follow two packets late.
    hour = 90_000 * 3600
    stamps = clock([*run(0), *run(hour)]).stamps
    for n, going_on in ((50, 50 * FRAME), (51, 51 * FRAME)):
        stamps[n] = stamps[n]._replace(dts=going_on)
    assert find_jumps(StreamStamps(stamps, TICK, Fraction(1800))) == [50]


def test_sound_is_shifted_with_the_picture_of_its_piece() -> None:
    picture = clock([*run(0), *run(9000)])
    # 1920 ticks a packet, 94 a piece; the first of the second piece comes before its picture.
    heard = clock([*run(0, 94, 1920), *run(9100, 94, 1920)], step=530, at=7)
    pictures, sounds = find_breaks(picture, heard, 0)
    assert [item.shift for item in sounds] == [item.shift for item in pictures]
    assert [item.position for item in sounds] == [7 + 94 * 530]


def test_sound_that_begins_after_the_seam_is_shifted_too() -> None:
    heard = clock(run(90_000, 90, 1920), step=530, at=50_100)
    _, sounds = find_breaks(clock([*run(0), *run(90_000)]), heard, 0)
    assert [(item.position, item.shift) for item in sounds] == [(50_000, Fraction(1))]


def test_continuous_sound_is_not_shifted() -> None:
    heard = clock(run(0, 200, 1920), step=500)
    pictures, sounds = find_breaks(clock([*run(0), *run(9000)]), heard, 0)
    assert len(pictures) == 1
    assert sounds == ()


def test_a_held_picture_under_continuous_sound_is_no_break() -> None:
    picture = clock([*run(0), *run(90_000 * 15)])
    assert find_breaks(picture, clock(run(0, 800, 1920), step=125), 0) == ((), ())
    assert len(find_breaks(picture, None, 0)[0]) == 1


def test_breaks_are_described_in_media_time() -> None:
    (item,) = find_breaks(clock([*run(7200), *run(0)]), None, origin=7200)[0]
    assert item.at == 2


def test_frames_over_a_seam_are_those_of_the_pieces(tmp_path: Path) -> None:
    pieces = [tmp_path / "a.ts", tmp_path / "b.ts"]
    for number, path in enumerate(pieces):
        pictures = list(drift(60))[30 * number : 30 * number + 30]
        write_video(path, pictures, RATE, options={"g": "10"})
    joined = tmp_path / "j.ts"
    joined.write_bytes(b"".join(path.read_bytes() for path in pieces))
    media = opened(joined)
    apart = [pixels for path in pieces for *_, pixels in seen(opened(path))]
    together = seen(media)
    assert [pixels for *_, pixels in together] == apart
    assert [start for start, *_ in together] == [n / RATE for n in range(60)]
    assert seen(media, between(Fraction(28, 25), Fraction(32, 25))) == together[28:32]
    assert media.duration == 60 / RATE
    assert _marked(media.video.breaks if media.video else ()) == [30 / RATE]


def test_a_long_file_of_which_the_index_knows_the_first_piece_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_video(tmp_path / "a.mkv", drift(60), RATE, options={"g": "10"})
    joined = tmp_path / "j.mkv"
    joined.write_bytes(2 * (tmp_path / "a.mkv").read_bytes())
    monkeypatch.setattr("shotlog.media.container.timing._MAX_FULL_READ", 0)
    monkeypatch.setattr("shotlog.media.container.timing._HEAD_PACKETS", 30)
    monkeypatch.setattr("shotlog.media.clocks.index._MAX_TRAILER_BYTES", 20_000)
    media = opened(joined)
    assert media.duration == 120 / RATE
    assert media.warnings == (
        "its timestamps start again or jump at 2.40 s; the pieces were taken one after the other",
    )


def _marked(breaks: Sequence[Break]) -> list[Fraction]:
    return [item.at for item in breaks]


def test_a_last_frame_that_has_the_time_of_another_ends_its_piece_where_it_should() -> None:
    # Timestamps by FFmpeg of program streams of 25 and then 50 fps: of two frames presented at
    # 2.96 s the first should be at 3.00 s, a frame after the last decoding time. The first
    # begins a frame late, so the new piece begins at 75 frames, 3 s.
    stamps = clock([*run(0, 75), *run(0, 50, FRAME // 2)]).stamps
    late = [s._replace(pts=(s.dts or 0) + FRAME) for s in stamps[:75]]
    late[73] = late[73]._replace(pts=74 * FRAME)
    late[74] = late[74]._replace(pts=74 * FRAME)
    picture = StreamStamps([*late, *stamps[75:]], TICK, Fraction(10))
    (item,) = find_breaks(picture, None, FRAME)[0]
    assert item.at == 3
