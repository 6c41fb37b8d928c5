"""The three small neural networks that classify changes of shot, and their weights."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from shotlog.media.cuts import gradual as _gradual
from shotlog.media.cuts import hard_cuts as _hard_cuts
from shotlog.schema import Model

WEIGHTS = "cut_weights.json"

CLIP = 5.0
"""Limit of scaled figures: values beyond it did not occur in the training data."""


class CutClassifier(Model):
    """A perceptron with one hidden layer of tanh units, over named figures (input features).

    Attributes:
        figures: Names of the figures, in order.
        mean: Mean of each figure, which is subtracted.
        scale: Scale of each figure, by which the difference is divided.
        hidden: By hidden unit, the weight of each figure.
        hidden_bias: By hidden unit, its bias.
        out: The weight of each hidden unit in the output.
        out_bias: The bias of the output.
        threshold: The least probability that counts as a change of shot.
    """

    figures: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    hidden: tuple[tuple[float, ...], ...]
    hidden_bias: tuple[float, ...]
    out: tuple[float, ...]
    out_bias: float
    threshold: float

    def probability(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return the (n,) probabilities for (n, figures) values."""
        scaled = np.clip((values - np.array(self.mean)) / np.array(self.scale), -CLIP, CLIP)
        # No matrix product: OpenBLAS starts threads for it, which wait in a loop for the next one.
        weighted = np.einsum("nf,hf->nh", scaled, np.array(self.hidden))
        units = np.tanh(weighted + np.array(self.hidden_bias))
        logits = units @ np.array(self.out) + self.out_bias
        return np.asarray(1 / (1 + np.exp(-logits)))


class CutClassifiers(Model):
    """The classifiers of all changes of shot, as ``benchmarks/fit_cuts.py`` writes them.

    Attributes:
        made: Parameters of the fit, and its scores on sources that were not used for it.
        hard: Classifier of pairs of neighbouring frames.
        gradual: Classifier of ranges of frames.
        short: Classifier of short ranges in which the other two find nothing.
    """

    made: dict[str, str | int | float]
    hard: CutClassifier
    gradual: CutClassifier
    short: CutClassifier

    @model_validator(mode="after")
    def _of_this_version(self) -> Self:
        # Weights for other figures would give plausible but wrong probabilities.
        ranges = self.gradual.figures == self.short.figures == _gradual.FIGURES
        if self.hard.figures != _hard_cuts.FIGURES or not ranges:
            raise ValueError(f"{WEIGHTS} knows other figures: run benchmarks/fit_cuts.py")
        return self


@cache
def load_classifiers() -> CutClassifiers:
    """Return the classifiers with the weights of the package."""
    return CutClassifiers.model_validate_json(_read_weights())


@cache
def weights_digest() -> str:
    """Return a digest of the weights of the package."""
    return blake2b(_read_weights(), digest_size=16).hexdigest()


def _read_weights() -> bytes:
    return files("shotlog.media").joinpath(WEIGHTS).read_bytes()
