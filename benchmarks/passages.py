"""Passages against windows by chance, and where they begin and end.

``python benchmarks/highlights.py --json [--data DIR] [--cache FILE]``

``recall_vs_uniform``: the share of planted scenes that passages cover, divided by the share that as
many windows of the same lengths cover, placed at random without overlap; ``centre`` places them in
the middle of the film. There is no ground truth of highlights in real edits. So the scenes are
those of made films (evidence, not pictures), and, with ``--data``, the pieces of one assembled edit
between long takes of another: whether dense cutting is found again among long takes, no more.

``snapping``: of all starts and ends of passages in those edits, the share that lies where the voice
detector hears a word, by its rows of the whole file, and the share of moments that do. So it is by
the voices alone, and with subtitles made of them: each covers up to 4 s of what is spoken without a
pause of 0.4 s, comes up to 0.3 s early and stays up to 0.6 s longer; the last have them 5 s late.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate, starmap
from pathlib import Path
from typing import Any

import backends
import numpy as np
import trained_network
import training
from highlights import KINDS, Event, clip_at, edit_of, timeline

from shotlog.analyzers.clock import join_ranges
from shotlog.analyzers.sound import SpeechMeasure
from shotlog.engine import Cache, analyze
from shotlog.highlights import HighlightAnalyzer, Passages, Transcript
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.media import probe, read_cells
from shotlog.schema import ClipRange, Edit, MediaReference, PassageOptions, TimeRange

SECONDS, SCENES = 1800, 5
DRAWS = 2000
"""Random placements of windows for each film."""
SHORT = PassageOptions(min_duration=Fraction(20), max_duration=Fraction(40), top=4)
"""For the edits with pictures, which are short."""

_NONE = Fraction(0)

Span = tuple[float, float]


def measure(data: Path | None, cache: Path | None, films: int) -> dict[str, Any]:
    """Return all figures."""
    figures: dict[str, Any] = {"made": made(films)}
    if data is not None:
        figures |= backends.measure(data, cache)
        with Cache(cache) as kept:
            figures |= assembled(data / "video" / "long", kept)
    return figures


def made(films: int) -> dict[str, Any]:
    """Plant five scenes of 60 to 100 s with four to seven events each among single events."""
    found, options = [], PassageOptions(top=SCENES)
    for seed in range(films):
        rng = np.random.default_rng(seed)
        scenes, events = _planted(rng)
        analyzer = HighlightAnalyzer(HeuristicHighlighter(), Passages(options))
        claims = analyzer.conclude(timeline(SECONDS, events, rng))
        found.append(_compared(scenes, [_span(c.range) for c in claims], SECONDS, rng))
    return {"films": films, "scenes": SCENES, "seconds": SECONDS, **_mean(found)}


def _planted(rng: np.random.Generator) -> tuple[list[Span], list[Event]]:
    """Draw scenes, one in each fifth of the film, and events in and between them."""
    part = SECONDS / SCENES
    scenes, events = [], []
    for number in range(SCENES):
        length = rng.uniform(60, 100)
        start = number * part + rng.uniform(0, part - length)
        scenes.append((start, start + length))
        count = int(rng.integers(4, 8))
        events += [_event(rng, start, start + length - 6) for _ in range(count)]
    # As many again, anywhere: not every event is in a scene.
    events += [_event(rng, 5, SECONDS - 10) for _ in range(len(events))]
    return scenes, events


def _event(rng: np.random.Generator, low: float, high: float) -> Event:
    kind = str(rng.choice(list(KINDS)))
    rises = {name: 0.7 * rise for name, rise in KINDS[kind].items()}
    return Event(kind, float(rng.uniform(low, high)), float(rng.uniform(3, 6)), rises)


def assembled(folder: Path, cache: Cache) -> dict[str, Any]:
    """Put pieces of one assembled edit between long takes of the other, and look for them."""
    takes, pieces = folder / "lecture_b.mp4", folder / "timeline_a.mp4"
    edit, picks = _rushes(takes, pieces)
    analyzer = HighlightAnalyzer(HeuristicHighlighter(), Passages(SHORT))
    found = [_span(finding.timeline) for finding in analyze(edit, [analyzer], cache).highlights]
    compared = _compared(picks, found, float(edit.duration), np.random.default_rng(0))
    return {
        "assembled": {"picks": len(picks), **_mean([compared])},
        "snapping": {
            "voices": _snapping([takes, pieces], cache),
            "subtitles": _snapping([takes, pieces], cache, subtitles_of),
            "subtitles 5 s late": _snapping(
                [takes, pieces], cache, lambda heard: subtitles_of(heard, Fraction(5))
            ),
        },
    }


def _rushes(takes: Path, pieces: Path) -> tuple[Edit, list[Span]]:
    """Return an edit of four parts of each film in turns, and the ranges of the second's."""
    clips: list[ClipRange] = []
    picks: list[Span] = []
    at = Fraction(0)
    for number in range(4):
        for path in (takes, pieces):
            length = (probe(MediaReference(path=str(path))).duration or Fraction(0)) / 4
            source = TimeRange(start=number * length, duration=length)
            clips.append(clip_at(path, source, at, len(clips)))
            if path == pieces:
                picks.append((float(at), float(at + length)))
            at += length
    return Edit(name="rushes", rate=Fraction(25), duration=at, clips=tuple(clips)), picks


def subtitles_of(heard: Sequence[tuple[Fraction, Fraction]], late: Fraction = _NONE) -> Transcript:
    """Return subtitles of voices, as people write them."""
    rng = np.random.default_rng(0)
    cues: list[TimeRange] = []
    for part in join_ranges(starmap(TimeRange.between, heard), Fraction(2, 5)):
        count = math.ceil(part.duration / 4)
        for number in range(count):
            start = part.start + number * part.duration / count
            early, longer = (Fraction(int(n), 100) for n in rng.integers(0, (30, 60)))
            shown = part.duration / count + early + longer
            cues.append(TimeRange(start=max(start - early + late, _NONE), duration=shown))
    return Transcript(cues, tuple(cue.end for cue in cues))


def _snapping(
    paths: Sequence[Path],
    cache: Cache,
    write: Callable[[Sequence[tuple[Fraction, Fraction]]], Transcript] | None = None,
) -> dict[str, Any]:
    """Count the ends of many short passages that lie inside of a word.

    Args:
        paths: The films.
        cache: The result cache.
        write: Makes the transcript of what is heard; None for none.
    """
    options = PassageOptions(min_duration=Fraction(5), max_duration=Fraction(20), top=50)
    inside = count = 0
    spoken = length = Fraction(0)
    for path in paths:
        media = probe(MediaReference(path=str(path)))
        whole = TimeRange(start=Fraction(0), duration=media.duration or Fraction(0))
        edit = edit_of(clip_at(path, whole, Fraction(0), 0))
        heard = hear_voices(path)
        said = None if write is None else write(heard)
        analyzer = HighlightAnalyzer(HeuristicHighlighter(), Passages(options, said))
        spoken, length = spoken + sum(high - low for low, high in heard), length + whole.duration
        for finding in analyze(edit, [analyzer], cache).highlights:
            for end in (finding.timeline.start, finding.timeline.end):
                count += 1
                inside += any(low < end < high for low, high in heard)
    return {
        "ends": count,
        "inside_a_word": inside,
        "share": inside / max(count, 1),
        "by_chance": round(float(spoken / length), 3),
    }


def hear_voices(path: Path) -> list[tuple[Fraction, Fraction]]:
    """Return the rows of a file in which speech is likelier than not, joined where they touch."""
    media, voice = probe(MediaReference(path=str(path))), SpeechMeasure()
    cells = range(int((media.duration or 0) / voice.need.cell) + 1)
    rows = [
        row
        for cell in read_cells(media, voice.need, cells)
        for row in voice.listen(cell.samples, cell.start, cell.lead)
        if row.values[0] >= 0.5
    ]
    joined: list[tuple[Fraction, Fraction]] = []
    for row in sorted(rows):
        low, high = Fraction(row.first, 16000), Fraction(row.last + 1, 16000)
        if joined and low == joined[-1][1]:
            low = joined.pop()[0]
        joined.append((low, high))
    return joined


def _compared(
    scenes: Sequence[Span], found: Sequence[Span], seconds: float, rng: np.random.Generator
) -> dict[str, float]:
    """Return the share of the scenes that is covered, found and by chance."""
    lengths = [high - low for low, high in found]
    by_chance = [_covered(scenes, _placed(lengths, seconds, rng)) for _ in range(DRAWS)]
    middle = (seconds - sum(lengths)) / 2
    starts = accumulate([middle, *lengths[:-1]]) if lengths else []
    centre = [(start, start + length) for start, length in zip(starts, lengths, strict=True)]
    return {
        "recall": _covered(scenes, found),
        "uniform": float(np.mean(by_chance)),
        "centre": _covered(scenes, centre),
    }


def _placed(lengths: Sequence[float], seconds: float, rng: np.random.Generator) -> list[Span]:
    """Return windows of some lengths in random order, with random gaps between them."""
    order = rng.permutation(np.array(lengths))
    offsets = np.sort(rng.uniform(0, seconds - sum(lengths), len(order)))
    starts = offsets + np.concatenate([[0.0], np.cumsum(order)[:-1]])
    return [
        (float(start), float(start + length)) for start, length in zip(starts, order, strict=True)
    ]


def _covered(scenes: Sequence[Span], windows: Sequence[Span]) -> float:
    shared = sum(
        max(0.0, min(high, after) - max(low, start))
        for low, high in scenes
        for start, after in windows
    )
    return shared / sum(high - low for low, high in scenes)


def _mean(found: Sequence[dict[str, float]]) -> dict[str, float]:
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    ratio = {"recall_vs_uniform": mean["recall"] / mean["uniform"]}
    return {name: round(value, 3) for name, value in (mean | ratio).items()}


def _span(item: TimeRange) -> Span:
    return float(item.start), float(item.end)


def report(data: Path | None, cache: Path | None, films: int) -> None:
    """Print all figures as JSON."""
    trained = training.measure() | trained_network.measure()
    print(json.dumps(measure(data, cache, films) | trained, indent=2))
