"""Random takes: scenery, people and a camera move, all from one seed.

What varies is what real footage varies in: depth, texture, contrast, speed, easing, steadiness,
who walks through the picture, and how it was recorded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from .paths import hand, moved, path_of
from .scenery import actor, log_uniform, scenery, wall
from .scenes import Grey, Scene

MOVES = (
    "arc_left",
    "arc_right",
    "dolly_in",
    "dolly_out",
    "pan_left",
    "pan_right",
    "pedestal_down",
    "pedestal_up",
    "roll_left",
    "roll_right",
    "shake",
    "static",
    "tilt_down",
    "tilt_up",
    "truck_left",
    "truck_right",
    "zoom_in",
    "zoom_out",
)
"""The moves that can be rendered, by the names of the vocabulary."""

_TRAVELS = ("arc", "dolly", "pedestal", "truck")


@dataclass(frozen=True)
class Recording:
    """What a recording does to the picture.

    Attributes:
        noise: Standard deviation of the noise, grey levels.
        blur: Standard deviation of the softness, pixels.
        quality: JPEG quality that stands for the codec's; 100 leaves the picture alone.
        shutter: Part of a frame's time that the shutter is open.
        bars: Part of the height that letterbox bars cover together; negative: of the width.
        logo: Whether a logo sits in a corner.
        rate: Frames per second that move.
        container: Frames per second in the file, some of them doubles.
        flicker: Standard deviation of the exposure from frame to frame, parts of 1.
        ramp: Growth (log) of the exposure per second; 1 in the middle of the take.
        interlaced: Whether the odd lines are half a frame later than the even ones.
    """

    noise: float = 0
    blur: float = 0
    quality: int = 100
    shutter: float = 0
    bars: float = 0
    logo: bool = False
    rate: Fraction = Fraction(24)
    container: Fraction = Fraction(24)
    flicker: float = 0
    ramp: float = 0
    interlaced: bool = False


@dataclass(frozen=True, eq=False)
class Take:
    """A move, filmed: what a camera that does it records."""

    move: str
    scene: Scene
    recording: Recording
    seconds: float
    seed: int
    width: int = 384
    height: int = 216

    def frames(self) -> Iterator[Grey]:
        """Every frame of the file, in order."""
        for number in range(math.floor(self.seconds * self.recording.container)):
            yield self.frame(number)

    def frame(self, number: int) -> Grey:
        """One frame of the file; the same each time."""
        moment = Fraction(number) / self.recording.container
        moving = math.floor(moment * self.recording.rate)
        record = self.recording
        start = moving / float(record.rate)
        picture = self._exposure(start)
        if record.interlaced:
            picture[1::2] = self._exposure(start + 0.5 / float(record.rate))[1::2]
        picture *= math.exp(record.ramp * (start - self.seconds / 2))
        return _recorded(picture, record, np.random.default_rng([self.seed, moving]))

    def _exposure(self, start: float) -> np.ndarray:
        """Mean of what is seen while the shutter is open, from a moment on."""
        opened = self.recording.shutter / float(self.recording.rate)
        steps = 3 if opened else 1
        exposures = [
            self.scene.picture(start + opened * i / steps, self.width, self.height)
            for i in range(steps)
        ]
        return np.asarray(np.mean(exposures, axis=0, dtype=np.float32))


def _recorded(picture: np.ndarray, record: Recording, draw: np.random.Generator) -> Grey:
    if record.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), record.blur)
    picture = picture * (1 + record.flicker * draw.standard_normal())
    if record.noise:
        picture = picture + record.noise * draw.standard_normal(picture.shape, np.float32)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    height, width = grey.shape
    if record.logo:
        cv2.putText(
            grey, "ON AIR", (width - 90, height // 5), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 235, 2
        )
    if record.bars > 0:
        bar = int(height * record.bars / 2)
        grey[:bar] = grey[height - bar :] = 0
    elif record.bars < 0:
        bar = int(width * -record.bars / 2)
        grey[:, :bar] = grey[:, width - bar :] = 0
    if record.quality < 100:
        _, packed = cv2.imencode(".jpg", grey, (cv2.IMWRITE_JPEG_QUALITY, record.quality))
        grey = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return grey


def take(
    move: str,
    seed: int,
    *,
    seconds: float = 2.0,
    speed: float | None = None,
    shake: float | None = None,
    recording: Recording | None = None,
    actors: int | None = None,
    cover: float | None = None,
) -> Take:
    """A random take of a move; what is not given is drawn from the seed.

    Args:
        move: One of :data:`MOVES`.
        seed: Decides everything that is not given.
        seconds: Length.
        speed: Picture widths per second that the content moves at, about; for a roll radians, for
            zooms and dollies growth (log) per second.
        shake: Standard deviation of an unsteady hand's speed, picture widths per second.
        recording: What the recording does to the picture.
        actors: How many people, or their limbs, move before the camera.
        cover: How wide an actor is at the most, in picture widths.
    """
    draw = np.random.default_rng([seed, MOVES.index(move)])
    kind = move.split("_")[0]
    still = kind in ("static", "shake")
    low, high = (0.06, 1.0) if kind == "roll" else (0.02, 0.6)
    drawn = log_uniform(draw, low, high)
    speed = 0.0 if still else drawn if speed is None else speed
    if shake is None:
        shake = _shake_of(draw, kind, speed)
    focal = log_uniform(draw, 0.6, 2.5)
    depth = log_uniform(draw, 2.5, 12)
    boards, sky = scenery(draw, depth, focal, deep=kind in _TRAVELS or draw.random() < 0.8)
    bare = kind == "static" and draw.random() < 0.1
    if bare:
        boards = (wall(draw, depth, depth, least=0.5),)
    count = int(draw.choice([bare, bare, 1, 2, 4, 6])) if actors is None else actors
    widest = log_uniform(draw, 0.1, 0.6) if cover is None else cover
    people = tuple(actor(draw, widest) for _ in range(count))
    path = moved(path_of(draw, move, speed, seconds, focal, depth), hand(draw, shake / focal, kind))
    scene = Scene(boards, people, sky).through(path)
    return Take(move, scene, recording or _recording(draw), seconds, seed)


def _shake_of(draw: np.random.Generator, kind: str, speed: float) -> float:
    if kind == "shake":
        return log_uniform(draw, 0.01, 0.2)
    if kind == "static":
        drift = log_uniform(draw, 0.0005, 0.006)
        return float(draw.choice([0, drift, drift]))
    strongest = {"dolly": [0, 0.3, 1, 2], "truck": [0, 0, 0.3, 1]}.get(kind, [0, 0, 0.2, 0.6])
    return float(draw.choice(strongest)) * speed * float(draw.random())


def _recording(draw: np.random.Generator) -> Recording:
    rate, container = [
        (Fraction(24), Fraction(24)),
        (Fraction(25), Fraction(25)),
        (Fraction(30), Fraction(30)),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (Fraction(12), Fraction(24)),
        (Fraction(8), Fraction(8)),
        (Fraction(10), Fraction(10)),
        (Fraction(24), Fraction(30)),
    ][int(draw.choice(8, p=[0.2, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05, 0.1]))]
    return Recording(
        noise=float(draw.choice([0, 1, 2, 4, 8])),
        blur=float(draw.choice([0, 0, 0.7, 1.5, 2.5])),
        quality=int(draw.choice([100, 90, 60, 30, 15])),
        shutter=float(draw.choice([0, 0.5, 1.0], p=[0.6, 0.3, 0.1])),
        bars=float(draw.choice([0, 0.25, -0.25], p=[0.8, 0.15, 0.05])),
        logo=bool(draw.random() < 0.1),
        rate=rate,
        container=container,
        flicker=float(draw.choice([0, 0.01], p=[0.8, 0.2])),
        ramp=float(draw.choice([0, 1], p=[0.85, 0.15])) * draw.uniform(-0.5, 0.5),
        interlaced=bool(draw.random() < 0.05),
    )
