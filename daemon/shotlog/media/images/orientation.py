"""Which way up a decoded picture is shown: its display matrix as a mirroring and quarter turns."""

from __future__ import annotations

import math
import struct
from typing import Any, NamedTuple

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

from shotlog.media.images.filters import filter_graph

_UNKNOWN = range(len(Type), len(Type) + 20)
"""Kinds of side data that FFmpeg knows, or soon may, and PyAV does not."""


class Orientation(NamedTuple):
    """How a stored picture becomes the shown one: mirrored left to right first, then turned.

    Attributes:
        rotation: Degrees clockwise: 0, 90, 180 or 270.
        mirrored: Whether it is mirrored before it is turned.
    """

    rotation: int
    mirrored: bool


UPRIGHT = Orientation(0, mirrored=False)


def orientation_of(picture: VideoFrame) -> Orientation:
    """The orientation that a decoded picture asks for; other angles count as the nearest quarter.

    FFmpeg puts what the container says (tkhd of MP4 and MOV, the projection of Matroska, irot and
    imir of HEIF) and what the coded picture says (EXIF, the display orientation SEI of H.264 and
    HEVC) into one matrix of the frame, and decides between them.
    """
    for data in _side_data(picture):
        if data.type is Type.DISPLAYMATRIX:
            return _decomposed(struct.unpack("=9i", bytes(data)))
    return UPRIGHT


def _decomposed(matrix: tuple[int, ...]) -> Orientation:
    """The quarter turn and mirroring next to a matrix of ``libavutil/display.h``.

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
    """The side data of a picture, of the kinds that PyAV knows.

    PyAV 18.1 refuses to list any as soon as there is a kind that it does not know, such as the
    EXIF data of a photograph; those are then taken off a copy of the frame.
    """
    listed: Any  # PyAV's stub says that it is a dictionary
    try:
        listed = picture.side_data
    except ValueError:
        listed = _without_unknown(picture).side_data
    return tuple(listed)


def _without_unknown(picture: VideoFrame) -> VideoFrame:
    deletions = (("sidedata", f"mode=delete:type={kind}") for kind in _UNKNOWN)
    graph = filter_graph(picture, *deletions)
    graph.vpush(picture)
    return graph.vpull()
