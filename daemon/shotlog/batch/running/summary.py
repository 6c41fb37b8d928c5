"""Figures of finished items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from shotlog.batch.store import Summary
from shotlog.schema import UNDEFINED, Family, Log, Opinion

_SHOWN = 5
"""Problems of clips that the page of all timelines shows; the report of a timeline has them all."""


def summarize(logs: Sequence[Log]) -> Summary:
    """Return the figures of the logs of one item."""
    sizes: Counter[str] = Counter()
    moves: Counter[str] = Counter()
    for log in logs:
        for shot in log.shots:
            sizes.update(_labels(shot.leading(Family.SIZE)))
            moves.update(_labels(shot.leading(Family.MOVE, Family.MOVEMENT)))
    return Summary(
        shots=sum(len(log.shots) for log in logs),
        seconds=sum((log.edit.duration for log in logs), Fraction(0)),
        sizes=dict(sorted(sizes.items())),
        moves=dict(sorted(moves.items())),
        highlights=sum(len(log.highlights) for log in logs),
        clips=sum(len(log.problems) for log in logs),
        problems=tuple(problem for log in logs for problem in log.problems)[:_SHOWN],
        warnings=sum(len(log.warnings) for log in logs),
        fallback=next((log.fallback for log in logs if log.fallback is not None), None),
    )


def _labels(opinion: Opinion) -> list[str]:
    """Return the labels of a shot, each once; ``undefined`` only without others."""
    labels = dict.fromkeys(finding.label for finding in opinion)
    return [label for label in labels if label != UNDEFINED] or list(labels)
