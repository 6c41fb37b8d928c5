"""Random takes that mislead an estimate of the camera's motion, each with its true move.

What misleads is what moves before the camera: a thing near a walking camera, a subject that the
camera follows, something that passes the other way or comes closer, a crowd, water, traffic; and a
camera that circles a thing from above, so that the picture turns.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from shotlog.synthetic import Camera

from .paths import Path, ease_of, hand, moved
from .scenery import floor_at, log_uniform, outline, texture, thing, wall
from .scenes import Actor, Board, Grey, Scene, Stream
from .takes import Take, take

Draw = np.random.Generator
Way = Callable[[float], tuple[float, float, float, float]]
"""The path of an actor."""

_SIDEWAYS = ("pan_left", "pan_right", "truck_left", "truck_right")


def _base(draw: Draw, move: str, seconds: float, speed: float | None = None) -> Take:
    """A take of a move without people."""
    return take(move, int(draw.integers(2**31)), seconds=seconds, speed=speed, actors=0)


def _swaying(draw: Draw, width: float, step: float) -> Actor:
    """Something large near the middle that bobs and nods in the rhythm of steps per second."""
    x0, y0 = draw.uniform(-0.1, 0.1), draw.uniform(-0.03, 0.12)
    size, phase = draw.uniform(0, (0.05, 0.03, 0.12)), draw.uniform(0, 2 * np.pi, 3)

    def path(t: float) -> tuple[float, float, float, float]:
        wave = size * np.sin(math.pi * step * t * np.array([1, 2, 1]) + phase)
        return x0 + wave[0], y0 + wave[1], wave[2], 1.0

    return Actor(texture(draw, 192), outline(draw), width, path)


def _walk(draw: Draw, step: float) -> Path:
    """Turns of a camera in a walking hand: to the sides with each pair of steps, up with each."""
    size, phase = log_uniform(draw, 0.3, 1) * draw.uniform(0, 0.06, 3), draw.uniform(0, 6.3, 3)

    def path(t: float) -> Camera:
        yaw, pitch, roll = size * np.sin(math.pi * step * t * np.array([1, 2, 1]) + phase)
        return Camera(yaw=float(yaw), pitch=float(pitch), roll=float(roll))

    return path


def walking(draw: Draw, seconds: float) -> Take:
    """A walking hand, and a large near thing in the middle, such as a backpack: shake."""
    made, step = _base(draw, "shake", seconds), draw.uniform(1.4, 2.4)
    near = _swaying(draw, draw.uniform(0.3, 0.8), step)
    path = moved(made.scene.path, _walk(draw, step))
    return replace(made, scene=replace(made.scene, actors=(near,)).through(path))


def followed(draw: Draw, seconds: float) -> Take:
    """A camera that follows a subject, which stays in the middle while the rest passes."""
    made = _base(draw, str(draw.choice(_SIDEWAYS)), seconds, log_uniform(draw, 0.05, 0.5))
    subject = _swaying(draw, draw.uniform(0.25, 0.7), draw.uniform(1.2, 3))
    return replace(made, scene=replace(made.scene, actors=(subject,)))


def passing(draw: Draw, seconds: float) -> Take:
    """A moving camera, and something large that passes before it, either way."""
    moves = (*_SIDEWAYS, "tilt_up", "tilt_down")
    made = _base(draw, str(draw.choice(moves)), seconds, log_uniform(draw, 0.04, 0.4))
    passer = _passer(draw, draw.uniform(0.3, 0.65), seconds)
    return replace(made, scene=replace(made.scene, actors=(passer,)))


def crossing(draw: Draw, seconds: float) -> Take:
    """A tripod, and something that fills much of the picture as it crosses it: static."""
    made = _base(draw, "static", seconds)
    passer = _passer(draw, draw.uniform(0.5, 0.9), seconds)
    return replace(made, scene=replace(made.scene, actors=(passer,)))


def _passer(draw: Draw, width: float, seconds: float) -> Actor:
    """Something that crosses the middle of the picture about half way through."""
    speed = float(draw.choice([-1, 1])) * log_uniform(draw, 0.05, 0.5)
    x0, y0 = draw.uniform(-0.15, 0.15), draw.uniform(-0.05, 0.12)
    beat, size, phase = draw.uniform(0.8, 2.2), draw.uniform(0, 0.02), draw.uniform(0, 6.3)

    def path(t: float) -> tuple[float, float, float, float]:
        bob = size * math.sin(2 * math.pi * beat * t + phase)
        return x0 + speed * (t - seconds / 2), y0 + bob, 0.0, 1.0

    return Actor(texture(draw, 192), outline(draw), width, path)


def looming(draw: Draw, seconds: float) -> Take:
    """A subject that comes closer or goes away, while the camera stands or does the opposite."""
    growth = float(draw.choice([-1, 1])) * log_uniform(draw, 0.06, 0.4)
    away = "out" if growth > 0 else "in"
    move = str(draw.choice(["static", f"zoom_{away}", f"dolly_{away}"]))
    made = _base(draw, move, seconds, log_uniform(draw, 0.04, 0.3))
    x0, y0 = draw.uniform(-0.1, 0.1, 2)
    width = draw.uniform(0.25, 0.55)
    subject = Actor(
        texture(draw, 192),
        outline(draw),
        width,
        lambda t: (x0, y0, 0.0, math.exp(growth * (t - seconds / 2))),
    )
    return replace(made, scene=replace(made.scene, actors=(subject,)))


def crowd(draw: Draw, seconds: float) -> Take:
    """A tripod before many people who walk past each other: static."""
    made = _base(draw, "static", seconds)
    return replace(made, scene=replace(made.scene, actors=_walkers(draw, seconds)))


def _walkers(draw: Draw, seconds: float) -> tuple[Actor, ...]:
    count, widest = int(draw.integers(6, 20)), draw.uniform(0.12, 0.3)
    return tuple(
        replace(
            _passer(draw, widest * draw.uniform(0.6, 1), seconds),
            path=_across(draw, draw.uniform(-0.1, 0.25), log_uniform(draw, 0.03, 0.3)),
        )
        for _ in range(count)
    )


def _across(draw: Draw, y: float, speed: float) -> Way:
    """Straight across the picture and beyond, then again from the other side."""
    start, way = draw.uniform(0, 1.6), float(draw.choice([-1, 1]))
    return lambda t: ((start + way * speed * t) % 1.6 - 0.8, y, 0.0, 1.0)


def traffic(draw: Draw, seconds: float) -> Take:
    """A tripod before two or three lanes of traffic, each with its way and speed: static."""
    made = _base(draw, "static", seconds)
    cars: list[Actor] = []
    for y in draw.uniform(-0.1, 0.22, int(draw.integers(2, 4))):
        lane, width = _across(draw, float(y), log_uniform(draw, 0.08, 0.6)), draw.uniform(0.15, 0.4)
        for gap in np.arange(0, 1.6, width * draw.uniform(1.1, 1.8)):
            path = _behind(lane, float(gap))
            cars.append(Actor(texture(draw, 192), outline(draw), width, path))
    return replace(made, scene=replace(made.scene, actors=tuple(cars)))


def _behind(lane: Way, gap: float) -> Way:
    """The path of a car that follows the first one of its lane."""

    def path(t: float) -> tuple[float, float, float, float]:
        x, y, turn, growth = lane(t)
        return (x + 0.8 + gap) % 1.6 - 0.8, y, turn, growth

    return path


def water(draw: Draw, seconds: float) -> Take:
    """A tripod before water that fills up to 70 % of the picture: static."""
    made = _base(draw, "static", seconds)
    speed, way = log_uniform(draw, 0.01, 0.4), draw.uniform(0, 2 * np.pi)
    stream = Stream(
        texture(draw),
        _shore(draw, draw.uniform(0.3, 0.7)),
        (speed * math.cos(way), speed * math.sin(way)),
        (log_uniform(draw, 0.002, 0.03), draw.uniform(0.08, 0.5), draw.uniform(0.3, 2)),
    )
    return replace(made, scene=replace(made.scene, streams=(stream,)))


def _shore(draw: Draw, share: float, size: int = 192) -> Grey:
    """A mask that covers a share of the picture: the bottom, a side, or the middle."""
    mask = np.zeros((size, size), np.uint8)
    part = round(share * size)
    match int(draw.integers(4)):
        case 0:
            mask[size - part :] = 255
        case 1:
            mask[:, :part] = 255
        case 2:
            mask[:, size - part :] = 255
        case _:
            radius = round(size * math.sqrt(share / math.pi))
            cv2.circle(mask, (size // 2, size // 2), radius, 255, -1)
    return mask


def orbit(draw: Draw, seconds: float) -> Take:
    """A camera that circles a thing on a table or a floor, seen from somewhat above: an arc."""
    move = str(draw.choice(["arc_left", "arc_right"]))
    made = _base(draw, move, seconds)
    radius, focal, above = (
        log_uniform(draw, 1.5, 8),
        log_uniform(draw, 0.7, 2),
        draw.uniform(0, 1.1),
    )
    away = np.array([0, 0, radius * math.cos(above)])
    size = radius / focal * draw.uniform(0.1, 0.4)
    far = radius * log_uniform(draw, 2, 8)
    boards = [wall(draw, far, far / focal * log_uniform(draw, 0.5, 1.5))]
    if draw.random() < 0.85:
        boards.append(floor_at(draw, size / 2, radius))
    for z in sorted(draw.uniform(1.1 * radius, far, int(draw.integers(0, 5))), reverse=True):
        board = thing(draw, float(z), size / 2, focal)
        boards.append(replace(board, corner=board.corner - away))
    boards += _block(draw, size)
    sign, speed = (-1 if move == "arc_left" else 1), log_uniform(draw, 0.08, 0.8)
    ease = ease_of(draw, seconds)

    def path(t: float) -> Camera:
        angle, flat = sign * speed * ease(t), radius * math.cos(above)
        return Camera(
            x=flat * math.sin(angle),
            y=-radius * math.sin(above),
            z=-flat * math.cos(angle),
            yaw=-angle,
            pitch=-above,
            focal=focal,
        )

    shaken = moved(path, hand(draw, log_uniform(draw, 0.001, 0.06) / focal, "arc"))
    return replace(made, scene=Scene(tuple(boards), (), made.scene.sky).through(shaken))


def _block(draw: Draw, size: float) -> list[Board]:
    """A block about the origin: a top, and two sides that meet in an edge towards the camera."""
    half, turn = size / 2, draw.uniform(0.5, 1.1)
    right = half * np.array([math.cos(turn), 0, math.sin(turn)])
    left = half * np.array([-math.sin(turn), 0, math.cos(turn)])
    edge, down = np.array([0, -half, 0]) - right / 2 - left / 2, np.array([0, size, 0])
    return [
        Board(edge, right, left, texture(draw, 192)),
        Board(edge + left, -left, down, texture(draw, 192)),
        Board(edge, right, down, texture(draw, 192)),
    ]


SITUATIONS: dict[str, Callable[[Draw, float], Take]] = {
    make.__name__: make
    for make in (
        crossing, crowd, followed, looming, orbit, passing, traffic, walking, water,
    )
}  # fmt: skip
"""The situations by name, in a fixed order."""


def situation(name: str, seed: int, *, seconds: float = 2.0) -> Take:
    """A random take of a situation; its ``move`` is the truth.

    Args:
        name: One of :data:`SITUATIONS`.
        seed: Decides everything else.
        seconds: Length.
    """
    draw = np.random.default_rng([seed, 1000 + list(SITUATIONS).index(name)])
    return SITUATIONS[name](draw, seconds)
