"""Findings in the form of the bridge: flat, and in frames."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shotlog.bridge.edits import Rate
from shotlog.schema import Model, Problem


class MoveSummary(Model):
    """A part of a shot with one camera move."""

    move: str
    """The move; simultaneous moves are joined by ``+``."""
    confidence: float
    """Confidence, 0 to 1."""
    timeline_in: int
    """Its first frame on the timeline."""
    timeline_out: int
    """The frame after its last."""


class ShotSummary(Model):
    """A shot: a run of frames without a cut, inside one clip."""

    id: str
    """Stable id: equal for the same frames of the same media in any clip."""
    timeline_in: int
    """Its first frame on the timeline, from 0."""
    timeline_out: int
    """The frame after its last."""
    source_in: int
    """Its first source frame, in the count of the clip."""
    source_out: int
    """The frame after its last."""
    size: str
    """`ECS`, `CS`, `MS`, `FS`, `LS` or `undefined`."""
    size_confidence: float
    """Confidence, 0 to 1."""
    size_scores: dict[str, float]
    """A score for every possible size."""
    move: str
    """The camera move at the start of the shot, or `undefined`; `Static`, `Motion`, `Push` or
    `Pull` if no more is known. Simultaneous moves are joined by `+`."""
    move_confidence: float
    """Confidence, 0 to 1."""
    move_scores: dict[str, float]
    """A score for every possible move, and figures of the motion."""
    moves: tuple[MoveSummary, ...]
    """The parts of the shot with their moves, if there is more than one."""
    highlights: tuple[str, ...]
    """Labels of the highlights that overlap it."""
    kind: str | None = Field(None, exclude_if=lambda kind: kind is None)
    """`black`, `title` or `bars`, which have neither size nor move; left out for an ordinary
    shot."""


class ClipSummary(Model):
    """A clip with its shots in timeline order."""

    id: str
    """The id that was given; for a timeline from a file, the clip's address in it: `V1/3`."""
    name: str
    """Name for people."""
    rate: Rate
    """Rate of its source frames: as given to this bridge, or that of the timeline if unknown."""
    shots: tuple[ShotSummary, ...]
    """Shots; empty if the clip has a problem."""


class HighlightSummary(Model):
    """A highlight of the timeline."""

    label: str
    """Its rank: `HL 1`."""
    score: float | None
    """0 to 100; null if there is none."""
    confidence: float
    """Confidence, 0 to 1."""
    timeline_in: int
    """Its first frame on the timeline."""
    timeline_out: int
    """The frame after its last."""
    reasons: tuple[str, ...]
    """Reasons, in words for an editor."""


class ReadyMarker(Model):
    """A marker, ready to be set. No two markers have the same frame."""

    frame: int
    """Its frame, from the timeline's first frame. Editors allow one marker on a frame: of two, that
    of the shot stays and the other moves to a later frame."""
    duration: int
    """Length in frames, at least 1."""
    name: str
    """Short name: `MS · pan_left`."""
    note: str
    """Longer text: scores, reasons, analyzer."""
    colour: str
    """Resolve's name of its colour, that of the user's settings, or `Cyan` for a shot, `Purple` for
    a further move, `Yellow` for a highlight, `Red` for a problem."""
    custom_data: str
    """Text to store with the marker, which identifies it as ours: `shotlog1;` and a JSON object
    with the marker's ``id``, its ``family``, its original frame ``at`` (before it was moved to a
    free one), and ``hash``: the first 16 hexadecimal digits of the SHA-256 of colour, duration,
    name and note, joined by line feeds, in UTF-8. If the hash no longer fits, the editor has
    changed the marker, and it must be kept."""
    marker: str
    """Stable identity of its subject."""
    family: Literal["shot", "move", "highlight", "problem"]
    """`shot`, `move`, `highlight` or `problem`."""
    clip: str | None
    """Id of its clip; null for a marker about the timeline."""
    facts: dict[str, str | int | float | None]
    """Metadata for machines: labels, confidences, analyzer."""


class EditSummary(Model):
    """All findings of a timeline."""

    timeline: str
    """Name of the timeline."""
    rate: Rate
    """Its frames per second."""
    clips: tuple[ClipSummary, ...]
    """All clips, in timeline order."""
    highlights: tuple[HighlightSummary, ...]
    """Highlights, best first."""
    markers: tuple[ReadyMarker, ...]
    """Markers for the timeline, by frame."""
    problems: tuple[Problem, ...]
    """Clips that could not be analysed, with reasons; the other clips are complete."""
    warnings: tuple[str, ...]
    """Assumptions, as sentences."""
    fallback: Problem | None = Field(None, exclude_if=lambda reason: reason is None)
    """The reason why another tier than the first one made the findings; left out if none did."""
