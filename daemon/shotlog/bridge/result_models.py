"""The form in which findings are told: flat, in frames, ready to be used."""

from __future__ import annotations

from typing import Literal

from shotlog.bridge.edits import Rate
from shotlog.schema import Model, Problem


class FoundMove(Model):
    """A stretch of a shot in which the camera moves one way."""

    move: str
    """The move; several that hold together are joined by ``+``."""
    confidence: float
    """0 to 1."""
    timeline_in: int
    """Its first frame on the timeline."""
    timeline_out: int
    """The one after its last."""


class FoundShot(Model):
    """A shot: a run of frames without a cut, inside one clip."""

    id: str
    """Of the same frames of the same media, whatever clip shows them."""
    timeline_in: int
    """Its first frame on the timeline, from 0."""
    timeline_out: int
    """The one after its last."""
    source_in: int
    """Its first source frame, counted as the clip's were."""
    source_out: int
    """The one after its last."""
    size: str
    """`ECS`, `CS`, `MS`, `FS`, `LS` or `undefined`."""
    size_confidence: float
    """0 to 1."""
    size_scores: dict[str, float]
    """A score for every size that was weighed."""
    move: str
    """The camera's move at the beginning of the shot, or `undefined`; where no more is known,
    `Static`, `Motion`, `Push` or `Pull`. Several that hold together are joined by `+`."""
    move_confidence: float
    """0 to 1."""
    move_scores: dict[str, float]
    """A score for every move that was weighed, and figures of the motion."""
    moves: tuple[FoundMove, ...]
    """Every stretch of the shot with its move, where it has more than one."""
    highlights: tuple[str, ...]
    """The labels of the highlights that it belongs to."""


class FoundClip(Model):
    """A clip, and its shots in the order of the timeline."""

    id: str
    """As it was given; of a timeline that was read from a file, its address in it: `V1/3`."""
    name: str
    """For people."""
    rate: Rate
    """At which source frames are counted here: the clip's, as it was given to this bridge; the
    timeline's where that is not known."""
    shots: tuple[FoundShot, ...]
    """Empty where the clip has a problem."""


class FoundHighlight(Model):
    """A part of the timeline that stands out."""

    label: str
    """Its rank: `HL 1`."""
    score: float | None
    """0 to 100; null where no figure was told."""
    confidence: float
    """0 to 1."""
    timeline_in: int
    """Its first frame on the timeline."""
    timeline_out: int
    """The one after its last."""
    reasons: tuple[str, ...]
    """Why, in words for an editor."""


class ReadyMarker(Model):
    """A marker that can be set as it stands. No two have the same frame."""

    frame: int
    """Where to set it, from the timeline's first frame. Where two would meet (editors let one stand
    on a frame), the shot's has its place and the other comes after it."""
    duration: int
    """In frames, at least 1."""
    name: str
    """Short: `MS · pan_left`."""
    note: str
    """The longer text: scores, reasons, who says it."""
    colour: str
    """`Cyan` a shot, `Purple` a further move, `Yellow` a highlight, `Red` a problem."""
    custom_data: str
    """To be kept with the marker, so that it is known as ours: `shotlog1;` and a JSON object with
    the marker's ``id``, its ``family``, its own frame ``at`` (before it made way), and ``hash``:
    the first 16 hexadecimal digits of the SHA-256 of colour, duration, name and note, joined by
    line feeds, in UTF-8. Where that no longer fits, the editor has changed the marker, and it is
    theirs."""
    marker: str
    """Stable identity of what it speaks about."""
    family: Literal["shot", "move", "highlight", "problem"]
    """`shot`, `move`, `highlight` or `problem`."""
    clip: str | None
    """Id of the clip that it speaks of; null where it speaks of the timeline."""
    facts: dict[str, str | int | float | None]
    """For machines: labels, confidences, who says it."""


class Found(Model):
    """Everything that was found in a timeline."""

    timeline: str
    """Its name."""
    rate: Rate
    """Its frames per second, at which all its frames are counted."""
    clips: tuple[FoundClip, ...]
    """Every clip, in the order of the timeline."""
    highlights: tuple[FoundHighlight, ...]
    """Best first."""
    markers: tuple[ReadyMarker, ...]
    """What to set on the timeline, by frame."""
    problems: tuple[Problem, ...]
    """What could not be looked at, and why; the other clips are complete."""
    warnings: tuple[str, ...]
    """What was assumed, in words."""
