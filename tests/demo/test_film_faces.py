"""The detector of real faces finds the drawn people."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shotlog.analyzers.faces import FaceMeasure
from shotlog.demo import DEMO, Appearance, Film, Pose, draw_figure
from shotlog.schema import Picture
from tests.support import fitted

LOOK = Appearance((224, 172, 140), (60, 38, 26), (70, 90, 60), (52, 74, 110), (48, 48, 56))


@pytest.fixture(scope="module")
def film() -> Film:
    return Film()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(DEMO.scenes)), ids=[s.name for s in DEMO.scenes])
def test_faces_are_found_where_they_are_and_nowhere_else(number: int, film: Film) -> None:
    shot, measure = film.truth.shots[number], FaceMeasure()
    observer = measure.observer()
    start, length = int(shot.core.start * 24), int(shot.core.duration * 24)
    for look in range(3):
        frame = fitted(film.picture(start + length * (2 * look + 1) // 6), measure.need)
        (row,) = observer.see(Picture(4 * look, Fraction(2 * look), frame))
        value = dict(zip(measure.columns, map(float, row.values), strict=True))
        sure = [n for n in range(4) if value[f"score_{n}"] > 0.5]
        assert len(sure) == shot.faces
        for n in sure:
            tall = value[f"h_{n}"]
            zoom = 1.28 if shot.move == "zoom_in" else 1.0
            assert shot.face_height * 0.85 < tall < shot.face_height * zoom * 1.15


def test_a_figure_stands_between_transparent_margins() -> None:
    paint = draw_figure(LOOK, Pose(), 40.0)
    assert paint.shape == (round(7.7 * 40), 120, 4)
    assert paint[:, :8, 3].max() == paint[:, -8:, 3].max() == 0
    assert paint[8 + 20, 60, 3] == 255


def test_colours_are_premultiplied() -> None:
    paint = draw_figure(LOOK, Pose(arms=1.0), 30.0).astype(np.int16)
    assert (paint[..., :3] <= paint[..., 3:] + 1).all()


def test_shut_eyes_change_the_eyes_alone() -> None:
    open_, shut = (draw_figure(LOOK, Pose(blink=b), 80.0) for b in (False, True))
    changed = np.flatnonzero((open_ != shut).any(axis=(1, 2))) / 80 - 0.2
    assert 0.4 < changed.min() < changed.max() < 0.56


def test_raised_arms_and_an_open_mouth_change_only_their_part() -> None:
    still, speaking = (draw_figure(LOOK, Pose(mouth=m), 40.0) for m in (0.0, 1.0))
    changed = np.flatnonzero((still != speaking).any(axis=(1, 2))) / 40 - 0.2
    assert changed.min() > 0.6
    assert changed.max() < 1.1
    cheering = draw_figure(LOOK, Pose(arms=1.0), 40.0)
    assert cheering[: int(0.3 * 40), :, 3].sum() > still[: int(0.3 * 40), :, 3].sum()
