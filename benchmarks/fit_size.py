"""Fits the boundaries between shot sizes: ``python benchmarks/fit_size.py --data DIR``.

Three sources speak. Anatomy sets where the boundaries are expected (``ANATOMY``). The labelled
stills move them; a label counts as much as its labeller was sure, the rest goes to the labels that
were called right as well, or to its neighbours. Re-framings of those stills round the face give
close-ups and extreme close-ups whose truth follows from the frame (``FRAMINGS``). The result
belongs into ``shotlog.analyzers.size.FITTED_SCALE``.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from size_data import Still, look_at, stills

from shotlog.analyzers import remove_letterbox
from shotlog.analyzers.faces import Face
from shotlog.analyzers.size import FAR_TO_NEAR, Framing, Scale, find_principals
from shotlog.schema import Pixels

FACE = 0.83
"""Height of the detector's box in heads, measured on the standing figures among the stills."""

HEADROOM = 1.1
"""Height of a frame over what it shows of the figure: a tenth above the head."""

ANATOMY = (
    FACE / 7.5 / 2,  # LS | FS: a standing figure takes half of the picture's height
    FACE / 6.5 / HEADROOM,  # FS | MS: cut between the knee, 5.5 heads down, and the sole
    FACE / 1.75 / HEADROOM,  # MS | CS: cut between the shoulder, 1.5 heads down, and the chest, 2
    1.0,  # CS | ECS: the face fills the picture
)
"""Expected boundaries, on a figure of 7.5 heads (Loomis, Figure Drawing, 1943)."""

SPREAD = 0.2
"""Deviation of a boundary from the expected one, in ln(height) (one standard deviation)."""

SLOPE, SLOPE_SPREAD = 6.0, 0.5
"""The expected slope and the spread of its logarithm."""

FRAMINGS: tuple[tuple[float, float, dict[str, float]], ...] = (
    (-0.35, 1.45, {"CS": 1.0}),  # head and shoulders
    (-0.25, 1.10, {"CS": 1.0}),  # crown to chin
    (0.10, 1.30, {"CS": 1.0}),  # forehead cut
    (0.15, 1.08, {"CS": 0.5, "ECS": 0.5}),  # brows to chin
    (0.20, 0.95, {"ECS": 1.0}),  # brows to mouth
    (0.15, 0.75, {"ECS": 1.0}),  # eyes and nose
    (0.25, 0.60, {"ECS": 1.0}),  # eyes
)
"""Top and bottom of a frame, in face heights below the hairline, and what size it is."""

FRAMING_WEIGHT = 0.2
"""Weight of a re-framing relative to a still: the re-framings of one face are much alike."""


@dataclass(frozen=True)
class Sample:
    """A face in a shot whose size is known: the truth in parts, and the footage it is from."""

    framing: Framing
    truth: npt.NDArray[np.float64]
    weight: float
    source: str


def samples(all_stills: Sequence[Still]) -> Iterator[Sample]:
    """The stills with a visible face that is found, and their re-framings."""
    for still in all_stills:
        face = _principal(still.pixels) if still.face else None
        if face is None:
            continue
        yield Sample(Framing.of(face), _belief(still), 1.0, still.source)
        if still.label != "ECS":
            yield from _framings(still, face)


def fit(known: Sequence[Sample]) -> Scale:
    """The scale that is most likely after all samples (maximum a posteriori)."""
    start = np.log([*ANATOMY, SLOPE])
    spread = np.array([SPREAD] * 4 + [SLOPE_SPREAD])

    def cost(parameters: npt.NDArray[np.float64]) -> float:
        scale = _scale(parameters)
        return log_loss(scale, known) + float((((parameters - start) / spread) ** 2).sum() / 2)

    return _scale(minimize(cost, start, method="Nelder-Mead", options={"maxiter": 5000}).x)


def log_loss(scale: Scale, known: Sequence[Sample]) -> float:
    """The weighted cross-entropy of the samples, summed, in nats."""
    return sum(sample.weight * _entropy(scale, sample) for sample in known)


def _entropy(scale: Scale, sample: Sample) -> float:
    found = scale.probabilities(sample.framing)
    return -sum(
        float(truth) * math.log(max(found[name], 1e-9))
        for name, truth in zip(FAR_TO_NEAR, sample.truth, strict=True)
    )


def _scale(parameters: npt.NDArray[np.float64]) -> Scale:
    far, full, medium, close, slope = (float(value) for value in np.exp(parameters))
    return Scale((far, full, medium, close), slope)


def _belief(still: Still) -> npt.NDArray[np.float64]:
    at = FAR_TO_NEAR.index(still.label)
    others = [FAR_TO_NEAR.index(name) for name in still.also]
    others = others or [k for k in (at - 1, at + 1) if 0 <= k < len(FAR_TO_NEAR)]
    truth = np.zeros(len(FAR_TO_NEAR))
    truth[at] = still.confidence
    truth[others] = (1 - still.confidence) / len(others)
    return truth


def _framings(still: Still, face: Face) -> Iterator[Sample]:
    picture = remove_letterbox(still.pixels)
    for top, bottom, sizes in FRAMINGS:
        frame = framed(picture, face, top, bottom)
        found = None if frame is None else _principal(frame)
        if found is not None:
            truth = np.array([sizes.get(name, 0.0) for name in FAR_TO_NEAR])
            yield Sample(Framing.of(found), truth, FRAMING_WEIGHT, still.source)


def framed(picture: Pixels, face: Face, top: float, bottom: float) -> Pixels | None:
    """A frame of 16:9 round a face, from ``top`` to ``bottom`` in face heights.

    None where the picture does not reach that far, or would have less than 48 lines.
    """
    height, width = picture.shape[:2]
    y = [(face.cy + (edge - 0.5) * face.h) * height for edge in (top, bottom)]
    half = (y[1] - y[0]) * 8 / 9
    if y[0] < 0 or y[1] > height or y[1] - y[0] < 48:
        return None
    x = max(0.0, face.cx * width - half), min(width, face.cx * width + half)
    return np.ascontiguousarray(picture[round(y[0]) : round(y[1]), round(x[0]) : round(x[1])])


def _principal(pixels: Pixels) -> Face | None:
    return find_principals([look_at(pixels)])[0]


def main() -> None:
    """Fits, and prints the scale and what it costs on sources that it did not see."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    known = list(samples(list(stills(parser.parse_args().data))))
    scale = fit(known)
    print(f"SCALE = Scale(boundaries={tuple(round(b, 3) for b in scale.boundaries)}, ", end="")
    print(f"slope={scale.slope:.2f})")
    sources = sorted({sample.source for sample in known})
    seen, unseen, weight = log_loss(scale, known), 0.0, sum(sample.weight for sample in known)
    for source in sources:
        rest = fit([sample for sample in known if sample.source != source])
        unseen += log_loss(rest, [sample for sample in known if sample.source == source])
    stills_seen = sum(sample.weight == 1 for sample in known)
    print(f"{stills_seen} stills, {len(known) - stills_seen} re-framings, {len(sources)} sources")
    print(f"cross-entropy {seen / weight:.3f}, on unseen sources {unseen / weight:.3f} nats")


if __name__ == "__main__":
    main()
