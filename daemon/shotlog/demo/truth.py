"""Truth of the demo film as data: cuts, moves, sizes, sounds and planted highlights."""

from __future__ import annotations

from enum import StrEnum

from shotlog.schema import CutKind, Model, Rate, TimeRange


class SoundKind(StrEnum):
    """Kinds of sound in the film."""

    MUSIC = "music"
    SPEECH = "speech"
    SILENCE = "silence"
    APPLAUSE = "applause"
    FIREWORKS = "fireworks"


class TrueCut(Model):
    """A cut.

    Attributes:
        frame: First frame of the new shot; the middle of a gradual change.
        kind: Hard cut, dissolve, dip and so on.
        span: Range of the frames that show both shots; empty for a hard cut.
    """

    frame: int
    kind: CutKind
    span: TimeRange


class TrueShot(Model):
    """A shot.

    Attributes:
        name: Name of the shot.
        range: From the cut before it to the cut after it.
        core: The range without the gradual changes at either end.
        move: A name of :data:`~shotlog.schema.labels.MOVES`.
        size: A name of :data:`~shotlog.schema.labels.SIZES`.
        faces: Number of faces in the picture.
        face_height: Height of the largest face (brow to chin, as detectors box it) as a fraction
            of the picture's height; 0 without people.
    """

    name: str
    range: TimeRange
    core: TimeRange
    move: str
    size: str
    faces: int
    face_height: float


class TrueSound(Model):
    """A sound and its range."""

    kind: SoundKind
    range: TimeRange


class TrueHighlight(Model):
    """A range that was made to stand out, with the reason."""

    range: TimeRange
    reason: str


class Truth(Model):
    """Truth of a rendered film, on its own clock from 0."""

    rate: Rate
    width: int
    height: int
    frames: int
    shots: tuple[TrueShot, ...]
    cuts: tuple[TrueCut, ...]
    sounds: tuple[TrueSound, ...]
    highlights: tuple[TrueHighlight, ...]
