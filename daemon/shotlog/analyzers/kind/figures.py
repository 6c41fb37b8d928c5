"""Figures of one picture: brightness, ground, what stands on it; and the likeness of two."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers.kind.stripes import measure_stripes
from shotlog.analyzers.pictures import shrink
from shotlog.schema import Pixels

Outline = npt.NDArray[np.float32]

_SIDE = 320
"""Longer side of the picture that is measured, in pixels."""

_SMOOTHED = (3, 3)
"""Box over which levels are averaged: of grain of 6 levels, at twice this size, 1 remains."""

_NEAR = np.ones((5, 5), np.uint8)
"""Neighbourhood within which levels are compared: 1.6 % of the width."""

_FLAT = 6
"""Largest difference of levels within a flat neighbourhood: a gradient of 1.5 levels per pixel."""

_HIGHEST = 0.1
"""Share of the busy neighbourhoods, those with the greatest differences, whose least difference is
the contrast of a picture."""

_OPEN_EDGE = 0.8
"""Least flat share of every side of a picture that may have a ground; in others it is not sought,
which takes longer than all else."""

_OUTLINE_BOX, _OUTLINE = (9, 9), (80, 45)
"""Box over which the outline is averaged, which a slow zoom hardly leaves within half a second, and
its size."""

_WIDE = 0.12
"""Least width of a part that may be words, as a share of the picture's: lights in the night and
birds are smaller."""

FAINT = 16
"""Least contrast of outlines that are compared, in levels: fainter ones come and go in a fade."""


class PictureFigures(NamedTuple):
    """Figures of one picture; levels are grey, 0 to 255, and smoothed.

    Attributes:
        darkest: Lowest level.
        brightest: Highest level.
        stripes: See :func:`~shotlog.analyzers.kind.stripes.measure_stripes`.
        busy: Share of the picture in no flat neighbourhood.
        contrast: Difference of levels that a tenth of the busy neighbourhoods reaches; 0 where
            there are none.
        soft: Share of the busy neighbourhoods with less than half of the contrast. Text and logos
            have sharp outlines all round; what a camera sees has shades as well.
        edge: Share of the picture's edge that is flat, on the side with the least.
        ground: Share of the picture in flat areas that reach its edge; 0 where it is not sought.
        dense: Share of its box that the densest of the wide busy parts fills. Words are busy
            throughout, while things have surfaces, such as a lit window; 0 without a wide part.
    """

    darkest: float
    brightest: float
    stripes: float
    busy: float
    contrast: float
    soft: float
    edge: float
    ground: float = 0.0
    dense: float = 0.0


class Prepared(NamedTuple):
    """A picture that was measured, ready to be compared.

    Attributes:
        outline: (45, 80) mean contrast, with 0 where the picture is flat; None for a picture
            without a ground, or a faint one.
        figures: Its figures.
    """

    outline: Outline | None
    figures: PictureFigures


def prepare_picture(picture: Pixels) -> Prepared:
    """Measure a (h, w, 3) RGB picture."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    smooth = cv2.blur(shrink(grey, _SIDE), _SMOOTHED)
    contrast = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_GRADIENT, _NEAR), np.uint8)
    flat = np.asarray(contrast <= _FLAT, np.uint8)
    darkest, brightest, *_ = cv2.minMaxLoc(smooth)
    figures = PictureFigures(
        darkest,
        brightest,
        measure_stripes(picture),
        *_measure_contrast(contrast),
        edge=min(float(np.mean(s)) for s in (flat[0], flat[-1], flat[:, 0], flat[:, -1])),
    )
    if figures.edge < _OPEN_EDGE:
        return Prepared(None, figures)
    figures = figures._replace(ground=_measure_ground(flat), dense=_measure_density(flat))
    outline = _outline(contrast, flat) if figures.contrast >= FAINT else None
    return Prepared(outline, figures)


def _measure_contrast(contrast: npt.NDArray[np.uint8]) -> tuple[float, float, float]:
    """Return the figures ``busy``, ``contrast`` and ``soft``."""
    counts = cv2.calcHist([contrast], [0], None, [256], [0, 256]).ravel()
    counts[: _FLAT + 1] = 0
    busy = float(counts.sum())
    if not busy:
        return 0.0, 0.0, 0.0
    reached = np.cumsum(counts[::-1])[::-1]
    high = int(np.flatnonzero(reached >= _HIGHEST * busy)[-1])
    soft = counts[: (high + 1) // 2].sum()
    return busy / contrast.size, float(high), float(soft / busy)


def _measure_ground(flat: npt.NDArray[np.uint8]) -> float:
    """Return the share of the picture in flat areas that reach its edge."""
    _, areas, figures, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    sides = (areas[0], areas[-1], areas[:, 0], areas[:, -1])
    reaching = np.unique(np.concatenate(sides))
    return float(figures[reaching[reaching != 0], cv2.CC_STAT_AREA].sum() / flat.size)


def _measure_density(flat: npt.NDArray[np.uint8]) -> float:
    """Return the share of its box that the densest of the wide busy parts fills."""
    _, _, parts, _ = cv2.connectedComponentsWithStats(1 - flat, connectivity=8)
    width, height, pixels = parts[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA]].T
    # What crosses the whole picture is a horizon, or the line of a black bar.
    wide = (width >= _WIDE * flat.shape[1]) & (width < flat.shape[1])
    return float(np.max(pixels[wide] / (width[wide] * height[wide]), initial=0.0))


def _outline(contrast: npt.NDArray[np.uint8], flat: npt.NDArray[np.uint8]) -> Outline:
    drawn = cv2.blur(np.where(flat, np.uint8(0), contrast), _OUTLINE_BOX)
    return np.asarray(cv2.resize(drawn, _OUTLINE, interpolation=cv2.INTER_AREA), np.float32)


def compare_outlines(before: Prepared, now: Prepared) -> float:
    """Return the correlation of two outlines, -1 to 1; 1 where a picture has none."""
    if before.outline is None or now.outline is None:
        return 1.0
    a, b = (outline - outline.mean() for outline in (before.outline, now.outline))
    return float(np.sum(a * b) / np.sqrt(np.square(a).sum() * np.square(b).sum()))
