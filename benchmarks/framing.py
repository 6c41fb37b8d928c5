"""Cuts that keep the framing, and cuts that change it: ``python benchmarks/framing.py --data DIR``.

``kept``: pictures of one labelled take 2 s apart, as if the frames between had been cut out; by the
label of its move, for a camera that pans for 2 s has another framing. ``changed``: the pictures on
both sides of every labelled hard cut of finished films. ``foreign``: pictures of different sources.
For each the share that :func:`~shotlog.media.cuts.has_same_framing` takes for the same framing, and
the likeness and tint that lie at the edge.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from cuts_data import pictures, takes
from cuts_truth import read_labels

from shotlog.media.cuts import Floats, compare_framing, compute_signature, has_same_framing
from shotlog.schema import Pixels

REMOVED = 48
"""Frames cut out of a take: about 2 s."""
STEP = 12
"""Frames from one tried cut of a take to the next."""
FOREIGN = 4000
"""Pairs of pictures of different sources."""

Pair = tuple[str, Floats, Floats]


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled footage")
    parser.add_argument("--show", type=int, default=6, help="pairs to name at the edge")
    options = parser.parse_args()
    root, labels = read_labels(options.data)
    with (root / "labels.csv").open(newline="", encoding="utf-8") as file:
        moves = {row["file"]: row["label"] for row in csv.DictReader(file)}
    kept: dict[str, list[Pair]] = defaultdict(list)
    still: list[tuple[str, Floats]] = []
    for label in labels:
        if label.task != "camera":
            continue
        for take in takes(root, [label]):
            cells = [cells_of(frame) for frame in take.frames]
            still.append((label.source, cells[len(cells) // 2]))
            ends = range(REMOVED, len(cells), STEP)
            kept[moves[label.file]] += [
                (f"{label.file} {end}", cells[end - REMOVED], cells[end]) for end in ends
            ]
    for move in sorted(kept, key=lambda move: (move not in ("static", "handheld"), move)):
        tell(f"kept, {move}", kept[move], options.show, highest=False)
    changed = []
    for label in labels:
        if label.cuts:
            frames = pictures(root / label.file)
            changed += [
                (f"{label.file} {cut}", cells_of(frames[cut - 1]), cells_of(frames[cut]))
                for cut in label.cuts
            ]
    tell("changed, hard cuts", changed, options.show, highest=True)
    tell("foreign", foreign(still), options.show, highest=True)


def cells_of(frame: Pixels) -> Floats:
    """Return the cells of a picture."""
    return compute_signature(frame).cells


def foreign(still: Sequence[tuple[str, Floats]]) -> list[Pair]:
    """Return pairs of pictures of different sources."""
    rng = np.random.default_rng(0)
    pairs: list[Pair] = []
    while len(pairs) < FOREIGN:
        (one, a), (other, b) = (still[int(n)] for n in rng.integers(len(still), size=2))
        if one != other:
            pairs.append((f"{one} and {other}", a, b))
    return pairs


def tell(name: str, pairs: Iterable[Pair], show: int, *, highest: bool) -> None:
    """Print the share of the same framing, and the pairs nearest to the other answer."""
    told = [(*compare_framing(a, b), has_same_framing(a, b), pair) for pair, a, b in pairs]
    if not told:
        return
    likeness = np.array([row[0] for row in told])
    edges = ", ".join(f"{edge:.3f}" for edge in np.quantile(likeness, (0, 0.05, 0.5, 0.95, 1)))
    same = sum(row[2] for row in told)
    print(f"{name}: {same} of {len(told)} the same; likeness {edges} (0, 5, 50, 95, 100 %)")
    for like, tint, answer, pair in sorted(told, reverse=highest)[:show]:
        print(f"    {like:.3f} {tint:5.1f} {answer} {pair}")


if __name__ == "__main__":
    main()
