"""Subtitles that are right, moved, or of another place: which are called late or early.

``python benchmarks/late_subtitles.py --data DIR [--json]``

They are made (``passages.py``) of the voices in the two edits of ``video/long`` and in the lecture
of ``video/speech``: of each file whole, and of parts of 60 and 120 s. Moved ones are 1 to 20 s
early or late, a fifth of the part at the most; reversed ones are those of the part played
backwards, which belong to no moment of it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from passages import hear_voices, subtitles_of

from shotlog.highlights import find_delay
from shotlog.schema import TimeRange

FILES = ("speech/lecture_audio.webm", "long/timeline_a.mp4", "long/lecture_b.mp4")
PARTS = (60, 120, None)
"""Seconds of a part; None for the whole file."""
_NEAR = Fraction(3, 10)
"""Seconds by which a delay may be told wrong."""

Voices = list[tuple[Fraction, Fraction]]


def parts_of(voices: Voices, seconds: int | None) -> Iterator[tuple[Voices, Fraction]]:
    """Yield the voices of parts that overlap by two thirds, from their start, and their lengths."""
    end = int(voices[-1][1]) + 1
    if seconds is None:
        yield voices, Fraction(end)
        return
    for start in range(0, max(1, end - seconds), seconds // 3):
        inside = [(a - start, b - start) for a, b in voices if a >= start and b <= start + seconds]
        if sum(b - a for a, b in inside) >= 10:
            yield inside, Fraction(seconds)


def judge(voices: Voices, length: Fraction, rng: np.random.Generator) -> Iterator[str]:
    """Yield what is called late of the subtitles of a part."""
    heard = [TimeRange.between(a, b) for a, b in voices]
    cues = list(subtitles_of(voices).words)
    if find_delay(cues, heard, length) is not None:
        yield "right ones called late"
    farthest = 10 * min(20, int(length) // 5)
    delay = Fraction(int(rng.choice([-1, 1]) * rng.integers(10, farthest)), 10)
    moved = _within([cue.shifted(delay) for cue in cues if cue.start + delay >= 0], length)
    found = find_delay(moved, heard, length)
    if found is not None:
        yield "moved ones found"
        yield "near" if abs(found - delay) <= _NEAR else "far"
    turned = [TimeRange.between(length - cue.end, length - cue.start)
              for cue in reversed(cues) if cue.end <= length]  # fmt: skip
    if find_delay(turned, heard, length) is not None:
        yield "reversed ones called late"


def _within(cues: Sequence[TimeRange], length: Fraction) -> list[TimeRange]:
    return [cue for cue in cues if cue.end <= length]


def main() -> None:
    """Print the counts for each length."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of real footage")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(0)
    heard = [hear_voices(asked.data / "video" / name) for name in FILES]
    figures: dict[str, dict[str, int]] = {}
    for seconds in PARTS:
        counts: Counter[str] = Counter()
        for voices in heard:
            for inside, length in parts_of(voices, seconds):
                counts["parts"] += 1
                counts.update(judge(inside, length, rng))
        figures["whole" if seconds is None else f"{seconds} s"] = dict(counts)
    if asked.json:
        print(json.dumps(figures, indent=2))
        return
    for name, row in figures.items():
        print(f"{name:6} " + ", ".join(f"{key} {count}" for key, count in row.items()))


if __name__ == "__main__":
    main()
