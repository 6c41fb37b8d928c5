"""Subtitles at what is spoken: words of a text without times, and edges of cues.

Usage: ``python -m benchmarks.subtitles [--talks N] [--grid] [--data DIR] [--json]``

A talk is drawn from a seed: sentences of 4 to 30 words, spoken at a pace that drifts and differs
from sentence to sentence by a fifth, with silences after most sentences, half of the clauses and a
few words. The measure is how far the start of each word is from where it was spoken, and how many
are within half a second. ``--grid`` tries values of the variance in
``shotlog.delivery.subtitles.placing``; ``--data`` aligns cues to a recorded lecture as well.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from shotlog.delivery.subtitles import (
    HOLD,
    TOLERANCE,
    Cue,
    align,
    linking_words,
    moments,
    open_film,
    place_text,
    placing,  # its constant is what the grid changes
)
from shotlog.delivery.subtitles.syllables import SYLLABLE, count_syllables
from shotlog.engine import Cache
from shotlog.schema import SOUND_RATE, TimeRange

WORDS = """
the a of to and in that it was for on with as his her they at this have from or had by not but what
all were when we there can an your which their said if do will each about how up out them then many
some so these would other into has more time could people water first called over little only know
place year live after thing name good sentence great where through much before right too means old
same tell follow came want show around form three small set put end another large must because even
here picture again animal letter mother answer found study learn America
"""
SENTENCES = 60
LONGEST = (12, 20, 30)
"""Words of the longest sentence, of every third talk each."""
COMMA = 0.12
"""Chance of a comma after a word."""
SYLLABLES_PER_SECOND = 5.0
SILENT = {"sentence": 0.9, "clause": 0.5, "word": 0.03}
"""Chance of a silence after a sentence, a clause and another word."""
NEAR = 0.15
"""Seconds within which an edge must lie of the speech."""
GRID = (0.1, 0.2, 0.3, 0.4, 0.6, 0.8)


class Talk(NamedTuple):
    """A text, the stretches of speech, and the moment of each word by its offset."""

    text: str
    speech: tuple[TimeRange, ...]
    words: dict[int, float]


def draw_talk(seed: int) -> Talk:
    """Return a talk of a seed."""
    rng = np.random.default_rng(seed)
    most = LONGEST[seed % len(LONGEST)]
    text = " ".join(_sentence(rng, most) for _ in range(SENTENCES))
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


def _sentence(rng: np.random.Generator, most: int) -> str:
    words = [str(word) for word in rng.choice(WORDS.split(), size=int(rng.integers(4, most + 1)))]
    commas = rng.random(len(words)) < COMMA
    told = (word + "," * int(comma) for word, comma in zip(words[:-1], commas, strict=False))
    return " ".join([*told, words[-1]]).capitalize() + "."


def _range(start: float, end: float) -> TimeRange:
    return TimeRange.between(Fraction(round(start * 1000), 1000), Fraction(round(end * 1000), 1000))


def errors_of(talk: Talk) -> np.ndarray:
    """Return how far each word is from where it was spoken, in seconds."""
    cue = place_text(talk.text, talk.speech, linking_words("en")).cue
    placed = moments(cue, talk.words)
    return np.abs(np.array([float(moment) for moment in placed]) - list(talk.words.values()))


def place_all(talks: Sequence[Talk]) -> dict[str, float]:
    """Return the figures of words that were placed."""
    errors = np.concatenate([errors_of(talk) for talk in talks])
    return {
        "placed_median_s": round(float(np.median(errors)), 3),
        "placed_95_s": round(float(np.percentile(errors, 95)), 2),
        "placed_near": round(float((errors <= 0.5).mean()), 3),
    }


def align_lecture(data: Path) -> dict[str, float]:
    """Return how many edges of cues lie within 0.15 s of speech, as loudness tells it.

    The cues are those of all stretches of speech of a second and more, moved by up to 0.4 s.
    """
    rng = np.random.default_rng(0)
    with Cache(None) as cache:
        film = open_film(data / "video" / "speech" / "lecture_audio.webm", cache)
    cues = []
    for number, item in enumerate(each for each in film.speech if each.duration >= 1):
        start, end = (
            max(Fraction(0), edge + Fraction(int(rng.integers(-40, 41)), 100))
            for edge in (item.start, item.end)
        )
        cues.append(Cue(start, end, f"Stretch {number}.", told=(start, end)))
    moved = align(cues, film.speech, TOLERANCE)
    whole = TimeRange(start=Fraction(0), duration=film.end or film.speech[-1].end)
    rises, falls = _loud_edges(film.samples(whole))
    starts = np.array([np.abs(rises - float(cue.start)).min() for cue in moved])
    ends = np.array([np.abs(falls - float(cue.end - HOLD)).min() for cue in moved])
    return {
        "cues": len(moved),
        "starts_near": round(float((starts <= NEAR).mean()), 3),
        "ends_near": round(float((ends <= NEAR).mean()), 3),
    }


def _loud_edges(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the starts and ends of what is 20 dB louder than the room, in seconds."""
    step = SOUND_RATE // 100
    power = np.square(sound[: len(sound) // step * step].reshape(-1, step)).mean(axis=1)
    level = 10 * np.log10(power + 1e-12)
    edges = np.flatnonzero(np.diff((level > np.percentile(level, 10) + 20), prepend=0, append=0))
    return edges[::2] / 100, edges[1::2] / 100


def main() -> None:
    """Print the figures, for the variance as it is or for a grid of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--talks", type=int, default=20)
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    talks = [draw_talk(seed) for seed in range(asked.talks)]
    found: dict[str, dict[str, float]] = {}
    for variance in GRID if asked.grid else [placing._VARIANCE]:
        placing._VARIANCE = variance  # type: ignore[misc]
        found[f"variance {variance}"] = place_all(talks)
    if asked.data:
        found["lecture"] = align_lecture(asked.data)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    for name, figures in found.items():
        print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
