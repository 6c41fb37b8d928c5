"""Highlights by the vectors of a model, without training.

Zongshang Pang, Yuta Nakashima, Mayu Otani and Hajime Nagahara, "Contrastive Losses Are Natural
Criteria for Unsupervised Video Summarization", WACV 2023 (arXiv 2211.10056); the neighbourhood and
the combination are those of the authors' code, https://github.com/pangzss/pytorch-CTVSUM, with raw
features (``is_raw``). With unit vectors x of T windows:

- local dissimilarity of x_t: the mean of ||x_t - x||² over its nearest neighbours, a tenth of all;
- global consistency: log of the mean over all x of exp(-2 ||x_t - x||²);
- uniqueness: what remains of 1 when the same is taken over the mean vectors of the *other* videos.
  There it is the target that a filter is trained towards; here the other media of the edit are the
  other videos, and an edit of one file has none.

Each is scaled to 0..1 within the timeline, and their product is the score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import EditClock, NearestRows, Numbers
from shotlog.highlights.contract import Criterion, Embedder, Highlighter, Judgement, measure_of
from shotlog.highlights.salience import calm, limited_z_scores
from shotlog.schema import HighlighterError, Measure, Tier

_NEIGHBOURS: Final = 0.1
"""Share of all windows that are neighbours (``ratio_k1`` of the authors' configuration)."""
_TOGETHER: Final = 2048
"""Windows that are compared with all others at once, which bounds the memory."""
_LEAST_SPREAD: Final = 0.01
"""Least spread of a score of 0 to 1: smaller differences are irrelevant."""


class EmbeddingHighlighter(Highlighter):
    """Judges by the vectors of windows of a model; what grips is what holds, as there is one score.

    Needs a model; of several, the leading one is used, or the one that is named.
    """

    name: ClassVar[str] = "embedding"
    version: ClassVar[str] = "1"
    tier: ClassVar[Tier] = Tier.LOCAL

    model: str | None = None
    """Name of the model; None takes the leading one."""

    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return the measure of the model."""
        return (measure_of(self._choose(embedders)),)

    def weights(self, embedders: Sequence[Embedder]) -> str:
        """Return the fingerprint of the model."""
        return self._choose(embedders).fingerprint

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement by the product of the three criteria of the paper."""
        embedder = self._choose(embedders)
        nearest = clock.nearest(embedder.name)
        if not nearest.shots:
            unknown = np.full(len(clock), np.nan)
            return Judgement(unknown, unknown)
        vectors = _unit([embedder.embeddings(series) for _, series in nearest.shots])
        media = np.repeat(
            [shot.media.content_id for shot, _ in nearest.shots],
            [len(series) for _, series in nearest.shots],
        )
        parts = {
            "dissimilarity": _scaled(local_dissimilarity(vectors)),
            "consistency": _scaled(global_consistency(vectors, vectors)),
            "uniqueness": 1 - _scaled(_consistency_elsewhere(vectors, media)),
        }
        score = _at_steps(np.prod(list(parts.values()), axis=0), nearest)
        judged = calm(limited_z_scores(score, _LEAST_SPREAD))
        return Judgement(judged, judged, tuple(_criteria(parts, nearest)))

    def _choose(self, embedders: Sequence[Embedder]) -> Embedder:
        named = [e for e in embedders if self.model in (None, e.name.removeprefix("model."))]
        if not named:
            wanted = "needs a model" if self.model is None else f"needs the model {self.model}"
            hint = "Pull one (see: shotlog models list), and do not refuse models."
            raise HighlighterError(self.name, f"it {wanted}, and this run has none", hint)
        return named[0]


def local_dissimilarity(vectors: Numbers) -> Numbers:
    """Return the mean squared distance of each unit vector from its nearest tenth, (n, d) to (n,).

    A vector is among its own neighbours, as in the authors' code.
    """
    count = max(1, int(_NEIGHBOURS * len(vectors)))
    out = np.empty(len(vectors))
    for part in _parts(len(vectors)):
        alike = vectors[part] @ vectors.T
        out[part] = np.partition(alike, -count, axis=1)[:, -count:].mean(axis=1)
    return 2 - 2 * out


def global_consistency(vectors: Numbers, others: Numbers) -> Numbers:
    """Return log mean exp(-2 ||x - y||²) of each unit vector over others.

    Args:
        vectors: (n, d) the vectors.
        others: (m, d) the others.
    """
    out = np.empty(len(vectors))
    for part in _parts(len(vectors)):
        out[part] = np.exp(4 * (vectors[part] @ others.T) - 4).mean(axis=1)
    return np.log(out)


def _consistency_elsewhere(vectors: Numbers, media: npt.NDArray[np.str_]) -> Numbers:
    """Return the consistency of each vector with the mean vectors of the other media; 0 if none."""
    names = np.unique(media)
    if len(names) == 1:
        return np.zeros(len(vectors))
    means = _unit([np.stack([vectors[media == name].mean(axis=0) for name in names])])
    out = np.empty(len(vectors))
    for number, name in enumerate(names):
        own = media == name
        out[own] = global_consistency(vectors[own], np.delete(means, number, axis=0))
    return out


def _unit(vectors: Sequence[npt.NDArray[np.floating]]) -> Numbers:
    stacked = np.concatenate(vectors).astype(np.float64)
    length = np.linalg.norm(stacked, axis=1, keepdims=True)
    return np.asarray(stacked / np.where(length > 0, length, 1.0), np.float64)


def _parts(count: int) -> list[slice]:
    return [slice(start, start + _TOGETHER) for start in range(0, count, _TOGETHER)]


def _scaled(values: Numbers) -> Numbers:
    """Return values scaled to 0..1; equal ones are 0."""
    low, high = values.min(), values.max()
    # Rounding leaves differences between vectors that are equal.
    return np.asarray((values - low) / (high - low) if high - low > 1e-9 else np.zeros_like(values))


def _at_steps(values: Numbers, nearest: NearestRows) -> Numbers:
    return np.where(nearest.rows >= 0, values[nearest.rows], np.nan)


def _criteria(parts: dict[str, Numbers], nearest: NearestRows) -> list[Criterion]:
    texts = {
        "dissimilarity": "unlike all that is near to it ({z:+.1f}σ)",
        "consistency": "typical of the whole ({z:+.1f}σ)",
        "uniqueness": "unlike the other media ({z:+.1f}σ)",
    }
    series = {name: _at_steps(values, nearest) for name, values in parts.items()}
    return [
        Criterion(name, 1.0, texts[name], values, limited_z_scores(values, _LEAST_SPREAD))
        for name, values in series.items()
    ]
