"""Measure of flatness: the figures of pictures, and the likeness of neighbouring ones."""

from __future__ import annotations

from collections.abc import Iterator

from shotlog.analyzers.faces import SAMPLE_RATE, FaceMeasure
from shotlog.analyzers.kind.figures import (
    PictureFigures,
    Prepared,
    compare_outlines,
    prepare_picture,
)
from shotlog.schema import Observer, Picture, PictureMeasure, Row, Series

_FIGURES = len(PictureFigures._fields)


class FlatnessMeasure(PictureMeasure):
    """Figures of pictures twice a second, and the likeness of each two that follow each other.

    A row of one moment holds a picture's figures, and 0 as likeness; a row of two moments holds the
    likeness of their outlines, and zeros before it. The pictures are those in which faces are
    searched: they are scaled once for both.
    """

    name = "picture.flatness"
    epoch = 1
    need = FaceMeasure.need
    reach = 1 / SAMPLE_RATE
    columns = (*PictureFigures._fields, "likeness")

    def observer(self) -> Observer:
        """Return an observer that keeps the picture before."""
        return _FlatnessObserver()


class _FlatnessObserver:
    def __init__(self) -> None:
        self._before: tuple[Picture, Prepared] | None = None

    def see(self, picture: Picture) -> Iterator[Row]:
        """Yield the row of the picture, and that of the pair where the one before is known."""
        prepared = prepare_picture(picture.pixels)
        yield Row(picture.at, picture.at, [*prepared.figures, 0.0])
        before, self._before = self._before, (picture, prepared)
        # A gap in the grid ends a run.
        if before is not None and before[0].at + 1 == picture.at:
            likeness = compare_outlines(before[1], prepared)
            yield Row(before[0].at, picture.at, [*[0.0] * _FIGURES, likeness])


def read_pictures(series: Series) -> list[PictureFigures]:
    """Return the figures of the single pictures of a :class:`FlatnessMeasure`, in time order."""
    rows = series.values[series.first == series.last, :_FIGURES]
    return [PictureFigures(*map(float, row)) for row in rows]


def read_likenesses(series: Series) -> list[float]:
    """Return the likenesses of neighbouring pictures, in time order."""
    return [float(value) for value in series.values[series.first < series.last, _FIGURES]]
