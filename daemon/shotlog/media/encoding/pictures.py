"""Encoding of a few pictures as a small film, for services that run models."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from typing import Final

import av
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from av.video.stream import VideoStream

from shotlog.schema import Pixels

RATE: Final = 16
"""Frames per second of the film: 16 frames are one second, whatever they were chosen from."""


def _matrix(side: int) -> str:
    """Return weights of quantisation as x264 takes them, row by row; 16 is that of no matrix.

    They grow from 3, for what is alike in a whole block of the transform, to 51, for its finest
    pattern. A VideoMAE sums over blocks of 16 x 16 pixels, and hardly sees errors of fine patterns.

    Args:
        side: Coefficients of a side of the block: 4 or 8.
    """
    steps = (row + column for row in range(side) for column in range(side))
    return ",".join(str(round(3 + 24 * step / (side - 1))) for step in steps)


_X264: Final = {
    "preset": "superfast",
    "tune": "psnr",  # a model compares numbers; what pleases eyes is error to it
    "crf": "19",
    # Decoders that read no tags take small film for BT.601, those that do are told so.
    "x264-params": f"cqm4={_matrix(4)}:cqm8={_matrix(8)}"
    ":colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m",
}
"""Options of x264; how they were chosen is in ``benchmarks/README.md``, "Clips for providers"."""


def encode_pictures(pictures: Pixels) -> bytes:
    """Return pictures as an MP4 file, H.264 in 4:4:4, which software decoders read.

    In 4:2:0 every channel is darker by a grey level on average once it is decoded, as swscale
    converts it. The same pictures give the same bytes, with one build of x264.

    Args:
        pictures: (n, h, w, 3) uint8 RGB.
    """
    target = BytesIO()
    converter = VideoReformatter()  # a frame's own would be set up anew for each, for 0.2 ms
    _, height, width, _ = pictures.shape
    with av.open(target, "w", format="mp4") as container:
        stream: VideoStream = container.add_stream("libx264", rate=RATE, options=_X264)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        stream.codec_context.thread_count = 1  # several would cut the picture elsewhere
        for number, pixels in enumerate(pictures):
            frame = converter.reformat(
                av.VideoFrame.from_ndarray(pixels, format="rgb24"),
                format="yuv444p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG,
            )  # fmt: skip
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()
