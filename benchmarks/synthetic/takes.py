"""Random takes: scenery, people and a camera move, all from one seed.

What varies is what real footage varies in: depth, texture, contrast, speed, easing, steadiness,
who walks through the picture, and how it was recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import cv2
import numpy as np

from shotlog.synthetic import Camera

from .scenes import Actor, Board, Grey, Scene

Path = Callable[[float], Camera]

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
        start, opened = moving / float(record.rate), record.shutter / float(record.rate)
        steps = 3 if opened else 1
        exposures = [
            self.scene.picture(start + opened * i / steps, self.width, self.height)
            for i in range(steps)
        ]
        picture = np.asarray(np.mean(exposures, axis=0, dtype=np.float32))
        return _recorded(picture, record, np.random.default_rng([self.seed, moving]))


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
    drawn = _log_uniform(draw, low, high)
    speed = 0.0 if still else drawn if speed is None else speed
    if shake is None:
        shake = _shake_of(draw, kind, speed)
    focal = _log_uniform(draw, 0.6, 2.5)
    depth = _log_uniform(draw, 2.5, 12)
    boards, sky = _scenery(draw, depth, focal, deep=kind in _TRAVELS or draw.random() < 0.8)
    bare = kind == "static" and draw.random() < 0.1
    if bare:
        boards = (_wall(draw, depth, depth, least=0.5),)
    count = int(draw.choice([bare, bare, 1, 2, 4, 6])) if actors is None else actors
    widest = _log_uniform(draw, 0.1, 0.6) if cover is None else cover
    people = tuple(_actor(draw, widest) for _ in range(count))
    path = _moved(_path(draw, move, speed, seconds, focal, depth), _hand(draw, shake / focal, kind))
    scene = Scene(boards, people, sky).through(path)
    return Take(move, scene, recording or _recording(draw), seconds, seed)


def _log_uniform(draw: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))


def _shake_of(draw: np.random.Generator, kind: str, speed: float) -> float:
    if kind == "shake":
        return _log_uniform(draw, 0.01, 0.2)
    if kind == "static":
        drift = _log_uniform(draw, 0.0005, 0.006)
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
    )


def _texture(draw: np.random.Generator, size: int = 384, least: float = 6) -> Grey:
    """Noise of many grains, some of it with hard edges, from lively to nearly flat."""
    total = np.zeros((size, size), np.float32)
    steep = draw.uniform(0.3, 1.3)
    for grain in (4, 8, 16, 32, 64, 128):
        noise = draw.standard_normal((grain, grain), np.float32)
        hard = draw.random() < 0.3
        how = cv2.INTER_NEAREST if hard else cv2.INTER_CUBIC
        total += cv2.resize(noise, (size, size), interpolation=how) * (4 / grain) ** steep
    total /= max(float(total.std()), 1e-6)
    for _ in range(int(draw.integers(0, 40))):
        x, y, w, h = (int(v) for v in draw.integers(0, size, 4))
        total[y : y + h // 6 + 3, x : x + w // 6 + 3] += draw.normal(0, 1.2)
    contrast = _log_uniform(draw, least, 10 * least)
    grey = np.clip(draw.uniform(70, 170) + contrast * total, 0, 255)
    return np.asarray(grey, np.uint8)


def _scenery(
    draw: np.random.Generator, depth: float, focal: float, *, deep: bool
) -> tuple[tuple[Board, ...], int]:
    """A backdrop, a floor and things standing about; only the backdrop where it is not deep."""
    far = depth * (_log_uniform(draw, 2, 20) if deep else 1)
    tile = far / focal * _log_uniform(draw, 0.5, 1.5)
    boards = [_wall(draw, far, tile)]
    if deep:
        floor = _log_uniform(draw, 0.3, 1) * min(1.7, 0.5 * depth)
        if draw.random() < 0.75:
            boards.append(_floor(draw, floor, depth))
        count = int(draw.integers(3, 10))
        near = 0.45 * depth
        depths = np.sort(np.exp(draw.uniform(np.log(near), np.log(far), count)))[::-1]
        boards += [_thing(draw, float(z), floor, focal) for z in depths]
    return tuple(boards), int(draw.uniform(60, 230))


def _wall(draw: np.random.Generator, z: float, tile: float, least: float = 6) -> Board:
    return Board(
        np.array([draw.uniform(-tile, 0), draw.uniform(-tile, 0), z]),
        np.array([tile, 0, 0]),
        np.array([0, tile, 0]),
        _texture(draw, least=least),
        endless=True,
    )


def _floor(draw: np.random.Generator, y: float, depth: float) -> Board:
    tile = _log_uniform(draw, 0.3, 1) * depth
    return Board(
        np.array([draw.uniform(-tile, 0), y, 0]),
        np.array([tile, 0, 0]),
        np.array([0, 0, tile]),
        _texture(draw),
        endless=True,
        clear=depth * 3,
    )


def _thing(draw: np.random.Generator, z: float, floor: float, focal: float) -> Board:
    width, height = z / focal * draw.uniform(0.06, 0.5), z / focal * draw.uniform(0.1, 0.6)
    x = z / focal * draw.uniform(-1.0, 1.0) - width / 2
    y = floor - height if draw.random() < 0.6 else z / focal * draw.uniform(-0.4, 0.4)
    across = np.array([width, 0, width * draw.uniform(-0.3, 0.3)])
    return Board(
        np.array([x, y, z]), across, np.array([0, height, 0]), _texture(draw, 192), _blob(draw)
    )


def _blob(draw: np.random.Generator, size: int = 192) -> Grey:
    """A solid outline: a rectangle, or something rounder."""
    if draw.random() < 0.4:
        return np.full((size, size), 255, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = size / 2 * draw.uniform(0.55, 1, 24)
    outline = size / 2 + np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
    cv2.fillPoly(mask, [outline.astype(np.int32)], 255)
    return mask


def _actor(draw: np.random.Generator, widest: float) -> Actor:
    """Something that sways where it is, or walks through."""
    x0, y0 = draw.uniform(-0.35, 0.35), draw.uniform(-0.1, 0.25)
    walk = float(draw.choice([0, 0, 1])) * draw.uniform(-0.3, 0.3)
    swing = draw.uniform(0, 0.08, 2)
    beat, phase = draw.uniform(0.3, 2, 4), draw.uniform(0, 2 * np.pi, 4)
    nod, breath = draw.uniform(0, 0.4), draw.uniform(0, 0.1)

    def path(t: float) -> tuple[float, float, float, float]:
        wave = np.sin(2 * np.pi * beat * t + phase)
        return (
            x0 + walk * (t - 1) + swing[0] * wave[0],
            y0 + swing[1] * wave[1],
            nod * wave[2],
            1 + breath * wave[3],
        )

    return Actor(_texture(draw, 192), _blob(draw), widest * draw.uniform(0.5, 1), path)


def _ease(draw: np.random.Generator, seconds: float) -> Callable[[float], float]:
    """Seconds of full speed that a move has gone through, more or less eased; centred on 0."""
    soft = float(draw.choice([0, 0.5, 0.9]))

    def ease(t: float) -> float:
        s = min(max(t / seconds, 0.0), 1.0)
        return seconds * ((1 - soft) * (t / seconds) + soft * s * s * (3 - 2 * s) - 0.5)

    return ease


def _path(
    draw: np.random.Generator, move: str, speed: float, seconds: float, focal: float, depth: float
) -> Path:
    """The camera's way, as its operator means it."""
    kind, _, way = move.partition("_")
    sign = {"left": -1, "right": 1, "up": 1, "down": -1, "in": 1, "out": -1}.get(way, 0)
    ease = _ease(draw, seconds)
    # An operator is never quite pure: a few percent of another move slip in.
    slip = draw.normal(0, 0.06, 3) * (speed / focal)
    # Nor does a dolly run exactly where its camera looks.
    aside, above = draw.normal(0, (0.15, 0.05)) if kind == "dolly" else (0.0, 0.0)

    def path(t: float) -> Camera:
        s = ease(t)
        go = sign * speed * s
        camera = Camera(yaw=slip[0] * s, pitch=slip[1] * s, roll=-slip[2] * s, focal=focal)
        match kind:
            case "pan":
                return replace(camera, yaw=go / focal + slip[0] * s)
            case "tilt":
                return replace(camera, pitch=go / focal + slip[1] * s)
            case "roll":
                return replace(camera, roll=-go)  # a camera rolls left, moves go right
            case "zoom":
                return replace(camera, focal=focal * math.exp(go))
            case "dolly":
                forth = 0.7 * depth * (1 - math.exp(-go))
                return replace(camera, x=aside * forth, y=above * forth, z=forth)
            case "truck":
                return replace(camera, x=go * depth / focal)
            case "pedestal":
                return replace(camera, y=-go * depth / focal * 0.6)
            case "arc":
                angle = go / focal
                return replace(
                    camera, x=depth * math.sin(angle), z=depth * (1 - math.cos(angle)), yaw=-angle
                )
        return camera

    return path


def _hand(draw: np.random.Generator, speed: float, kind: str) -> Path:
    """An unsteady hand whose turns have this standard deviation of speed, radians per second."""
    slow, fast = 0.2 if kind == "shake" else 0.5, float(draw.choice([1.2, 2.5, 5]))
    beat = np.exp(draw.uniform(np.log(slow), np.log(fast), (6, 6)))
    phase = draw.uniform(0, 2 * np.pi, (6, 6))
    size = draw.standard_normal((6, 6)) / beat
    rate = np.sqrt(((size * 2 * np.pi * beat) ** 2).sum(axis=1) / 2)
    share = np.array([0.3, 0.3, 0.3, 1, 1, 0.4]) * draw.uniform(0.5, 1.2, 6)
    size *= (speed * share / rate)[:, None]

    def path(t: float) -> Camera:
        offset = (size * np.sin(2 * np.pi * beat * t + phase)).sum(axis=1)
        x, y, z, yaw, pitch, roll = map(float, offset)
        return Camera(x, y, z, yaw, pitch, -roll)  # drawn clockwise, as the fits always had it

    return path


def _moved(path: Path, hand: Path) -> Path:
    return lambda t: path(t).moved(hand(t))
