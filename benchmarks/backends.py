"""Planted events that every highlighter finds among real footage: recall and false alarms.

``python benchmarks/backends.py --data DIR [--edits N] [--cache FILE] [--json]``.
``highlights.py --json --data DIR`` has the same figures.

An edit has eight takes of 12 s of two films with many kinds of shots (``video/long``), and between
them four events: both planted highlights of the demo film, with confetti and applause and with
fireworks, twice each, in random order. Nothing is known of highlights in the takes: a false alarm
is a highlight that covers no event by half. Each highlighter may name four.

What each figure speaks of differs, as the highlighters rest on different things:

- ``heuristic``: what it was made for.
- ``embedding``: a small VideoMAE with *random* weights, made here. Its vectors tell pictures apart
  by accident, not by what they show; the figure shows that the path works and what the arithmetic
  alone finds. It is no figure of a published model.
- ``trained``: a model of made evidence (``training.py``) in which such events were kept.
- ``transcript``: subtitles every 3 s, and a scripted service that scores those of events highest.
  It shows that scores arrive where they belong; nothing is judged.
- ``ensemble``: heuristic and embedding together, so it has the random weights in it, too.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import training
from highlights import KINDS, Event, clip_at
from videomae_data import install_models, scale

from shotlog.demo import Film
from shotlog.engine import Cache, analyze, select_analyzers
from shotlog.highlights.trained import write_model
from shotlog.learning.highlights import train
from shotlog.paths import MODELS_VARIABLE
from shotlog.schema import (
    ClipRange,
    Edit,
    Finding,
    HighlightOptions,
    MomentOptions,
    TimeRange,
)

TAKES, TAKE = 8, Fraction(12)
FILMS = ("lecture_b.mp4", "timeline_a.mp4")
EDITS = 6
CUE = 3
"""Seconds of a subtitle."""


@dataclass(frozen=True)
class PlantedEdit:
    """An edit, and the events in it."""

    edit: Edit
    events: tuple[Event, ...]


def make_edit(seed: int, films: Path, demo: Path) -> PlantedEdit:
    """Return takes of the films, and events of the demo film between some of them."""
    rng = np.random.default_rng(seed)
    planned = [planted.range for planted in Film().truth.highlights] * 2
    gaps = sorted(rng.choice(TAKES - 1, len(planned), replace=False))
    order = list(rng.permutation(len(planned)))
    clips: list[ClipRange] = []
    events: list[Event] = []
    at = Fraction(0)
    for number in range(TAKES):
        name = FILMS[number % 2]
        start = Fraction(int(rng.integers(0, 100 * 25)), 25)
        clips.append(clip_at(films / name, TimeRange(start=start, duration=TAKE), at, len(clips)))
        at += TAKE
        if number in gaps:
            part = planned[order.pop()]
            clips.append(clip_at(demo, part, at, len(clips)))
            events.append(Event("planted", float(at), float(part.duration), {}))
            at += part.duration
    edit = Edit(name=f"planted {seed}", rate=Fraction(25), duration=at, clips=tuple(clips))
    return PlantedEdit(edit, tuple(events))


def write_subtitles(planted: PlantedEdit, path: Path) -> Path:
    """Write subtitles that have more words where an event is, by which the service scores."""
    cues = []
    for number, start in enumerate(range(0, int(planted.edit.duration) - CUE, CUE), start=1):
        inside = any(event.start <= start < event.start + event.length for event in planted.events)
        words = "This is what everybody came to see tonight." if inside else "Well then."
        cues.append(f"{number}\n{_time(start)} --> {_time(start + CUE - 1)}\n{words}\n")
    path.write_text("\n".join(cues))
    return path


def _time(seconds: int) -> str:
    return f"00:{seconds // 60:02}:{seconds % 60:02},000"


@contextmanager
def prepared(folder: Path) -> Iterator[dict[str, str]]:
    """Make what the highlighters need; yield how each is chosen, but for its transcript."""
    os.environ[MODELS_VARIABLE] = str(folder / "models")
    install_models(folder / "weights", ["base"], scale(quick=True))
    from tests.highlights.transcript.language_model import serve  # found after scale() alone

    model = folder / "trained"
    made = train([training.film(seed, tuple(KINDS)) for seed in range(training.FILMS)])
    write_model(model, made.model, made.facts, "made evidence")
    with serve() as service:
        yield {
            "heuristic": "heuristic",
            "embedding": "embedding",
            "trained": f"trained:folder={model}",
            "transcript": f"transcript:llm_url={service.url},file=",
            "ensemble": "ensemble:of=heuristic+embedding",
        }


def measure(data: Path, cache: Path | None, edits: int = EDITS) -> dict[str, Any]:
    """Return ``planted_recall_NAME`` and ``planted_false_alarms_NAME`` of every highlighter."""
    found: dict[str, list[int]] = {}
    total = 0
    with tempfile.TemporaryDirectory() as temporary, Cache(cache) as kept:
        folder = Path(temporary)
        Film().render(folder / "demo.mp4")
        with prepared(folder) as backends:
            for seed in range(edits):
                planted = make_edit(seed, data / "video" / "long", folder / "demo.mp4")
                subtitles = write_subtitles(planted, folder / f"{seed}.srt")
                total += len(planted.events)
                for name, text in backends.items():
                    text += str(subtitles) if name == "transcript" else ""
                    counts = _judged(planted, text, kept)
                    found[name] = [
                        a + b for a, b in zip(found.get(name, (0, 0)), counts, strict=True)
                    ]
    figures: dict[str, Any] = {"planted_edits": edits, "planted_events": total}
    for name, (hits, others) in found.items():
        figures |= {
            f"planted_recall_{name}": round(hits / total, 3),
            f"planted_false_alarms_{name}": others,
        }
    return figures


def _judged(planted: PlantedEdit, backend: str, cache: Cache) -> tuple[int, int]:
    """Return the number of events that a highlighter finds, and of highlights without one."""
    options = HighlightOptions(backends=(backend,), moments=MomentOptions(most=len(planted.events)))
    chosen = select_analyzers("auto", (), "cpu", "fp32", highlights=options)
    log = analyze(planted.edit, chosen.analyzers, cache)
    if log.problems:
        raise SystemExit("; ".join(map(str, log.problems)))
    hits = sum(any(covers(each, event) for each in log.highlights) for event in planted.events)
    others = sum(
        not any(covers(each, event) for event in planted.events) for each in log.highlights
    )
    return hits, others


def covers(highlight: Finding, event: Event) -> bool:
    """Return True where a highlight covers at least half of an event."""
    start, end = map(float, (highlight.timeline.start, highlight.timeline.end))
    return min(end, event.start + event.length) - max(start, event.start) >= event.length / 2


def main() -> None:
    """Print the table, or the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of real footage")
    parser.add_argument("--edits", type=int, default=EDITS)
    parser.add_argument("--cache", type=Path, help="result cache")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.data, asked.cache, asked.edits)
    if asked.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"{figures['planted_events']} events in {figures['planted_edits']} edits")
    for key, recall in figures.items():
        name = key.removeprefix("planted_recall_")
        if name != key:
            alarms = figures[f"planted_false_alarms_{name}"]
            print(f"  {name:11} recall {recall:.3f}, highlights without an event {alarms}")


if __name__ == "__main__":
    main()
