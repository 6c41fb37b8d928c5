"""The form in which findings are told: flat, in frames, ready to be used."""

from __future__ import annotations

from typing import Literal

from shotlog.bridge.edits import Rate
from shotlog.schema.base import Model
from shotlog.schema.errors import Problem


class FoundMove(Model):
    """A stretch of a shot in which the camera moves one way.

    Attributes:
        move: The move; several that hold together are joined by ``+``.
        confidence: 0 to 1.
        timeline_in: Its first frame on the timeline.
        timeline_out: The one after its last.
    """

    move: str
    confidence: float
    timeline_in: int
    timeline_out: int


class FoundShot(Model):
    """A shot: a run of frames without a cut, inside one clip.

    Attributes:
        id: Of the same frames of the same media, whatever clip shows them.
        timeline_in: Its first frame on the timeline, from 0.
        timeline_out: The one after its last.
        source_in: Its first source frame, counted as the clip's were.
        source_out: The one after its last.
        size: `ECS`, `CS`, `MS`, `FS`, `LS` or `undefined`.
        size_confidence: 0 to 1.
        size_scores: A score for every size that was weighed.
        move: The camera's move at the beginning of the shot, or `undefined`; where no more is
            known, `Static`, `Motion`, `Push` or `Pull`. Several that hold together are joined by
            `+`.
        move_confidence: 0 to 1.
        move_scores: A score for every move that was weighed, and figures of the motion.
        moves: Every stretch of the shot with its move, where it has more than one.
        highlights: The labels of the highlights that it belongs to.
    """

    id: str
    timeline_in: int
    timeline_out: int
    source_in: int
    source_out: int
    size: str
    size_confidence: float
    size_scores: dict[str, float]
    move: str
    move_confidence: float
    move_scores: dict[str, float]
    moves: tuple[FoundMove, ...]
    highlights: tuple[str, ...]


class FoundClip(Model):
    """A clip, and its shots in the order of the timeline.

    Attributes:
        id: As it was given; of a timeline that was read from a file, its address in it: `V1/3`.
        name: For people.
        rate: At which source frames are counted here: the clip's, as it was given to this bridge;
            the timeline's where that is not known.
        shots: Empty where the clip has a problem.
    """

    id: str
    name: str
    rate: Rate
    shots: tuple[FoundShot, ...]


class FoundHighlight(Model):
    """A part of the timeline that stands out.

    Attributes:
        label: Its rank: `HL 1`.
        score: 0 to 100; null where no figure was told.
        confidence: 0 to 1.
        timeline_in: Its first frame on the timeline.
        timeline_out: The one after its last.
        reasons: Why, in words for an editor.
    """

    label: str
    score: float | None
    confidence: float
    timeline_in: int
    timeline_out: int
    reasons: tuple[str, ...]


class ReadyMarker(Model):
    """A marker that can be set as it stands. No two have the same frame.

    Attributes:
        frame: Where to set it, from the timeline's first frame. Where two would meet (editors let
            one stand on a frame), the shot's has its place and the other comes after it.
        duration: In frames, at least 1.
        name: Short: `MS · pan_left`.
        note: The longer text: scores, reasons, who says it.
        colour: `Cyan` a shot, `Purple` a further move, `Yellow` a highlight, `Red` a problem.
        custom_data: To be kept with the marker, so that it is known as ours: `shotlog1;` and a
            JSON object with the marker's ``id``, its ``family``, its own frame ``at`` (before it
            made way), and ``hash``: the first 16 hexadecimal digits of the SHA-256 of colour,
            duration, name and note, joined by line feeds, in UTF-8. Where that no longer fits, the
            editor has changed the marker, and it is theirs.
        marker: Stable identity of what it speaks about.
        family: `shot`, `move`, `highlight` or `problem`.
        clip: Id of the clip that it speaks of; null where it speaks of the timeline.
        facts: For machines: labels, confidences, who says it.
    """

    frame: int
    duration: int
    name: str
    note: str
    colour: str
    custom_data: str
    marker: str
    family: Literal["shot", "move", "highlight", "problem"]
    clip: str | None
    facts: dict[str, str | int | float | None]


class Found(Model):
    """Everything that was found in a timeline.

    Attributes:
        timeline: Its name.
        rate: Its frames per second, at which all its frames are counted.
        clips: Every clip, in the order of the timeline.
        highlights: Best first.
        markers: What to set on the timeline, by frame.
        problems: What could not be looked at, and why; the other clips are complete.
        warnings: What was assumed, in words.
    """

    timeline: str
    rate: Rate
    clips: tuple[FoundClip, ...]
    highlights: tuple[FoundHighlight, ...]
    markers: tuple[ReadyMarker, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
