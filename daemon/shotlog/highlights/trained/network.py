"""A network of three layers over blocks of features, computed with NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import EditClock, Numbers
from shotlog.highlights.contract import Criterion, Embedder, Judgement
from shotlog.highlights.salience import calm, limited_z_scores
from shotlog.highlights.trained.blocks import (
    FEATURES_VERSION,
    WINDOW,
    WindowBlocks,
    check_blocks,
)
from shotlog.highlights.trained.model import (
    Arrays,
    FeatureBlock,
    Method,
    TrainedModel,
    check_numbers,
)
from shotlog.schema import Measure

Weights = npt.NDArray[np.float32]

_MAX_SPREADS: Final = 5.0
"""Limit of a feature in either direction, as of the z-scores of the heuristic."""
_LEAST_SPREAD: Final = 0.1
"""Least spread of the log odds in a timeline: smaller differences are irrelevant."""
_TOGETHER: Final = 1024
"""Windows that are computed at once, which bounds the memory."""


class LinearLayer(NamedTuple):
    """A linear layer: (out, in) weights and (out,) biases, float32."""

    weight: Weights
    bias: Weights


@dataclass(frozen=True, eq=False)
class NetworkModel(TrainedModel):
    """A network that was learned from windows of 2 s that editors kept and left.

    Between its layers lies a rectifier. It answers two numbers; the second less the first are the
    log odds that the window is kept.

    Attributes:
        blocks: The features that it takes.
        scale: (d,) standard deviation of each feature; one of 0 leaves the feature out.
        layers: Its layers.
        digest: As of every model.
    """

    method: ClassVar[Method] = "network"
    features_version: ClassVar[str] = FEATURES_VERSION

    blocks: tuple[FeatureBlock, ...]
    scale: Weights
    layers: tuple[LinearLayer, ...]
    digest: str = ""

    @property
    def described(self) -> tuple[FeatureBlock, ...]:
        """Its blocks."""
        return self.blocks

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers that it takes, those between its layers, and those that it answers."""
        return (len(self.scale), *(len(layer.bias) for layer in self.layers))

    @property
    def arrays(self) -> Arrays:
        """``scale``, and of every layer n ``layers.n.weight`` and ``layers.n.bias``."""
        return {"scale": self.scale} | {
            f"layers.{n}.{name}": array
            for n, layer in enumerate(self.layers)
            for name, array in layer._asdict().items()
        }

    @classmethod
    def of_arrays(
        cls, described: Sequence[FeatureBlock], arrays: Arrays, digest: str
    ) -> NetworkModel:
        """Return the model of a folder."""
        check_blocks(described)
        count = sum(name.endswith(".bias") for name in arrays)
        layers = tuple(
            LinearLayer(
                *(arrays[f"layers.{n}.{name}"].astype(np.float32) for name in LinearLayer._fields)
            )
            for n in range(count)
        )
        model = cls(tuple(described), arrays["scale"].astype(np.float32), layers, digest)
        dimensions = sum(block.dimensions for block in described)
        if model.scale.shape != (dimensions,):
            raise ValueError(f"it has {model.scale.size} scales for {dimensions} features")
        width = dimensions
        for n, layer in enumerate(layers):
            if layer.bias.ndim != 1 or layer.weight.shape != (len(layer.bias), width):
                shape = " x ".join(map(str, layer.weight.shape))
                raise ValueError(f"its layer {n} has weights of {shape} for {width} numbers")
            width = len(layer.bias)
        if not layers or width != 2:
            raise ValueError(f"it answers {width} numbers instead of 2")
        check_numbers(*(part for layer in layers for part in layer), model.scale)
        return model

    def measures(self, embedders: Sequence[Embedder], *, faces: bool) -> tuple[Measure, ...]:
        """Return the measures behind its blocks."""
        return WindowBlocks.find(self.blocks, embedders).measures(faces=faces)

    def judge(self, clock: EditClock, embedders: Sequence[Embedder], *, faces: bool) -> Judgement:
        """Return the judgement of every step by the window around it."""
        read = WindowBlocks.find(self.blocks, embedders).reader(clock, faces=faces)
        odds = np.full(len(clock), np.nan)
        for first in range(0, len(clock), _TOGETHER):
            steps = np.arange(first, min(first + _TOGETHER, len(clock)), dtype=np.intp)
            windows = read(steps - WINDOW // 2)
            known = np.isfinite(windows).any(axis=1) & (clock.owner[steps] >= 0)
            odds[steps] = np.where(known, self.log_odds(windows), np.nan)
        z = limited_z_scores(odds, _LEAST_SPREAD)
        judged = calm(z)
        share = (1 + np.tanh(odds / 2)) / 2  # the logistic function, which cannot overflow
        kept = Criterion("kept", 1.0, "like the parts that you kept ({z:+.1f}σ)", share, z)
        return Judgement(judged, judged, (kept,))

    def log_odds(self, windows: Numbers) -> Numbers:
        """Return (n,) the log odds that windows are kept.

        Args:
            windows: (n, d) features, as :meth:`WindowBlocks.reader` gives them.
        """
        values = normalised(windows, self.scale)
        for layer in self.layers[:-1]:
            values = np.maximum(values @ layer.weight.T + layer.bias, 0)
        answer = values @ self.layers[-1].weight.T + self.layers[-1].bias
        return np.asarray(answer[:, 1] - answer[:, 0], np.float64)


def normalised(windows: Numbers, scale: Weights) -> Weights:
    """Return (n, d) features in standard deviations, limited; 0 where unknown or without scale."""
    spreads = windows / np.where(scale > 0, scale, np.inf)
    limited = np.clip(spreads, -_MAX_SPREADS, _MAX_SPREADS)
    return np.nan_to_num(limited, nan=0.0).astype(np.float32)
