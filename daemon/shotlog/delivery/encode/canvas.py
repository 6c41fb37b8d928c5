"""Pictures as planes of samples: their forms, black, and one over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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

    def black(self) -> Planes:
        """Return a black picture."""
        form, (width, height) = self.form, self.size
        luma = np.full((height, width), 16 << form.depth - 8, form.kind)
        shape = (height >> form.down, width >> form.across)
        middle = 1 << form.depth - 1
        return luma, np.full(shape, middle, form.kind), np.full(shape, middle, form.kind)


def mix(back: Sequence[Plane], front: Sequence[Plane], opacity: float) -> Planes:
    """Return a picture with another in front of it, of an opacity from 0 to 1."""
    first, second, third = (
        np.rint(b + (f.astype(np.float32) - b) * np.float32(opacity)).astype(b.dtype)
        for b, f in zip(back, front, strict=True)
    )
    return first, second, third
