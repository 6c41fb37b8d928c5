"""Scores as they were before a profile changed them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.likelihood import logits, probabilities
from shotlog.schema import Finding
from shotlog.schema.learning import EditorProfile, analyzer_key


def undo_profile(
    finding: Finding,
    labels: Sequence[str],
    find_profile: Callable[[str], EditorProfile | None],
    *,
    exclusive: bool,
) -> Numbers | None:
    """Return (k,) the scores of a finding without its profile.

    They are NaN where the profile corrected a head by features of the picture: those must be
    measured again. Scores that were rounded to 0 stay small, not exact.

    Args:
        finding: The finding.
        labels: (k,) names of the scores.
        find_profile: Returns the profile of an id; None where it is not here.
        exclusive: True where one label holds; False where each holds or not.

    Returns:
        None where the profile is not here.
    """
    scores, by = np.array([finding.scores.get(label, 0.0) for label in labels]), finding.provenance
    if by.profile is None:
        return scores
    if (profile := find_profile(by.profile)) is None:
        return None
    if profile.head(analyzer_key(by.analyzer, by.version, by.weights)) is not None:
        return np.full(len(labels), np.nan)
    calibration = profile.calibration(by.analyzer, by.version, by.weights)
    if calibration is None:
        return scores
    bias = np.array([calibration.bias.get(label, 0.0) for label in labels])
    margins = calibration.temperature * (logits(scores[None], exclusive=exclusive) - bias)
    return np.asarray(probabilities(margins, exclusive=exclusive)[0])
