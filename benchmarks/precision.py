"""Agreement of a model's labels in bf16 with those in fp32.

    python benchmarks/precision.py [--train 1600] [--windows 1080] [--json]

A model of random weights in the published layout (12 blocks of 192, 64 pixels) sees rendered
walls, each at one of five scales and in one of eight moves. Two linear heads, for scale and move,
are fitted on its fp32 embeddings of some walls, and label others by the embeddings of both
precisions. A random trunk tells scales and moves only in part, so many scores are near ties, where
any difference may change the label; hence the agreement is told by margin.

JSON, for each head: ``agreement`` (share of equal labels), ``agreement_decided`` (the same of
windows with a margin of at least 0.1, ``decided`` of them), ``right_fp32`` and ``right_bf16``
(share of true labels), ``margins`` (fp32 probability of the leading label less that of the second
one, where the labels differ), ``median_margin`` (of all). Besides ``least_cosine`` of the two
embeddings of a window, and whether the processor multiplies in bf16 (``native``).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from logistic import fit_logistic
from videomae_data import Scale, install_models

from shotlog.schema import Pixels

FRAMES, SIDE = 16, 64

SCALES = ("0.5", "0.71", "1", "1.41", "2")
"""Sizes of the wall's details, which a head tells apart as another does sizes of people."""

DECIDED = 0.1
"""Least margin of a label that is not a near tie."""

MOVES = {
    "static": (0.0, 0.0, 1.0, 0.0),
    "pan left": (-2.0, 0.0, 1.0, 0.0),
    "pan right": (2.0, 0.0, 1.0, 0.0),
    "tilt up": (0.0, -2.0, 1.0, 0.0),
    "tilt down": (0.0, 2.0, 1.0, 0.0),
    "zoom in": (0.0, 0.0, 1.03, 0.0),
    "zoom out": (0.0, 0.0, 1 / 1.03, 0.0),
    "roll": (0.0, 0.0, 1.0, 2.0),
}
"""Pixels to the right and down, factor and degrees, from each frame to the next."""

Numbers = npt.NDArray[np.float64]


def render(scale: str, move: str, seed: int) -> Pixels:
    """Return (16, 64, 64, 3) uint8 pictures of a wall of its own."""
    rng = np.random.default_rng(seed)
    wall = np.full((256, 256, 3), 128, np.float32)
    for cells in (8, 32, 128):
        noise = rng.normal(0, 24, (cells, cells, 3)).astype(np.float32)
        wall += cv2.resize(noise, (256, 256), interpolation=cv2.INTER_CUBIC)
    right, down, factor, degrees = MOVES[move]
    frames = []
    for n in range(FRAMES):
        step = n - (FRAMES - 1) / 2
        zoom = float(scale) * factor**step
        warp = cv2.getRotationMatrix2D((128, 128), degrees * step, zoom)
        warp[:, 2] += SIDE / 2 - 128 - np.array([right, down]) * step
        frames.append(
            cv2.warpAffine(wall, warp, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
            + rng.normal(0, 2, (SIDE, SIDE, 3))
        )
    return np.asarray(np.clip(frames, 0, 255), np.uint8)


def takes(count: int, first_seed: int) -> Iterator[tuple[str, str, int]]:
    """Yield scale, move and seed of rendered walls, all combinations by turns."""
    for n in range(count):
        yield SCALES[n % len(SCALES)], list(MOVES)[n // len(SCALES) % len(MOVES)], first_seed + n


class Embedder:
    """The model in both precisions."""

    def __init__(self, folder: Path) -> None:
        """Make and load the model; the folder receives its files."""
        from shotlog.models.analysis import build_analyzers
        from tests.models.checkpoints import Size

        os.environ["SHOTLOG_MODELS"] = str(folder / "models")
        size = Size(embedding=192, depth=12, heads=3, mlp=768, side=SIDE)
        scale = Scale((0, 0), (0, 0), {"small": size}, 0)
        installed = install_models(folder, ["small"], scale)["small"]
        self._measures = {}
        for precision in ("fp32", "bf16"):
            (measure,) = build_analyzers([installed], "cpu", precision)[0].measures
            measure.prepare()  # type: ignore[attr-defined]
            self._measures[precision] = measure
        self._width = size.embedding

    def embed(self, windows: Sequence[Pixels], precision: str) -> Numbers:
        """Return (n, 192) embeddings."""
        rows = [self._measures[precision].look([w])[0] for w in windows]  # type: ignore[attr-defined]
        return np.asarray(rows, np.float64)[:, -self._width :]


def label(head: Any, values: Numbers) -> tuple[list[str], Numbers]:
    """Return the leading label of each row, and the probabilities (n, labels)."""
    names = list(head.bias)
    inputs = (values - head.mean) / head.scale
    scores = inputs @ np.array([head.weights[n] for n in names]).T + list(head.bias.values())
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    scores /= scores.sum(axis=1, keepdims=True)
    return [names[n] for n in scores.argmax(axis=1)], scores


def compare(head: Any, truth: Sequence[str], exact: Numbers, rounded: Numbers) -> dict[str, Any]:
    """Return the figures of one head."""
    (said, chances), (other, _) = label(head, exact), label(head, rounded)
    ahead = -np.diff(np.sort(chances, axis=1)[:, :-3:-1], axis=1).ravel()
    differ = [n for n, (a, b) in enumerate(zip(said, other, strict=True)) if a != b]
    decided = ahead >= DECIDED
    return {
        "windows": len(said),
        "agreement": 1 - len(differ) / len(said),
        "decided": int(decided.sum()),
        "agreement_decided": 1 - float(decided[differ].sum() / decided.sum()),
        "right_fp32": float(np.mean([a == b for a, b in zip(said, truth, strict=True)])),
        "right_bf16": float(np.mean([a == b for a, b in zip(other, truth, strict=True)])),
        "margins": [round(float(ahead[n]), 4) for n in differ],
        "median_margin": round(float(np.median(ahead)), 4),
    }


def measure(folder: Path, train: int, windows: int) -> dict[str, Any]:
    """Fit the heads and return all figures."""
    import torch

    embedder = Embedder(folder)
    known, unseen = list(takes(train, 0)), list(takes(windows, 1_000_000))
    fitted = embedder.embed([render(*take) for take in known], "fp32")
    pictures = [render(*take) for take in unseen]
    exact, rounded = (embedder.embed(pictures, precision) for precision in ("fp32", "bf16"))
    figures: dict[str, Any] = {"native": torch.cpu._is_avx512_bf16_supported()}
    lengths = np.linalg.norm(exact, axis=1) * np.linalg.norm(rounded, axis=1)
    figures["least_cosine"] = float(((exact * rounded).sum(axis=1) / lengths).min())
    for n, (name, labels) in enumerate((("scale", SCALES), ("move", tuple(MOVES)))):
        truth = np.array([[take[n] == one for one in labels] for take in known], np.float64)
        columns = [str(column) for column in range(fitted.shape[1])]
        head = fit_logistic(columns, fitted, labels, truth, np.ones(len(known)), 1.0)
        figures[name] = compare(head, [str(take[n]) for take in unseen], exact, rounded)
    return figures


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--train", type=int, default=1600)
    parser.add_argument("--windows", type=int, default=1080)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory(prefix="shotlog-precision-") as name:
        figures = measure(Path(name), options.train, options.windows)
    text = json.dumps(figures, indent=2 if options.json else None)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
