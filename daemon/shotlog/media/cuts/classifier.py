"""The two small networks that decide about changes of shot, and where their numbers come from."""

from __future__ import annotations

from functools import cache
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
"""Scaled figures beyond this are as far out as any that were learned from."""


class Head(Model):
    """A perceptron with one hidden layer of tanh units, over named figures.

    Attributes:
        figures: Names of the figures, in order.
        mean: What is taken from each figure.
        scale: What the rest is divided by.
        hidden: By hidden unit, the weight of each figure.
        hidden_bias: By hidden unit, what it starts at.
        out: The weight of each hidden unit.
        out_bias: What the sum of them starts at.
        threshold: The least probability that is believed.
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
        """(n,) probabilities for (n, figures) values."""
        scaled = np.clip((values - np.array(self.mean)) / np.array(self.scale), -CLIP, CLIP)
        units = np.tanh(scaled @ np.array(self.hidden).T + np.array(self.hidden_bias))
        odds = units @ np.array(self.out) + self.out_bias
        return np.asarray(1 / (1 + np.exp(-odds)))


class CutHeads(Model):
    """What ``benchmarks/fit_cuts.py`` writes.

    Attributes:
        made: How they were fitted, and how well they did on sources they had not seen.
        hard: Decides about pairs of neighbouring frames.
        gradual: Decides about stretches of frames.
    """

    made: dict[str, str | int | float]
    hard: Head
    gradual: Head

    @model_validator(mode="after")
    def _of_this_version(self) -> Self:
        if self.hard.figures != _hard_cuts.FIGURES or self.gradual.figures != _gradual.FIGURES:
            raise ValueError(f"{WEIGHTS} knows other figures: run benchmarks/fit_cuts.py")
        return self


@cache
def heads() -> CutHeads:
    """The numbers that ship with the package."""
    text = files("shotlog.media").joinpath(WEIGHTS).read_text(encoding="utf-8")
    return CutHeads.model_validate_json(text)
