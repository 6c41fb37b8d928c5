"""Pictures as planes of samples: their forms, black, and one over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8 | np.uint16]
Planes = tuple[Plane, Plane, Plane]


class PlaneForm(NamedTuple):
    """A form of planes: Y'CbCr of a depth and a subsampling, limited range.

    Attributes:
        across: Bits by which the width of the colour planes is halved: 0 or 1.
        down: The same of their height.
        depth: Bits per sample.
    """

    across: int
    down: int
    depth: int

    @property
    def kind(self) -> type[np.uint8] | type[np.uint16]:
        """Type of a sample."""
        return np.uint8 if self.depth == 8 else np.uint16

    @property
    def turned(self) -> str:
        """FFmpeg's name of the form that becomes this one by a quarter turn."""
        return _name(PlaneForm(self.down, self.across, self.depth))


_SUBSAMPLINGS: Final = {"420": (1, 1), "422": (1, 0), "440": (0, 1), "444": (0, 0)}


def _name(form: PlaneForm) -> str:
    digits = next(d for d, shifts in _SUBSAMPLINGS.items() if shifts == form[:2])
    return f"yuv{digits}p" + ("" if form.depth == 8 else f"{form.depth}le")


PLANE_FORMS: Final = {
    _name(form): form
    for shifts in _SUBSAMPLINGS.values()
    for depth in (8, 10)
    if (form := PlaneForm(*shifts, depth))
}
"""The forms in which pictures go to encoders, by FFmpeg's names."""


@dataclass(frozen=True)
class Canvas:
    """The picture that is made: its size, and the form of its planes.

    Attributes:
        size: Width and height; both even.
        pixels: FFmpeg's name of the planes: one of :data:`PLANE_FORMS`.
        matrix: Number of its matrix of colours (ITU-T H.273).
    """

    size: tuple[int, int]
    pixels: str
    matrix: int

    @property
    def form(self) -> PlaneForm:
        """The form of its planes."""
        return PLANE_FORMS[self.pixels]

    @property
    def bytes(self) -> int:
        """Bytes of a picture."""
        return sum(plane.nbytes for plane in self.black())

    @property
    def levels(self) -> tuple[int, int, int]:
        """The samples of black, by plane."""
        depth = self.form.depth
        return 16 << depth - 8, 1 << depth - 1, 1 << depth - 1

    def black(self) -> Planes:
        """Return a black picture."""
        form, (width, height) = self.form, self.size
        luma, *middle = self.levels
        shape = (height >> form.down, width >> form.across)
        first, second = (np.full(shape, level, form.kind) for level in middle)
        return np.full((height, width), luma, form.kind), first, second


@dataclass(frozen=True)
class FittedPicture:
    """A picture of the size of a canvas.

    Attributes:
        planes: Its planes, as it is seen over black.
        cover: (h, w) float32, the share of each pixel that it covers; None where that is all.
    """

    planes: Planes
    cover: npt.NDArray[np.float32] | None = None


def lay_over(back: Planes, front: FittedPicture, opacity: float, canvas: Canvas) -> Planes:
    """Return a picture with another in front of it, of an opacity from 0 to 1."""
    first, second, third = (
        _lay(below, above, _fitting(front.cover, above), opacity, black)
        for below, above, black in zip(back, front.planes, canvas.levels, strict=True)
    )
    return first, second, third


def over_black(planes: Sequence[Plane], cover: npt.NDArray[np.float32], canvas: Canvas) -> Planes:
    """Return planes that are partly transparent as they are seen over black."""
    first, second, third = (
        _part_of(plane, _fitting(cover, plane), black)
        for plane, black in zip(planes, canvas.levels, strict=True)
    )
    return first, second, third


def dimmed(picture: FittedPicture, brightness: float, canvas: Canvas) -> FittedPicture:
    """Return a picture faded to black, of a brightness from 0 to 1; it covers as much as before."""
    share = np.float32(brightness)
    first, second, third = (
        _part_of(plane, share, black)
        for plane, black in zip(picture.planes, canvas.levels, strict=True)
    )
    return FittedPicture((first, second, third), picture.cover)


def _part_of(plane: Plane, share: npt.NDArray[np.float32] | np.float32, black: int) -> Plane:
    """Return so much of a plane, and black for the rest."""
    part: Plane = np.rint(black + share * (plane - np.float32(black))).astype(plane.dtype)
    return part


def _lay(
    below: Plane,
    above: Plane,
    cover: npt.NDArray[np.float32] | np.float32,
    opacity: float,
    black: int,
) -> Plane:
    share = np.float32(opacity)
    own = above - (1 - cover) * np.float32(black)  # without the black behind it
    return np.rint(below * (1 - cover * share) + own * share).astype(below.dtype)


def _fitting(
    cover: npt.NDArray[np.float32] | None, plane: Plane
) -> npt.NDArray[np.float32] | np.float32:
    """Return a cover in the size of a plane."""
    if cover is None:
        return np.float32(1)
    height, width = plane.shape
    if cover.shape == plane.shape:
        return cover
    return np.asarray(cv2.resize(cover, (width, height), interpolation=cv2.INTER_AREA), np.float32)
