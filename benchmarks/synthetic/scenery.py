"""Random things to film: textures, boards that stand about, and people."""

from __future__ import annotations

import cv2
import numpy as np

from .scenes import Actor, Board, Grey


def log_uniform(draw: np.random.Generator, low: float, high: float) -> float:
    """A number between two, with a logarithm that is equally likely everywhere."""
    return float(np.exp(draw.uniform(np.log(low), np.log(high))))


def texture(draw: np.random.Generator, size: int = 384, least: float = 6) -> Grey:
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
    contrast = log_uniform(draw, least, 10 * least)
    grey = np.clip(draw.uniform(70, 170) + contrast * total, 0, 255)
    return np.asarray(grey, np.uint8)


def scenery(
    draw: np.random.Generator, depth: float, focal: float, *, deep: bool
) -> tuple[tuple[Board, ...], int]:
    """A backdrop, a floor and things standing about; only the backdrop where it is not deep."""
    far = depth * (log_uniform(draw, 2, 20) if deep else 1)
    tile = far / focal * log_uniform(draw, 0.5, 1.5)
    boards = [wall(draw, far, tile)]
    if deep:
        floor = log_uniform(draw, 0.3, 1) * min(1.7, 0.5 * depth)
        if draw.random() < 0.75:
            boards.append(floor_at(draw, floor, depth))
        count = int(draw.integers(3, 10))
        near = 0.45 * depth
        depths = np.sort(np.exp(draw.uniform(np.log(near), np.log(far), count)))[::-1]
        boards += [thing(draw, float(z), floor, focal) for z in depths]
    return tuple(boards), int(draw.uniform(60, 230))


def wall(draw: np.random.Generator, z: float, tile: float, least: float = 6) -> Board:
    """An endless wall at a depth, whose texture repeats after ``tile`` metres."""
    return Board(
        np.array([draw.uniform(-tile, 0), draw.uniform(-tile, 0), z]),
        np.array([tile, 0, 0]),
        np.array([0, tile, 0]),
        texture(draw, least=least),
        endless=True,
    )


def floor_at(draw: np.random.Generator, y: float, depth: float) -> Board:
    """An endless floor at a height below the camera, which fades three depths away."""
    tile = log_uniform(draw, 0.3, 1) * depth
    return Board(
        np.array([draw.uniform(-tile, 0), y, 0]),
        np.array([tile, 0, 0]),
        np.array([0, 0, tile]),
        texture(draw),
        endless=True,
        clear=depth * 3,
    )


def thing(draw: np.random.Generator, z: float, floor: float, focal: float) -> Board:
    """Something that stands on the floor, or hangs in the air."""
    width, height = z / focal * draw.uniform(0.06, 0.5), z / focal * draw.uniform(0.1, 0.6)
    x = z / focal * draw.uniform(-1.0, 1.0) - width / 2
    y = floor - height if draw.random() < 0.6 else z / focal * draw.uniform(-0.4, 0.4)
    across = np.array([width, 0, width * draw.uniform(-0.3, 0.3)])
    return Board(
        np.array([x, y, z]), across, np.array([0, height, 0]), texture(draw, 192), outline(draw)
    )


def outline(draw: np.random.Generator, size: int = 192) -> Grey:
    """A solid outline: a rectangle, or something rounder."""
    if draw.random() < 0.4:
        return np.full((size, size), 255, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = size / 2 * draw.uniform(0.55, 1, 24)
    corners = size / 2 + np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
    cv2.fillPoly(mask, [corners.astype(np.int32)], 255)
    return mask


def actor(draw: np.random.Generator, widest: float) -> Actor:
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

    return Actor(texture(draw, 192), outline(draw), widest * draw.uniform(0.5, 1), path)
