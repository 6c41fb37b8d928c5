"""Pictures that fill a square, as models take them: stretched, or cropped to the centre."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - its conventional name
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from hypothesis import given
from hypothesis import strategies as st

from shotlog.media import FrameReader
from shotlog.media.decoding import compute_shape
from shotlog.schema import FrameNeed, Pixels
from shotlog.synthetic import write_video
from tests.media.material import EVERYTHING, drift, first_pixels, opened, plain, write_timed

LOSSLESS = {"qp": "0", "preset": "ultrafast"}
SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def square(fit: Literal["inside", "stretch", "cover"], side: int = SIDE) -> FrameNeed:
    return FrameNeed(width=side, height=side, pixels="rgb", fit=fit)


sides = st.integers(2, 5000)
boxes = st.integers(1, 500)


@given(sides, sides, boxes, boxes)
def test_a_stretched_picture_has_exactly_the_size_of_its_box(
    width: int, height: int, box_width: int, box_height: int
) -> None:
    need = FrameNeed(width=box_width, height=box_height, fit="stretch")
    assert compute_shape(width, height, need).scaled == (box_width, box_height)
    assert compute_shape(width, height, need).kept == (box_width, box_height)


@given(sides, sides, boxes, boxes)
def test_a_covering_picture_keeps_its_aspect_and_leaves_no_gap(
    width: int, height: int, box_width: int, box_height: int
) -> None:
    need = FrameNeed(width=box_width, height=box_height, fit="cover")
    shape = compute_shape(width, height, need)
    assert shape.kept == (box_width, box_height)
    assert shape.scaled[0] >= box_width
    assert shape.scaled[1] >= box_height
    scale = max(Fraction(box_width, width), Fraction(box_height, height))
    assert 0 <= width * scale - shape.scaled[0] < 1
    assert 0 <= height * scale - shape.scaled[1] < 1
    assert shape.scaled[0] == box_width or shape.scaled[1] == box_height


@pytest.mark.parametrize(
    ("width", "height", "scaled"),
    [
        (1920, 1080, (398, 224)),
        (1080, 1920, (224, 398)),
        (720, 576, (280, 224)),
        (160, 90, (398, 224)),
        (500, 500, (224, 224)),
    ],
)
def test_covering_sizes_are_those_of_transformers(
    width: int, height: int, scaled: tuple[int, int]
) -> None:
    assert compute_shape(width, height, square("cover")).scaled == scaled


@pytest.mark.parametrize("fit", ["stretch", "cover"])
@pytest.mark.parametrize("pixels", ["gray", "rgb"])
@pytest.mark.parametrize("size", [(64, 36), (36, 64), (640, 360), (226, 224)])
def test_small_pictures_are_enlarged_and_large_ones_reduced(
    tmp_path: Path,
    fit: Literal["stretch", "cover"],
    pixels: Literal["gray", "rgb"],
    size: tuple[int, int],
) -> None:
    write_video(tmp_path / "a.mp4", [plain(120, *size)], Fraction(25), options=LOSSLESS)
    need = FrameNeed(width=SIDE, height=SIDE, pixels=pixels, fit=fit)
    got = first_pixels(opened(tmp_path / "a.mp4"), need)
    assert got.shape == ((SIDE, SIDE, 3) if pixels == "rgb" else (SIDE, SIDE))
    assert got.flags.c_contiguous
    assert not got.flags.writeable
    assert abs(got.astype(int) - 120).max() <= 2


def stripes() -> Pixels:
    """Return a wide picture: dark at the left, grey in the centre square, bright at the right."""
    picture = np.empty((90, 180, 3), np.uint8)
    picture[:, :45], picture[:, 45:135], picture[:, 135:] = 30, 120, 220
    return picture


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_what_covers_shows_the_middle_and_what_is_stretched_shows_all(
    tmp_path: Path, turn: int
) -> None:
    path = write_timed(
        tmp_path / "a.mp4", [stripes()], [0], Fraction(1, 25), options=LOSSLESS, turn=turn
    )
    media = opened(path)
    cover = first_pixels(media, square("cover", 90)).astype(int)
    assert abs(cover[4:-4, 4:-4] - 120).max() <= 2
    stretch = first_pixels(media, square("stretch", 90)).astype(int)[..., 0]
    along = stretch[45] if turn % 180 == 0 else stretch[:, 45]
    expected = [30, 120, 220] if turn in (0, 270) else [220, 120, 30]
    assert abs(along[[10, 45, 80]] - expected).max() <= 3


def test_of_two_fields_the_first_fills_the_square(tmp_path: Path) -> None:
    combed = plain(40)
    combed[1::2] = 200
    path = write_timed(
        tmp_path / "a.mov",
        [combed] * 2,
        range(2),
        Fraction(1, 25),
        codec="prores_ks",
        pix_fmt="yuv422p10le",
        options={"flags": "+ildct", "field_order": "tt"},
    )
    for fit in ("stretch", "cover"):
        got = first_pixels(opened(path), FrameNeed(width=SIDE, height=SIDE, fit=fit))
        assert abs(got.astype(int) - 40).max() <= 2


def test_every_fit_of_an_hdr_picture_has_the_same_tone_curve(tmp_path: Path) -> None:
    # Without B-frames: x265 gives a film that is shorter than its look-ahead a random first DTS.
    tags = "transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc:bframes=0:log-level=none"
    path = tmp_path / "pq.mov"
    write_video(
        path,
        [plain(148)],
        Fraction(25),
        codec="libx265",
        options={"preset": "ultrafast", "x265-params": f"lossless=1:{tags}"},
        pix_fmt="yuv420p10le",
    )
    media = opened(path)
    means = [first_pixels(media, square(fit)).mean() for fit in ("inside", "stretch", "cover")]
    assert means == pytest.approx([191] * 3, abs=4)  # diffuse white: BT.2408
    assert np.ptp(means) <= 1


def test_only_needs_with_equal_results_share_pixels(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", drift(1), Fraction(25))
    (frame,) = FrameReader(opened(tmp_path / "a.mp4"), [EVERYTHING])
    stretch, cover = frame.pixels(square("stretch", 90)), frame.pixels(square("cover", 90))
    assert stretch.shape == cover.shape
    assert not np.array_equal(stretch, cover)
    whole = FrameNeed(width=160, height=90, pixels="rgb")
    assert frame.pixels(whole) is frame.pixels(whole.model_copy(update={"fit": "cover"}))
    assert not np.array_equal(cover, frame.pixels(whole)[:, :90])


def landscape() -> Pixels:
    """Return a picture with detail of every size: noise of all octaves, and hard edges."""
    random = np.random.default_rng(3)
    picture = np.zeros((720, 1280, 3))
    for octave in range(8):
        step = 2**octave
        grain = random.normal(size=(720 // step + 1, 1280 // step + 1, 3))
        picture += step * np.kron(grain, np.ones((step, step, 1)))[:720, :1280]
    picture = 128 + 40 * picture / picture.std()
    picture[200:500, 300:330] = (250, 20, 60)
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fit") / "a.mp4"
    write_video(path, [landscape()], Fraction(25), options={"crf": "16", "preset": "ultrafast"})
    return path


Normal = npt.NDArray[np.float32]


def normalised(pixels: npt.NDArray[np.float32] | Pixels) -> Normal:
    """Convert (h, w, 3) of 0 to 255 to the units of a model's input."""
    return np.asarray((pixels / np.float32(255) - MEAN) / STD, dtype=np.float32)


def resized(picture: npt.NDArray[np.float32], width: int, height: int, *, smooth: bool) -> Normal:
    """Resize (h, w, 3) by torch's bilinear interpolation."""
    tensor = torch.from_numpy(picture).permute(2, 0, 1)[None]
    small = F.interpolate(
        tensor, size=(height, width), mode="bilinear", antialias=smooth, align_corners=False
    )
    return np.asarray(small[0].permute(1, 2, 0).numpy(), dtype=np.float32)


def full(frame: VideoFrame) -> npt.NDArray[np.float32]:
    scaling = Interpolation.BICUBIC | Interpolation.ACCURATE_RND
    rgb = frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709, interpolation=scaling)
    return rgb.to_ndarray().astype(np.float32)


def movieshots(frame: VideoFrame) -> Normal:
    """Normalise at full size, then torchvision's antialiased resize."""
    return resized(normalised(full(frame)), SIDE, SIDE, smooth=True)


def camera_motion(frame: VideoFrame) -> Normal:
    """Resize as decord's ``width=224, height=224``: FFmpeg's scale filter, bicubic."""
    scaled = frame.reformat(
        SIDE,
        SIDE,
        "rgb24",
        src_colorspace=Colorspace.ITU709,
        interpolation=Interpolation.BICUBIC,
    )
    return normalised(scaled.to_ndarray().astype(np.float32))


def motion_predictor(frame: VideoFrame) -> Normal:
    """Scale to 0..1, then ``interpolate`` without antialiasing; the model normalises."""
    return normalised(resized(full(frame), SIDE, SIDE, smooth=False))


def shortest_edge(frame: VideoFrame) -> Normal:
    """Resize as transformers' image processor: shortest edge to 224 in 8 bits, then the centre."""
    small = np.rint(resized(full(frame), 398, SIDE, smooth=True)).clip(0, 255)
    left = (398 - SIDE) // 2
    return normalised(small[:, left : left + SIDE])


@pytest.mark.parametrize(
    ("fit", "authors", "tolerance"),
    [
        ("stretch", movieshots, 0.05),
        ("stretch", camera_motion, 0.05),
        ("stretch", motion_predictor, 0.07),
        ("cover", shortest_edge, 0.05),
    ],
)
def test_pixels_are_those_of_the_authors_within_a_tolerance(
    film: Path,
    fit: Literal["stretch", "cover"],
    authors: Callable[[VideoFrame], Normal],
    tolerance: float,
) -> None:
    with av.open(str(film)) as container:
        expected = authors(next(container.decode(video=0)))
    got = normalised(first_pixels(opened(film), square(fit)))
    difference = float(np.abs(got - expected).mean())
    assert difference < tolerance


def test_the_error_of_a_wrong_fit_exceeds_the_tolerance(film: Path) -> None:
    """The error of a wrong fit is far above the tolerances of this module."""
    media = opened(film)
    stretch, cover = (normalised(first_pixels(media, square(f))) for f in ("stretch", "cover"))
    assert np.abs(stretch - cover).mean() > 0.3
