"""Scores of a model before and after clips were encoded for a provider, with the same weights.

``random``: a VideoMAE of four blocks of base width, and a head that is scaled so that the logits of
each label have a standard deviation of 2 over the windows, as random scores alone would all be
alike.

``trained``: a VideoMAE of three blocks, 96 wide, learns shot sizes from labelled clips and stills;
every third source is held out, and measured: whole clips and their quarters. As the authors of
VideoMAE fine-tune (github.com/MCG-NJU/VideoMAE, FINETUNE.md) it learns from mixtures of two clips
(Beta(0.8, 0.8)) and smoothed labels (0.1); as they pre-train, from a part of the tokens. So little
data and time make no good model; but its scores are decisive, as those of random weights are not.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import torch
from scipy.special import softmax
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import VideoMAEConfig, VideoMAEForVideoClassification

from benchmarks.remote_clips import decode, parts_of
from shotlog.media.encoding import encode_pictures
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime import DeviceChoice
from shotlog.schema import Pixels
from tests.models.checkpoints import BASE, MEAN, SIZE_CARD, SIZE_LABELS, STD, make

_SPREAD: Final = 2.0
_STILL_SIZES: Final = {"ECU": "ECS", "CU": "CS", "MS": "MS", "FS": "FS", "LS": "LS"}
_HELD_OUT: Final = 3
"""One source of so many is held out."""
_BATCH, _TOKENS, _ALL_TOKENS, _RATE = 8, 256, 8 * 14 * 14, 1.5e-3
_AGREEMENT: Final = 0.01
"""Difference of a score up to which two runs agree: the limit that the remote tier was given."""

Scores = npt.NDArray[np.float64]
Encode = Callable[[Pixels], bytes]


@dataclass(frozen=True, eq=False)
class Labelled:
    """A labelled window, (16, 224, 224, 3) uint8, and the footage that it is from."""

    pixels: Pixels
    size: int
    source: str


def random_differences(windows: Sequence[Pixels]) -> Scores:
    """Return (windows,) the largest difference of a score of random weights."""
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder), size=replace(BASE, depth=4))
        measure = ModelMeasure(
            InstalledModel(made.card, made.folder, "0" * 64, 1), DeviceChoice("cpu", "fp32")
        )
        measure.prepare()
        first = len(measure.columns) - BASE.embedding
        seen, sent = (
            np.stack([measure.look([each])[0][first:] for each in some])
            for some in (windows, [decode(encode_pictures(each)) for each in windows])
        )
    head = np.random.default_rng(0).normal(size=(BASE.embedding, 5))
    raw = seen @ head
    gain = _SPREAD / raw.std(axis=0)
    before, after = (
        softmax((each @ head - raw.mean(axis=0)) * gain, axis=1) for each in (seen, sent)
    )
    return np.asarray(np.abs(before - after).max(axis=1), np.float64)


def trained_figures(data: Path, minutes: float) -> dict[str, float]:
    """Train a model and return what encoding changes of its scores.

    Args:
        data: Folder with ``labels.csv`` and ``sizes.csv``.
        minutes: Minutes of processor time that it learns.
    """
    learned, held_out = read_labelled(data)
    with tempfile.TemporaryDirectory() as folder:
        train(learned, minutes, Path(folder))
        return compare(Path(folder), held_out)


def compare(
    folder: Path, windows: Sequence[Labelled], encode: Encode = encode_pictures
) -> dict[str, float]:
    """Return what an encoding changes of the scores of a model in a folder."""
    measure = ModelMeasure(
        InstalledModel(SIZE_CARD, folder, "0" * 64, 1), DeviceChoice("cpu", "fp32")
    )
    measure.prepare()
    films = [encode(each.pixels) for each in windows]
    before, after = (
        np.stack([measure.look([each])[0][: len(SIZE_LABELS)] for each in some])
        for some in ([each.pixels for each in windows], [decode(film) for film in films])
    )
    differences = np.abs(before - after).max(axis=1)
    figures = {
        "windows": len(windows),
        "accuracy": np.mean(before.argmax(axis=1) == [each.size for each in windows]),
        "confidence": np.median(before.max(axis=1)),
        "bytes": np.median([len(film) for film in films]),
        "bytes_mean": np.mean([len(film) for film in films]),
        "score_difference": differences.max(),
        "score_difference_p95": np.quantile(differences, 0.95),
        "score_difference_median": np.median(differences),
        "agreeing": np.mean(differences <= _AGREEMENT),
        "same_label": np.mean(before.argmax(axis=1) == after.argmax(axis=1)),
    }
    return {f"trained_{name}": round(float(value), 5) for name, value in figures.items()}


def read_labelled(data: Path) -> tuple[list[Labelled], list[Labelled]]:
    """Return the windows to learn from, and those of held out sources, without stills."""
    with (data / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (data / "sizes.csv").open(newline="") as file:
        sizes = {row["file"]: row["size"] for row in csv.DictReader(file)}
    sources = sorted({row["source_group"] for row in rows if row["file"] in sizes})
    held_out = set(sources[::_HELD_OUT])
    learned, measured = [], []
    for row in rows:
        name, source = row["file"], row["source_group"]
        if name in sizes:
            size = SIZE_LABELS.index(sizes[name])
            parts = [pixels for count in (1, 4) for pixels in parts_of(data / name, count)]
            to = measured if source in held_out else learned
            to += [Labelled(pixels, size, source) for pixels in parts]
        elif row["task"] == "scale" and source not in held_out:
            picture = cv2.imread(str(data / name), cv2.IMREAD_COLOR_RGB)
            if picture is None:
                raise SystemExit(f"{name} cannot be read")
            still = cv2.resize(picture, (224, 224), interpolation=cv2.INTER_AREA)
            size = SIZE_LABELS.index(_STILL_SIZES[row["label"]])
            learned.append(Labelled(np.repeat(still[None], 16, axis=0), size, source))
    return learned, measured


def train(windows: Sequence[Labelled], minutes: float, folder: Path) -> None:
    """Train a small model from random weights, and save it as transformers does."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    network = VideoMAEForVideoClassification(
        VideoMAEConfig(
            hidden_size=96, num_hidden_layers=3, num_attention_heads=3, intermediate_size=384,
            num_frames=16, image_size=224, use_mean_pooling=True,
            id2label=dict(enumerate(SIZE_LABELS)),
        )
    )  # fmt: skip
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.05)
    by_size = [[each for each in windows if each.size == n] for n in range(len(SIZE_LABELS))]
    begun, steps = time.process_time(), 0
    while (done := (time.process_time() - begun) / (60 * minutes)) < 1:
        chosen = rng.integers(0, len(by_size), _BATCH)
        clips = [by_size[n][rng.integers(len(by_size[n]))] for n in chosen]
        shown = torch.stack([_varied(clip.pixels, rng) for clip in clips])
        wanted = torch.full((_BATCH, len(by_size)), 0.1 / len(by_size))
        wanted[torch.arange(_BATCH), torch.from_numpy(chosen)] += 0.9
        part = float(rng.beta(0.8, 0.8))
        shown = part * shown + (1 - part) * shown.flip(0)
        wanted = part * wanted + (1 - part) * wanted.flip(0)
        loss = cross_entropy(_logits(network, shown), wanted)
        for group in optimizer.param_groups:
            group["lr"] = _RATE * min(1.0, steps / 20) * (1 - done)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        steps += 1
    network.eval().save_pretrained(folder)


def _varied(pixels: Pixels, rng: np.random.Generator) -> Tensor:
    """Return a window (16, 3, 224, 224), normalised; cropped, mirrored and lit at random."""
    side = int(224 * rng.uniform(0.85, 1))
    left, top = rng.integers(0, 225 - side, 2)
    cut = pixels[:, top : top + side, left : left + side]
    scaled = np.stack([cv2.resize(picture, (224, 224)) for picture in cut])
    shown = torch.from_numpy(scaled).permute(0, 3, 1, 2).float()
    shown = shown.flip(-1) if rng.random() < 0.5 else shown
    gain, light = rng.uniform(0.8, 1.2), rng.uniform(-20, 20)
    mean, std = (255 * torch.tensor(each).view(3, 1, 1) for each in (MEAN, STD))
    return ((shown - 128) * gain + (128 + light) - mean) / std


def _logits(network: VideoMAEForVideoClassification, shown: Tensor) -> Tensor:
    """Return the logits from a random part of the tokens of each window."""
    masked = torch.ones(len(shown), _ALL_TOKENS, dtype=torch.bool)
    for row in masked:
        row[torch.randperm(_ALL_TOKENS)[:_TOKENS]] = False
    seen = network.videomae(shown, bool_masked_pos=masked).last_hidden_state
    logits: Tensor = network.classifier(network.fc_norm(seen.mean(dim=1)))
    return logits
