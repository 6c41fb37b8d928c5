"""The frames of a clip that a model sees, as Shotlog shows them to the same model itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

FRAMES = 16
"""Frames that a model sees at once: ``num_frames`` of every published checkpoint."""

# Numbers of FFmpeg's headers, because PyAV names them differently from version to version.
_AREA, _ACCURATE_RND, _BITEXACT = 0x20, 0x40000, 0x80000  # SWS_*: the same bytes on any processor
_BT709, _UNSPECIFIED, _BT601 = 1, 2, 5  # AVCOL_SPC_*
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
_HD_HEIGHT = 720


class ClipUnreadable(ValueError):
    """A clip that cannot be classified: it is damaged, or holds no picture."""


def read_clip(path: Path, side: int) -> npt.NDArray[np.uint8]:
    """Return the 16 frames of a clip that a model sees, each stretched to a square.

    The bytes are those of Shotlog's ``media.decoding`` for pictures below 896 pixels in width or
    height, as Shotlog sends them. Of larger ones the local tier takes a halved copy: on two films
    of 1920 x 1080, 0.4 grey levels and 0.008 in a score. Interlaced and HDR pictures are taken as
    they are.

    Args:
        path: A video file in any format that FFmpeg reads.
        side: Width and height of the square, in pixels.

    Returns:
        (16, side, side, 3) uint8 RGB, upright.

    Raises:
        ClipUnreadable: The file is damaged, no video, or has no picture.
    """
    # Decoded twice, because headers may lie about the number of frames and a long clip does not
    # fit into memory.
    chosen = choose_frames(sum(1 for _ in _decode(path)))
    reformatter = VideoReformatter()
    pictures = {
        index: _square(frame, side, reformatter)
        for index, frame in enumerate(_decode(path))
        if index in set(chosen)
    }
    return np.stack([pictures[index] for index in chosen])


def choose_frames(count: int) -> list[int]:
    """Return the indices of 16 frames, evenly from the first to the last of ``count``.

    ``linspace(0, count - 1, 16).long()`` of torch: the sampling of the MovieShots models' authors
    (``UniformTemporalSubsample`` of pytorchvideo), in float32 and from the nearer end as torch
    computes it. A clip of fewer frames shows some of them several times.

    Raises:
        ClipUnreadable: ``count`` is 0.
    """
    if count < 1:
        raise ClipUnreadable("no picture of the clip can be decoded; send another file")
    last = np.float32(count - 1)
    step = last / np.float32(FRAMES - 1)
    near = np.arange(FRAMES, dtype=np.float32)
    ramp = np.where(near < FRAMES // 2, step * near, last - step * near[::-1])
    return [int(index) for index in ramp]


def _decode(path: Path) -> Iterator[VideoFrame]:
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipUnreadable("the clip has no picture; send a file with a video stream")
            yield from container.decode(container.streams.video[0])
    except FFmpegError as error:
        raise ClipUnreadable(
            f"the clip is damaged or no video ({error.strerror}); send another file"
        ) from error


def _square(frame: VideoFrame, side: int, reformatter: VideoReformatter) -> npt.NDArray[np.uint8]:
    matrix = int(frame.colorspace)
    if matrix == _UNSPECIFIED:
        matrix = _BT709 if frame.height >= _HD_HEIGHT else _BT601
    scaled = reformatter.reformat(
        frame,
        side,
        side,
        "rgb24",
        src_colorspace=matrix,
        dst_colorspace=_BT709,
        interpolation=_AREA | _ACCURATE_RND | _BITEXACT,
        dst_color_range=_FULL_RANGE,
    )
    # Phones store pictures lying on their side; PyAV and NumPy both count anticlockwise.
    turned = np.rot90(scaled.to_ndarray(), frame.rotation // 90)
    return np.ascontiguousarray(turned, dtype=np.uint8)
