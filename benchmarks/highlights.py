"""Highlights that are found, highlights by chance, and the cost.

``python benchmarks/highlights.py [--timelines N] [--film] [--json [--data DIR] [--cache FILE]]``

``planted`` and ``chance``: timelines of steady noise as evidence, with and without events in it.
``film``: the demo film, rendered, measured and judged. ``cost``: seconds for one hour of film on
one core. ``--json`` measures passages, by ``passages.py``, and nothing else. There is no ground
truth of highlights in real edits: none of this speaks of taste.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.demo import Film
from shotlog.engine import Cache, analyze
from shotlog.highlights import HighlightAnalyzer, Moments
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.media import probe, read_cells
from shotlog.schema import (
    SOUND_RATE,
    Claim,
    ClipRange,
    Edit,
    EditView,
    Measure,
    Media,
    MediaReference,
    MomentOptions,
    Samples,
    Series,
    Shot,
    ShotView,
    SoundMeasure,
    TimeMap,
    TimeRange,
)

HOUR = 3600
SHOT = 4.5
"""Mean length of a shot in seconds."""
ROWS = {LoudnessMeasure: 10, SpeechMeasure: 31.25, MotionMeasure: 8, FaceMeasure: 2}
"""Rows per second of every measure."""

T = TypeVar("T")
Columns = dict[str, npt.NDArray[np.floating]]


@dataclass(frozen=True)
class Event:
    """A planted event: moment, length, kind and strength."""

    kind: str
    start: float
    length: float
    rises: dict[str, float]


KINDS: dict[str, dict[str, float]] = {
    "applause": {"loudness": 15.0, "flatness": 0.3, "change": 0.05},
    "action": {"change": 0.15, "loudness": 6.0},
    "speech": {"speech": 0.9, "loudness": 8.0, "flux": 1.0},
}


def noise(measure: type[Measure], count: int, rng: np.random.Generator) -> Columns:
    """Return rows of a film in which nothing happens."""
    if measure is LoudnessMeasure:
        return {
            "loudness": rng.normal(-30, 3, count),
            "flux": np.abs(rng.normal(1, 0.5, count)),
            "centroid": 1000 * 2 ** rng.normal(0, 0.3, count),
            "flatness": rng.uniform(0.05, 0.15, count),
        }
    if measure is SpeechMeasure:
        return {"speech": rng.uniform(0, 0.1, count)}
    if measure is MotionMeasure:
        return {
            "seconds": np.full(count, 0.125),
            "change": np.abs(rng.normal(0.015, 0.006, count)),
            "x": rng.normal(0, 0.05, count),
        }
    seen = rng.random(count) < 0.2
    return {"score_0": 0.9 * seen, "h_0": 0.2 * seen}


def evidence(
    seconds: float, events: Sequence[Event], rng: np.random.Generator
) -> dict[str, Series]:
    """Return the rows that the measures would give for such a film."""
    measured = {}
    for measure, rate in ROWS.items():
        count = int(seconds * rate)
        moments = (np.arange(count) + 0.5) / rate
        columns = noise(measure, count, rng)
        for event in events:
            inside = (moments >= event.start) & (moments < event.start + event.length)
            columns = {n: c + inside * event.rises.get(n, 0.0) for n, c in columns.items()}
        measured[measure.name] = evidence_of(measure, columns)
    return measured


def evidence_of(measure: type[Measure], columns: Columns) -> Series:
    """Return rows of a measure at its rate in :data:`ROWS`; columns that are not given are 0."""
    count = len(next(iter(columns.values())))
    values = np.zeros((count, len(measure.columns)), np.float32)
    for name, column in columns.items():
        values[:, measure.columns.index(name)] = column
    first = np.arange(count, dtype=np.int64)
    last = first + 1 if measure is MotionMeasure else first
    return Series(1 / Fraction(ROWS[measure]), first, last, values)


def timeline(seconds: int, events: Sequence[Event], rng: np.random.Generator) -> EditView:
    """Return an edit of one film, cut into shots of random length."""
    measured = evidence(seconds, events, rng)
    return view_of(seconds, measured, np.cumsum(rng.exponential(SHOT, int(2 * seconds / SHOT))))


def view_of(seconds: int, measured: Mapping[str, Series], cuts: Iterable[float]) -> EditView:
    """Return an edit of one film with this evidence, cut into shots at moments in seconds."""
    frames = sorted({0, seconds * 24, *(int(cut * 24) for cut in cuts if 1 < cut < seconds - 1)})
    media = Media(path="film", content_id="film", container="mov", video=None, audio=None)
    whole = TimeRange(start=Fraction(0), duration=Fraction(seconds))
    clip = clip_of("film", whole)
    shots = []
    for a, b in pairwise(frames):
        item = TimeRange.between(Fraction(a, 24), Fraction(b, 24))
        shot = Shot(id=str(a), clip=clip.id, source=item, core=item, timeline=item)
        inside = {name: series.within(item) for name, series in measured.items()}
        shots.append(ShotView(shot=shot, clip=clip, media=media, series=inside))
    return EditView(edit=edit_of(clip), shots=shots)


def clip_of(path: str, whole: TimeRange) -> ClipRange:
    """Return the whole of a file as a clip at the start of the timeline."""
    straight = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
    reference = MediaReference(path=path)
    return ClipRange(
        id="V1/0", name="film", media=reference, source=whole, timeline=whole, time_map=straight
    )


def clip_at(path: Path, source: TimeRange, at: Fraction, number: int) -> ClipRange:
    """Return a range of a file as a clip with a number, at a moment of the timeline."""
    return ClipRange(
        id=f"V1/{number}",
        name=path.stem,
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=source,
        timeline=source.shifted(at - source.start),
        time_map=TimeMap(timeline_start=at, source_start=source.start),
    )


def edit_of(clip: ClipRange) -> Edit:
    """Return an edit of one clip."""
    duration = clip.timeline.duration
    return Edit(name="film", rate=Fraction(24), duration=duration, clips=(clip,))


def planted(timelines: int) -> None:
    """Plant two events of each kind in two minutes of noise, at several strengths."""
    print(f"planted: two events of each kind in 120 s of noise, {timelines} timelines")
    for strength in (0.3, 0.5, 0.7, 1.0):
        found, others = dict.fromkeys(KINDS, 0), 0
        for seed in range(timelines):
            rng = np.random.default_rng(seed)
            events = draw(strength, rng)
            claims = HighlightAnalyzer(
                HeuristicHighlighter(), Moments(MomentOptions(most=len(events)))
            ).conclude(timeline(120, events, rng))
            for event in events:
                found[event.kind] += any(holds(claim, event) for claim in claims)
            others += sum(not any(holds(claim, event) for event in events) for claim in claims)
        hits = ", ".join(f"{kind} {count}/{2 * timelines}" for kind, count in found.items())
        print(f"  strength {strength}: {hits}; highlights without an event: {others}")


def draw(strength: float, rng: np.random.Generator) -> list[Event]:
    """Draw two events of each kind, in random order, of 3 to 6 s."""
    kinds = rng.permutation(list(KINDS) * 2)
    starts = 10 + 18 * np.arange(len(kinds)) + rng.uniform(0, 8, len(kinds))
    rises = {k: {name: strength * v for name, v in rise.items()} for k, rise in KINDS.items()}
    return [
        Event(str(kind), float(start), float(rng.uniform(3, 6)), rises[str(kind)])
        for kind, start in zip(kinds, starts, strict=True)
    ]


def holds(claim: Claim, event: Event) -> bool:
    """Return True where a highlight covers at least half of an event."""
    return shared(claim, event.start, event.length) >= event.length / 2


def shared(claim: Claim, start: float, length: float) -> float:
    """Return the seconds that a highlight has in common with a stretch of the timeline."""
    return min(float(claim.range.end), start + length) - max(float(claim.range.start), start)


def chance(timelines: int) -> None:
    """Evaluate highlights of noise alone."""
    print(f"chance: timelines of noise with any highlight, of {timelines}")
    for seconds in (30, 60, 120, 600):
        views = (timeline(seconds, [], np.random.default_rng(n)) for n in range(timelines))
        heuristic = HighlightAnalyzer(HeuristicHighlighter())
        print(f"  {seconds:4} s: {sum(bool(heuristic.conclude(view)) for view in views)}")


def film() -> None:
    """Render the demo film and evaluate it, from the file to the findings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "demo.mp4")
        truth = Film().render(path)
        media = probe(MediaReference(path=str(path)))
        length = media.duration or Fraction(0)
        edit = edit_of(clip_of(str(path), TimeRange(start=Fraction(0), duration=length)))
        log, taken = timed(
            lambda: analyze(edit, [HighlightAnalyzer(HeuristicHighlighter())], Cache(None))
        )
        print(f"film: the demo film, {float(length):.1f} s")
        for planned in truth.highlights:
            print(f"  planted {clock(planned.range)} {planned.reason}")
        for claim in log.highlights:
            print(f"  {claim.label}    {clock(claim.timeline)} {'; '.join(claim.reasons)}")
        print(f"  decode and all measures: {taken * HOUR / float(length):.0f} s per hour of film")
        for measure in (LoudnessMeasure(), SpeechMeasure()):
            _, taken = timed(partial(listen, media, measure))
            hour = taken * HOUR / float(length)
            print(f"  {measure.name}, decoding included: {hour:.1f} s per hour of film")


def listen(media: Media, measure: SoundMeasure) -> int:
    """Measure the sound of a whole file; return the number of rows."""
    cells = range(int((media.duration or 0) / measure.need.cell) + 1)
    heard = read_cells(media, measure.need, cells)
    return sum(len(list(measure.listen(c.samples, c.start, c.lead))) for c in heard)


def cost() -> None:
    """Return the seconds that measures and analyzer the analysis, without decoding."""
    sound = np.random.default_rng(0).normal(0, 0.1, 20 * SOUND_RATE).astype(np.float32)
    for measure in (LoudnessMeasure(), SpeechMeasure()):
        heard(measure, sound)  # the first cell loads the weights
        _, taken = timed(partial(heard, measure, sound))
        print(f"cost: {measure.name} {taken * HOUR / 16:.1f} s per hour of film")
    view = timeline(2 * HOUR, [], np.random.default_rng(0))
    _, taken = timed(lambda: HighlightAnalyzer(HeuristicHighlighter()).conclude(view))
    tracemalloc.start()
    HighlightAnalyzer(HeuristicHighlighter()).conclude(view)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    print(f"cost: judging 2 h of {len(view.shots)} shots {taken:.1f} s, {peak:.0f} MiB at the most")


def heard(measure: SoundMeasure, sound: Samples) -> int:
    """Return the number of rows of one cell of 16 s with its lead of 4 s."""
    return len(list(measure.listen(sound, 4 * SOUND_RATE, 4 * SOUND_RATE)))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return the result of a call, and its seconds."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def clock(item: TimeRange) -> str:
    """Return a range in seconds as text."""
    return f"{float(item.start):6.2f} to {float(item.end):6.2f} s"


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timelines", type=int, default=100, help="timelines of noise to judge")
    parser.add_argument("--film", action="store_true", help="render and judge the demo film too")
    parser.add_argument("--json", action="store_true", help="measure passages, and print JSON")
    parser.add_argument("--data", type=Path, help="folder of real footage, for --json")
    parser.add_argument("--cache", type=Path, help="result cache, for --json")
    options = parser.parse_args()
    if options.json:
        from passages import report  # imported here: it plants events by this module

        report(options.data, options.cache, options.timelines)
        return
    planted(options.timelines)
    chance(options.timelines)
    cost()
    if options.film:
        film()


if __name__ == "__main__":
    main()
