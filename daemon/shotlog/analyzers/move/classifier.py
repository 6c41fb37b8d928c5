"""The two steps that name a window's move, and the weights they were fitted to.

First what the move looks like, from how the picture moves as a whole. Then whether depth shows
that the camera travelled, instead of turning or zooming. Depth is a weak and noisy cue, so it may
decide between look-alikes only, never about a direction.
"""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.move.features import DEPTH_NAMES, LOOK_NAMES, Rows, depth, gist, look
from shotlog.schema import Model

Table = npt.NDArray[np.float64]

WEIGHTS = "move_weights.json"

SEEN_AS = {
    "arc_left": "pan_right",
    "arc_right": "pan_left",
    "dolly_in": "zoom_in",
    "dolly_out": "zoom_out",
    "pedestal_down": "tilt_down",
    "pedestal_up": "tilt_up",
    "truck_left": "pan_left",
    "truck_right": "pan_right",
}
"""Moves that a picture without depth cannot tell from another, and that other. A camera that
circles to the left turns to the right, and what is behind its subject moves as in a pan."""


class Head(Model):
    """Multinomial logistic regression over named features.

    Attributes:
        features: Their names, in order.
        mean: What is taken from each.
        scale: What the rest is divided by.
        bias: By label, what its score starts at.
        weights: By label, what each scaled feature adds to its score.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    bias: dict[str, float]
    weights: dict[str, tuple[float, ...]]

    @cached_property
    def _arrays(self) -> tuple[Table, Table, Table, Table]:
        """Mean, scale, bias and weights (labels, features)."""
        bias = [self.bias[label] for label in self.weights]
        lists = (self.mean, self.scale, bias, list(self.weights.values()))
        mean, scale, start, weights = (np.array(numbers, np.float64) for numbers in lists)
        return mean, scale, start, weights

    def probabilities(self, values: Table) -> dict[str, float]:
        """A probability for every label, for the values of one window."""
        mean, scale, bias, weights = self._arrays
        score = bias + weights @ ((values - mean) / scale)
        odds = np.exp(score - score.max())
        return dict(zip(self.weights, (float(p) for p in odds / odds.sum()), strict=True))


class Weights(Model):
    """What ``benchmarks/fit_move.py`` writes.

    Attributes:
        made: How they were fitted, and how well they did on scenes they had not seen.
        look: Names what a move looks like.
        depth: For looks of a kind (``pan``, ``tilt``, ``zoom``), the kinds that look like it.
    """

    made: dict[str, str | int | float]
    look: Head
    depth: dict[str, Head]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that is weighed, in a fixed order."""
        return tuple(sorted({*self.look.weights, *SEEN_AS}))

    def probabilities(self, rows: Rows) -> dict[str, float]:
        """A probability for every label, for one window that has enough to see."""
        scores = dict.fromkeys(self.labels, 0.0)
        known = gist(rows)
        kinds = {k: head.probabilities(depth(rows, k, known)) for k, head in self.depth.items()}
        for seen, share in self.look.probabilities(look(rows, known)).items():
            kind = seen.split("_")[0]
            for other, part in kinds.get(kind, {kind: 1.0}).items():
                scores[_named(other, seen)] += share * part
        return scores


def _named(kind: str, seen: str) -> str:
    """The move of a kind that looks like another."""
    alike = (move for move, as_what in SEEN_AS.items() if as_what == seen)
    return next((move for move in alike if move.startswith(kind)), seen)


@cache
def weights() -> Weights:
    """The weights that ship with the package.

    Raises:
        ValueError: where they were fitted to other features than this version computes.
    """
    text = files("shotlog.analyzers").joinpath(WEIGHTS).read_text(encoding="utf-8")
    read = Weights.model_validate_json(text)
    depths = all(head.features == DEPTH_NAMES for head in read.depth.values())
    if read.look.features != LOOK_NAMES or not depths:
        raise ValueError(f"{WEIGHTS} knows other features: run benchmarks/fit_move.py")
    return read
