"""Conversion of frames to the pixels of a need: size, levels, colours, fields, rotation."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.media import FrameReader
from shotlog.media.decoding import Prescaler, build_pq_table, fit_size
from shotlog.media.images import plane_samples
from shotlog.schema import FrameNeed, Pixels
from shotlog.synthetic import write_video
from tests.media.material import (
    EVERYTHING,
    WHOLE,
    drift,
    first_pixels,
    opened,
    plain,
    seen,
    write_timed,
)

RGB = FrameNeed(width=4096, height=4096, pixels="rgb")
LOSSLESS = {"qp": "0", "preset": "ultrafast"}
# Without B-frames: x265 gives a film that is shorter than its look-ahead a random first DTS.
PQ_TAGS = "transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc:bframes=0:log-level=none"


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(2, 999), st.integers(2, 999))
def test_a_picture_fits_its_box_even_and_never_enlarged(
    width: int, height: int, box_width: int, box_height: int
) -> None:
    need = FrameNeed(width=box_width, height=box_height)
    fitted = fit_size(width, height, need)
    for length, limit, side in zip(fitted, (box_width, box_height), (width, height), strict=True):
        assert length % 2 == 0
        assert 2 <= length <= max(2, min(limit, side))
    scale = min(1, box_width / width, box_height / height)
    assert abs(fitted[0] - width * scale) <= 2
    assert abs(fitted[1] - height * scale) <= 2


@pytest.mark.parametrize(
    ("width", "height", "box", "fitted"),
    [
        (1920, 1080, (384, 216), (384, 216)),
        (1080, 1920, (384, 216), (122, 216)),
        (640, 360, (224, 224), (224, 126)),
        (425, 239, (1000, 1000), (424, 238)),
        (4096, 1, (64, 64), (64, 2)),
    ],
)
def test_known_sizes(
    width: int, height: int, box: tuple[int, int], fitted: tuple[int, int]
) -> None:
    assert fit_size(width, height, FrameNeed(width=box[0], height=box[1])) == fitted


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "suffix"),
    [
        ("libx264", "yuv420p", "mp4"),
        ("libx264", "yuv422p10le", "mov"),
        ("libx264", "yuv444p", "mp4"),
        ("mjpeg", "yuvj420p", "avi"),
        ("prores_ks", "yuv422p10le", "mov"),
        ("ffv1", "gray", "mkv"),
        ("ffv1", "gray10le", "mkv"),
        ("ffv1", "yuva420p", "mkv"),
        ("png", "rgb24", "mov"),
        ("png", "rgba", "mov"),
        ("qtrle", "argb", "mov"),
    ],
)
@pytest.mark.parametrize("level", [0, 73, 182, 255])
def test_grey_is_grey_at_full_range_in_every_format(
    tmp_path: Path, codec: str, pix_fmt: str, suffix: str, level: int
) -> None:
    path = tmp_path / f"a.{suffix}"
    options = LOSSLESS if codec == "libx264" else {}
    write_video(
        path, [plain(level)] * 2, Fraction(25), codec=codec, options=options, pix_fmt=pix_fmt
    )
    media = opened(path)
    grey, colour = first_pixels(media, WHOLE), first_pixels(media, RGB)
    assert grey.shape == (90, 160)
    assert colour.shape == (90, 160, 3)
    assert abs(grey.astype(int) - level).max() <= 2
    assert abs(colour.astype(int) - level).max() <= 3


@pytest.mark.parametrize(("width", "height", "matrix"), [(1280, 720, 1), (720, 576, 5)])
def test_untagged_colours_follow_the_size(
    tmp_path: Path, width: int, height: int, matrix: int
) -> None:
    colour = np.zeros((height, width, 3), np.uint8)
    colour[:] = (200, 40, 90)
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options=LOSSLESS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        frame = av.VideoFrame.from_ndarray(colour, format="rgb24")
        coded = frame.reformat(format="yuv444p", dst_colorspace=matrix)
        coded.colorspace = 2
        container.mux(stream.encode(coded))
        container.mux(stream.encode(None))
    got = first_pixels(opened(path), RGB)
    assert abs(got.astype(int) - colour).max() <= 3


def test_pixels_are_read_only_contiguous_and_made_once(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", drift(1), Fraction(25))
    (frame,) = FrameReader(opened(tmp_path / "a.mp4"), [EVERYTHING])
    pixels = frame.pixels(FrameNeed(width=80, height=80))
    assert pixels.flags.c_contiguous
    assert not pixels.flags.writeable
    assert frame.pixels(FrameNeed(width=80, height=46)) is pixels
    assert frame.pixels(FrameNeed(width=80, height=80, pixels="rgb")) is not pixels


def corners() -> Pixels:
    """Return a picture of four grey levels: 20 and 90 above, 160 and 230 below."""
    picture = np.empty((90, 160, 3), np.uint8)
    picture[:45, :80], picture[:45, 80:] = 20, 90
    picture[45:, :80], picture[45:, 80:] = 160, 230
    return picture


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (0, [[20, 90], [160, 230]]),
        (90, [[90, 230], [20, 160]]),
        (180, [[230, 160], [90, 20]]),
        (270, [[160, 20], [230, 90]]),
    ],
)
def test_pictures_are_turned_upright(tmp_path: Path, turn: int, expected: list[list[int]]) -> None:
    path = write_timed(
        tmp_path / "a.mp4", [corners()], [0], Fraction(1, 25), options=LOSSLESS, turn=turn
    )
    media = opened(path)
    assert media.video is not None
    size = (160, 90) if turn % 180 == 0 else (90, 160)
    assert (media.video.width, media.video.height) == size
    assert media.video.rotation == -turn % 360
    pixels = first_pixels(media, WHOLE)
    height, width = pixels.shape
    quarters = pixels[height // 4 :: height // 2, width // 4 :: width // 2].astype(int)
    assert abs(quarters - np.array(expected)).max() <= 2


def test_oblong_pixels_are_stretched(tmp_path: Path) -> None:
    path = write_timed(
        tmp_path / "a.mp4",
        [plain(99, 720, 576)],
        [0],
        Fraction(1, 25),
        aspect=Fraction(64, 45),
    )
    media = opened(path)
    assert media.video is not None
    assert (media.video.width, media.video.height) == (1024, 576)
    assert first_pixels(media, FrameNeed(width=256, height=256)).shape == (144, 256)


@pytest.mark.parametrize(("order", "shown"), [("tff", 40), ("bff", 200)])
def test_of_two_fields_the_first_is_taken(tmp_path: Path, order: str, shown: int) -> None:
    combed = plain(40)
    combed[1::2] = 200
    path = write_timed(
        tmp_path / "a.mov",
        [combed] * 3,
        range(3),
        Fraction(1, 25),
        codec="prores_ks",
        pix_fmt="yuv422p10le",
        options={"flags": "+ildct", "field_order": order[0] * 2},
    )
    media = opened(path)
    assert media.video is not None
    assert media.video.interlaced == order
    frames = list(FrameReader(media, [EVERYTHING]))
    assert [f.start for f in frames] == [0, Fraction(1, 25), Fraction(2, 25)]
    assert abs(frames[0].pixels(WHOLE).astype(int) - shown).max() <= 2


def test_highlights_of_hdr_are_not_crushed(tmp_path: Path) -> None:
    ramp = np.repeat(np.linspace(0, 255, 256).astype(np.uint8)[None, :, None], 64, axis=0)
    path = tmp_path / "pq.mov"
    write_video(
        path,
        [np.ascontiguousarray(np.repeat(ramp, 3, axis=2))],
        Fraction(25),
        codec="libx265",
        options={"preset": "ultrafast", "x265-params": f"lossless=1:{PQ_TAGS}"},
        pix_fmt="yuv420p10le",
    )
    media = opened(path)
    assert media.video is not None
    assert (media.video.hdr, media.video.bit_depth) == ("pq", 10)
    for need in (WHOLE, RGB):
        row = first_pixels(media, need)[32].reshape(256, -1)[:, 0].astype(int)
        assert np.all(np.diff(row) >= 0)
        # Diffuse white, 203 cd/m2, has the PQ signal 0.58: BT.2408.
        assert row[148] == pytest.approx(191, abs=4)
        # Highlights from 1000 to 10 000 cd/m2 stay distinct.
        assert len(np.unique(row[192:])) > 15
        assert row[255] == 255


def test_the_tone_curve_rises_over_its_whole_range() -> None:
    table = build_pq_table().astype(int)
    assert (table[0], table[-1]) == (0, 255)
    assert np.all(np.diff(table) >= 0)
    assert len(np.unique(table)) == 256


def test_pictures_of_one_file_may_change_their_size(tmp_path: Path) -> None:
    small, large = tmp_path / "small.h264", tmp_path / "large.h264"
    write_video(small, drift(5, 160, 90), Fraction(25))
    write_video(large, drift(5, 320, 180), Fraction(25))
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    need = FrameNeed(width=100, height=100)
    shapes = {f.pixels(need).shape for f in FrameReader(opened(both), [EVERYTHING])}
    assert shapes == {(56, 100)}
    assert len(seen(opened(both))) == 10


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p", "yuv444p"])
@pytest.mark.parametrize("pixels", ["gray", "rgb"])
def test_small_pictures_are_scaled_from_a_half_and_hardly_differ(
    tmp_path: Path, pix_fmt: str, pixels: Literal["gray", "rgb"], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.mp4"
    write_video(path, drift(2, 640, 360), Fraction(25), pix_fmt=pix_fmt)
    media, need = opened(path), FrameNeed(width=96, height=54, pixels=pixels)
    halved = first_pixels(media, need)
    monkeypatch.setattr("shotlog.media.decoding.prescale._FORMATS", {})
    whole = first_pixels(media, need)
    difference = np.abs(halved.astype(int) - whole)
    assert 0 < difference.mean() < 2.5  # for noise in every colour; film differs by 0.3
    assert difference.max() < 40


def test_a_half_is_never_smaller_than_what_is_made_of_it() -> None:
    frame = av.VideoFrame(160, 120, "gray")
    prescaler = Prescaler()
    half = prescaler.source_for(frame, 40, 30)
    assert (half.width, half.height) == (80, 60)
    assert prescaler.source_for(frame, 40, 30) is half
    assert prescaler.source_for(frame, 41, 10) is frame
    assert prescaler.source_for(frame, 20, 12).width == 40


@pytest.mark.parametrize(
    ("pix_fmt", "kind", "highest", "components"),
    [
        ("gray", np.uint8, 255, 1),
        ("yuv422p", np.uint8, 255, 1),
        ("yuv420p10le", np.uint16, 1023, 1),
        ("yuv422p12le", np.uint16, 4095, 1),
        ("gbrp16le", np.uint16, 65535, 1),
        ("gbrpf32le", np.float32, 4, 1),
        ("rgb24", np.uint8, 255, 3),
        ("bgra", np.uint8, 255, 4),
        ("rgb48le", np.uint16, 65535, 3),
    ],
)
def test_each_sample_of_a_half_is_the_mean_of_four(
    pix_fmt: str, kind: type[np.uint8 | np.uint16 | np.float32], highest: int, components: int
) -> None:
    draw = np.random.default_rng(3)
    frame = av.VideoFrame(3840, 16, pix_fmt)
    for plane in frame.planes:
        samples = plane_samples(plane, kind, components)
        samples[:] = (draw.random(samples.shape) * highest).astype(kind)
    half = Prescaler().source_for(frame, 960, 4)
    assert (half.width, half.height) == (1920, 8)
    for small, large in zip(half.planes, frame.planes, strict=True):
        whole = plane_samples(large, kind, components).astype(float)
        height, width = whole.shape[:2]
        mean = whole.reshape(height // 2, 2, width // 2, 2, components).mean(axis=(1, 3))
        got = plane_samples(small, kind, components).reshape(mean.shape)
        assert np.abs(got - mean).max() <= 0.5


def test_frames_that_are_not_worth_halving_are_scaled_whole() -> None:
    for pix_fmt, width in (("yuv422p10le", 1920), ("nv12", 3840)):
        frame = av.VideoFrame(width, 16, pix_fmt)
        assert Prescaler().source_for(frame, 64, 2) is frame
