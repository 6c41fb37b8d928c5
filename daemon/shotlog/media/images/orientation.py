"""Orientation of a decoded picture: its display matrix as mirroring and quarter turns."""

from __future__ import annotations

import math
import struct
from typing import Any, NamedTuple

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

from shotlog.media.images.filters import build_filter_graph

_UNKNOWN = range(len(Type), len(Type) + 20)
"""Types of side data that FFmpeg has, or may soon have, and PyAV lacks."""


class Orientation(NamedTuple):
    """The turn from the stored to the shown picture: mirrored left to right first, then rotated.

    Attributes:
        rotation: Degrees clockwise: 0, 90, 180 or 270.
        mirrored: True where it is mirrored before it is rotated.
    """

    rotation: int
    mirrored: bool


UPRIGHT = Orientation(0, mirrored=False)


def read_orientation(picture: VideoFrame) -> Orientation:
    """Return the orientation of a decoded picture; angles are rounded to quarter turns."""
    # FFmpeg merges the orientation of the container (tkhd of MP4 and MOV, the projection of
    # Matroska, irot and imir of HEIF) and of the coded picture (EXIF, the display orientation SEI
    # of H.264 and HEVC) into one matrix of the frame, and decides between them.
    for data in _side_data(picture):
        if data.type is Type.DISPLAYMATRIX:
            # Nine 32-bit integers in the byte order of the machine.
            return _from_matrix(struct.unpack("=9i", bytes(data)))
    return UPRIGHT


def _from_matrix(matrix: tuple[int, ...]) -> Orientation:
    """Return the quarter turn and mirroring nearest to a matrix of ``libavutil/display.h``.

    A point (x, y), y pointing down, goes to (a x + c y, b x + d y). A clockwise turn by t has a = d
    = cos t and b = -c = sin t. Mirroring first changes the sign of a and b, hence that of the
    determinant.
    """
    a, b, _, c, d = matrix[:5]
    mirrored = a * d < b * c
    if mirrored:
        a, b = -a, -b
    quarters = round(math.atan2(b - c, a + d) / (math.pi / 2))
    return Orientation(90 * quarters % 360, mirrored)


def _side_data(picture: VideoFrame) -> tuple[SideData, ...]:
    """Return the side data of a picture, of the types that PyAV knows."""
    listed: Any  # PyAV's stub declares a dictionary
    try:
        listed = picture.side_data
    except ValueError:
        # PyAV 18.1 lists nothing as soon as one type is unknown to it, such as the EXIF data of a
        # photograph.
        listed = _without_unknown(picture).side_data
    return tuple(listed)


def _without_unknown(picture: VideoFrame) -> VideoFrame:
    """Return a reference to a frame without the side data that PyAV does not know."""
    deletions = (("sidedata", f"mode=delete:type={kind}") for kind in _UNKNOWN)
    graph = build_filter_graph(picture, *deletions)
    graph.vpush(picture)
    return graph.vpull()
