"""Thumbnails: small JPEGs of the pictures on a half-second grid, kept with the other evidence."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Row, Series, TimeRange

_BYTES = 24_576
_QUALITIES = (75, 50, 25, 10)


class ThumbnailMeasure(PictureMeasure):
    """One JPEG (quality 75 where it fits, at most 256 x 144) per grid moment.

    A row holds the file's bytes, zeros behind them; packed they take some 6 kB.
    """

    name = "picture.thumbnail"
    epoch = 1
    columns = ("jpeg",)
    dtype = np.uint8
    need = FrameNeed(rate=Fraction(2), frames="reference", width=256, height=144, pixels="rgb")
    reach = Fraction(0)

    @property
    def width(self) -> int:
        """Bytes in a row."""
        return _BYTES

    def observer(self) -> Observer:
        """A fresh observer; every picture is for itself."""
        return _Shrink()


class _Shrink:
    def see(self, picture: Picture) -> Iterable[Row]:
        yield Row(picture.at, picture.at, _padded(_jpeg(picture.pixels)))


def middle_thumbnail(series: Series, span: TimeRange) -> bytes | None:
    """The JPEG nearest to the middle of a range, of those within it; None where there is none."""
    inside = series.within(span)
    if not len(inside):
        return None
    middle = float((span.start + span.end) / 2 / inside.tick)
    nearest = int(np.argmin(np.abs(inside.first - middle)))
    return bytes(inside.values[nearest]).rstrip(b"\0")


def _jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    for quality in _QUALITIES:
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
