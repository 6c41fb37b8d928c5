"""Pictures of what is no shot of anything: black, title cards, colour bars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import av
import cv2
import numpy as np
from av.filter import Graph
from PIL import Image, ImageDraw, ImageFont

from shotlog.schema import Pixels

SIZE = (640, 360)
"""Width and height."""

BARS = ("smptebars", "smptehdbars", "pal75bars", "pal100bars")
"""FFmpeg's sources of SMPTE EG 1, SMPTE RP 219, and of EBU bars of 75 % and 100 %."""

Ground = Literal["black", "white", "blue", "red", "gradient", "glow"]
GROUNDS: tuple[Ground, ...] = ("black", "white", "blue", "red", "gradient", "glow")

_FONTS = {
    "hershey simplex": cv2.FONT_HERSHEY_SIMPLEX,
    "hershey triplex": cv2.FONT_HERSHEY_TRIPLEX,
    "hershey script": cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
}
FONTS = (*_FONTS, "sans")
"""Fonts by name; ``sans`` is the one that comes with Pillow, antialiased."""


@dataclass(frozen=True)
class Card:
    """A title card.

    Attributes:
        lines: Lines of text, centred.
        height: Height of a line, as a share of the picture's.
        font: A name of :data:`FONTS`.
        ground: What the text stands on.
        logo: True to draw a mark above the text.
    """

    lines: tuple[str, ...]
    height: float = 0.1
    font: str = "sans"
    ground: Ground = "black"
    logo: bool = False

    def draw(self) -> Pixels:
        """Return the card."""
        picture = make_ground(self.ground)
        ink = (20, 20, 20) if self.ground == "white" else (235, 235, 235)
        y = 0.5 - self.height * 0.7 * (len(self.lines) - 1)
        if self.logo:
            _draw_logo(picture, y - 0.25, ink)
            y += 0.08
        for number, line in enumerate(self.lines):
            _draw_line(picture, line, y + number * self.height * 1.4, self, ink)
        return picture


def make_ground(ground: Ground) -> Pixels:
    """Return a ground of one colour, or smoothly graded."""
    width, height = SIZE
    flat = {
        "black": (0, 0, 0),
        "white": (255, 255, 255),
        "blue": (20, 40, 140),
        "red": (150, 10, 20),
    }
    if ground in flat:
        return np.full((height, width, 3), flat[ground], np.uint8)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    if ground == "gradient":
        light = y / height
    else:
        light = np.exp(-((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.15)
    return np.asarray(light[..., None] * (90, 60, 130) + (15, 10, 20), np.uint8)


def _draw_line(picture: Pixels, text: str, y: float, card: Card, ink: tuple[int, int, int]) -> None:
    width, height = SIZE
    if card.font in _FONTS:
        font = _FONTS[card.font]
        scale = card.height * height / cv2.getTextSize("H", font, 1, 1)[0][1]
        thickness = max(1, round(scale))
        (wide, _), _ = cv2.getTextSize(text, font, scale, thickness)
        place = ((width - wide) // 2, round(y * height))
        cv2.putText(picture, text, place, font, scale, ink, thickness, cv2.LINE_AA)
        return
    image = Image.fromarray(picture)
    font_of = ImageFont.load_default(card.height * height * 1.3)
    ImageDraw.Draw(image).text((width / 2, y * height), text, ink, font=font_of, anchor="ms")
    picture[:] = np.asarray(image)


def _draw_logo(picture: Pixels, y: float, ink: tuple[int, int, int]) -> None:
    width, height = SIZE
    middle = (width // 2, round(y * height))
    cv2.circle(picture, middle, height // 12, (210, 60, 40), -1, cv2.LINE_AA)
    corners = np.array([(-12, 14), (0, -16), (12, 14)]) + middle
    cv2.fillPoly(picture, [corners.astype(np.int32)], ink, cv2.LINE_AA)


def draw_bars(name: str) -> Pixels:
    """Return a picture of colour bars, as FFmpeg draws them."""
    width, height = SIZE
    graph = Graph()
    source = graph.add(name, f"size={width}x{height}:rate=1:duration=1")
    sink = graph.add("buffersink")
    source.link_to(sink)
    graph.configure()
    frame = sink.pull()
    assert isinstance(frame, av.VideoFrame)  # noqa: S101  # a source of pictures
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def add_grain(picture: Pixels, deviation: float, seed: int) -> Pixels:
    """Return a picture with noise of a standard deviation, in levels."""
    grain = np.random.default_rng(seed).normal(0, deviation, picture.shape)
    return np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def fade(picture: Pixels, level: float) -> Pixels:
    """Return a picture at a share of its brightness, 0 to 1."""
    return np.asarray(picture * level, np.uint8)


def zoom(picture: Pixels, factor: float) -> Pixels:
    """Return a picture enlarged about its centre."""
    height, width = picture.shape[:2]
    turned = cv2.getRotationMatrix2D((width / 2, height / 2), 0, factor)
    moved = cv2.warpAffine(picture, turned, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def letterbox(picture: Pixels, share: float) -> Pixels:
    """Return a picture with black bars of a share of its height above and below."""
    boxed = picture.copy()
    lines = round(share * len(picture))
    boxed[:lines] = boxed[len(boxed) - lines :] = 0
    return boxed


def takes(rate: int = 12, seconds: int = 3) -> Iterator[tuple[str, str, list[Pixels]]]:
    """Yield examples: what they are ("nothing" for an ordinary shot), a name, their pictures."""
    count = rate * seconds
    for name in BARS:
        bars = draw_bars(name)
        yield "bars", name, [bars] * count
        yield "bars", f"{name} with grain", [add_grain(bars, 3, n) for n in range(count)]
    for level in (0, 16):
        black = np.full((SIZE[1], SIZE[0], 3), level, np.uint8)
        yield "black", f"black {level}", [black] * count
        yield "black", f"black {level} with grain", [add_grain(black, 3, n) for n in range(count)]
    for ground in GROUNDS:
        for font in FONTS:
            card = Card(("THE LONG ROAD", "a film by N. N."), font=font, ground=ground).draw()
            yield "title", f"{font} on {ground}", [card] * count
        card = Card(("Somewhere Pictures",), 0.07, ground=ground, logo=True).draw()
        yield "title", f"logo on {ground}", [card] * count
        yield "title", f"grain on {ground}", [add_grain(card, 4, n) for n in range(count)]
        yield "title", f"bars round {ground}", [letterbox(card, 0.12)] * count
        yield "title", f"fades on {ground}", [fade(card, level) for level in _fades(count)]
        zoomed = [zoom(card, 1 + 0.06 * n / count) for n in range(count)]
        yield "title", f"slow zoom on {ground}", zoomed
    people = Card(("Directed by", "First Person", "Produced by", "Second Person"), 0.05).draw()
    yield "title", "small credits", [people] * count
    yield from _ordinary(count)


def _fades(count: int) -> Iterator[float]:
    """Yield brightness that rises over the first quarter and falls over the last one."""
    for n in range(count):
        yield min(1.0, 4 * n / count, 4 * (count - 1 - n) / count)


def _ordinary(count: int) -> Iterator[tuple[str, str, list[Pixels]]]:
    """Yield shots that have much in common with what is none."""
    width, height = SIZE
    rng = np.random.default_rng(1)
    world = rng.integers(0, 255, (height // 8, width // 4, 3)).astype(np.uint8)
    world = cv2.GaussianBlur(cv2.resize(world, (2 * width, height)), (0, 0), 2).astype(np.uint8)
    moves = [world[:, 4 * n : 4 * n + width] for n in range(count)]
    yield "nothing", "a pan", moves
    yield "nothing", "a pan that is nearly dark", [fade(picture, 0.12) for picture in moves]
    yield "nothing", "a fade in", [fade(moves[n], n / count) for n in range(count)]
    night = np.full((height, width, 3), 6, np.uint8)
    cv2.circle(night, (200, 120), 3, (120, 110, 60), -1)
    yield "nothing", "night with a light", [add_grain(night, 2, n) for n in range(count)]
    text = Card(("THE LONG ROAD",)).draw()
    yield "nothing", "text on a pan", [np.maximum(picture, text) for picture in moves]
    roll = [np.roll(text, -6 * n, axis=0) for n in range(count)]
    yield "nothing", "text that rolls", roll
    sky = make_ground("gradient")
    birds = []
    for n in range(count):
        birds.append(sky.copy())
        for bird in range(5):
            place = (60 + 90 * bird + 3 * n, 120 + 15 * bird + 2 * n)
            cv2.ellipse(birds[-1], place, (9, 3), 20, 0, 360, (240, 240, 240), -1, cv2.LINE_AA)
    yield "nothing", "birds in the sky", birds
    wall = np.full((height, width, 3), 235, np.uint8)
    shade = np.clip(np.hypot(*(np.mgrid[:height, :width] - [[[180]], [[320]]])) / 110, 0, 1)
    person = np.asarray(wall * np.maximum(shade, 0.2)[..., None], np.uint8)
    yield "nothing", "a shaded figure before a wall", [person] * count
