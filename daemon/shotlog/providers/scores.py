"""Scores of sizes in the output of a model elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from shotlog.models.analysis import read_label
from shotlog.schema import SIZES, UNDEFINED, ClipUnanswered, Family

SCORED: Final = tuple(name for name in SIZES.names if name != UNDEFINED)
"""The sizes, in the order of the numbers in a row."""

_KEYS: Final = ("scores", "all_scores")
"""Keys of the scores: that of the published text, and that of the published predictor."""
_TOLERANCE: Final = 0.02
"""Deviation of a sum of probabilities from 1: five scores that were rounded to two digits."""


def read_scores(name: str, output: Any) -> tuple[float, ...]:
    """Return the probabilities of :data:`SCORED`, whatever the order and spelling of the output.

    Labels are abbreviations (``LS``) or display names (``Long Shot``), in any letter case.

    Args:
        name: Name of the provider, for errors.
        output: Output of the model.

    Raises:
        ClipUnanswered: It is not the output of a model of shot sizes.
    """
    told = next((output[k] for k in _KEYS if k in output), None) if _is_map(output) else None
    if not _is_map(told) or not told:
        message = "its output has no scores: it is no model of shot sizes, or of another form"
        raise ClipUnanswered(name, message, "See docs/remote.md for the output that is read.")
    scores: dict[str, float] = {}
    for text, score in told.items():
        label = read_label(Family.SIZE, str(text))
        if label is None or label in scores:
            message = f"its label '{text}' is no shot size, or is there twice"
            raise ClipUnanswered(name, message, f"It must say {', '.join(SCORED)}.")
        if not _is_probability(score):
            raise ClipUnanswered(name, f"its score of {text} is {score!r}")
        scores[label] = float(score)
    if abs(sum(scores.values()) - 1) > _TOLERANCE:
        raise ClipUnanswered(name, f"its scores add up to {sum(scores.values()):.3f}, not to 1")
    return tuple(scores.get(label, 0.0) for label in SCORED)


def read_identity(output: Any) -> tuple[str, str] | None:
    """Return name and version of the model, where the output tells them; else None."""
    if not _is_map(output):
        return None
    model, version = output.get("model"), output.get("version")
    return (model, version) if isinstance(model, str) and isinstance(version, str) else None


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_probability(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and -1e-6 <= value <= 1 + 1e-6
