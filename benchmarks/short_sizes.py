"""Sizes of short shots: ``python benchmarks/short_sizes.py --data DIR``.

Each clip of ``sizes.csv`` is looked at once; then parts of it, 20 of each length that begin at
random, are shots. It prints how many are answered, by faces or by the picture as a whole, and how
many of those rightly or also rightly. The head of the latter knows these clips.
"""

from __future__ import annotations

import argparse
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
from labels import footage
from size_data import Evidence, LabelledClip, clip_sizes, look_through
from sizes import claim

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.size import FITTED_SCALE
from shotlog.schema import UNDEFINED, TimeRange

LENGTHS = tuple(Fraction(n, 10) for n in (4, 5, 6, 8, 10, 20))
PARTS = 20


def parts(rows: Evidence, length: Fraction, chance: np.random.Generator) -> list[Evidence]:
    """Return the rows of parts of a clip that begin at random."""
    faces = rows[FaceMeasure.name]
    room = int((faces.seconds(int(faces.last[-1]) + 1) - length) * 1000)
    starts = [Fraction(int(at), 1000) for at in chance.integers(0, room, PARTS)] if room > 0 else []
    spans = [TimeRange(start=start, duration=length) for start in starts]
    return [{name: series.within(span) for name, series in rows.items()} for span in spans]


def count(clip: LabelledClip, some: list[Evidence]) -> Counter[str]:
    """Return how many shots there are, are answered, and rightly or also rightly."""
    said = [claim(rows, FITTED_SCALE).label for rows in some]
    answered = [label for label in said if label != UNDEFINED]
    right = sum(label in (clip.label, *clip.also) for label in answered)
    return Counter(shots=len(said), answered=len(answered), right=right)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    clips = clip_sizes(options.data)
    seen = [(clip, look_through(footage(options.data) / clip.path)) for clip in clips]
    for length in LENGTHS:
        chance = np.random.default_rng(1)
        told = sum((count(clip, parts(rows, length, chance)) for clip, rows in seen), Counter())
        print(f"{float(length)} s: " + ", ".join(f"{n} {what}" for what, n in told.items()))


if __name__ == "__main__":
    main()
