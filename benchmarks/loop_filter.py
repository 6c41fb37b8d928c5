"""Labels of a model by frames with the codec's loop filter, and without it.

    python benchmarks/loop_filter.py [--data DIR] [--epochs 15] [--json]

A small VideoMAE network learns moves and sizes from the labelled clips that are less than 1280
pixels wide, which are always filtered. It then names windows of two seconds of the wider films,
which it has not seen: once from filtered frames, once from frames as the models get them.

JSON: ``windows`` and ``films`` that were named; ``answers``, two a window (a move and a size);
``equal``, the share of equal labels; ``sure`` and ``sure_equal``, answers whose best two labels lie
0.1 apart with the filter, and the share of them that is equal without it; ``labels``, the number of
different answers; ``probability`` and ``largest``, mean and largest difference of the best label's
probability; ``grey``, mean difference of grey levels.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from labels import DEFAULT, footage
from move_data import filmed

from shotlog.media import FrameReader, probe
from shotlog.schema import FrameNeed, Media, MediaReference, Pixels, TimeRange

if TYPE_CHECKING:
    from torch import Tensor

    from shotlog.models.videomae import Classifier

_WIDE = 1280
"""Longer side from which frames for models come without the loop filter."""

_FRAMES, _SECONDS, _STEP = 16, Fraction(2), Fraction(1)
"""Frames of a window, its length, and the time between two windows of a clip."""

_NEED = FrameNeed(width=224, height=224, pixels="rgb", fit="stretch")
_MARGIN, _BATCH, _BYTE_SPREAD = 0.1, 8, 64


def windows(media: Media, most: int, *, loop_filter: bool) -> list[Pixels]:
    """Return up to so many windows (16, 224, 224, 3) of a file, spread over its length."""
    assert media.video is not None  # noqa: S101
    length = media.video.duration or Fraction(0)
    span = min(length, _SECONDS)
    count = min(most, int((length - span) / _STEP) + 1)
    starts = [(length - span) * n / max(1, count - 1) for n in range(count)]
    moments = [[start + span * n / _FRAMES for n in range(_FRAMES)] for start in starts]
    tick = media.video.tick
    wanted = deque(sorted({at for window in moments for at in window}))
    seen: dict[Fraction, Pixels] = {}
    spans = [TimeRange(start=at, duration=tick) for at in wanted]
    for frame in FrameReader(media, spans, loop_filter=loop_filter):
        while wanted and wanted[0] < frame.end:
            seen[wanted.popleft()] = frame.pixels(_NEED)
    return [
        np.stack([seen[at] for at in window])
        for window in moments
        if all(a in seen for a in window)
    ]


def files(folder: Path) -> Iterator[tuple[str, Media]]:
    """Yield names and media of the clips with a move, and of films of several shots."""
    names = [clip.file for clip in filmed(folder)]
    names += sorted(f"{p.parent.name}/{p.name}" for d in ("multishot", "long")
                    for p in (folder / d).glob("*.mp4"))  # fmt: skip
    for name in names:
        media = probe(MediaReference(path=str(folder / name)))
        if media.video is not None and media.video.codec == "h264":
            yield name, media


def is_wide(media: Media) -> bool:
    """Return true where the models get frames without the loop filter."""
    assert media.video is not None  # noqa: S101
    return max(media.video.width, media.video.height) >= _WIDE


def truths(folder: Path) -> dict[str, dict[str, str]]:
    """Return by task the labels of files."""
    with (folder / "sizes.csv").open(newline="") as file:
        sizes = {row["file"]: row["size"] for row in csv.DictReader(file)}
    return {"move": {clip.file: clip.label for clip in filmed(folder)}, "size": sizes}


def small_network(outputs: dict[str, int]) -> Classifier:
    """Return a network of two blocks with random weights."""
    import torch

    from shotlog.models.videomae import Architecture, Classifier
    from shotlog.models.videomae.layouts import CheckpointLayout
    from shotlog.models.videomae.network import sinusoid_positions

    torch.manual_seed(0)
    shape = Architecture(
        layout=next(iter(CheckpointLayout)), embedding=128, depth=2, attention_heads=4, mlp=512,
        patch=16, tubelet=2, frames=_FRAMES, size=224, eps=1e-12, pool_eps=1e-5,
        mean_pooling=True, biases=True, sigmoid=False,
    )  # fmt: skip
    network = Classifier(shape, outputs)
    network.backbone.embeddings.positions = sinusoid_positions(shape.tokens, shape.embedding)
    # The layer gets bytes, where it expects numbers of about 1.
    network.backbone.embeddings.projection.weight.data /= _BYTE_SPREAD
    return network


def train(
    data: Sequence[tuple[Pixels, dict[str, int]]], outputs: dict[str, int], epochs: int
) -> Classifier:
    """Return a network that has learned the labels of windows, by task."""
    import torch
    from torch.nn.functional import cross_entropy

    network = small_network(outputs)
    steps = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        steps, max_lr=1e-3, total_steps=epochs * -(-len(data) // _BATCH)
    )
    rng = np.random.default_rng(0)
    for epoch in range(epochs):
        losses = []
        order = iter(rng.permutation(len(data)).tolist())
        while batch := [data[n] for n in islice(order, _BATCH)]:
            answers = network(torch.from_numpy(np.stack([pixels for pixels, _ in batch])))
            loss = torch.stack([
                cross_entropy(answers[task][n], torch.tensor(truth[task]))
                for n, (_, truth) in enumerate(batch)
                for task in truth
            ]).sum() / len(batch)  # fmt: skip
            steps.zero_grad()
            loss.backward()
            steps.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.2f}", file=sys.stderr)
    return network.eval()


def probabilities(network: Classifier, pixels: Pixels) -> dict[str, Tensor]:
    """Return the probabilities of the labels of a window, by task."""
    import torch

    with torch.inference_mode():
        answers = network(torch.from_numpy(pixels[np.newaxis]))
    return {task: answers[task][0].softmax(0) for task in answers if task != "embedding"}


def compare(network: Classifier, films: Sequence[Media], most: int) -> dict[str, Any]:
    """Return how labels of windows with and without the loop filter agree; see above."""
    answers, count, grey = [], 0, 0.0
    for media in films:
        filtered = windows(media, most, loop_filter=True)
        for one, other in zip(filtered, windows(media, most, loop_filter=False), strict=True):
            count += 1
            grey += float(np.abs(one.astype(np.int16) - other).mean())
            without = probabilities(network, other)
            for task, known in probabilities(network, one).items():
                best, second = known.topk(2).values.tolist()
                answers.append((
                    (task, int(known.argmax())),
                    int(known.argmax()) == int(without[task].argmax()),
                    best - second >= _MARGIN,
                    abs(best - float(without[task][known.argmax()])),
                ))  # fmt: skip
    labels, equal, clear, changes = zip(*answers, strict=True)
    sure = [same for same, far in zip(equal, clear, strict=True) if far]
    return {
        "films": len(films), "windows": count, "answers": len(answers),
        "labels": len(set(labels)), "equal": float(np.mean(equal)),
        "sure": len(sure), "sure_equal": float(np.mean(sure)),
        "probability": float(np.mean(changes)), "largest": max(changes),
        "grey": grey / count,
    }  # fmt: skip


def main() -> None:
    """Train, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--windows", type=int, default=8, help="of a film, at most")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = footage(options.data)
    truth, known = truths(folder), dict(files(folder))
    labels = {task: sorted(set(of.values())) for task, of in truth.items()}
    narrow = [(name, media) for name, media in known.items() if not is_wide(media)]
    data = [
        (pixels, {task: labels[task].index(of[name]) for task, of in truth.items() if name in of})
        for name, media in narrow
        for pixels in windows(media, options.windows, loop_filter=True)
    ]
    print(f"{len(data)} windows of {len(narrow)} clips to learn from", file=sys.stderr)
    network = train(data, {task: len(names) for task, names in labels.items()}, options.epochs)
    figures = compare(network, [m for m in known.values() if is_wide(m)], options.windows)
    print(json.dumps(figures) if options.json else figures)


if __name__ == "__main__":
    main()
