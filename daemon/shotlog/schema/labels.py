"""Vocabularies: the labels of kinds of shots, sizes, moves and motion, their names and colours.

Sizes are those of MovieShots (Rao et al., ECCV 2020); moves are the 21 labels of
``ai-forever/kandinsky-videomae-large-camera-motion``; movements are the four of MovieShots.
A model's own label order is read from its checkpoint, never from these tables.
"""

from __future__ import annotations

from enum import StrEnum

from shotlog.schema.base import Model


class Family(StrEnum):
    """Subject of a finding."""

    SIZE = "size"
    MOVE = "move"
    MOVEMENT = "movement"
    MOTION = "motion"
    HIGHLIGHT = "highlight"
    KIND = "kind"
    """Since protocol 1.5."""
    SCENE = "scene"
    """Runs of shots in one setting; only in the scenes of a log. Since protocol 1.6."""


class Facing(StrEnum):
    """Side of the picture to which the one face of a shot is turned."""

    LEFT = "left"
    RIGHT = "right"
    CAMERA = "camera"
    """Towards the camera, or hardly to a side."""


class Label(Model):
    """A label of a vocabulary: its name in data, its name for people, its colour (``#rrggbb``)."""

    name: str
    display: str
    colour: str


class Vocabulary(Model):
    """An ordered set of labels for one family."""

    family: Family
    labels: tuple[Label, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the labels, in the vocabulary's order."""
        return tuple(label.name for label in self.labels)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def display(self, name: str) -> str:
        """Return the display name of a label; an unknown name is returned unchanged."""
        return next((label.display for label in self.labels if label.name == name), name)

    def colour(self, name: str) -> str:
        """Return the colour of a label; grey for an unknown name."""
        return next((label.colour for label in self.labels if label.name == name), "#8a8a8a")


def _vocabulary(family: Family, *rows: tuple[str, str, str]) -> Vocabulary:
    return Vocabulary(
        family=family,
        labels=tuple(Label(name=name, display=text, colour=colour) for name, text, colour in rows),
    )


UNDEFINED = "undefined"
"""The label of a shot that was analysed without a certain result."""

SIZES = _vocabulary(
    Family.SIZE,
    ("ECS", "Extreme Close-up", "#b5179e"),
    ("CS", "Close-up", "#e63946"),
    ("MS", "Medium Shot", "#f4a261"),
    ("FS", "Full Shot", "#2a9d8f"),
    ("LS", "Long Shot", "#457b9d"),
    (UNDEFINED, "Undefined", "#8a8a8a"),
)

MOVES = _vocabulary(
    Family.MOVE,
    ("arc_left", "Arc Left", "#c77dff"),
    ("arc_right", "Arc Right", "#9d4edd"),
    ("dolly_in", "Dolly In", "#ef476f"),
    ("dolly_out", "Dolly Out", "#d62839"),
    ("pan_left", "Pan Left", "#4cc9f0"),
    ("pan_right", "Pan Right", "#4361ee"),
    ("pedestal_down", "Pedestal Down", "#606c38"),
    ("pedestal_up", "Pedestal Up", "#a3b18a"),
    ("pov", "Point of View", "#bc6c25"),
    ("roll_left", "Roll Left", "#ffb703"),
    ("roll_right", "Roll Right", "#fb8500"),
    ("shake", "Shake", "#e07a5f"),
    ("static", "Static", "#6c757d"),
    ("tilt_down", "Tilt Down", "#2d6a4f"),
    ("tilt_up", "Tilt Up", "#52b788"),
    ("track", "Track", "#dda15e"),
    ("truck_left", "Truck Left", "#00b4d8"),
    ("truck_right", "Truck Right", "#0077b6"),
    (UNDEFINED, "Undefined", "#8a8a8a"),
    ("zoom_in", "Zoom In", "#ff70a6"),
    ("zoom_out", "Zoom Out", "#ff9770"),
)

MOVEMENTS = _vocabulary(
    Family.MOVEMENT,
    ("Static", "Static", "#6c757d"),
    ("Motion", "Motion", "#4361ee"),
    ("Pull", "Pull", "#d62839"),
    ("Push", "Push", "#ef476f"),
    (UNDEFINED, "Undefined", "#8a8a8a"),
)

MOTIONS = _vocabulary(
    Family.MOTION,
    ("static", "Static", "#6c757d"),
    ("moving", "Moving", "#4361ee"),
    ("chaotic", "Chaotic", "#e07a5f"),
    ("slideshow", "Slideshow", "#bc6c25"),
    (UNDEFINED, "Undefined", "#8a8a8a"),
)
"""Amount of motion in a shot; its scores are motion.camera, motion.object and motion.dynamics,
0 (none) to 3."""

KINDS = _vocabulary(
    Family.KIND,
    ("black", "Black", "#3d3d3d"),
    ("title", "Title Card", "#7f5539"),
    ("bars", "Colour Bars", "#9a8c98"),
)
"""Kinds of what is no shot of anything, and has neither size nor move; an ordinary shot has none of
them. A freeze frame is of no kind: what it shows has a size."""

VOCABULARIES = {v.family: v for v in (SIZES, MOVES, MOVEMENTS, MOTIONS, KINDS)}
"""Vocabularies by family; highlights and scenes have none, as they are named by rank and
by number."""

_OPPOSITE = {
    side + a: side + b
    for side, pairs in {
        "arc_": ("left", "right"),
        "dolly_": ("in", "out"),
        "pan_": ("left", "right"),
        "pedestal_": ("down", "up"),
        "roll_": ("left", "right"),
        "tilt_": ("down", "up"),
        "truck_": ("left", "right"),
        "zoom_": ("in", "out"),
    }.items()
    for a, b in (pairs, pairs[::-1])
} | {"Pull": "Push", "Push": "Pull"}

_MIRRORED = {"left": "right", "right": "left"}


def reversed_move(move: str) -> str:
    """Return the move or movement that a clip shows when it runs backwards.

    A pan left becomes a pan right, and Push becomes Pull.
    """
    return _OPPOSITE.get(move, move)


def mirrored_move(move: str) -> str:
    """Return the move that a clip shows when left and right are exchanged.

    A pan left becomes a pan right; all others stay as they are.
    """
    stem, sign, side = move.rpartition("_")
    return f"{stem}_{_MIRRORED[side]}" if sign and side in _MIRRORED else move
