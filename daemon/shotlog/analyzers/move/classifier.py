"""Two-step classifier of a window's move, and the format of its fitted weights.

Step one classifies the look of the move, from the global motion of the picture. Step two decides
whether parallax shows that the camera travelled, instead of turning or zooming. Parallax is a weak
and noisy cue, so it decides between look-alikes only, never about a direction.
"""

from __future__ import annotations

import math
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from pydantic import PositiveFloat

from shotlog.analyzers.logistic import LogisticRegression
from shotlog.analyzers.move.features import (
    DEPTH_FEATURES,
    LOOK_FEATURES,
    MotionRows,
    depth_features,
    look_features,
    summarise,
)
from shotlog.schema import HeadCorrection, Model

WEIGHTS_FILE = "move_weights.json"
"""File with the fitted weights, in the package."""

LOOKS_LIKE = {
    "arc_left": "pan_right",
    "arc_right": "pan_left",
    "dolly_in": "zoom_in",
    "dolly_out": "zoom_out",
    "pedestal_down": "tilt_down",
    "pedestal_up": "tilt_up",
    "truck_left": "pan_left",
    "truck_right": "pan_right",
}
"""Moves that a picture without depth cannot distinguish from another, and that other. A camera that
circles to the left turns to the right, and the background of its subject moves as in a pan."""


class Calibration(Model):
    """Correction of a confidence, so that it is the share of right answers (Platt 1999).

    "Probabilistic outputs for support vector machines": a logistic function of the score, here of
    the log odds that the classifier gives. Fitted by ``benchmarks/fit_confidence.py``.

    Attributes:
        made: Method, data and results of the fit.
        slope: Factor of the log odds; positive, so that the order of confidences stays.
        offset: Added to them.
    """

    made: dict[str, str | int | float]
    slope: PositiveFloat
    offset: float

    def apply(self, confidence: float) -> float:
        """Return the corrected confidence, 0 to 1."""
        # The margin keeps the odds finite; the classifier's weights have four digits.
        share = min(max(confidence, 1e-4), 1 - 1e-4)
        odds = math.log(share / (1 - share))
        return 1 / (1 + math.exp(-(self.slope * odds + self.offset)))


class MoveClassifier(Model):
    """Two-step classifier, as written by ``benchmarks/fit_move.py``.

    Attributes:
        made: Method and results of the fit on held-out scenes.
        look: Classifier of the look of a move.
        depth: Classifiers of the kinds behind a look, by kind of look (``pan``, ``tilt``,
            ``zoom``).
        calibration: Correction of the confidence in a claim.
    """

    made: dict[str, str | int | float]
    look: LogisticRegression
    depth: dict[str, LogisticRegression]
    calibration: Calibration

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in a fixed order."""
        return tuple(sorted({*self.look.weights, *LOOKS_LIKE}))

    def probabilities(
        self, rows: MotionRows, correction: HeadCorrection | None = None
    ) -> dict[str, float]:
        """Return the probability of every label, for a window with enough rows.

        Args:
            rows: The window.
            correction: Correction of the looks by :data:`LOOK_FEATURES`; None for none.
        """
        scores = dict.fromkeys(self.labels, 0.0)
        known = summarise(rows)
        kinds = {
            k: head.probabilities(depth_features(rows, k, known)) for k, head in self.depth.items()
        }
        features = look_features(rows, known)
        looks = self.look.probabilities(features)
        if correction is not None:
            looks = correction.apply(looks, features.tolist())
        for look, share in looks.items():
            kind = look.split("_")[0]
            for other, part in kinds.get(kind, {kind: 1.0}).items():
                scores[_move_name(other, look)] += share * part
        return scores


def _move_name(kind: str, look: str) -> str:
    """Return the move of a kind that looks like another."""
    alike = (move for move, other_look in LOOKS_LIKE.items() if other_look == look)
    return next((move for move in alike if move.startswith(kind)), look)


@cache
def load_classifier() -> MoveClassifier:
    """Load the classifier that ships with the package.

    Raises:
        ValueError: It was fitted to other features than this version computes.
    """
    classifier = MoveClassifier.model_validate_json(_read_weights())
    depths = all(head.features == DEPTH_FEATURES for head in classifier.depth.values())
    # Coefficients are matched to features by position.
    if classifier.look.features != LOOK_FEATURES or not depths:
        raise ValueError(f"{WEIGHTS_FILE} knows other features: run benchmarks/fit_move.py")
    return classifier


@cache
def weights_digest() -> str:
    """Return a digest of the weights that ship with the package."""
    return blake2b(_read_weights(), digest_size=16).hexdigest()


def _read_weights() -> bytes:
    return files("shotlog.analyzers").joinpath(WEIGHTS_FILE).read_bytes()
