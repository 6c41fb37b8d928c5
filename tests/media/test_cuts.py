"""Changes of shot, in pictures made here."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from shotlog.media.cuts import CutMeasure, find_cuts
from shotlog.schema.evidence import Picture, Row, Track
from shotlog.schema.ranges import Cut, CutKind
from shotlog.schema.times import TimeRange

TICK = Fraction(1, 25)
Film = npt.NDArray[np.uint8]


def scene(seed: int, frames: int, *, pan: float = 0.5) -> Film:
    """A drifting camera over a random, natural-looking picture."""
    draw = np.random.default_rng(seed)
    ground = np.zeros((60, 400, 3), dtype=np.float32)
    for size, strength in ((4, 70), (12, 40), (30, 20)):
        coarse = draw.normal(0, strength, (size, size * 5, 3)).astype(np.float32)
        ground += cv2.resize(coarse, (400, 60), interpolation=cv2.INTER_CUBIC)
    ground = np.clip(ground + draw.uniform(70, 180, 3), 0, 255)
    shown = []
    for number in range(frames):
        move = np.array([[1, 0, -pan * number], [0, 1, 0]], dtype=np.float64)
        moved = cv2.warpAffine(ground, move, (400, 60), borderMode=cv2.BORDER_WRAP)
        shown.append(moved[12:48, 100:164] + draw.normal(0, 1, (36, 64, 3)))
    return np.clip(np.stack(shown), 0, 255).astype(np.uint8)


def measured(film: Sequence[Film] | Film, moments: Sequence[int] | None = None) -> Track:
    observer, rows = CutMeasure().observer(), list[Row]()
    for index, pixels in enumerate(film):
        at = index if moments is None else moments[index]
        rows += observer.see(Picture(at, at * TICK, pixels))
    return Track.of(TICK, rows, len(CutMeasure.columns))


def cuts(film: Sequence[Film] | Film) -> list[Cut]:
    return find_cuts(measured(film), TimeRange(start=Fraction(0), duration=len(film) * TICK))


def frames(found: Sequence[Cut]) -> list[int]:
    return [int(cut.at / TICK) for cut in found]


def joined(*parts: Film) -> Film:
    return np.concatenate(parts)


@pytest.mark.parametrize("length", [4, 12, 40])
def test_a_hard_cut_is_found_on_its_frame(length: int) -> None:
    found = cuts(joined(scene(1, 40), scene(2, length), scene(3, 40)))
    assert frames(found) == [40, 40 + length]
    assert {cut.kind for cut in found} == {CutKind.CUT}
    assert {cut.span.duration for cut in found} == {Fraction(0)}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_frames_are_no_reason_to_fail(count: int) -> None:
    assert cuts(scene(1, count)) == []
