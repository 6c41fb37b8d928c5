"""Augmentations: variations of a window after which its labels are still true, or are changed too.

Each is a pure function of the pixels, the labels and a generator of random numbers. Their ranges
are what grading, lenses and projection do to a film; they were not tuned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from shotlog.schema import VOCABULARIES, Family, Pixels, mirrored_move, reversed_move

Labels = Mapping[Family, tuple[str, ...]]
Change = Callable[[Pixels, np.random.Generator], Pixels]

_ALL: Final = frozenset({Family.SIZE, Family.MOVEMENT, Family.MOVE})
_MOTION: Final = frozenset({Family.MOVEMENT, Family.MOVE})
_LUMA: Final = np.array([0.2126, 0.7152, 0.0722])
"""Weights of R, G and B in the brightness (ITU-R BT.709)."""


@dataclass(frozen=True)
class Augmentation:
    """A variation of windows.

    Attributes:
        name: Its name.
        families: Families whose labels are true afterwards; clips with others are left alone.
        change: Changes the pixels.
        relabel: The label that holds afterwards.
        unfit: Labels that do not survive it; clips with one of them are left alone.
        chance: Probability with which a window is varied.
    """

    name: str
    families: frozenset[Family]
    change: Change
    relabel: Callable[[str], str] = str
    unfit: frozenset[str] = frozenset()
    chance: float = 0.5

    def holds_for(self, labels: Labels) -> bool:
        """Return True where the labels are true afterwards, or are known to change."""
        named = {label for names in labels.values() for label in names}
        return labels.keys() <= self.families and not named & self.unfit

    def apply(
        self, pixels: Pixels, labels: Labels, rng: np.random.Generator
    ) -> tuple[Pixels, Labels]:
        """Return the changed window with its labels, in the order of the vocabulary."""
        return self.change(pixels, rng), {
            family: _ordered(family, map(self.relabel, names)) for family, names in labels.items()
        }


def augment(
    pixels: Pixels,
    labels: Labels,
    rng: np.random.Generator,
    chosen: Sequence[Augmentation] | None = None,
) -> tuple[Pixels, Labels]:
    """Return a window varied by chance, with the labels that hold then.

    Args:
        pixels: (16, h, w, 3) RGB; it is not changed.
        labels: Its labels.
        rng: Decides everything that is random.
        chosen: The augmentations, in order; None takes all of :data:`AUGMENTATIONS`.
    """
    for one in AUGMENTATIONS if chosen is None else chosen:
        # Drawn for each, so that one that does not hold does not change the others.
        varies = rng.random() < one.chance
        if varies and one.holds_for(labels):
            pixels, labels = one.apply(pixels, labels, rng)
    return pixels, labels


def _mirror(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return pixels[:, :, ::-1]


def _reverse(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    return pixels[::-1]


def _slow(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Show a part of four fifths or more of the window in its whole length."""
    last = len(pixels) - 1
    length = rng.uniform(0.8, 1.0) * last
    start = rng.uniform(0.0, last - length)
    moments = np.linspace(start, start + length, len(pixels))
    return pixels[np.rint(moments).astype(np.int64)]


def _crop(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Cut out a part of 85 % or more of each side, the same on all frames."""
    height, width = pixels.shape[1:3]
    share = rng.uniform(0.85, 1.0)
    tall, wide = round(share * height), round(share * width)
    top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    part = pixels[:, top : top + tall, left : left + wide]
    return _each(part, lambda frame: cv2.resize(frame, (width, height)))


def _grade(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Change brightness, contrast, saturation and tint, the same on all frames."""
    contrast, saturation = np.exp(rng.uniform(-0.2, 0.2)), rng.uniform(0.6, 1.4)
    tint = rng.uniform(0.95, 1.05, 3)
    mixed = saturation * np.eye(3) + (1 - saturation) * np.tile(_LUMA, (3, 1))
    offset = 128 * (1 - contrast) + rng.uniform(-25, 25)
    matrix = np.column_stack([contrast * tint[:, None] * mixed, np.full(3, offset)])
    return _each(pixels, lambda frame: cv2.transform(frame, matrix))


def _blur(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Soften the pictures, by a deviation of at most a pixel in 224."""
    deviation = rng.uniform(0.2, 1.0) * pixels.shape[1] / 224
    return _each(pixels, lambda frame: cv2.GaussianBlur(frame, (0, 0), deviation))


def _grain(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Add grain of at most 6 grey levels, another one on every frame."""
    strength = rng.uniform(1.0, 6.0)
    noise = strength * rng.standard_normal(pixels.shape[:3], np.float32)
    grainy = pixels + np.rint(noise).astype(np.int16)[..., None]
    return np.asarray(np.clip(grainy, 0, 255), np.uint8)


def _letterbox(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Show the whole picture between bars, as a wider film is shown; nothing is cut away."""
    height, width = pixels.shape[1:3]
    bar = round(rng.uniform(0.05, 0.15) * height)
    boxed = np.zeros_like(pixels)
    inner = (width, height - 2 * bar)
    for frame, picture in zip(boxed, pixels, strict=True):
        frame[bar : height - bar] = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
    return boxed


def _each(pixels: Pixels, change: Callable[[Pixels], cv2.typing.MatLike]) -> Pixels:
    """Return a window of which each frame was changed."""
    frames = [np.asarray(change(np.ascontiguousarray(frame)), np.uint8) for frame in pixels]
    return np.stack(frames)


def _ordered(family: Family, names: Sequence[str] | map[str]) -> tuple[str, ...]:
    holding = set(names)
    return tuple(name for name in VOCABULARIES[family].names if name in holding)


MIRROR: Final = Augmentation("mirror", _ALL, _mirror, mirrored_move)
REVERSE: Final = Augmentation("reverse", _ALL, _reverse, reversed_move)
AUGMENTATIONS: Final = (
    MIRROR,
    REVERSE,
    # A slower shake may be none any more.
    Augmentation("slow", _ALL, _slow, unfit=frozenset({"shake"})),
    # A part of the picture is another size.
    Augmentation("crop", _MOTION, _crop),
    Augmentation("grade", _ALL, _grade),
    Augmentation("blur", _ALL, _blur, chance=0.2),
    Augmentation("grain", _ALL, _grain, chance=0.3),
    Augmentation("letterbox", _ALL, _letterbox, chance=0.1),
)
"""All augmentations, in the order in which they are applied."""
