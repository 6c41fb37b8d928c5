"""Logits of scores, their probabilities, and the likelihood of an editor's labels."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit, log_softmax, logit

from shotlog.analyzers.clock import Numbers

LEAST: Final = 1e-6
"""Least score of which a logarithm is taken, as where a profile is applied."""


def logits(scores: Numbers, *, exclusive: bool) -> Numbers:
    """Return the logits of scores.

    Args:
        scores: (n, k) probabilities.
        exclusive: True where one label holds, and the logits are logarithms; False where each
            holds or not, and they are log odds.
    """
    if exclusive:
        return np.log(np.maximum(scores, LEAST))
    return np.asarray(logit(np.clip(scores, LEAST, 1 - LEAST)))


def probabilities(margins: Numbers, *, exclusive: bool) -> Numbers:
    """Return (n, k) the probabilities of corrected logits."""
    return np.exp(log_softmax(margins, axis=1)) if exclusive else np.asarray(expit(margins))


def losses(margins: Numbers, truth: Numbers, *, exclusive: bool) -> Numbers:
    """Return (n,) negative log likelihoods: cross entropies with shares of the truth.

    Args:
        margins: (n, k) corrected logits.
        truth: (n, k) shares; each row adds up to 1 where exclusive.
        exclusive: As for :func:`logits`.
    """
    if exclusive:
        return np.asarray(-(truth * log_softmax(margins, axis=1)).sum(axis=1))
    return np.asarray((np.logaddexp(0, margins) - truth * margins).sum(axis=1))


def slopes(margins: Numbers, truth: Numbers, *, exclusive: bool) -> Numbers:
    """Return (n, k) the derivatives of :func:`losses` by the margins."""
    return probabilities(margins, exclusive=exclusive) - truth
