"""The script of the demo film: scenes, sounds and highlights, declared as data."""

from __future__ import annotations

from dataclasses import dataclass

from shotlog.demo.figure import BODY_HEADS, Appearance
from shotlog.demo.truth import SoundKind
from shotlog.schema import CutKind

FACE_OF_HEAD = 0.82
"""Height of the box of CenterFace in heads. Measured on four frames of each of the seven shots with
people: 0.74 (a face that fills the picture) to 0.90 (the edge of a pan).
tests/demo/test_film_faces.py checks it within 15 %."""


def shot_size(heads: float) -> str:
    """Return the shot size for the height of the picture, measured in heads at the person.

    The borders follow the body, as in MovieShots (Rao et al., ECCV 2020, table 1): ECS shows a
    part of the head, CS the head and at most the shoulders, MS the body to the waist or knees, FS
    the whole body with some air, LS more surroundings than person.
    """
    borders = ((1.0, "ECS"), (2.8, "CS"), (6.0, "MS"), (1.6 * BODY_HEADS, "FS"))
    return next((size for border, size in borders if heads < border), "LS")


@dataclass(frozen=True)
class Person:
    """A person in a scene.

    Attributes:
        appearance: Colours of the person.
        x: Metres to the right of the middle.
        turn: Turn of the head in radians.
        talks: True where the mouth moves.
        cheers: True where the arms go up while there is applause.
    """

    appearance: Appearance
    x: float = 0.0
    turn: float = 0.0
    talks: bool = False
    cheers: bool = False


@dataclass(frozen=True)
class Scene:
    """One shot.

    Attributes:
        name: Name of the shot.
        frames: Length in frames, from the cut before it to the cut after it.
        backdrop: A name of :data:`~shotlog.demo.backdrop.BACKDROPS`.
        heads: Height of the picture at the people's distance, in heads; decides the size.
        people: People in the scene.
        move: Move of the camera.
        amount: Amount of the move (see :func:`~shotlog.demo.stage.camera_path`).
        tilt: Constant upward tilt of the camera in radians.
        entry: Kind of the cut at its start.
        blend: Length of a gradual entry in frames; even, one half on each side of the cut.
        confetti: First frame of falling confetti; None without.
        bursts: Frames at which a firework bursts.
    """

    name: str
    frames: int
    backdrop: str
    heads: float = 9.0
    people: tuple[Person, ...] = ()
    move: str = "static"
    amount: float = 0.0
    tilt: float = 0.0
    entry: CutKind = CutKind.CUT
    blend: int = 0
    confetti: int | None = None
    bursts: tuple[int, ...] = ()

    @property
    def size(self) -> str:
        """The true shot size; without people a place is seen, from far."""
        return shot_size(self.heads) if self.people else "LS"


@dataclass(frozen=True)
class ScriptedSound:
    """A sound, from frame ``first`` of the film to ``end``, without ``end``."""

    kind: SoundKind
    first: int
    end: int


@dataclass(frozen=True)
class Script:
    """A whole film. Highlights are (first frame, end frame, reason to stand out)."""

    scenes: tuple[Scene, ...]
    sounds: tuple[ScriptedSound, ...]
    highlights: tuple[tuple[int, int, str], ...]
    seed: int = 7

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return sum(scene.frames for scene in self.scenes)


_ADA = Appearance(
    (150, 98, 70), (24, 18, 16), (60, 36, 20), (206, 158, 62), (60, 60, 80), long_hair=True
)
_BEN = Appearance((224, 172, 140), (60, 38, 26), (70, 90, 60), (52, 74, 110), (48, 48, 56))
_EVE = Appearance(
    (240, 196, 170), (150, 100, 50), (70, 110, 150), (60, 110, 80), (70, 60, 50), True
)

DEMO = Script(
    scenes=(
        Scene("Morning", 108, "morning", 18, (Person(_BEN, 0.2),), "pan_right", 0.55),
        Scene("House", 84, "house", move="tilt_up", amount=0.42, tilt=0.22),
        Scene(
            "Avenue", 108, "avenue", move="dolly_in", amount=3.6, entry=CutKind.DISSOLVE, blend=16
        ),
        Scene("Talk", 96, "hall", 4.0, (Person(_ADA, -0.1, talks=True),)),
        Scene("Closer", 84, "podium", 2.1, (Person(_ADA, talks=True),), "zoom_in", 1.28),
        Scene("Listener", 72, "study", 3.8, (Person(_EVE, 0.08, -0.15),), "shake", 0.022),
        Scene(
            "Applause",
            132,
            "hall",
            9.4,
            (
                Person(_BEN, -0.95, cheers=True),
                Person(_ADA, 0.0, cheers=True),
                Person(_EVE, 0.95, cheers=True),
            ),
            confetti=40,
        ),
        Scene("City", 108, "city", move="truck_right", amount=3.2, entry=CutKind.DIP, blend=24),
        Scene("Eyes", 72, "evening", 0.78, (Person(_BEN),)),
        Scene("Dusk", 108, "dusk", 17, (Person(_EVE, -0.5),), bursts=(24, 44, 60, 84)),
    ),
    # In frames of the film: the applause starts with the confetti (552 + 40), the fireworks with
    # the first burst (864 + 24).
    sounds=(
        ScriptedSound(SoundKind.MUSIC, 0, 288),
        ScriptedSound(SoundKind.SPEECH, 304, 536),
        ScriptedSound(SoundKind.SILENCE, 544, 592),
        ScriptedSound(SoundKind.APPLAUSE, 592, 684),
        ScriptedSound(SoundKind.MUSIC, 690, 972),
        ScriptedSound(SoundKind.FIREWORKS, 888, 972),
    ),
    highlights=(
        (592, 684, "applause and confetti break a silence"),
        (888, 972, "fireworks over the hills"),
    ),
)
"""Ten shots in 40.5 seconds at 24 frames per second."""
