"""A measure of windows with chosen vectors, for tests of what uses the vectors of any model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.schema import (
    EditView,
    FrameNeed,
    Pixels,
    Series,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)

WIDTH = 4


class Vectors(WindowMeasure):
    """Vectors of four numbers, one for every two seconds; nothing is computed."""

    name = "model.vectors"
    epoch = 1
    columns = tuple(f"embedding.{n}" for n in range(WIDTH))
    need = FrameNeed(width=16, height=16, pixels="rgb")
    batch = 1
    fingerprint = "vectors"
    dimensions = WIDTH

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        return ()

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        raise AssertionError("the vectors are given")

    def embeddings(self, series: Series) -> npt.NDArray[np.float32]:
        return np.asarray(series.values, np.float32)


VECTORS = Vectors()


def with_vectors(
    view: EditView, vectors: npt.NDArray[np.floating], media: Sequence[str] | None = None
) -> EditView:
    """Return a view whose shots hold vectors, one for every two seconds of their media.

    Args:
        view: A view of media that begin at 0.
        vectors: (n, 4) the vectors of the seconds 0, 2, 4 and so on of the media.
        media: Content id of the media of each shot; None leaves them all one.
    """
    first = np.arange(len(vectors), dtype=np.int64) * 2
    rows = Series(Fraction(1), first, first + 1, vectors.astype(np.float32))
    shots = [
        replace(
            shot,
            series={**shot.series, VECTORS.name: rows.within(shot.shot.source)},
            media=shot.media
            if media is None
            else shot.media.model_copy(update={"content_id": media[number]}),
        )
        for number, shot in enumerate(view.shots)
    ]
    return replace(view, shots=shots)


def random_vectors(count: int, seed: int = 0) -> npt.NDArray[np.float64]:
    """Return (count, 4) vectors around one direction."""
    noise = np.random.default_rng(seed).normal(0, 0.1, (count, WIDTH))
    return np.asarray(noise + np.eye(WIDTH)[0], np.float64)
