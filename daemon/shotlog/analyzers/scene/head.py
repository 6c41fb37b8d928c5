"""Head that gives each size a probability, from the description of a picture."""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.scene.description import LAYERS
from shotlog.schema import Model

WEIGHTS_FILE = "scene_weights.json"
"""File with the fitted weights, in the package."""

NOTHING = "nothing"
"""Class of pictures that show nothing that has a size: flat fields, noise, bars, text."""

Numbers = npt.NDArray[np.float64]


class SceneHead(Model):
    """Multinomial logistic regression over descriptions, as ``benchmarks/fit_scene.py`` writes it.

    Attributes:
        made: Data and results of the fit on footage that it was not fitted to.
        classes: Sizes, and :data:`NOTHING`.
        mean: Mean of each feature over the pictures of the fit.
        scale: Its standard deviation.
        bias: Intercept of each class.
        weights: Coefficients of each class, one for each feature.
    """

    made: dict[str, str | int | float]
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    bias: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]

    @cached_property
    def _arrays(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Mean, scale, bias (classes,) and weights (classes, features)."""
        mean, scale, bias, weights = (
            np.array(numbers, np.float64)
            for numbers in (self.mean, self.scale, self.bias, self.weights)
        )
        return mean, scale, bias, weights

    def judge(self, description: Numbers) -> tuple[Numbers, float]:
        """Return the logarithm of the probability of each class, and a distance.

        The distance is that of the description from the mean of the fitted ones: the mean of the
        squares of its features, in standard deviations; 1 on average over the fitted pictures.
        """
        mean, scale, bias, weights = self._arrays
        standard = (description - mean) / scale
        score = bias + weights @ standard
        # The maximum is subtracted against overflow.
        score -= score.max()
        return score - np.log(np.exp(score).sum()), float(np.mean(standard**2))


@cache
def load_head() -> SceneHead:
    """Load the head that ships with the package.

    Raises:
        ValueError: It was fitted to other features than this version computes.
    """
    text = files("shotlog.analyzers").joinpath(WEIGHTS_FILE).read_text(encoding="utf-8")
    head = SceneHead.model_validate_json(text)
    # Coefficients are matched to features by position.
    if len(head.mean) != 2 * sum(LAYERS.values()):
        raise ValueError(f"{WEIGHTS_FILE} knows other features: run benchmarks/fit_scene.py")
    return head
