"""Head that gives each size a probability, from the description of a picture."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.logistic import LogisticRegression
from shotlog.analyzers.whole_picture.description import FEATURES
from shotlog.schema import Model

WEIGHTS_FILE = "whole_picture_weights.json"
"""File with the fitted weights, in the package."""

NOTHING = "nothing"
"""Class of pictures that show nothing that has a size: flat fields, noise, bars, text."""


class WholePictureHead(Model):
    """The classifier of descriptions, as ``benchmarks/fit_whole_picture.py`` writes it.

    Attributes:
        made: Data and results of the fit on footage that it was not fitted to.
        classifier: Tells the sizes and :data:`NOTHING`.
    """

    made: dict[str, str | int | float]
    classifier: LogisticRegression

    def judge(self, description: npt.NDArray[np.float64]) -> tuple[dict[str, float], float]:
        """Return the logarithm of the probability of each class, and a distance.

        The distance is that of the description from the mean of the fitted ones: the mean of the
        squares of its features, in standard deviations; 1 on average over the fitted pictures.
        """
        distance = float(np.mean(self.classifier.standardise(description) ** 2))
        return self.classifier.log_probabilities(description), distance


@cache
def load_head() -> WholePictureHead:
    """Load the head that ships with the package.

    Raises:
        ValueError: It was fitted to other features than this version computes.
    """
    text = files("shotlog.analyzers").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8")
    head = WholePictureHead.model_validate_json(text)
    # Coefficients are matched to features by position.
    if head.classifier.features != FEATURES:
        raise ValueError(
            f"{WEIGHTS_FILE} knows other features: run benchmarks/fit_whole_picture.py"
        )
    return head
