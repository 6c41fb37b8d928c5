"""Figures and reasons of a stretch of a timeline, drawn from a judgement."""

from __future__ import annotations

from typing import Final

import numpy as np

from shotlog.highlights.contract import Judgement

_WORTH_SAYING: Final = 1.0
"""Least z-score of a further reason."""
_REASONS: Final = 4
"""Largest number of reasons."""


def peak_scores(judgement: Judgement, first: int, last: int) -> dict[str, float]:
    """Return the highest z-score of every criterion that is known in the steps [first, last)."""
    return {
        criterion.name: round(float(np.nanmax(part)), 2)
        for criterion in judgement.criteria
        if np.isfinite(part := criterion.z[first:last]).any()
    }


def find_reasons(judgement: Judgement, first: int, last: int) -> tuple[str, ...]:
    """Return the weightiest note, the strongest criteria by weight, then what is unknown."""
    reached = peak_scores(judgement, first, last)
    # What counts against a moment is no reason for it.
    known = [item for item in judgement.criteria if item.name in reached and item.weight > 0]
    known.sort(key=lambda criterion: -criterion.weight * reached[criterion.name])
    reasons = [
        criterion.text.format(
            z=reached[criterion.name], value=float(np.nanmax(criterion.values[first:last]))
        )
        for rank, criterion in enumerate(known[:_REASONS])
        if rank == 0 or reached[criterion.name] >= _WORTH_SAYING
    ]
    noted = [note for note in judgement.notes if note.first < last and first < note.last]
    told = [max(noted, key=lambda note: note.weight).text] if noted else []
    absent = (a.text for a in judgement.absences if not any(n in reached for n in a.criteria))
    return (*told, *reasons, *absent)
