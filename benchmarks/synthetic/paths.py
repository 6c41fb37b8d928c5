"""Ways of a camera: the move that its operator means, and the unsteadiness of a hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from shotlog.synthetic import Camera

Path = Callable[[float], Camera]
"""The camera at a time in seconds."""


def ease_of(draw: np.random.Generator, seconds: float) -> Callable[[float], float]:
    """Seconds of full speed that a move has gone through, more or less eased; centred on 0."""
    soft = float(draw.choice([0, 0.5, 0.9]))

    def ease(t: float) -> float:
        s = min(max(t / seconds, 0.0), 1.0)
        return seconds * ((1 - soft) * (t / seconds) + soft * s * s * (3 - 2 * s) - 0.5)

    return ease


def path_of(
    draw: np.random.Generator, move: str, speed: float, seconds: float, focal: float, depth: float
) -> Path:
    """The camera's way, as its operator means it."""
    kind, _, way = move.partition("_")
    sign = {"left": -1, "right": 1, "up": 1, "down": -1, "in": 1, "out": -1}.get(way, 0)
    ease = ease_of(draw, seconds)
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


def hand(draw: np.random.Generator, speed: float, kind: str) -> Path:
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


def moved(path: Path, other: Path) -> Path:
    """A way with the position and turns of another added."""
    return lambda t: path(t).moved(other(t))
