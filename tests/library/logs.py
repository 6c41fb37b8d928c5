"""Logs with facts, and libraries of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shotlog.library import FoundShots, Library, LoggedTimeline, Vector, parse_query
from shotlog.schema import (
    ClipRange,
    Family,
    Finding,
    Log,
    LoggedShot,
    MediaReference,
    ShotFacts,
)
from tests.report import logs
from tests.report.logs import clip, finding, span

MODEL = "clip"


def shot(
    start: Fraction | float,
    duration: Fraction | float = 2,
    *,
    size: str | None = "MS",
    moves: Sequence[str] = ("static",),
    movement: str | None = None,
    kind: str | None = None,
    clip_name: str = "A001",
    clip_id: str = "V1/0",
    facts: ShotFacts | None = None,
    confidence: float = 0.8,
) -> LoggedShot:
    """Return a shot; several moves share it evenly."""
    whole = span(start, duration)
    part = whole.duration / max(1, len(moves))
    parts = [span(whole.start + n * part, part) for n in range(len(moves))]
    found: list[Finding] = [finding(Family.SIZE, size, whole)] if size else []
    found += [finding(Family.MOVE, move, at) for move, at in zip(moves, parts, strict=True)]
    found += [finding(Family.MOVEMENT, movement, whole)] if movement else []
    found += [finding(Family.KIND, kind, whole)] if kind else []
    sure = tuple(one.model_copy(update={"confidence": confidence}) for one in found)
    made = logs.logged(0, 1, findings=sure, clip=clip_id, name=clip_name)
    moved = made.shot.model_copy(
        update={"id": f"{clip_id} {start}", "source": whole, "core": whole, "timeline": whole}
    )
    return made.model_copy(update={"shot": moved, "facts": facts})


def log(
    shots: Sequence[LoggedShot],
    *,
    name: str = "Reel 1",
    media: Mapping[str, str] | None = None,
    highlights: Sequence[Finding] = (),
) -> Log:
    """Return a log; ``media`` are paths by the ids of clips."""
    clips = [_with_media(one, path) for one, path in (media or {}).items()]
    return logs.log(shots, name=name, clips=clips, highlights=highlights)


def _with_media(clip_id: str, path: str) -> ClipRange:
    media = MediaReference(path=path)
    return clip(clip_id, clip_id, 0, 1).model_copy(update={"media": media})


def timeline(
    item: str,
    shots: Sequence[LoggedShot] = (),
    *,
    source: str | None = None,
    sequence: int = 0,
    vectors: Mapping[int, Vector] | None = None,
    model: str = MODEL,
    of: Log | None = None,
) -> LoggedTimeline:
    """Return a timeline of an item, at a source that is named like the item."""
    return LoggedTimeline(
        item=item,
        sequence=sequence,
        source=source or f"{item}.otio",
        marked=f"{item}.marked.otio",
        report=None,
        log=of or log(shots),
        vectors={model: vectors} if vectors else {},
    )


def search(
    path: Path, query: str, *, limit: int | None = None, vector: Vector | None = None
) -> FoundShots:
    """Return what a library finds."""
    with Library.open(path) as library:
        given = None if vector is None else (MODEL, vector)
        return library.find(parse_query(query), limit=limit, text_vector=given)


def starts(path: Path, query: str) -> list[Fraction]:
    """Return the starts of the shots that are found."""
    return [hit.start for hit in search(path, query).hits]


def random_vectors(count: int, dimensions: int, seed: int = 1) -> Vector:
    """Return vectors of length 1, one per line."""
    drawn = np.random.default_rng(seed).standard_normal((count, dimensions))
    return to_units(drawn)


def to_units(vectors: NDArray[np.float64]) -> Vector:
    """Return vectors with length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
