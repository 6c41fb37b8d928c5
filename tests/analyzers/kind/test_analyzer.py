"""What is no shot of anything is named as what it is; ordinary shots are left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.synthetic.cards import (
    BARS,
    FONTS,
    GROUNDS,
    SIZE,
    Card,
    Ground,
    add_grain,
    draw_bars,
    fade,
    letterbox,
    make_ground,
    zoom,
)
from shotlog.analyzers.kind import FlatnessMeasure, KindAnalyzer
from shotlog.analyzers.size import SizeAnalyzer
from shotlog.engine import Cache, analyze
from shotlog.schema import (
    Claim,
    ClipRange,
    Edit,
    Family,
    MediaReference,
    Picture,
    Pixels,
    Row,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.analyzers.portraits import portrait, view

CARD = Card(("THE LONG ROAD", "a film by N. N."), ground="gradient", logo=True).draw()
WALL = np.full((SIZE[1], SIZE[0], 3), 230, np.uint8)


def texture() -> Pixels:
    """Return a picture without any flat ground."""
    noise = np.random.default_rng(2).integers(0, 255, (45, 80, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(noise, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


def claims(pictures: Sequence[Pixels], alone: TimeRange | None = None) -> list[Claim]:
    """Return the claims about pictures half a second apart, as coding leaves them.

    Args:
        pictures: The pictures.
        alone: The part of the shot outside of fades; None for all of it.
    """
    observer = FlatnessMeasure().observer()
    rows: list[Row] = []
    for at, picture in enumerate(pictures):
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
        seen = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
        rows.extend(observer.see(Picture(at, Fraction(at, 2), seen)))
    series = FlatnessMeasure().series(Fraction(1, 2), rows)
    shot = replace(view(series), series={FlatnessMeasure.name: series})
    if alone is not None:
        shot = replace(shot, shot=shot.shot.model_copy(update={"core": alone}))
    return list(KindAnalyzer().conclude(shot))


def kinds(pictures: Sequence[Pixels]) -> list[str]:
    return [claim.label for claim in claims(pictures)]


@pytest.mark.parametrize("level", [0, 16])
@pytest.mark.parametrize("grain", [0, 3])
def test_black_is_black_whatever_its_level_and_noise(level: int, grain: float) -> None:
    black = np.full((SIZE[1], SIZE[0], 3), level, np.uint8)
    assert kinds([add_grain(black, grain, seed) for seed in range(3)]) == ["black"]


def test_a_single_picture_of_black_is_enough() -> None:
    (claim,) = claims([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)])
    assert (claim.label, claim.confidence) == ("black", 1.0)
    assert claim.reasons == ("every picture is dark and even",)


def test_the_dark_end_of_a_fade_is_no_black() -> None:
    dark = TimeRange.between(Fraction(3, 4), Fraction(1))
    assert claims([np.zeros((SIZE[1], SIZE[0], 3), np.uint8)], dark) == []


def test_a_night_with_a_light_is_a_shot() -> None:
    night = np.full((SIZE[1], SIZE[0], 3), 6, np.uint8)
    cv2.circle(night, (200, 120), 3, (110, 110, 80), -1)
    assert kinds([night] * 4) == []


def test_a_dark_room_with_shades_is_a_shot() -> None:
    assert kinds([fade(texture(), 0.12)] * 4) == []


def test_a_shot_that_fades_to_black_is_a_shot() -> None:
    assert kinds([fade(texture(), level) for level in (1, 0.5, 0, 0)]) == []


@pytest.mark.parametrize("name", BARS)
def test_bars_of_every_standard_are_known(name: str) -> None:
    assert kinds([draw_bars(name)] * 2) == ["bars"]


def test_stripes_in_another_order_are_no_bars() -> None:
    assert kinds([np.ascontiguousarray(draw_bars("pal75bars")[:, ::-1])] * 4) == []


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("font", FONTS)
def test_text_on_a_ground_is_a_title_card(font: str, ground: Ground) -> None:
    card = Card(("THE LONG ROAD", "a film by N. N."), font=font, ground=ground).draw()
    assert kinds([card] * 3) == ["title"]


def test_a_title_card_may_have_grain() -> None:
    assert kinds([add_grain(CARD, 4, seed) for seed in range(4)]) == ["title"]


@pytest.mark.parametrize("ground", ["black", "white"])
def test_a_title_card_may_stand_between_black_bars(ground: Ground) -> None:
    card = Card(("THE LONG ROAD",), ground=ground).draw()
    assert kinds([letterbox(card, 0.12)] * 3) == ["title"]


def test_a_title_card_may_fade_and_is_then_less_sure() -> None:
    (claim,) = claims([fade(CARD, level) for level in (0, 0.2, 0.8, 1, 1, 0.6, 0.1)])
    assert claim.label == "title"
    assert 0.4 < claim.confidence < 0.8
    assert claim.reasons[0].startswith("sharp outlines that stand still on a flat ground, ")


def test_a_title_card_may_grow_slowly() -> None:
    assert kinds([zoom(CARD, 1 + 0.012 * n) for n in range(6)]) == ["title"]


def test_text_that_rolls_is_no_card() -> None:
    assert kinds([np.roll(CARD, -25 * n, axis=0) for n in range(5)]) == []


def test_text_on_a_picture_is_no_card() -> None:
    text = Card(("THE LONG ROAD",)).draw()
    assert kinds([np.maximum(texture(), text)] * 4) == []


def test_a_person_before_a_white_wall_is_a_shot() -> None:
    assert kinds([portrait(0.3)] * 4) == []
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    shade = np.clip(np.hypot(x - 320, y - 180) / 110, 0.2, 1)
    assert kinds([np.asarray(WALL * shade[..., None], np.uint8)] * 4) == []


def test_lights_in_the_night_are_a_shot() -> None:
    night = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    cv2.rectangle(night, (300, 150), (420, 230), (190, 170, 90), -1)
    for n in range(12):
        cv2.circle(night, (40 + 50 * n, 250 + 7 * (n % 3)), 2, (250, 240, 200), -1, cv2.LINE_AA)
    assert kinds([night] * 4) == []


def test_birds_that_cross_the_sky_are_a_shot() -> None:
    pictures = []
    for n in range(5):
        pictures.append(make_ground("gradient"))
        for bird in range(4):
            place = (60 + 90 * bird + 20 * n, 120 + 15 * bird + 8 * n)
            cv2.ellipse(pictures[-1], place, (9, 3), 20, 0, 360, (240, 240, 240), -1, cv2.LINE_AA)
    assert kinds(pictures) == []


def test_an_empty_ground_is_not_named() -> None:
    assert kinds([make_ground("blue")] * 4) == []


def test_a_card_too_short_to_be_seen_to_stand_still_is_not_named() -> None:
    assert kinds([CARD]) == []


def shown(path: Path, span: TimeRange) -> ClipRange:
    """Return a clip that shows a file."""
    return ClipRange(
        id="V1/0",
        name=path.name,
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=span,
        timeline=span,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )


def test_a_card_in_a_film_has_a_kind_alone_and_its_neighbour_a_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_video(path, [CARD] * 24 + [portrait(0.3)] * 24, Fraction(12))
    whole = TimeRange(start=Fraction(0), duration=Fraction(4))
    clip = shown(path, whole)
    edit = Edit(name="cut", rate=Fraction(12), duration=Fraction(4), clips=(clip,))
    with Cache(None) as cache:
        card, shot = analyze(edit, [KindAnalyzer(), SizeAnalyzer()], cache).shots
    assert (card.kind, shot.kind) == ("title", None)
    assert [finding.family for finding in card.findings] == [Family.KIND]
    assert [finding.label for finding in shot.findings] == ["MS"]


def test_a_still_of_a_card_is_a_title_card(tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    cv2.imwrite(str(path), CARD)
    clip = shown(path, TimeRange(start=Fraction(0), duration=Fraction(2)))
    edit = Edit(name="cut", rate=Fraction(12), duration=Fraction(2), clips=(clip,))
    with Cache(None) as cache:
        (card,) = analyze(edit, [KindAnalyzer()], cache).shots
    assert card.kind == "title"
