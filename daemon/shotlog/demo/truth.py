"""What is true of the demo film: cuts, moves, sizes, sounds and planted highlights, as data."""

from __future__ import annotations

from enum import StrEnum

from shotlog.schema import CutKind, Model, Rate, TimeRange


class SoundKind(StrEnum):
    """What is heard."""

    MUSIC = "music"
    SPEECH = "speech"
    SILENCE = "silence"
    APPLAUSE = "applause"
    FIREWORKS = "fireworks"


class TrueCut(Model):
    """A change of shot.

    Attributes:
        frame: First frame of the new shot; the middle of a gradual change.
        kind: How it changes.
        span: The frames that belong to neither shot alone; empty for a hard cut.
    """

    frame: int
    kind: CutKind
    span: TimeRange


class TrueShot(Model):
    """A shot.

    Attributes:
        name: What it is called.
        range: From the cut before it to the cut after it.
        core: The same without the gradual changes at either end.
        move: A name of :data:`~shotlog.schema.labels.MOVES`.
        size: A name of :data:`~shotlog.schema.labels.SIZES`; ``undefined`` where nobody is seen.
        faces: How many faces are in the picture.
        face_height: Of the biggest face (brow to chin, as detectors box it), of the picture's
            height; 0 where nobody is seen.
    """

    name: str
    range: TimeRange
    core: TimeRange
    move: str
    size: str
    faces: int
    face_height: float


class TrueSound(Model):
    """Something that is heard over a range."""

    kind: SoundKind
    range: TimeRange


class TrueHighlight(Model):
    """A moment that was planted to stand out, and why it should."""

    range: TimeRange
    reason: str


class Truth(Model):
    """All that is true of a rendered film, on its own clock from 0."""

    rate: Rate
    width: int
    height: int
    frames: int
    shots: tuple[TrueShot, ...]
    cuts: tuple[TrueCut, ...]
    sounds: tuple[TrueSound, ...]
    highlights: tuple[TrueHighlight, ...]
