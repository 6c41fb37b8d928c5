"""Conversion of decoded frames to the pixels that a measure asks for."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from shotlog.media.decoding.opencv_picture import convert_as_opencv
from shotlog.media.decoding.prescale import Prescaler
from shotlog.media.images import build_filter_graph
from shotlog.schema import FrameNeed, Media, MediaUnsupported, Pixels, VideoStream

_SCALING = Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_UNSPECIFIED = 2  # AVCOL_SPC_UNSPECIFIED
_HD_HEIGHT = 720

_REFERENCE_WHITE = 203.0
"""Luminance of diffuse white in HDR pictures, in cd/m2: ITU-R BT.2408."""

_PEAK = 10_000.0
"""Luminance at full PQ signal, in cd/m2: SMPTE ST 2084."""


class Shape(NamedTuple):
    """Sizes and format of the pixels for a need, for one file.

    Attributes:
        scaled: Width and height of the whole scaled picture, upright.
        kept: Width and height of its centre, which is returned.
        pixels: Grey or colour.
        opencv: True for pictures as OpenCV gives them, of which ``scaled`` is the box.
    """

    scaled: tuple[int, int]
    kept: tuple[int, int]
    pixels: Literal["gray", "rgb"]
    opencv: bool = False


def compute_shape(width: int, height: int, need: FrameNeed) -> Shape:
    """Return the shape of a picture for a need.

    Args:
        width: Width for display, in square pixels.
        height: Height for display.
        need: The box, and the way in which the picture fills it.
    """
    box = (need.width, need.height)
    if need.fit == "stretch":
        return Shape(box, box, need.pixels)
    if need.fit == "opencv":
        return Shape(box, box, need.pixels, opencv=True)
    if need.fit == "cover":
        scale = max(Fraction(need.width, width), Fraction(need.height, height))
        # Rounded down, as transformers' "shortest_edge" does.
        return Shape((math.floor(width * scale), math.floor(height * scale)), box, need.pixels)
    fitted = fit_size(width, height, need)
    return Shape(fitted, fitted, need.pixels)


def fit_size(width: int, height: int, need: FrameNeed) -> tuple[int, int]:
    """Return the size of a picture that fits into a box: aspect kept, never enlarged.

    Args:
        width: Width for display, in square pixels.
        height: Height for display.
        need: The box.

    Returns:
        Width and height, each even and at least 2.
    """
    scale = min(Fraction(1), Fraction(need.width, width), Fraction(need.height, height))
    return (
        _even(width * scale, min(width, need.width)),
        _even(height * scale, min(height, need.height)),
    )


def _even(length: Fraction, limit: int) -> int:
    """Return the even number nearest to a length, at least 2 and at most a limit."""
    return max(2, min(2 * round(length / 2), limit // 2 * 2))


class Scaler:
    """Scaler of the frames of one file, directly from the decoder's planes.

    - Area-weighted scaling in swscale with bit-exact flags gives the same result on every
      processor; small pictures are scaled from a prescaled frame
      (:mod:`shotlog.media.decoding.prescale`).
    - Of interlaced pictures the first field alone is taken. It is the picture at the frame's
      start, complete and sharp, needs no neighbour in time, and has enough lines for the small
      pictures that measures take.
    - The colour matrix is that of the tag; untagged pictures are BT.709 from 720 lines on, BT.601
      below.
    - PQ is tone-mapped (:func:`build_pq_table`). HLG is unchanged, as it was made to look right on
      SDR screens (ITU-R BT.2390).
    - Mirroring, rotation and the crop to the centre come last, on the small picture. Alpha is
      ignored.

    Models were trained on pictures that were scaled in other ways: by torchvision and transformers
    from full-size RGB, with an antialiasing triangle; by decord in swscale, bicubic; by
    ``torch.nn.functional.interpolate`` from full-size RGB, without antialiasing. The mean absolute
    difference between those and this scaler at 224 x 224, in the units of a normalised input
    (standard deviation 0.224 to 0.229), over 74 frames of 73 labelled clips: median 0.022, 0.020
    (cropped to the centre), 0.015 and 0.030; 95th percentile 0.034, 0.034, 0.041 and 0.065. A
    picture stretched instead of cropped differs by 0.61. ``tests/media/test_fit.py`` computes the
    same for a picture of its own.
    """

    def __init__(self, media: Media, video: VideoStream) -> None:
        """Prepare for the frames of a picture stream of a file."""
        self._path = media.path
        self._video = video
        self._shapes: dict[FrameNeed, Shape] = {}
        self._reformatters: dict[Shape, VideoReformatter] = {}
        self._prescaler = Prescaler()
        self._fields: _FirstField | None = None
        if video.interlaced:
            self._fields = _FirstField(top=video.interlaced == "tff")

    def shape(self, need: FrameNeed) -> Shape:
        """Return the shape of this file's pictures for a need."""
        # Asked for every picture, and arithmetic of fractions is slow.
        if need not in self._shapes:
            self._shapes[need] = compute_shape(self._video.width, self._video.height, need)
        return self._shapes[need]

    def scale(self, frame: VideoFrame, shape: Shape) -> Pixels:
        """Return the pixels of a frame.

        Returns:
            (h, w) or (h, w, 3) uint8, C-contiguous and read-only.

        Raises:
            MediaUnsupported: swscale does not know the pixel format.
        """
        (width, height), kept, kind, opencv = shape
        turns = self._video.rotation // 90 % 4
        if opencv:
            return self._as_opencv(frame, shape, turns)
        if turns % 2:  # scaled before it is rotated
            width, height = height, width
        # 16 bits until the tone curve: 8 bits of PQ would show bands.
        deep = self._video.hdr == "pq"
        name = {"gray": "gray16le", "rgb": "rgb48le"} if deep else {"gray": "gray", "rgb": "rgb24"}
        reformatter = self._reformatters.setdefault(shape, VideoReformatter())
        try:
            whole = self._fields.extract(frame) if self._fields else frame
            scaled = reformatter.reformat(
                self._prescaler.source_for(whole, width, height),
                width,
                height,
                name[kind],
                src_colorspace=_matrix(frame),
                dst_colorspace=Colorspace.ITU709,
                interpolation=_SCALING,
                dst_color_range=ColorRange.JPEG,
                threads=1,
            )
        except FFmpegError as error:
            raise MediaUnsupported(self._path) from error
        array = scaled.to_ndarray()
        picture = build_pq_table()[array] if deep else array.astype(np.uint8, copy=False)
        # Mirrored first, then turned: the order in which Orientation is defined.
        if self._video.mirrored:
            picture = picture[:, ::-1]
        # NumPy turns anticlockwise, rotation is clockwise.
        upright = np.array(_centre(np.rot90(picture, -turns), *kept), order="C")
        upright.setflags(write=False)
        return upright

    def _as_opencv(self, frame: VideoFrame, shape: Shape, turns: int) -> Pixels:
        reformatter = self._reformatters.setdefault(shape, VideoReformatter())
        try:
            picture = convert_as_opencv(frame, reformatter, turns, shape.scaled)
        except FFmpegError as error:
            raise MediaUnsupported(self._path) from error
        picture.setflags(write=False)
        return picture


def _centre(picture: Pixels, width: int, height: int) -> Pixels:
    """Return a view of the centre of a picture."""
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


class _FirstField:
    """Extraction of the first field of frames by FFmpeg's ``field`` filter, without copying."""

    def __init__(self, *, top: bool) -> None:
        self._type = "top" if top else "bottom"
        self._graph: Graph | None = None
        self._layout: tuple[int, int, str] | None = None

    def extract(self, frame: VideoFrame) -> VideoFrame:
        layout = (frame.width, frame.height, frame.format.name)  # may change within a file
        if self._graph is None or layout != self._layout:
            self._graph = build_filter_graph(frame, ("field", f"type={self._type}"))
            self._layout = layout
        self._graph.vpush(frame)
        return self._graph.vpull()


def _matrix(frame: VideoFrame) -> int:
    """Return the colour matrix of a frame, as a number of AVColorSpace."""
    if frame.colorspace != _UNSPECIFIED:
        return frame.colorspace
    return Colorspace.ITU709 if frame.height >= _HD_HEIGHT else Colorspace.ITU601


@lru_cache(maxsize=1)
def build_pq_table() -> npt.NDArray[np.uint8]:
    """Return the tone curve from 16-bit PQ code values to 8-bit SDR.

    Code value to luminance by SMPTE ST 2084, then Reinhard's extended curve (Reinhard et al. 2002,
    "Photographic Tone Reproduction", eq. 4) with diffuse white of 203 cd/m2 as 1 and the white
    point at PQ's own peak, so that no highlight is clipped; then the inverse of the BT.1886
    gamma 2.4. It is applied to luma, or to R, G and B each; the wide primaries are not converted.

    Returns:
        (65536,) uint8, by code value.
    """
    m1, m2 = 2610 / 16384, 2523 / 32
    c1, c2, c3 = 3424 / 4096, 2413 / 128, 2392 / 128
    power = np.linspace(0.0, 1.0, 1 << 16) ** (1 / m2)
    nits = _PEAK * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    light, white = nits / _REFERENCE_WHITE, _PEAK / _REFERENCE_WHITE
    toned = light * (1 + light / white**2) / (1 + light)
    return np.asarray(np.rint(255 * toned ** (1 / 2.4)), dtype=np.uint8)
