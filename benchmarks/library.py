"""Time to find shots in a library of a million, by a query and by words.

    python -m benchmarks.library [--json] [--shots N] [--dimensions N] [--plain]

Makes a library of logs that a fixed seed gives: timelines of 100 shots, with labels, faces, speech
and loudness in likely shares, and clips of cameras, scenes and slates. ``find_ms`` is the median
over ``QUERIES`` of the median time of a query, with a page of 100 hits and the count of all, and
``find_worst_ms`` is the slowest query; ``find_text_ms`` and ``find_text_worst_ms`` are the same
over ``TEXT_QUERIES``, with exact search over the vectors. ``merge_shots_per_s`` is the rate of the
merge, ``merge_again_s`` the time of merging one more timeline. The file is in the system's cache,
as after a first query.

Vectors are like those of CLIP: all share a direction with a few large dimensions, those of a
timeline resemble each other, and a description lies apart from all of them
(https://arxiv.org/abs/2203.02053). ``--uniform`` draws them without any structure. ``--plain`` also
measures sqlite-vec's own search (table ``vec0``), and ``vec_distance_cosine`` over all rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import apsw
import numpy as np
import sqlite_vec
from numpy.typing import NDArray

from shotlog.library import Library, LoggedTimeline, Query, merge, parse_query
from shotlog.schema import (
    MOVES,
    SIZES,
    ClipRange,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    MediaReference,
    Provenance,
    Shot,
    ShotFacts,
    Tier,
    TimeMap,
    TimeRange,
)

SHOTS = 10**6
DIMENSIONS = 512
MODEL = "clip"
_SHOTS_OF_A_TIMELINE = 100
_RATE = Fraction(24000, 1001)
_TEMPLATES = 200
_REPEATS = 5

QUERIES = (
    "CS and dolly_in and faces >= 1 and speech",
    "CS",
    "not CS",
    "undefined",
    "(ECS or CS) and not static and duration < 2s",
    "MS and pan_left and highlight >= 70",
    "faces >= 2 and speech >= 20% and loudness > -20dB and confidence > 80%",
    "highlight or faces >= 1 and speech or duration > 10s",
    "faces >= 4 and duration > 12s and dolly_in",
    "fps < 24 and width >= 1920 and (zoom_in or zoom_out)",
    '"kitchen"',
    '"kitchen" and CS and faces >= 1',
    'name:"kit*" and not speech',
    '"A001*" or "night"',
    'timeline:"Episode 1*" and LS',
    'media:"A001_C003*" and MS',
    'clip:"no such clip"',
    "",
)
"""Queries as users write them: rare and frequent labels, ranges, words, negations, everything."""

TEXT_QUERIES = (
    'text:"a woman laughing"',
    'CS and faces >= 1 and text:"a woman laughing"',
    'not CS and text:"a woman laughing"',
    'CS and dolly_in and speech and text:"a woman laughing"',
    '"kitchen" and text:"a woman laughing"',
    'faces >= 4 and duration > 12s and dolly_in and text:"a woman laughing"',
)

_SCENES = (
    "kitchen",
    "street",
    "office",
    "night",
    "beach",
    "car",
    "forest",
    "court",
    "hall",
    "roof",
)
_MOVES = np.array([0.03] * len(MOVES.names))
_MOVES[MOVES.names.index("static")] = 0.3
_MOVES[MOVES.names.index("undefined")] = 0.13


def logged_timelines(
    shots: int, dimensions: int | None = None, *, uniform: bool = False
) -> Iterator[LoggedTimeline]:
    """Yield timelines with shots, with vectors if they have dimensions.

    Their shots repeat after some timelines; names and vectors never do.
    """
    rng = np.random.default_rng(13)
    shared = None if uniform else _shared_direction(rng, dimensions or 1)
    count = min(shots, _SHOTS_OF_A_TIMELINE)
    templates = [_draw_log(rng, count) for _ in range(min(_TEMPLATES, -(-shots // count)))]
    for number in range(shots // count):
        drawn = None
        if dimensions is not None:
            drawn = _draw_vectors(rng, count, dimensions, shared)
        yield _timeline(templates[number % len(templates)], number, drawn)


def _shared_direction(rng: np.random.Generator, dimensions: int) -> NDArray[np.float32]:
    direction = rng.standard_normal(dimensions)
    direction[rng.integers(0, dimensions, 3)] *= 20  # as in the image vectors of CLIP
    return (0.7 * direction / np.linalg.norm(direction)).astype(np.float32)


def _draw_vectors(
    rng: np.random.Generator, count: int, dimensions: int, shared: NDArray[np.float32] | None
) -> NDArray[np.float32]:
    noise = rng.standard_normal((count, dimensions), np.float32) / np.float32(dimensions**0.5)
    if shared is None:
        return noise
    alike = rng.standard_normal(dimensions, np.float32) / np.float32(dimensions**0.5)
    return np.asarray(shared + 0.3 * alike + 0.6 * noise, np.float32)


def _timeline(
    template: Log, number: int, vectors: NDArray[np.float32] | None = None
) -> LoggedTimeline:
    """Return a timeline with the shots of a log, and with names of its own."""
    camera, scene = "ABC"[number % 3], _SCENES[number % len(_SCENES)]
    # Three shots in a row are of one clip, as after a cut away and back.
    slates = [
        f"{camera}{number % 999:03d}_C{index // 3:03d}" for index in range(len(template.shots))
    ]
    clips = tuple(
        ClipRange.model_construct(
            **dict(clip) | {"media": MediaReference.model_construct(path=_path(number, slate))}
        )
        for clip, slate in zip(template.edit.clips, slates, strict=True)
    )
    shots = tuple(
        LoggedShot.model_construct(**dict(logged) | {"clip_name": f"{scene} {slate}"})
        for logged, slate in zip(template.shots, slates, strict=True)
    )
    name = f"Episode {number // 20} reel {number % 20}"
    edit = template.edit.model_copy(update={"name": name, "clips": clips})
    path = f"season {number // 200}/{name}"
    return LoggedTimeline(
        item=f"{number:032x}",
        sequence=0,
        source=f"{path}.otio",
        marked=f"{path}.marked.otio",
        report=f"{path}.html",
        log=template.model_copy(update={"edit": edit, "shots": shots}),
        vectors={} if vectors is None else {MODEL: dict(enumerate(vectors))},
    )


def _path(number: int, slate: str) -> str:
    return f"/footage/{number // 20}/{slate}_0101.mov"


def _draw_log(rng: np.random.Generator, count: int) -> Log:
    frames = np.minimum(24 + rng.exponential(72, count).astype(int), 2400).tolist()
    starts = [0, *accumulate(frames)]
    spans = [
        TimeRange(start=at / _RATE, duration=length / _RATE)
        for at, length in zip(starts, frames, strict=False)
    ]
    clips = tuple(
        ClipRange(
            id=f"V1/{index}",
            name="",
            media=None,
            source=span,
            timeline=span,
            time_map=TimeMap(timeline_start=span.start, source_start=span.start),
        )
        for index, span in enumerate(spans)
    )
    edit = Edit(
        name="",
        rate=_RATE,
        start=Fraction(3600),
        drop_frame=False,
        duration=starts[-1] / _RATE,
        clips=clips,
    )
    highlights = tuple(
        _finding(Family.HIGHLIGHT, f"HL {rank}", span, {"score": round(99.0 - 4 * rank, 1)}, 0.9)
        for rank, span in enumerate(spans[:: max(1, count // 8)], start=1)
    )
    return Log(edit=edit, shots=_draw_shots(rng, clips), highlights=highlights)


def _draw_shots(rng: np.random.Generator, clips: tuple[ClipRange, ...]) -> tuple[LoggedShot, ...]:
    count = len(clips)
    sizes = rng.choice(SIZES.names, count, p=[0.06, 0.2, 0.3, 0.14, 0.1, 0.2]).tolist()
    moves = rng.choice(MOVES.names, count, p=_MOVES / _MOVES.sum()).tolist()
    sure = np.round(rng.uniform(0.4, 1, (count, 2)), 4).tolist()
    faces, speech = np.minimum(rng.poisson(0.9, count), 4).tolist(), rng.random(count).tolist()
    loudness, wide = rng.normal(-24, 6, count).tolist(), (rng.random(count) < 0.3).tolist()
    return tuple(
        LoggedShot(
            shot=Shot(
                id=clip.id,
                clip=clip.id,
                source=clip.source,
                core=clip.source,
                timeline=clip.timeline,
            ),
            clip_name="",
            content_id="",
            findings=(
                _finding(Family.SIZE, sizes[n], clip.timeline, {}, sure[n][0]),
                _finding(Family.MOVE, moves[n], clip.timeline, {}, sure[n][1]),
            ),
            facts=ShotFacts(
                faces=faces[n],
                speech=speech[n],
                loudness=loudness[n],
                width=3840 if wide[n] else 1920,
                height=2160 if wide[n] else 1080,
                rate=_RATE,
            ),
        )
        for n, clip in enumerate(clips)
    )


_BY = Provenance(analyzer="local.drawn", version="1", tier=Tier.LOCAL)


def _finding(
    family: Family, label: str, span: TimeRange, scores: dict[str, float], confidence: float
) -> Finding:
    return Finding(
        family=family,
        label=label,
        scores=scores,
        confidence=confidence,
        source=None,
        timeline=span,
        provenance=_BY,
    )


def measure_find(shots: int = SHOTS) -> dict[str, float]:
    """Return ``find_ms``, ``find_worst_ms`` and the figures of the merge."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.sqlite"
        merging = _merge_all(path, logged_timelines(shots), shots)
        return _time_finding(path) | merging


def measure_text(
    shots: int = SHOTS, dimensions: int = DIMENSIONS, *, uniform: bool = False, plain: bool = False
) -> dict[str, float]:
    """Return ``find_text_ms``, ``find_text_worst_ms`` and the figures of the merge.

    Args:
        shots: Number of shots.
        dimensions: Numbers of a vector.
        uniform: Draw vectors without any structure.
        plain: Measure sqlite-vec's own search as well.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.sqlite"
        merging = _merge_all(path, logged_timelines(shots, dimensions, uniform=uniform), shots)
        return _time_words(path, dimensions, plain=plain) | merging


def measure_both(
    shots: int = SHOTS, dimensions: int = DIMENSIONS, *, uniform: bool = False, plain: bool = False
) -> dict[str, float]:
    """Return the figures of both, of one library, which is made in half of the time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.sqlite"
        merging = _merge_all(path, logged_timelines(shots, dimensions, uniform=uniform), shots)
        return _time_finding(path) | _time_words(path, dimensions, plain=plain) | merging


def _time_finding(path: Path) -> dict[str, float]:
    with Library.open(path) as library:
        times = {text: _time_query(library, parse_query(text)) for text in QUERIES}
    return _summary("find", times)


def _time_words(path: Path, dimensions: int, *, plain: bool) -> dict[str, float]:
    vector = np.random.default_rng(14).standard_normal(dimensions, np.float32)
    with Library.open(path) as library:
        times = {
            text: _time_query(library, parse_query(text), (MODEL, vector)) for text in TEXT_QUERIES
        }
    told = _summary("find_text", times)
    return told | _measure_plain(path, vector) if plain else told


def _merge_all(path: Path, timelines: Iterator[LoggedTimeline], shots: int) -> dict[str, float]:
    drawing, began = 0.0, time.perf_counter()

    def timed() -> Iterator[LoggedTimeline]:
        nonlocal drawing
        while True:
            start = time.perf_counter()
            following = next(timelines, None)
            drawing += time.perf_counter() - start
            if following is None:
                return
            yield following

    merge(path, timed())
    first = time.perf_counter() - began - drawing
    began = time.perf_counter()
    merge(path, [_timeline(_draw_log(np.random.default_rng(15), 100), 10**7)])
    again = time.perf_counter() - began
    return {"merge_shots_per_s": shots / first, "merge_again_s": again}


def _time_query(
    library: Library, query: Query, text_vector: tuple[str, NDArray[np.float32]] | None = None
) -> float:
    """Return the median time of a query, in milliseconds, after a first one."""
    return _median_ms(lambda: library.find(query, text_vector=text_vector))


def _median_ms(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def _summary(name: str, times: dict[str, float]) -> dict[str, float]:
    return {
        f"{name}_ms": statistics.median(times.values()),
        f"{name}_worst_ms": max(times.values()),
        **{f"{name}: {query or 'all'}": value for query, value in times.items()},
    }


def _measure_plain(path: Path, vector: NDArray[np.float32]) -> dict[str, float]:
    """Return the times of sqlite-vec's own search over the vectors of a library."""
    db = apsw.Connection(str(path.with_name("plain.sqlite")))
    try:
        db.enable_load_extension(True)
        db.load_extension(sqlite_vec.loadable_path())
        db.execute("ATTACH ? AS library", (str(path),))
        kind = f"float[{len(vector)}] distance_metric=cosine"
        db.execute(f"CREATE VIRTUAL TABLE plain USING vec0(vector {kind})")
        with db:
            db.execute("INSERT INTO plain(rowid, vector) SELECT id + 1, vector FROM library.vector")
        given = (vector.tobytes(),)
        knn = "SELECT rowid FROM plain WHERE vector MATCH ? AND k = 100"
        every = "SELECT id FROM library.vector ORDER BY vec_distance_cosine(vector, ?) LIMIT 100"
        return {
            "vec0_ms": _median_ms(lambda: db.execute(knn, given).fetchall()),
            "vec_distance_cosine_ms": _median_ms(lambda: db.execute(every, given).fetchall()),
        }
    finally:
        db.close()


def main() -> None:
    """Print the figures, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.library")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--shots", type=int, default=SHOTS)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--uniform", action="store_true", help="vectors without any structure")
    parser.add_argument("--plain", action="store_true", help="measure sqlite-vec alone as well")
    options = parser.parse_args()
    told = measure_both(
        options.shots, options.dimensions, uniform=options.uniform, plain=options.plain
    )
    if options.json:
        print(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        print(f"{name:75} {value:12,.1f}")


if __name__ == "__main__":
    main()
