"""Sets of the demo film: painted layers, with the ground 1.5 m below the lens.

Layers are listed back to front. Sizes and distances are in metres.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from shotlog.demo import texture
from shotlog.demo.stage import Image, Layer
from shotlog.demo.texture import Colour, Generator

GROUND = 1.5
"""Height of the camera's starting point above the ground, in metres."""

_NEAR = 1.6
"""Distance in metres at which floors begin: just outside of the picture below."""


def _floor(paint: Image, width: float, length: float) -> Layer:
    """Return a floor from just in front of the camera to ``length`` metres away."""
    corner = (-width / 2, GROUND, _NEAR)
    return Layer(paint, corner, (width, 0, 0), (0, 0, length - _NEAR))


def _country(
    rng: Generator, sky: list[Colour], cloud: Colour, hills: list[tuple[Colour, Colour]]
) -> list[Layer]:
    heavens = texture.sky(rng, 900, 2600, sky, cloud)
    layers = [Layer.facing(heavens, middle=0, top=-40, width=150, height=44, away=50)]
    for step, (near, far) in enumerate(hills):
        away = 45 - 9 * step
        paint = texture.ridge(rng, 420, 2600, near, far, 0.5 - 0.12 * step)
        top = -7.5 + 2.3 * step
        layers.append(
            Layer.facing(paint, middle=0, top=top, width=3 * away, height=GROUND - top, away=away)
        )
    meadow = texture.ground(rng, 1400, hills[-1][0], 40, 0.7)
    return [*layers, _floor(meadow, 80, 45 - 9 * (len(hills) - 1))]


def _morning(rng: Generator) -> list[Layer]:
    hills: list[tuple[Colour, Colour]] = [
        ((120, 140, 150), (150, 168, 182)),
        ((84, 118, 96), (124, 150, 130)),
        ((92, 128, 56), (110, 146, 74)),
    ]
    return _country(rng, [(70, 128, 196), (150, 192, 224), (232, 226, 206)], (250, 248, 242), hills)


def _dusk(rng: Generator) -> list[Layer]:
    hills: list[tuple[Colour, Colour]] = [
        ((110, 70, 96), (150, 92, 104)),
        ((70, 48, 78), (104, 66, 88)),
        ((56, 44, 50), (70, 52, 62)),
    ]
    return _country(rng, [(30, 28, 70), (120, 62, 92), (226, 150, 96)], (170, 96, 110), hills)


def _house(rng: Generator) -> list[Layer]:
    wall = texture.facade(rng, 2400, 2000, (158, 82, 62))
    street = texture.ground(rng, 900, (112, 110, 112), 26, 0.6)
    heavens = texture.sky(rng, 500, 1400, [(96, 150, 210), (170, 204, 232)], (248, 248, 250))
    return [
        Layer.facing(heavens, middle=0, top=-45, width=100, height=50, away=40),
        Layer.facing(wall, middle=0, top=GROUND - 22, width=18.4, height=22, away=9),
        _floor(street, 24, 9),
    ]


def _avenue(rng: Generator) -> list[Layer]:
    heavens = texture.sky(rng, 700, 1600, [(110, 160, 206), (216, 226, 220)], (255, 252, 240))
    far = texture.ridge(rng, 300, 1600, (92, 116, 88), (140, 160, 140), 0.35)
    layers = [
        Layer.facing(heavens, middle=0, top=-32, width=90, height=36, away=36),
        Layer.facing(far, middle=0, top=-3.5, width=80, height=GROUND + 3.5, away=34),
        _floor(texture.ground(rng, 1400, (146, 132, 104), 30, 0.8), 50, 34),
    ]
    # At several distances, as only they show by parallax that the camera travels.
    for away in (26.0, 20.0, 15.5, 12.0, 9.5, 7.5):
        for side in (-1, 1):
            green = (96 + int(rng.integers(-14, 15)), 126 + int(rng.integers(-14, 15)), 58)
            paint = texture.tree(rng, 620, green)
            high = float(rng.uniform(4.6, 5.4))
            middle = side * float(rng.uniform(2.7, 3.2))
            tree = Layer.facing(
                paint, middle=middle, top=GROUND - high, width=high * 2 / 3, height=high, away=away
            )
            layers.append(tree)
    return layers


def _hall(rng: Generator) -> list[Layer]:
    cloth = texture.curtain(rng, 900, 1800, (168, 40, 46))
    boards = texture.planks(rng, 1200, (150, 104, 66), 40)
    return [
        Layer.facing(cloth, middle=0, top=-4.5, width=14, height=GROUND + 4.5, away=7),
        _floor(boards, 14, 7),
    ]


def _study(rng: Generator) -> list[Layer]:
    books = texture.bookshelf(rng, 900, 1500)
    # Out of focus, like a background close behind a person.
    soft = np.asarray(cv2.GaussianBlur(books, (0, 0), 1.6), np.uint8)
    return [Layer.facing(soft, middle=0, top=-2.2, width=6.2, height=3.7, away=2.4)]


def _evening(rng: Generator) -> list[Layer]:
    glow = texture.lamps(rng, 700, 1240, [(24, 30, 52), (60, 44, 66), (92, 58, 54)], 46)
    return [Layer.facing(glow, middle=0, top=-2.4, width=8.5, height=4.8, away=3.4)]


def _podium(rng: Generator) -> list[Layer]:
    glow = texture.lamps(rng, 700, 1240, [(30, 62, 74), (44, 92, 98), (24, 48, 60)], 26)
    return [Layer.facing(glow, middle=0, top=-2.4, width=8.5, height=4.8, away=3.4)]


def _city(rng: Generator) -> list[Layer]:
    heavens = texture.sky(rng, 600, 1600, [(10, 14, 40), (40, 40, 84), (110, 72, 96)], (60, 52, 92))
    # Three rows of houses at different distances: without parallax a truck looks like a pan.
    rows = [
        (26.0, 15.0, (34, 36, 62), 0.35),
        (13.0, 6.6, (24, 26, 46), 0.45),
        (6.5, 2.4, (14, 15, 26), 0.5),
    ]
    layers = [Layer.facing(heavens, middle=0, top=-26, width=90, height=40, away=40)]
    for away, top, wall, lit in rows:
        paint = texture.skyline(rng, 700, 2400, wall, lit)
        width = away * 2.6 + 8
        layers.append(
            Layer.facing(
                paint, middle=0, top=-top * 0.62, width=width, height=away * 0.9, away=away
            )
        )
    return layers


BACKDROPS: dict[str, Callable[[Generator], list[Layer]]] = {
    "morning": _morning,
    "house": _house,
    "avenue": _avenue,
    "hall": _hall,
    "podium": _podium,
    "study": _study,
    "evening": _evening,
    "city": _city,
    "dusk": _dusk,
}
"""Painters of the sets by name; each returns layers back to front."""
