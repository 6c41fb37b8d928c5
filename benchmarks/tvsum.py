"""Agreement of highlighters with the people who rated TVSum, beside chance, position and people.

``python benchmarks/tvsum.py FOLDER [--backend NAME ...] [--json]``

TVSum (Song, Vallmitjana, Stent and Jaimes, "TVSum: Summarizing Web Videos Using Titles", CVPR
2015) has 50 videos; 20 people gave every two seconds of each a score of 1 to 5. FOLDER holds the
labels in the form of QD-DETR (``tvsum_*.jsonl``: ``vid`` and ``label``, n clips x 20 people), and
the videos as ``VID.mp4``; neither is part of the project. Where a video is missing, only what needs
no picture is computed of it.

The protocol is that of Otani, Nakashima, Rahtu and Heikkilä, "Rethinking the Evaluation of Video
Summaries", CVPR 2019: Kendall's tau-b and Spearman's rho of a scorer with each person, averaged
over people, then over videos. The 95 % intervals are by 2,000 bootstrap samples of videos. F1 of
summaries is not computed: chance is as good as any method there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from highlights import clip_of, edit_of
from scipy.stats import kendalltau, spearmanr

from shotlog.analyzers.clock import STEP
from shotlog.engine import Cache, analyze
from shotlog.highlights import make_highlight_analyzers
from shotlog.media import probe
from shotlog.schema import HighlightOptions, MediaReference, TimeRange

Numbers = npt.NDArray[np.float64]
CLIP = Fraction(2)
"""Seconds of what one score is about."""
RESAMPLES = 2000


def read_labels(folder: Path) -> dict[str, Numbers]:
    """Return the scores of each video, (clips, people)."""
    videos = {}
    for file in sorted(folder.glob("tvsum_*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            videos[str(record["vid"])] = np.array(record["label"], np.float64)
    if not videos:
        raise SystemExit(f"there is no tvsum_*.jsonl in {folder}")
    return videos


def agreement(scores: Numbers, people: Numbers) -> tuple[float, float]:
    """Return the mean tau and rho of (n,) scores with each column of (n, people)."""
    taus, rhos = [], []
    for person in people.T:
        if np.ptp(person) > 0 and np.ptp(scores) > 0:  # else no order is defined
            taus.append(kendalltau(scores, person).statistic)
            rhos.append(spearmanr(scores, person).statistic)
    return (float(np.mean(taus)), float(np.mean(rhos))) if taus else (0.0, 0.0)


def people_alone(people: Numbers) -> tuple[float, float]:
    """Return the mean agreement of one person with each of the others."""
    found = [
        agreement(people[:, number], np.delete(people, number, axis=1))
        for number in range(people.shape[1])
        if np.ptp(people[:, number]) > 0
    ]
    return float(np.mean([tau for tau, _ in found])), float(np.mean([rho for _, rho in found]))


def centre(people: Numbers) -> Numbers:
    """Return scores that fall from the middle of the video."""
    count = len(people)
    return -np.abs(np.arange(count) - (count - 1) / 2)


def judged(video: Path, backend: str, count: int) -> Numbers:
    """Return the mean of a highlighter's curve in every clip; the lowest where it is unknown."""
    media = probe(MediaReference(path=str(video)))
    whole = TimeRange(start=Fraction(0), duration=media.duration or Fraction(0))
    edit = edit_of(clip_of(str(video), whole))
    analyzers = make_highlight_analyzers(HighlightOptions(backends=(backend,)))
    with Cache(None) as cache:
        curve = analyze(edit, analyzers, cache).excitement
    values = np.full(count * int(CLIP / STEP), np.nan)
    known = [] if curve is None else list(curve.values)[: len(values)]
    values[: len(known)] = [np.nan if value is None else value for value in known]
    lowest = np.nanmin(values) if np.isfinite(values).any() else 0.0
    return np.where(np.isfinite(values), values, lowest).reshape(count, -1).mean(axis=1)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of a mean, by bootstrap over videos."""
    dice = np.random.default_rng(0)
    means = [np.mean(dice.choice(values, len(values))) for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def measure(folder: Path, backends: Sequence[str]) -> dict[str, list[tuple[float, float]]]:
    """Return tau and rho of every scorer, video by video."""
    dice = np.random.default_rng(0)
    plain: Mapping[str, Callable[[Numbers], tuple[float, float]]] = {
        "random": lambda people: agreement(dice.random(len(people)), people),
        "centre": lambda people: agreement(centre(people), people),
        "one person": people_alone,
        "mean of all people": lambda people: agreement(people.mean(axis=1), people),
    }
    found: dict[str, list[tuple[float, float]]] = {}
    for name, people in read_labels(folder).items():
        for scorer, compute in plain.items():
            found.setdefault(scorer, []).append(compute(people))
        video = folder / f"{name}.mp4"
        for backend in backends if video.exists() else ():
            scores = judged(video, backend, len(people))
            found.setdefault(backend, []).append(agreement(scores, people))
    return found


def main() -> None:
    """Print the table, or the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--backend", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.folder, asked.backend or ["heuristic"])
    figures = {
        scorer: {
            "videos": len(pairs),
            "tau": float(np.mean([tau for tau, _ in pairs])),
            "rho": float(np.mean([rho for _, rho in pairs])),
            "tau_interval": interval([tau for tau, _ in pairs]),
        }
        for scorer, pairs in found.items()
    }
    if asked.json:
        print(json.dumps(figures, indent=2))
        return
    for scorer, row in figures.items():
        low, high = row["tau_interval"]
        print(
            f"{scorer:20} {row['videos']:3} videos  tau {row['tau']:+.3f}"
            f" ({low:+.3f} to {high:+.3f})  rho {row['rho']:+.3f}"
        )


if __name__ == "__main__":
    main()
