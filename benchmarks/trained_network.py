"""Networks that are trained on rendered footage: ``python benchmarks/trained_network.py``.

A film has 40 shots of 2 s, each a picture of its own, with grain and room tone: of 17 the texture
runs across, of the others down. ``train_auc_planted_network``: an editor kept those 17, no two of
them in a row. ``train_auc_null_network``: as many were kept, drawn at random, 12 times over, as the
films of one draw do not err independently: if one texture was kept a little more often in some, it
was so less often in those that are left out. Both are AUCs on films that the network has not seen.
Nothing but the vectors of the model tells the textures apart; it is a VideoMAE in the published
layout, 768 wide, with two blocks and random weights.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from shotlog.demo import make_room_tone
from shotlog.engine import Cache, analyze
from shotlog.highlights.trained import WindowBlocks
from shotlog.learning.highlights import (
    FilmReader,
    LabelledFilm,
    Report,
    Source,
    SourceGroup,
    edit_of,
    evaluate,
    fit_network,
    train,
)
from shotlog.media import probe
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import InstalledModel, sha256_of
from shotlog.models.runtime import DeviceChoice
from shotlog.schema import MediaReference, Pixels, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video

RATE, SHOT, SHOTS, KEPT = 12, 2, 40, 17
"""Frames per second, seconds of a shot, shots of a film, and those that an editor kept."""
WIDTH, HEIGHT = 96, 64
FILMS = 12
"""204 picks together, so that both methods are tried."""
DRAWS = 12
"""Draws of what was kept by chance."""


def measure(films: int = FILMS) -> dict[str, Any]:
    """Return both AUCs with their intervals, and that of the logistic regression."""
    with tempfile.TemporaryDirectory() as folder, Cache(None) as cache:
        blocks = make_blocks(Path(folder, "model"))
        read = [_read(Path(folder, f"{n}.mp4"), n, blocks, cache) for n in range(films)]
    planted = train(read, blocks)
    fit = partial(fit_network, blocks=blocks)
    drawn = [evaluate(_by_chance(read, draw), fit) for draw in range(DRAWS)]
    return {
        "train_network_features": blocks.dimensions,
        "train_network_method": planted.facts["method"],
        "train_auc_planted_network": _auc(planted.report),
        "train_auc_planted_logistic": planted.other and _auc(planted.other),
        "train_auc_planted_network_heuristic": (
            planted.report.rankings["heuristic"].auc.model_dump()
        ),
        "train_auc_null_network": _mean_auc(drawn),
    }


def make_blocks(folder: Path) -> WindowBlocks:
    """Write a model with random weights; return the blocks of features with its vectors."""
    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:
        sys.path.insert(0, root)
    from tests.models.checkpoints import MOVE_CARD, Size, make

    made = make(folder, size=Size(768, depth=2, heads=12, mlp=3072, side=64), card=MOVE_CARD)
    weights = folder / "model.safetensors"
    installed = InstalledModel(made.card, folder, sha256_of(weights), weights.stat().st_size)
    return WindowBlocks.of_models(ModelMeasure(installed, DeviceChoice("cpu", "fp32")))


def _read(path: Path, number: int, blocks: WindowBlocks, cache: Cache) -> LabelledFilm:
    """Render and measure a film of which an editor kept what runs across."""
    rng = np.random.default_rng(number)
    across = sorted((2 * rng.choice(SHOTS // 2, KEPT, replace=False)).tolist())
    sound = make_room_tone(rng, SHOTS * SHOT * AUDIO_RATE)
    write_video(path, _pictures(across, rng), Fraction(RATE), sound=sound)
    source = Source(
        probe(MediaReference(path=str(path))),
        Fraction(SHOTS * SHOT),
        tuple(TimeRange(start=Fraction(shot * SHOT), duration=Fraction(SHOT)) for shot in across),
    )
    group = SourceGroup((path.stem,), (source,))
    reader = FilmReader(group, blocks)
    log = analyze(edit_of(group), [reader], cache)
    if reader.film is None or log.problems:
        raise RuntimeError(f"film {number} could not be measured: {log.problems}")
    return reader.film


def _by_chance(films: Sequence[LabelledFilm], draw: int) -> list[LabelledFilm]:
    """Return films of which as many windows were kept, drawn at random."""
    rng = np.random.default_rng(draw)
    return [replace(film, kept=rng.permutation(film.kept)) for film in films]


def _pictures(across: Sequence[int], rng: np.random.Generator) -> Iterator[Pixels]:
    """Yield a film: a coloured texture for each shot, which stands still under its grain."""
    for shot in range(SHOTS):
        blur = (6.0, 0.8) if shot in across else (0.8, 6.0)
        noise = rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
        texture = cv2.GaussianBlur(noise, (0, 0), sigmaX=blur[0], sigmaY=blur[1])
        colour = rng.uniform(60, 190, 3)
        picture = colour + 40 * (texture / texture.std())[..., None]
        for _ in range(SHOT * RATE):
            grain = rng.normal(0, 2, (HEIGHT, WIDTH, 1))
            yield np.clip(picture + grain, 0, 255).astype(np.uint8)


def _auc(report: Report) -> dict[str, float]:
    return report.rankings["model"].auc.model_dump()


def _mean_auc(drawn: Sequence[Report]) -> dict[str, float]:
    """Return the mean AUC of draws, with the interval of 95 % of the means of resampled draws."""
    means = np.array([_auc(report)["mean"] for report in drawn])
    samples = np.random.default_rng(0).integers(0, len(means), (2000, len(means)))
    low, high = np.quantile(means[samples].mean(axis=1), (0.025, 0.975))
    return {"mean": float(means.mean()), "low": float(low), "high": float(high)}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=FILMS, help="films to render")
    print(json.dumps(measure(parser.parse_args().films), indent=2))


if __name__ == "__main__":
    main()
