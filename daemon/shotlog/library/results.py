"""Values that go into a library and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from shotlog.schema import Log

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class LoggedTimeline:
    """One sequence of one item of a batch, with its log.

    Attributes:
        item: Id of the item.
        sequence: Number of the sequence in its file, from 0.
        source: Path of the timeline or media file, for people. An item that lies at several places
            is one timeline for each.
        marked: Path of the marked timeline, relative to the output folder; None without one.
        report: Path of the report, relative to the output folder; None without one.
        log: The log.
        vectors: By the name of an image-text model, a vector for shots by their index in the log.
            Those of one model have one length; their own length is made 1.
    """

    item: str
    sequence: int
    source: str
    marked: str | None
    report: str | None
    log: Log
    vectors: Mapping[str, Mapping[int, Vector]]


@dataclass(frozen=True)
class MergeCounts:
    """Items of a merge, and the size of the library after it.

    Attributes:
        added: Items that were not in the library.
        replaced: Items that were in it and came again.
        removed: Items that were removed.
        kept: Items that were in it and stayed.
        timelines: Timelines of the library.
        shots: Shots of the library.
    """

    added: int
    replaced: int
    removed: int
    kept: int
    timelines: int
    shots: int


@dataclass(frozen=True)
class Hit:
    """One shot that was found.

    Attributes:
        row: Number of the shot in this file, from 1, in the order of timelines.
        item: Id of the batch item.
        sequence: Number of the sequence in its file, from 0.
        shot_number: Index in ``log.shots``.
        timeline: Name of the timeline.
        source: Path of the timeline or media file.
        marked: Path of the marked timeline, relative to the output folder.
        report: Path of the report, relative to the output folder.
        clip: Name of the clip.
        media: Path of the media file; empty if the timeline names none.
        timecode: Timecode of the shot's first frame on the timeline.
        start: Start on the timeline's clock, in seconds.
        duration: Length in seconds.
        kind: What it is if no shot of anything, such as ``black``; None for an ordinary shot.
        size: Label of most of the shot; None without an analysis of sizes.
        move: Label of the move, or else of the movement, of most of the shot.
        sizes: All labels of its size, in time order.
        moves: All labels of its move or movement, in time order.
        size_confidence: Confidence in ``size``, 0 to 1.
        move_confidence: Confidence in ``move``, 0 to 1.
        faces: Faces on one picture; None, here and below, where it was not measured.
        speech: Share of the shot in which somebody speaks, 0 to 1.
        loudness: Loudness in LUFS.
        highlight: Best score of the highlights that overlap it, 0 to 100; None without one.
        width: Width of its media in pixels.
        height: Height of its media in pixels.
        fps: Frames per second of its media.
        similarity: Cosine of the angle between its vector and that of the description; None for a
            query without one.
    """

    row: int
    item: str
    sequence: int
    shot_number: int
    timeline: str
    source: str
    marked: str | None
    report: str | None
    clip: str
    media: str
    timecode: str
    start: Fraction
    duration: Fraction
    kind: str | None
    size: str | None
    move: str | None
    sizes: tuple[str, ...]
    moves: tuple[str, ...]
    size_confidence: float | None
    move_confidence: float | None
    faces: int | None
    speech: float | None
    loudness: float | None
    highlight: float | None
    width: int | None
    height: int | None
    fps: float | None
    similarity: float | None = None


@dataclass(frozen=True)
class FoundShots:
    """A page of hits, and the number of all shots that match."""

    hits: tuple[Hit, ...]
    total: int
