"""Profiles: corrections of scores, learned from what editors changed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Self

from pydantic import Field, FiniteFloat, PositiveFloat, model_validator

from shotlog.schema.base import Model

_LEAST = 1e-6
"""Least score of which a logarithm is taken."""


class LabelCalibration(Model):
    """Temperature and biases by which the scores of one analyzer are corrected.

    Temperature as in Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks"
    (ICML 2017); with a bias for each label it is their vector scaling, with one factor for all.
    """

    temperature: PositiveFloat = 1.0
    """Divisor of the logits."""
    bias: dict[str, FiniteFloat] = Field(default_factory=dict)
    """Added to the divided logit of a label; 0 for others."""

    def of_one(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Return the probabilities of labels of which one holds; what they add up to stays."""
        total = sum(scores.values())
        logits = {
            label: self._margin(label, math.log(max(p, _LEAST))) for label, p in scores.items()
        }
        return _shares(logits, total)

    def of_each(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Return the probabilities of labels of which each holds or not, by itself."""
        margins = {label: self._margin(label, _log_odds(p)) for label, p in scores.items()}
        # The logistic function, in a form that never overflows.
        return {label: (1 + math.tanh(margin / 2)) / 2 for label, margin in margins.items()}

    def _margin(self, label: str, logit: float) -> float:
        return logit / self.temperature + self.bias.get(label, 0.0)


class HeadCorrection(Model):
    """A linear correction of the logits of a built-in head, by features of the picture.

    The logit of a label gets ``bias + weights . (values - mean) / scale``. All zero is the head as
    it ships, to which a fit is drawn.
    """

    analyzer: str
    """Key of the one analyzer that it holds for: see :func:`analyzer_key`."""
    features: tuple[str, ...]
    """Names of the features, in order."""
    mean: tuple[FiniteFloat, ...]
    """Subtracted from each feature."""
    scale: tuple[PositiveFloat, ...]
    """Divides each feature."""
    bias: dict[str, FiniteFloat]
    """By label."""
    weights: dict[str, tuple[FiniteFloat, ...]]
    """By label, a weight for each feature."""

    @model_validator(mode="after")
    def _fits_its_features(self) -> Self:
        rows = (self.mean, self.scale, *self.weights.values())
        if (
            any(len(row) != len(self.features) for row in rows)
            or self.bias.keys() != self.weights.keys()
        ):
            raise ValueError("mean, scale and weights have one number for each feature")
        return self

    def apply(self, scores: Mapping[str, float], values: Sequence[float]) -> dict[str, float]:
        """Return corrected probabilities of labels of which one holds; what they add up to stays.

        Args:
            scores: Probabilities by label.
            values: The features.
        """
        standard = [
            (value - mean) / scale
            for value, mean, scale in zip(values, self.mean, self.scale, strict=True)
        ]
        logits = {
            label: math.log(max(p, _LEAST)) + self._offset(label, standard)
            for label, p in scores.items()
        }
        return _shares(logits, sum(scores.values()))

    def _offset(self, label: str, standard: Sequence[float]) -> float:
        weights = self.weights.get(label, (0.0,) * len(standard))
        moved = (weight * value for weight, value in zip(weights, standard, strict=True))
        return self.bias.get(label, 0.0) + math.fsum(moved)


class EditorProfile(Model):
    """A correction of the scores of analyzers, learned from what editors changed."""

    version: int = 1
    """Version of this format."""
    name: str
    """Name, by which settings choose it."""
    calibrations: dict[str, LabelCalibration] = Field(default_factory=dict)
    """By analyzer, with the version and the weights that it holds for: see :func:`analyzer_key`."""
    size: HeadCorrection | None = None
    """Correction of the built-in sizes by faces, before any calibration."""
    move: HeadCorrection | None = None
    """Correction of the built-in looks of moves, in every window, before any calibration."""
    made: dict[str, str | int | FiniteFloat] = Field(default_factory=dict)
    """Corrections behind it, and its figures on projects that it was not fitted on."""

    @property
    def id(self) -> str:
        """``NAME@DIGEST``: name and content, as provenance and cache keys hold them."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return f"{self.name}@{blake2b(content.encode(), digest_size=6).hexdigest()}"

    @property
    def analyzers(self) -> frozenset[str]:
        """Keys of the analyzers whose scores it corrects."""
        heads = (head.analyzer for head in (self.size, self.move) if head is not None)
        return frozenset((*self.calibrations, *heads))

    def head(self, key: str) -> HeadCorrection | None:
        """Return the correction of a built-in head by the key of its analyzer; None without one."""
        heads = (self.size, self.move)
        return next((head for head in heads if head is not None and head.analyzer == key), None)

    def calibration(
        self, analyzer: str, version: str, weights: str | None
    ) -> LabelCalibration | None:
        """Return the calibration of an analyzer; None where none was learned for this version."""
        return self.calibrations.get(analyzer_key(analyzer, version, weights))


def analyzer_key(analyzer: str, version: str, weights: str | None) -> str:
    """Return the key of an analyzer in a profile; a calibration holds for one version of it."""
    return "/".join(filter(None, (analyzer, version, weights)))


def _log_odds(probability: float) -> float:
    share = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(share / (1 - share))


def _shares(logits: Mapping[str, float], total: float) -> dict[str, float]:
    """Return the softmax of logits, times ``total``."""
    top = max(logits.values(), default=0.0)
    odds = {label: math.exp(logit - top) for label, logit in logits.items()}
    norm = math.fsum(odds.values())
    return {label: total * part / norm for label, part in odds.items()}
