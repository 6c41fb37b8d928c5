"""Pictures with a face of known height, made from the portrait that scikit-image carries."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import skimage

from shotlog.analyzers.faces import SAMPLE_RATE, FaceMeasure, FaceSample, read_samples
from shotlog.analyzers.whole_picture import WholePictureMeasure
from shotlog.schema import (
    ClipRange,
    Media,
    Picture,
    Pixels,
    Row,
    Series,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)

_PHOTOGRAPHS = Path(skimage.__file__).parent / "data"
_ASTRONAUT = str(_PHOTOGRAPHS / "astronaut.png")

TICK = 1 / SAMPLE_RATE
SECOND = 2 * TICK
FACE_TOP, FACE_BOTTOM, FACE_X = 60, 179, 225
"""Hairline, chin and middle of the face in ``skimage.data.astronaut()``, read off by eye."""


def backdrop(width: int = 640, height: int = 360) -> Pixels:
    """A soft gradient with a little grain."""
    ramp = np.linspace(60, 190, height)[:, None, None] * np.array([1.0, 0.95, 0.9])
    grain = np.random.default_rng(5).normal(0, 3, (height, width, 3))
    return np.asarray(np.clip(ramp + grain, 0, 255), dtype=np.uint8)


def portrait(
    share: float, *, at: tuple[float, float] = (0.5, 0.4), size: tuple[int, int] = (640, 360)
) -> Pixels:
    """A picture in which the face fills ``share`` of the height, its middle ``at`` (x, y)."""
    picture = backdrop(*size)
    scale = share * size[1] / (FACE_BOTTOM - FACE_TOP)
    middle = (FACE_TOP + FACE_BOTTOM) / 2
    place = np.array(
        [
            [scale, 0, at[0] * size[0] - FACE_X * scale],
            [0, scale, at[1] * size[1] - middle * scale],
        ]
    )
    source = cv2.imread(_ASTRONAUT, cv2.IMREAD_COLOR_RGB)
    assert source is not None
    if scale < 1:
        source = cv2.GaussianBlur(source, (0, 0), 0.4 / scale)
    return cv2.warpAffine(
        source, place, size, dst=picture, borderMode=cv2.BORDER_TRANSPARENT
    ).astype(np.uint8)


def turned(share: float, degrees: float, *, size: tuple[int, int] = (640, 360)) -> Pixels:
    """A picture in which the face is turned to the right; to the left by degrees below 0.

    The portrait is wrapped around an upright cylinder a little narrower than its head.
    """
    picture = portrait(share, at=(0.5, 0.5), size=size)
    middle, radius = size[0] / 2, 0.42 * share * size[1]
    x, y = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in size))
    across = (x - middle) / radius
    angle = np.arcsin(np.clip(across, -1, 1)) - np.deg2rad(degrees)
    source = np.where(np.abs(across) < 1, middle + radius * np.sin(angle), x).astype(np.float32)
    return np.asarray(cv2.remap(picture, source, y, cv2.INTER_LINEAR), dtype=np.uint8)


def letterboxed(picture: Pixels, bar: int, *, sides: bool = False) -> Pixels:
    """The picture between two black bars, above and below or at its sides."""
    pads = (0, 0, bar, bar) if sides else (bar, bar, 0, 0)
    framed = cv2.copyMakeBorder(picture, *pads, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    return np.asarray(framed, dtype=np.uint8)


def series(pictures: Sequence[Pixels], first: int = 0) -> Series:
    """The evidence of pictures a second apart, each looked at fully."""
    observer = FaceMeasure().observer()
    rows: list[Row] = []
    for number, pixels in enumerate(pictures, start=first):
        rows.extend(observer.see(Picture(2 * number, number * SECOND, pixels)))
    return FaceMeasure().series(TICK, rows)


def whole_picture_series(pictures: Sequence[Pixels]) -> Series:
    """The evidence of the whole pictures, a second apart."""
    observer = WholePictureMeasure().observer()
    rows: list[Row] = []
    for number, pixels in enumerate(pictures):
        rows.extend(observer.see(Picture(2 * number, number * SECOND, pixels)))
    return WholePictureMeasure().series(TICK, rows)


def photograph(name: str) -> Pixels:
    """A photograph that scikit-image carries, at most 640 pixels wide and high."""
    return fitted(_PHOTOGRAPHS / name)


def fitted(path: Path) -> Pixels:
    """A picture file, at most 640 pixels wide and high."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    scale = min(1.0, 640 / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)


def look(picture: Pixels) -> FaceSample:
    """Return the sample of one picture."""
    return read_samples(series([picture]))[0]


def view(evidence: Series, whole: Series | None = None) -> ShotView:
    """A shot with this evidence of faces, and of the whole picture."""
    length = TimeRange(start=Fraction(0), duration=max(1, len(evidence)) * SECOND)
    return ShotView(
        shot=Shot(id="s", clip="V1/0", source=length, core=length, timeline=length),
        clip=ClipRange(
            id="V1/0",
            name="portrait",
            media=None,
            source=length,
            timeline=length,
            time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
        ),
        media=Media(path="portrait.mov", content_id="x", container="mov", video=None, audio=None),
        series={FaceMeasure.name: evidence}
        | ({} if whole is None else {WholePictureMeasure.name: whole}),
    )
