"""Labels of cuts in labels.csv, and the comparison of answers with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from labels import footage

TASKS = ("cuts", "timeline", "camera")
"""Tasks whose files count; those of ``camera`` are one shot each."""

TOLERANCE = 2
"""Frames by which a hard cut may be missed."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Labels:
    """One row: numbers of frames, of ranges the first and the last.

    Attributes:
        file: Path relative to the folder.
        task: The task of the label.
        source: The footage that it was taken from.
        cuts: First frames of new shots.
        graduals: Kind and mixed frames of gradual changes.
        ignored: Ranges that do not count, as no change can be decided there.
    """

    file: str
    task: str
    source: str
    cuts: list[int]
    graduals: list[tuple[str, int, int]]
    ignored: list[Range]


def read_labels(data: Path) -> tuple[Path, list[Labels]]:
    """Return the folder that holds ``labels.csv``, and its rows of :data:`TASKS`."""
    root = footage(data)
    with (root / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] in TASKS]
    return root, [
        Labels(
            file=row["file"],
            task=row["task"],
            source=row["source_group"] or row["file"],
            cuts=[int(frame) for frame in row["cuts"].split()],
            graduals=[_gradual(item) for item in _items(row["graduals"])],
            ignored=[_range(item.split()[0]) for item in _items(row["ignore"])],
        )
        for row in rows
    ]


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split("|") if item.strip()]


def _gradual(text: str) -> tuple[str, int, int]:
    kind, _, frames = text.partition(":")
    return (kind, *_range(frames))


def _range(text: str) -> Range:
    first, _, last = text.partition("-")
    return int(first), int(last)


@dataclass(frozen=True)
class Truth:
    """Ranges in which a change may be found, and those that do not count; first and last frames."""

    changes: list[Range]
    ignored: list[Range]

    @classmethod
    def of(
        cls,
        cuts: Sequence[int],
        graduals: Iterable[tuple[str, int, int]],
        ignored: Sequence[Range] = (),
    ) -> Truth:
        """Return the truth of a row; gradual changes that touch another change are one with it."""
        merged: list[Range] = []
        for first, last in sorted((first, last) for _, first, last in graduals):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        changes, single = [], set(cuts)
        for first, last in merged:
            touching = {cut for cut in single if first - 1 <= cut <= last + 1}
            single -= touching
            changes.append((min({first, *touching}), max({last, *touching})))
        changes += [(cut - TOLERANCE, cut + TOLERANCE) for cut in single]
        return cls(sorted(changes), list(ignored))


@dataclass
class Score:
    """Counts of right, false and missed changes, with descriptions of the errors."""

    right: int = 0
    false: int = 0
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Add the counts of another file."""
        self.right += other.right
        self.false += other.false
        self.missed += other.missed

    def figures(self) -> dict[str, float | int | None]:
        """Return counts and rates; None for a rate of nothing."""
        said, true = self.right + self.false, self.right + self.missed
        return {
            "right": self.right,
            "false": self.false,
            "missed": self.missed,
            "precision": round(self.right / said, 4) if said else None,
            "recall": round(self.right / true, 4) if true else None,
            "f1": round(2 * self.right / (said + true), 4) if said + true else None,
        }


def judge(found: Iterable[Range], truth: Truth) -> Score:
    """Compare answers (first and last frame of each) with the truth.

    A hit is an answer within :data:`TOLERANCE` of a hard cut, or one that overlaps a gradual
    change. One that spans several changes (out of a picture and into the next) hits them all. A
    second answer to the same change is false, and so is one to nothing, except where nobody can
    tell.
    """
    score, missed = Score(), list(truth.changes)
    for first, last in found:
        met = [change for change in truth.changes if change[0] <= last and first <= change[1]]
        fresh = [change for change in met if change in missed]
        if first == last and fresh:
            fresh = [min(fresh, key=lambda change: abs(sum(change) - 2 * first))]
        missed = [change for change in missed if change not in fresh]
        score.right += len(fresh)
        unsure = not met and any(a <= last and first <= b for a, b in truth.ignored)
        if not fresh and not unsure:
            score.false += 1
            score.wrong.append(f"+{first}" if first == last else f"+{first}-{last}")
    score.missed = len(missed)
    score.wrong += [f"-{first}-{last}" for first, last in missed]
    return score
