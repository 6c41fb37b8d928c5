"""Accuracy of ``builtin.move`` on labelled clips.

    python benchmarks/moves.py --data DIR [--json]

A clip is said to be what the analyzer names for most of its length. A label of ``alt`` is right as
well, and counted apart. Geometry cannot tell a dolly from a zoom without depth, so classes are
what a move looks like (``LOOKS_LIKE``); the labels as they are, are counted beside. Nothing here is
fitted on these clips but the thresholds of ``move.py``; how far one source moves the figures is
shown by leaving each out.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from labels import footage
from move_data import Filmed, filmed, view_of

from shotlog.analyzers.move import LOOKS_LIKE, MoveAnalyzer
from shotlog.schema import UNDEFINED, Claim, reversed_move

BINS = 10
"""Bins of confidence for the calibration error."""


@dataclass(frozen=True)
class Answer:
    """Answer of the analyzer for a clip.

    Attributes:
        clip: The clip and its label.
        said: The answer.
        sure: Confidence of the answer: the mean over its claims, by their length.
        spans: Every claim, in order.
    """

    clip: Filmed
    said: str
    sure: float
    spans: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """True where the answer is the label itself."""
        return _matches(self.said, self.clip.label)

    @property
    def right(self) -> bool:
        """True where the answer has the look of the label, or of an alternative one."""
        return _look(self.said) in self._right_looks()

    @property
    def opposite(self) -> bool:
        """True where the answer has the wrong direction, the worst error."""
        return not self.right and _look(reversed_move(self.said)) in self._right_looks()

    def _right_looks(self) -> list[str]:
        return self._label_looks() + self._other_looks()

    def _label_looks(self) -> list[str]:
        # A label without a side has both, unless an alternative tells which.
        sides = [_look(move) for move in _sides(self.clip.label)]
        return [look for look in sides if look in self._other_looks()] or sides

    def _other_looks(self) -> list[str]:
        return [_look(move) for name in self.clip.also for move in _sides(name)]

    @property
    def truth(self) -> str:
        """The class that it counts for: that of its label, on the side of the answer."""
        looks, said = self._label_looks(), _look(self.said)
        return _class(said if said in looks else looks[0])

    @property
    def guess(self) -> str:
        """The class that it was said to be; that of its label where an ``alt`` was said."""
        return self.truth if self.right else _class(self.said)


def _matches(said: str, label: str) -> bool:
    return said == label or said.split("_")[0] == label


def _sides(label: str) -> tuple[str, ...]:
    """Return both moves of a label without a side, or the label."""
    return (f"{label}_left", f"{label}_right") if label in ("arc", "roll") else (label,)


def _look(move: str) -> str:
    return LOOKS_LIKE.get(move, move)


def _class(move: str) -> str:
    look = _look(move)
    return "roll" if look.startswith("roll") else look


def answer(clip: Filmed, claims: Sequence[Claim]) -> Answer:
    """Return the answer for most of a clip, except from ``undefined``."""
    length: defaultdict[str, float] = defaultdict(float)
    sure: defaultdict[str, float] = defaultdict(float)
    for claim in claims:
        if claim.label != UNDEFINED:
            length[claim.label] += float(claim.range.duration)
            sure[claim.label] += float(claim.range.duration) * claim.confidence
    spans = tuple(claim.label for claim in claims)
    if not length:
        return Answer(clip, UNDEFINED, 0.0, spans)
    said = max(length, key=lambda label: length[label])
    return Answer(clip, said, sure[said] / length[said], spans)


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Return precision, recall, F1 and count by class, of (truth, guess) pairs."""
    pairs = list(pairs)
    table = {}
    for name in sorted({truth for truth, _ in pairs}):
        hits = sum(truth == guess == name for truth, guess in pairs)
        there = sum(truth == name for truth, _ in pairs)
        said = sum(guess == name for _, guess in pairs)
        precision, recall = hits / said if said else 0.0, hits / there
        table[name] = (precision, recall, 2 * hits / (said + there), there)
    return table


def macro(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the mean F1 over the classes that occur."""
    values = [f1 for _, _, f1, _ in scores(pairs).values()]
    return sum(values) / len(values)


def calibration_error(answers: Iterable[Answer]) -> float | None:
    """Return the expected calibration error of the confidence; None where nothing is answered.

    The answers fall into :data:`BINS` bins by confidence, of equal width. In each, the share of
    right answers differs from the mean confidence; the error is the mean of these differences,
    weighted by the number of answers (Naeini, Cooper and Hauskrecht, "Obtaining well calibrated
    probabilities using Bayesian binning", 2015; Guo et al., "On calibration of modern neural
    networks", 2017, eq. 3).
    """
    bins: defaultdict[int, list[Answer]] = defaultdict(list)
    for said in answers:
        if said.said != UNDEFINED:
            bins[min(int(said.sure * BINS), BINS - 1)].append(said)
    if not bins:
        return None
    # |right / n - confidence / n| * n, so that the counts cancel.
    gaps = [abs(sum(a.right for a in part) - sum(a.sure for a in part)) for part in bins.values()]
    return sum(gaps) / sum(len(part) for part in bins.values())


def report(answers: Sequence[Answer]) -> dict[str, object]:
    """Return every figure, as JSON types."""
    pairs = [(a.truth, a.guess) for a in answers]
    classes = Counter(truth for truth, _ in pairs)
    most, count = classes.most_common(1)[0]
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    for truth, guess in pairs:
        confusion[truth][guess] += 1
    left_out = [
        macro((a.truth, a.guess) for a in answers if a.clip.source != source)
        for source in sorted({a.clip.source for a in answers})
    ]
    return {
        "clips": len(answers),
        "exact": sum(a.exact for a in answers),
        "right": sum(a.right for a in answers),
        "by_alt": sum(a.right and not a.exact for a in answers),
        "undefined": sum(a.said == UNDEFINED for a in answers),
        "opposite": sum(a.opposite for a in answers),
        "ece": calibration_error(answers),
        "macro_f1": round(macro(pairs), 4),
        "macro_f1_without_alt": round(macro((a.truth, _class(a.said)) for a in answers), 4),
        "macro_f1_without_one_source": [round(min(left_out), 4), round(max(left_out), 4)],
        "majority": {
            "says": most,
            "right": count,
            "macro_f1": round(macro((truth, most) for truth, _ in pairs), 4),
        },
        "random_right": round(sum(n * n for n in classes.values()) / len(pairs), 2),
        "macro_f1_random": round(sum(n / len(pairs) for n in classes.values()) / len(classes), 4),
        "classes": {
            name: {"precision": round(p, 3), "recall": round(r, 3), "f1": round(f, 3), "n": n}
            for name, (p, r, f, n) in scores(pairs).items()
        },
        "confusion": {truth: dict(guesses) for truth, guesses in sorted(confusion.items())},
    }


def main() -> None:
    """Analyse every labelled clip and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with video/labels.csv")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    chosen = parser.parse_args()
    analyzer = MoveAnalyzer()
    answers = [
        answer(clip, analyzer.conclude(view_of(footage(chosen.data) / clip.file)))
        for clip in filmed(chosen.data)
    ]
    figures = report(answers)
    if chosen.json:
        print(json.dumps(figures, indent=1))
        return
    for a in answers:
        mark = "exact" if a.exact else "right" if a.right else "OPPOSITE" if a.opposite else "WRONG"
        also = "|".join(a.clip.also)
        print(
            f"{mark:9}{a.clip.file:34}{a.clip.label:12}{also:21}{a.said:12}{a.sure:5.2f}  ", end=""
        )
        print(" ".join(a.spans))
    for name, value in figures.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
            continue
        print(f"{name}:")
        for key, row in value.items():
            print(f"  {key}: {row}")


if __name__ == "__main__":
    main()
