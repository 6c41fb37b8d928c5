"""Procedural textures: skies, walls, hills, trees, houses, drawn from a seeded generator.

Painters return (h, w, 3) uint8 RGB, or (h, w, 4) with premultiplied alpha where they have holes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]
Image = npt.NDArray[np.uint8]
Field = npt.NDArray[np.floating[Any]]
Generator = np.random.Generator


def clouds(rng: Generator, height: int, width: int, cell: float, octaves: int = 4) -> Field:
    """Return fractal noise in [0, 1] with features of ``cell`` pixels and finer (Perlin, 1985)."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(cell / 2**octave, 1.0)
        rows, columns = int(height / size) + 2, int(width / size) + 2
        coarse = rng.random((rows, columns), dtype=np.float32)
        fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        total += np.asarray(fine, np.float32) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / np.float32(high - low)


def gradient(height: int, width: int, stops: Sequence[Colour]) -> Field:
    """Return a gradient (h, w, 3), 0 to 255, from the first colour at the top to the last."""
    places = np.linspace(0, 1, len(stops))
    level = np.linspace(0, 1, height)
    columns = [np.interp(level, places, [stop[c] for stop in stops]) for c in range(3)]
    return np.repeat(np.stack(columns, axis=1)[:, None], width, axis=1).astype(np.float32)


def finish(colour: Field, cover: Field | None = None) -> Image:
    """Convert float colours, 0 to 255, to uint8; ``cover`` in [0, 1] adds premultiplied alpha."""
    colour = np.clip(colour, 0, 255)
    if cover is None:
        # Half a step is added, as astype() cuts off instead of rounding.
        return (colour + 0.5).astype(np.uint8)
    layers = np.dstack([colour * cover[..., None], cover * 255])
    return (layers + 0.5).astype(np.uint8)


def sky(rng: Generator, height: int, width: int, stops: Sequence[Colour], cloud: Colour) -> Image:
    """Paint a gradient with stretched clouds."""
    base = gradient(height, width, stops)
    # Painted at a third of the width and stretched: clouds are long and flat.
    narrow = clouds(rng, height, width // 3, height / 4, 5)
    veil = cv2.resize(narrow, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    veil = np.clip((veil - 0.5) * 2.4, 0, 0.85).astype(np.float32)
    return finish(base * (1 - veil) + np.array(cloud, np.float32) * veil)


def ridge(
    rng: Generator, height: int, width: int, near: Colour, far: Colour, rough: float
) -> Image:
    """Paint a chain of hills with a transparent sky.

    Args:
        rng: Source of the noise.
        height: Height in pixels.
        width: Width in pixels.
        near: Colour at the bottom.
        far: Colour at the crest.
        rough: Variation of the crest as a fraction of the height.
    """
    crest = clouds(rng, 2, width, width / 6, 6)[0] * rough * height + 2
    rows = np.arange(height, dtype=np.float32)[:, None]
    cover = np.clip(rows - crest, 0, 1)
    grass = clouds(rng, height, width, 14, 3) + 0.6 * clouds(rng, height, width, width / 12, 4)
    colour = gradient(height, width, [far, near]) * (0.55 + 0.55 * grass[..., None])
    rim = np.clip(1 - (rows - crest) / 14, 0, 1) * 26
    return finish(colour + rim[..., None], cover)


def ground(rng: Generator, size: int, colour: Colour, cell: float, contrast: float) -> Image:
    """Paint grass, gravel or asphalt."""
    mottle = clouds(rng, size, size, cell, 4)
    return finish(np.array(colour, np.float32) * (1 + contrast * (mottle[..., None] - 0.5)))


def planks(rng: Generator, size: int, colour: Colour, width: int) -> Image:
    """Paint a wooden floor whose boards run away from the camera."""
    columns = np.arange(size)
    tone = rng.uniform(0.72, 1.12, size // width + 1)[columns // width]
    seam = np.where(columns % width < 3, 0.45, 1.0)
    # Stretched to eight times its length along the boards, as fibres are.
    grain = clouds(rng, size // 8, size, 5, 3)
    fibre = cv2.resize(grain, (size, size), interpolation=cv2.INTER_CUBIC)
    shade = (tone * seam).astype(np.float32)[None] * (0.8 + 0.4 * fibre)
    return finish(np.array(colour, np.float32) * shade[..., None])


def bricks(rng: Generator, height: int, width: int, colour: Colour, brick: int) -> Field:
    """Return a wall in stretcher bond, (h, w, 3) in 0 to 255.

    Args:
        rng: Source of the noise.
        height: Height in pixels.
        width: Width in pixels.
        colour: Mean colour of a brick.
        brick: Height of a brick in pixels; it is twice as long.
    """
    rows = np.arange(height)[:, None] // brick
    columns = (np.arange(width)[None] + rows % 2 * brick) // (2 * brick)
    tones = rng.uniform(0.62, 1.15, (height // brick + 1, width // (2 * brick) + 2))
    tone = tones[rows, columns].astype(np.float32)
    across = (np.arange(width)[None] + rows % 2 * brick) % (2 * brick)
    down = np.arange(height)[:, None] % brick
    joint = (across < max(2, brick // 9)) | (down < max(2, brick // 9))
    wall = np.array(colour, np.float32) * tone[..., None]
    wall[joint] = np.array((168, 158, 146), np.float32)
    dirt = clouds(rng, height, width, brick * 4, 5)
    return np.asarray(wall * (0.72 + 0.5 * dirt[..., None]), np.float32)


def facade(rng: Generator, height: int, width: int, colour: Colour) -> Image:
    """Paint a brick house with rows of windows, some of them lit."""
    wall = bricks(rng, height, width, colour, 16)
    step_x, step_y = 230, 260
    for top in range(70, height - 190, step_y):
        for left in range(60, width - 140, step_x):
            _window(rng, wall[top : top + 160, left : left + 110])
            wall[top + 160 : top + 174, left - 12 : left + 122] = (196, 190, 180)
            wall[top + 174 : top + 190, left - 8 : left + 118] *= 0.55
    return finish(wall)


def _window(rng: Generator, pane: Field) -> None:
    """Paint glass, reflections, a curtain and the frame into a rectangle of a wall."""
    height, width = pane.shape[:2]
    lit = rng.random() < 0.35
    stops = [(250, 214, 138), (226, 160, 84)] if lit else [(92, 116, 142), (38, 50, 66)]
    pane[:] = gradient(height, width, stops) * (
        0.8 + 0.4 * clouds(rng, height, width, 60)[..., None]
    )
    curtain = int(width * rng.uniform(0.12, 0.3))
    folds = 0.75 + 0.25 * np.sin(np.arange(curtain) * 0.8)
    pane[:, :curtain] = pane[:, :curtain] * 0.4 + 110 * folds[None, :, None]
    for edge in (slice(0, 8), slice(height - 8, height), slice(height // 2 - 4, height // 2 + 4)):
        pane[edge] = (230, 226, 218)
    for edge in (slice(0, 8), slice(width - 8, width), slice(width // 2 - 3, width // 2 + 3)):
        pane[:, edge] = (230, 226, 218)


def curtain(rng: Generator, height: int, width: int, colour: Colour) -> Image:
    """Paint the folds of a stage curtain, lit from above the middle."""
    x = np.arange(width, dtype=np.float32)[None]
    sag = np.linspace(0, 1, height, dtype=np.float32)[:, None] ** 2
    bend = clouds(rng, 2, width, width / 9, 3)[:1] * 60 * (0.4 + sag)
    folds = 0.5 + 0.5 * np.sin((x + bend) * 2 * np.pi / 96) * (0.8 + 0.2 * np.sin(x / 210))
    cloth = 0.90 + 0.2 * clouds(rng, height, width, 6, 3)
    rows = np.arange(height, dtype=np.float32)[:, None] / height
    pool = np.exp(-(((x / width - 0.5) / 0.34) ** 2 + ((rows - 0.45) / 0.6) ** 2))
    light = (0.25 + 0.75 * folds**1.4) * cloth * (0.45 + 0.75 * pool)
    return finish(np.array(colour, np.float32) * light[..., None])


def bookshelf(rng: Generator, height: int, width: int) -> Image:
    """Paint shelves full of books."""
    wall = np.full((height, width, 3), (58, 40, 28), np.float32)
    shelf = 150
    for top in range(0, height, shelf):
        left = 4
        while left < width:
            thick, tall = int(rng.integers(12, 34)), int(rng.integers(92, 132))
            spine = wall[max(0, top + 138 - tall) : top + 138, left : left + thick - 1]
            if spine.size:
                _book(rng, spine)
            left += thick + (int(rng.integers(6, 40)) if rng.random() < 0.06 else 0)
        wall[top + 138 : top + 150] = np.array((120, 84, 54), np.float32)
        wall[top : top + 10] *= 0.5
    return finish(wall * (0.85 + 0.3 * clouds(rng, height, width, 90, 6)[..., None]))


def _book(rng: Generator, spine: Field) -> None:
    hue = rng.choice(
        [
            (122, 44, 38),
            (44, 70, 98),
            (52, 88, 62),
            (150, 118, 62),
            (92, 60, 92),
            (186, 172, 146),
            (60, 56, 54),
        ]
    )
    round_off = 0.62 + 0.5 * np.sin(np.linspace(0.4, 2.9, spine.shape[1]))
    spine[:] = hue * rng.uniform(0.75, 1.2) * round_off[None, :, None]
    for band in rng.integers(8, max(9, spine.shape[0] - 8), 2):
        spine[band : band + 5] += 46


def lamps(rng: Generator, height: int, width: int, stops: Sequence[Colour], count: int) -> Image:
    """Paint lights far out of focus in front of a gradient."""
    scene = gradient(height, width, stops) * (
        0.8 + 0.4 * clouds(rng, height, width, 200)[..., None]
    )
    for _ in range(count):
        radius = int(rng.integers(14, 58))
        left, top = int(rng.integers(0, width - 2 * 58)), int(rng.integers(0, height - 2 * 58))
        disc = np.zeros((2 * radius, 2 * radius), np.float32)
        cv2.circle(disc, (radius, radius), radius - 1, 1.0, -1, cv2.LINE_AA)
        tints = np.array([(255, 190, 110), (255, 226, 180), (140, 180, 255)], np.float32)
        glow = tints[rng.integers(3)] * np.float32(rng.uniform(0.12, 0.4))
        scene[top : top + 2 * radius, left : left + 2 * radius] += disc[..., None] * glow
    return finish(np.asarray(cv2.GaussianBlur(scene, (0, 0), 3.0), np.float32))


def tree(rng: Generator, height: int, leaf: Colour) -> Image:
    """Paint a tree with a transparent background, two thirds as wide as high."""
    width = height * 2 // 3
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    x -= 1 / 3
    trunk_edge = 0.022 + 0.025 * np.clip(y - 0.8, 0, 1) * 5 - np.abs(x)
    trunk = np.clip(trunk_edge * height, 0, 1) * (y > 0.45)
    ragged = clouds(rng, height, width, height / 7, 5)
    crown = 1 - (x / 0.30) ** 2 - ((y - 0.36) / 0.33) ** 2 + 0.9 * (ragged - 0.55)
    leaves = np.clip(crown * 14, 0, 1)
    tuft = clouds(rng, height, width, height / 26, 3)
    light = 0.45 + 0.75 * tuft - 0.5 * x - 0.45 * (y - 0.3)
    green = np.array(leaf, np.float32) * light[..., None]
    bark = np.array((86, 66, 50), np.float32) * (
        0.7 + 0.6 * clouds(rng, height, width, 8)[..., None]
    )
    cover = np.maximum(trunk, leaves)
    colour = bark * (1 - leaves[..., None]) + green * leaves[..., None]
    return finish(colour.astype(np.float32), cover.astype(np.float32))


def skyline(rng: Generator, height: int, width: int, wall: Colour, lit: float) -> Image:
    """Paint houses by night with a transparent sky; ``lit`` is the fraction of bright windows."""
    colour, cover = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    left = -20
    while left < width:
        wide, top = int(rng.integers(80, 190)), int(rng.integers(10, height * 6 // 10))
        house = slice(top, height), slice(max(left, 0), min(left + wide, width))
        cover[house] = 1
        area = colour[house]
        area[:] = np.array(wall, np.float32) * rng.uniform(0.7, 1.3)
        for y in range(14, area.shape[0] - 16, 26):
            for x in range(10, area.shape[1] - 12, 20):
                if rng.random() < lit:
                    warm = np.array([(255, 206, 120), (255, 232, 190), (190, 214, 255)])
                    area[y : y + 13, x : x + 9] = warm[rng.integers(3)] * rng.uniform(0.5, 1.0)
                else:
                    area[y : y + 13, x : x + 9] *= 0.6
        left += wide + int(rng.integers(-10, 30))
    soft = 0.92 + 0.16 * clouds(rng, height, width, 30, 4)[..., None]
    return finish(colour * soft, cover)
