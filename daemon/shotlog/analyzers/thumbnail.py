"""Thumbnails: small JPEGs of the pictures on a half-second grid, kept with the other evidence."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Row, Series, TimeRange

_BYTES = 24_576
"""Bytes of a row: the largest JPEG that is kept."""
_QUALITIES = (75, 50, 25, 10)
"""JPEG qualities, tried in order until the file fits a row."""


class ThumbnailMeasure(PictureMeasure):
    """One JPEG (quality 75 where it fits, at most 256 x 144) per grid moment.

    A row holds the bytes of the file, padded with zeros; compressed they take about 6 kB.
    """

    name = "picture.thumbnail"
    epoch = 1
    columns = ("jpeg",)
    dtype = np.uint8
    need = FrameNeed(rate=Fraction(2), frames="reference", width=256, height=144, pixels="rgb")
    reach = Fraction(0)

    @property
    def width(self) -> int:
        """Number of bytes in a row."""
        return _BYTES

    def observer(self) -> Observer:
        """Return a new observer; every picture is processed alone."""
        return _Shrink()


class _Shrink:
    def see(self, picture: Picture) -> Iterable[Row]:
        yield Row(picture.at, picture.at, _padded(_jpeg(picture.pixels)))


def middle_thumbnail(series: Series, span: TimeRange) -> bytes | None:
    """Return the JPEG nearest to the middle of a range, among those within it; None without any."""
    inside = series.within(span)
    if not len(inside):
        return None
    middle = float((span.start + span.end) / 2 / inside.tick)
    nearest = int(np.argmin(np.abs(inside.first - middle)))
    # A JPEG ends with FF D9, so no zero of the file is lost.
    return bytes(inside.values[nearest]).rstrip(b"\0")


def _jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    # Noisy pictures may exceed a row at the best quality; pure noise has 4.6 kB at the last one.
    for quality in _QUALITIES:
        # OpenCV encodes pixels in the order blue, green, red.
        _, data = cv2.imencode(
            ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
        )
        if len(data) <= _BYTES:
            break
    return data.tobytes()


def _padded(data: bytes) -> npt.NDArray[np.uint8]:
    row = np.zeros(_BYTES, np.uint8)
    row[: len(data)] = np.frombuffer(data, np.uint8)
    return row
