"""Measure of how likely each size is by the whole picture."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.pictures import remove_letterbox
from shotlog.analyzers.whole_picture.description import describe_picture
from shotlog.analyzers.whole_picture.head import NOTHING, load_head
from shotlog.schema import Observer, Picture, PictureMeasure, Row, Series

TOLD_SIZES = ("LS", "FS", "MS", "CS")
"""Sizes that the measure knows. What is nearer than a close-up counts as one: there were too few
such pictures to learn the difference."""

MAX_DISTANCE = 4.0
"""Largest distance of a description of which the head tells anything. Of 559 pictures and clips of
the fit one in a hundred is further than 3.1; an even grey field is at 10."""

_CLASSES = (*TOLD_SIZES, NOTHING)


class WholePictureMeasure(PictureMeasure):
    """Natural logarithms of the probabilities of each size, twice a second.

    The last columns are that of a picture of nothing, and the distance of the picture's description
    from those that the head was fitted to; see :class:`WholePictureHead`.
    """

    name = "picture.whole"
    epoch = 1
    # One picture a second would leave out every second shot of half a second
    # (``benchmarks/short_sizes.py``). Faces are sought in the same pictures: they are scaled once.
    need = FaceMeasure.need
    reach = Fraction(0)
    columns = (*_CLASSES, "distance")

    def observer(self) -> Observer:
        """Return an observer without state: every picture is a row."""
        return _SceneObserver()


class _SceneObserver:
    def see(self, picture: Picture) -> tuple[Row]:
        described = describe_picture(remove_letterbox(picture.pixels))
        chances, distance = load_head().judge(described)
        return (Row(picture.at, picture.at, [*(chances[name] for name in _CLASSES), distance]),)


def read_probabilities(series: Series) -> dict[str, float]:
    """Return the probability of each size for the rows of a shot together; empty without rows.

    Evidence of several pictures is averaged as logarithms: the pictures of a shot are alike, so
    they do not count as independent. The rest to 1 is the probability of a picture of nothing.
    Pictures unlike all that the head was fitted to are left out; where they are the most, the
    result is empty.
    """
    known = series.values[:, -1] <= MAX_DISTANCE
    if 2 * np.count_nonzero(known) <= len(series):
        return {}
    mean = series.values[known, :-1].mean(axis=0, dtype=np.float64)
    chances = np.exp(mean - mean.max())
    by_class = dict(zip(_CLASSES, chances / chances.sum(), strict=True))
    return {name: float(by_class[name]) for name in TOLD_SIZES}
