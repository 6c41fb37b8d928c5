"""Words of a text without times, placed on speech whose words are known.

Usage: ``python -m benchmarks.subtitles [--talks N] [--grid]``

A talk is drawn from a seed: sentences of this repository's own documents, spoken at a pace that
drifts and differs from sentence to sentence by a fifth, with silences after most sentences, half of
the clauses and a few words. The measure is how far the start of each word is from where it was
spoken, and how many are within half a second. ``--grid`` tries values of the
variance in ``shotlog.delivery.subtitles.placing``.
"""

from __future__ import annotations

import argparse
import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from shotlog.delivery.subtitles import (
    linking_words,
    moments,
    place_text,
    placing,  # its constants are what the grid changes
)
from shotlog.delivery.subtitles.syllables import SYLLABLE, count_syllables
from shotlog.schema import TimeRange

DOCUMENTS = ("README.md", "docs/architecture.md", "docs/highlights.md", "docs/remote.md")
SENTENCES = 60
SYLLABLES_PER_SECOND = 5.0
SILENT = {"sentence": 0.9, "clause": 0.5, "word": 0.03}
"""Chance of a silence after a sentence, a clause and another word."""
GRID = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


class Talk(NamedTuple):
    """A text, the stretches of speech, and the moment of each word by its offset."""

    text: str
    speech: tuple[TimeRange, ...]
    words: dict[int, float]


def draw_talk(seed: int) -> Talk:
    """Return a talk of a seed."""
    rng = np.random.default_rng(seed)
    root = Path(__file__).parents[1]
    prose = " ".join((root / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    known = re.findall(r"(?<=[.] )[A-Z][a-z ,']{25,160}[.](?= )", " ".join(prose.split()))
    text = " ".join(known[int(n)] for n in rng.integers(len(known), size=SENTENCES))
    spoken = count_syllables(text)
    at, began, speech, words = 0.0, 0.0, [], {}
    drift, pace = 1.0, 1.0
    for word in re.finditer(r"\S+", text):
        words[word.start()] = at
        syllables = (spoken[word.end()] - spoken[word.start()]) / SYLLABLE
        at += syllables / SYLLABLES_PER_SECOND * drift * pace * rng.uniform(0.7, 1.3)
        ends = {".": "sentence", ",": "clause"}.get(word[0][-1], "word")
        if ends == "sentence":
            drift = float(np.clip(drift * rng.normal(1, 0.05), 0.8, 1.25))
            pace = float(rng.uniform(0.8, 1.2))
        if rng.random() < SILENT[ends] or word.end() == len(text):
            speech.append(_range(began, at))
            at = began = at + float(rng.uniform(0.25, 1.2))
    return Talk(text, tuple(speech), words)


def _range(start: float, end: float) -> TimeRange:
    return TimeRange.between(Fraction(round(start * 1000), 1000), Fraction(round(end * 1000), 1000))


def errors_of(talk: Talk) -> np.ndarray:
    """Return how far each word is from where it was spoken, in seconds."""
    cue = place_text(talk.text, talk.speech, linking_words("en")).cue
    placed = moments(cue, talk.words)
    return np.abs(np.array([float(moment) for moment in placed]) - list(talk.words.values()))


def main() -> None:
    """Print the errors, for the constants as they are or for a grid of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--talks", type=int, default=20)
    parser.add_argument("--grid", action="store_true")
    asked = parser.parse_args()
    talks = [draw_talk(seed) for seed in range(asked.talks)]
    for variance in GRID if asked.grid else [placing._VARIANCE]:
        placing._VARIANCE = variance  # type: ignore[misc]
        errors = np.concatenate([errors_of(talk) for talk in talks])
        print(
            f"variance {variance:.2f}: median {np.median(errors):.3f} s,"
            f" 95 % {np.percentile(errors, 95):.2f} s, within 0.5 s {(errors <= 0.5).mean():.1%}"
        )


if __name__ == "__main__":
    main()
