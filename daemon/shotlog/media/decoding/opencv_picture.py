"""Pictures as OpenCV's VideoCapture gives them, for detectors whose numbers were made for those."""

from __future__ import annotations

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from shotlog.schema import Pixels


def convert_as_opencv(
    frame: VideoFrame, reformatter: VideoReformatter, turns: int, box: tuple[int, int]
) -> Pixels:
    """Return a frame as ``cv2.VideoCapture`` converts it and ``cv2.resize`` makes it smaller.

    VideoCapture ignores the pixel aspect and the tag of the colour matrix: every frame is converted
    from BT.601, in full size, by swscale with bicubic chroma (``modules/videoio/src/
    cap_ffmpeg_impl.hpp`` of OpenCV). It turns the picture upright. The size is that of
    PySceneDetect's ``SceneManager``: the longer side brought to a length, bilinear, without
    antialiasing.

    Args:
        frame: The decoded frame.
        reformatter: The reformatter of this file.
        turns: Quarter turns clockwise that make it upright.
        box: Width and height into which a larger picture is brought.

    Returns:
        (h, w, 3) uint8 RGB.

    Raises:
        FFmpegError: swscale does not know the pixel format.
    """
    converted = reformatter.reformat(
        frame,
        format="rgb24",
        src_colorspace=Colorspace.ITU601,
        dst_colorspace=Colorspace.ITU601,
        interpolation=Interpolation.BICUBIC,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    whole = converted.to_ndarray().astype(np.uint8, copy=False)
    upright = np.ascontiguousarray(np.rot90(whole, -turns))
    height, width = upright.shape[:2]
    factor = max(width / box[0], height / box[1])
    if factor <= 1:
        return upright
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    return np.asarray(cv2.resize(upright, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
