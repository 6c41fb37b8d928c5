"""Frames that are decoded beside the reference frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.media import FrameReader
from shotlog.media.decoding import can_read_beside
from shotlog.schema import Media
from shotlog.synthetic import write_video
from tests.media.decoding.test_frames import KINDS, LENGTH, RATE
from tests.media.material import EVERYTHING, between, drift, hashed, opened, seen, write_timed

CAN = (
    "avc.flv", "closed.mp4", "open.mp4", "open.mkv", "open.ts", "refresh.mp4", "refresh.ts",
    "hevc.mp4", "hevc.ts",
)  # fmt: skip


def written(path: Path) -> Media:
    codec, options, pix_fmt = KINDS[path.name]
    write_video(path, drift(LENGTH), RATE, codec=codec, options=options, pix_fmt=pix_fmt)
    return opened(path)


@pytest.mark.parametrize("kind", CAN)
@pytest.mark.parametrize("filtered_below", [1280, 160])
def test_frames_beside_are_those_of_a_full_decode_and_change_no_reference_frame(
    tmp_path: Path, kind: str, filtered_below: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.media.decoding.decoder._MIN_BLIND_SEEK", Fraction(1, 2))
    monkeypatch.setattr("shotlog.media.decoding.decoder._FILTERED_BELOW", filtered_below)
    media = written(tmp_path / kind)
    full = FrameReader(media, [EVERYTHING], loop_filter=False)
    everything = {frame.start: hashed(frame) for frame in full}
    for numbers, spans in (
        (range(LENGTH), [EVERYTHING]),
        ([3, 4, 17, 18, 19, 20, 21, 22, 59], [EVERYTHING]),
        ([19, 20, 21, 22], [between(19 / RATE, 23 / RATE)]),
        ([3, 5, 20, 41, 42, 58], [between(n / RATE, (n + 1) / RATE) for n in range(2, 60, 3)]),
    ):
        inside = [n for n in numbers if any(span.contains(n / RATE) for span in spans)]
        moments = [n / RATE for n in inside]
        frames = list(FrameReader(media, spans, reference=True, beside=moments))
        starts = [frame.start for frame in frames]
        assert starts == sorted(set(starts))
        assert set(moments) <= set(starts)
        assert all(hashed(frame) == everything[frame.start] for frame in frames)
        others = [(f.start, f.end, hashed(f)) for f in frames if not f.beside]
        assert others == seen(media, *spans, reference=True)
        assert {f.start for f in frames if f.beside} == set(moments) - {s for s, *_ in others}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(CAN)))
def test_of_other_film_no_frames_can_be_read_beside(tmp_path: Path, kind: str) -> None:
    media = written(tmp_path / kind)
    assert media.video is not None
    assert not can_read_beside(media.video)
    with pytest.raises(ValueError, match="cannot be read beside"):
        FrameReader(media, [EVERYTHING], reference=True, beside=[Fraction(0)])


def test_at_a_variable_rate_no_frames_can_be_read_beside(tmp_path: Path) -> None:
    times = [0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 14, 20, 21, 22, 25]
    path = write_timed(
        tmp_path / "a.mp4", drift(len(times)), times, Fraction(1, 100), codec="libx264"
    )
    video = opened(path).video
    assert video is not None
    assert video.variable_rate
    assert not can_read_beside(video)


@pytest.mark.parametrize(("width", "equal"), [(1278, True), (1280, False)])
def test_the_loop_filter_is_left_out_of_large_film_alone(
    tmp_path: Path, width: int, equal: bool
) -> None:
    path = tmp_path / "wide.mp4"
    write_video(path, drift(5, width, 64), RATE, options={"crf": "35", "bf": "0"})
    media = opened(path)
    without = FrameReader(media, [EVERYTHING], loop_filter=False)
    assert ([(f.start, f.end, hashed(f)) for f in without] == seen(media)) == equal
