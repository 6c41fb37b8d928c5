"""Blocks of features of windows of 2 s, as a network takes them.

``videomae`` 768, ``audio`` 128, ``faces`` 1 and ``dynamics`` 64 are the 961 features of the
published scene finder, which names them and tells their number, not their making; ``image_text`` is
the further block of CLIP vectors that it names without counting it. A backbone of another width
gives a ``videomae`` of that width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import EditClock, NearestRows, Numbers, columns_of, hear_bands
from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.sound import BANDS, MelMeasure
from shotlog.highlights.contract import Embedder, measure_of
from shotlog.highlights.heuristic import see_faces
from shotlog.highlights.trained.model import FeatureBlock
from shotlog.schema import ClipRange, HighlighterError, Measure, Series

WINDOW: Final = 8
"""Steps of a window: 2 s, as the published scene finder has them."""
FEATURES_VERSION: Final = "1"
"""Must be raised when the same rows of evidence give other features."""
NORMALISATION: Final = (
    "distance from the mean of the timeline's windows, in standard deviations of the windows that"
    " it was learned from, limited to -5 and 5; unknown ones are 0"
)

Starts = npt.NDArray[np.intp]
WindowReading = Callable[[Starts], Numbers]
"""Returns (k, d) features of the windows that begin at k steps; NaN where unknown."""

_SIGNALS: Final = ("pan", "tilt", "zoom", "turn", "stray", "change", "light", "cut")
"""Signals of ``dynamics``: the camera's motion, sideways, up or down, and turn without their
direction, the growth of the picture with it; the disagreement of tracks with that motion; change of
grey after the motion is undone; change of the mean grey; 1 where a shot begins. Per second, but for
the last."""


def _block(name: str, features: Sequence[str]) -> FeatureBlock:
    return FeatureBlock(
        name=name, dimensions=len(features), normalisation=NORMALISATION, features=tuple(features)
    )


AUDIO: Final = _block("audio", [f"{of}_{n}" for of in ("mean", "spread") for n in range(BANDS)])
"""Mean and standard deviation of the quarter seconds of the window, in each mel band."""
FACES: Final = _block("faces", ["faces"])
"""Mean number of faces."""
DYNAMICS: Final = _block("dynamics", [f"{of}_{n}" for of in _SIGNALS for n in range(WINDOW)])
"""Each signal in each quarter second of the window."""


def vector_block(name: str, embedder: Embedder) -> FeatureBlock:
    """Return the block of the vectors of a model, of which a window has the mean."""
    return FeatureBlock(
        name=name,
        dimensions=embedder.dimensions,
        normalisation=NORMALISATION,
        model=embedder.name.removeprefix("model."),
        weights=embedder.fingerprint,
    )


@dataclass(frozen=True, eq=False)
class WindowBlocks:
    """Blocks of features, with the models that give their vectors.

    Attributes:
        blocks: The blocks, in order.
        embedders: By the name of a block, the embedder of its vectors.
    """

    blocks: tuple[FeatureBlock, ...]
    embedders: Mapping[str, Embedder]

    @classmethod
    def of_models(cls, video: Embedder, image_text: Embedder | None = None) -> WindowBlocks:
        """Return all blocks.

        Args:
            video: The backbone of ``videomae``.
            image_text: The model of ``image_text``; None leaves that block out.
        """
        embedders = {"videomae": video} | ({"image_text": image_text} if image_text else {})
        vectors = {name: vector_block(name, embedder) for name, embedder in embedders.items()}
        further = [vectors["image_text"]] if image_text else []
        return cls((vectors["videomae"], AUDIO, FACES, DYNAMICS, *further), embedders)

    @classmethod
    def find(cls, blocks: Sequence[FeatureBlock], embedders: Sequence[Embedder]) -> WindowBlocks:
        """Return blocks with their models among the embedders of a run.

        Raises:
            HighlighterError: A model is absent, or has other weights or another width.
        """
        chosen = {b.name: _choose(b, embedders) for b in blocks if b.model is not None}
        return cls(tuple(blocks), chosen)

    @property
    def dimensions(self) -> int:
        """Number of features."""
        return sum(block.dimensions for block in self.blocks)

    def measures(self, *, faces: bool = True) -> tuple[Measure, ...]:
        """Return the measures behind the blocks; those of faces only where they are wanted."""
        vectors = map(measure_of, self.embedders.values())
        return (*vectors, MelMeasure(), MotionMeasure(), *((FaceMeasure(),) if faces else ()))

    def reader(self, clock: EditClock, *, faces: bool = True) -> WindowReading:
        """Return the reading of a timeline's features, less their mean over its windows.

        Args:
            clock: The timeline.
            faces: False leaves faces unknown.
        """
        readings = [
            self._reading(block, clock) if faces or block != FACES else _unknown
            for block in self.blocks
        ]

        def read(starts: Starts) -> Numbers:
            return np.hstack([reading(starts) for reading in readings])

        middle = _mean(read(np.arange(0, len(clock), WINDOW, dtype=np.intp)))
        return lambda starts: read(starts) - middle

    def _reading(self, block: FeatureBlock, clock: EditClock) -> WindowReading:
        if block.name in self.embedders:
            return _vectors(clock, self.embedders[block.name], block.dimensions)
        return {AUDIO: _audio, FACES: _faces, DYNAMICS: _dynamics}[block](clock)


def check_blocks(blocks: Sequence[FeatureBlock]) -> None:
    """Check the blocks of a folder.

    Raises:
        ValueError: One is not known here, or there twice.
    """
    if len({block.name for block in blocks}) != len(blocks):
        raise ValueError("it has a block of features twice")
    for block in blocks:
        if block.model is None and block not in (AUDIO, FACES, DYNAMICS):
            raise ValueError(f"it has a block of features that is not known here: {block.name}")


def _choose(block: FeatureBlock, embedders: Sequence[Embedder]) -> Embedder:
    named = [e for e in embedders if e.name.removeprefix("model.") == block.model]
    if not named:
        message = f"it was trained with the model {block.model}, and this run has not got it"
        hint = (
            f"Get it with: shotlog models pull {block.model}. Do not refuse models, and if you name"
            " some with --model, name this one too."
        )
        raise HighlighterError("trained", message, hint)
    (embedder,) = named
    if embedder.fingerprint != block.weights:
        message = (
            f"it was trained with other weights of the model {block.model}:"
            f" {(block.weights or '')[:12]}, not {embedder.fingerprint[:12]}"
        )
        hint = "Install the weights that it was trained with, or train it again."
        raise HighlighterError("trained", message, hint)
    if embedder.dimensions != block.dimensions:
        message = (
            f"it takes vectors of {block.dimensions} numbers, and those of the model {block.model}"
            f" have {embedder.dimensions}"
        )
        raise HighlighterError("trained", message, "Train it again: shotlog train highlights.")
    return embedder


def _windows(series: Numbers, starts: Starts) -> Numbers:
    """Return the steps of windows, (n, d) to (k, WINDOW, d); NaN beyond the timeline."""
    beyond = np.full((WINDOW, series.shape[1]), np.nan)
    padded = np.concatenate([beyond, series, beyond])
    return np.asarray(padded[starts[:, None] + np.arange(WINDOW) + WINDOW])


def _mean(rows: Numbers, axis: int = 0) -> Numbers:
    """Return the mean of the known numbers along an axis; NaN where none is known."""
    known = np.isfinite(rows)
    count = known.sum(axis=axis)
    total = np.where(known, rows, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _audio(clock: EditClock) -> WindowReading:
    bands = hear_bands(clock)

    def read(starts: Starts) -> Numbers:
        steps = _windows(bands, starts)
        means = _mean(steps, axis=1)
        return np.hstack([means, np.sqrt(_mean((steps - means[:, None]) ** 2, axis=1))])

    return read


def _unknown(starts: Starts) -> Numbers:
    """Return one feature that is unknown in all windows."""
    return np.full((len(starts), 1), np.nan)


def _faces(clock: EditClock) -> WindowReading:
    number = see_faces(clock)[:, :1]
    return lambda starts: _mean(_windows(number, starts), axis=1)


def _dynamics(clock: EditClock) -> WindowReading:
    moved = clock.read(MotionMeasure, len(_SIGNALS) - 1, _motion) * clock.paces()[:, None]
    cut = np.where(clock.owner >= 0, np.diff(clock.owner, prepend=-1) != 0, np.nan)
    signals = np.column_stack([moved, cut])
    return lambda starts: np.swapaxes(_windows(signals, starts), 1, 2).reshape(len(starts), -1)


def _motion(series: Series, clip: ClipRange) -> Numbers:
    """Return the signals of :data:`_SIGNALS` but the last, per second of the timeline."""
    names = ("seconds", "x", "y", "zoom", "turn", "stray", "change", "light")
    seconds, x, y, zoom, turn, stray, change, light = columns_of(MotionMeasure, series, names)
    # Under a speed ramp the pace of the step that shows it counts, as a factor of its own.
    speed = 1.0 if clip.time_map.bends else float(clip.time_map.speed)
    # Of a clip that runs backwards the picture shrinks where it grew.
    moved = [np.abs(x), np.abs(y), np.sign(speed) * zoom, np.abs(turn), stray]
    rows = np.column_stack([*moved, change / seconds, np.abs(light) / seconds]) * abs(speed)
    # Only neighbouring pictures: over the long baseline everything changes more.
    rows[seconds > 1.5 / float(PICTURE_RATE)] = np.nan
    return rows


def _vectors(clock: EditClock, embedder: Embedder, dimensions: int) -> WindowReading:
    nearest = clock.nearest(embedder.name)
    found = [embedder.embeddings(series) for _, series in nearest.shots]
    # A last row of zeros, which stands for the steps without a vector.
    vectors = np.concatenate([*found, np.zeros((1, dimensions), np.float32)])
    return partial(_mean_vectors, vectors, nearest)


def _mean_vectors(
    vectors: npt.NDArray[np.float32], nearest: NearestRows, starts: Starts
) -> Numbers:
    """Return the mean of the vectors that are nearest to the steps of windows, (k, d)."""
    rows = _windows(nearest.rows[:, None].astype(np.float64), starts)[:, :, 0]
    rows = np.where(np.isfinite(rows), rows, -1).astype(np.intp)
    count = (rows >= 0).sum(axis=1)[:, None]
    # Step by step, as all vectors of all steps together would fill the memory.
    total = sum(vectors[rows[:, step]].astype(np.float64) for step in range(WINDOW))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
