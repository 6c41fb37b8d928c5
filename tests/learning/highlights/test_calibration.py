"""Calibrations of scores: what is found again of a known rule, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from shotlog.learning.figures import measure_quality
from shotlog.learning.highlights import JudgedPassages, calibrate, fit_calibration
from shotlog.schema import CalibrationWorse, LabelsMissing, ScoreCalibration

DRAMA = ScoreCalibration(source="Drama", clips=0, bias=-1.5, temperature=2.0)
COMEDY = ScoreCalibration(source="Comedy", clips=0, bias=1.0, temperature=0.8)


def film(
    number: int,
    genre: str,
    rule: Callable[[float], float],
    *,
    passages: int = 60,
    sure: float | None = None,
) -> JudgedPassages:
    """A film whose passages were taken with the probability that a rule gives their scores."""
    rng = np.random.default_rng(number)
    scores = np.round(rng.uniform(0, 100, passages), 1)
    taken = rng.random(passages) < np.array([rule(score) for score in scores])
    plain = scores / 100 if sure is None else np.full(passages, sure)
    return JudgedPassages(
        f"film {number}", f"{number:032x}", frozenset({genre}), scores, plain, taken
    )


@pytest.fixture(scope="module")
def films() -> list[JudgedPassages]:
    dramas = [film(number, "Drama", DRAMA.probability) for number in range(8)]
    return dramas + [film(number, "Comedy", COMEDY.probability) for number in range(8, 16)]


def test_the_rule_of_each_genre_is_found_again(films: list[JudgedPassages]) -> None:
    made = calibrate(films)
    assert set(made.genres) == {"Drama", "Comedy"}
    for rule in (DRAMA, COMEDY):
        found = made.genres[rule.source]
        own = ScoreCalibration(source=rule.source, **found.model_dump())
        for score in (10, 30, 50, 70, 90):
            assert own.probability(score) == pytest.approx(rule.probability(score), abs=0.06)
        figures = made.report.genres[rule.source]
        assert found.clips == figures.clips
        assert figures.own is not None
        for other in (figures.all_genres, figures.plain, figures.share):
            assert figures.own.brier < other.brier
        assert figures.own.ece < figures.plain.ece
    made.check()


def test_it_depends_neither_on_the_order_nor_on_the_names_of_films(
    films: list[JudgedPassages],
) -> None:
    once, again = calibrate(films), calibrate(films[::-1])
    assert (once.all_genres, once.genres) == (again.all_genres, again.genres)
    assert once.report == again.report


def test_a_genre_with_few_clips_or_in_one_film_has_no_calibration_of_its_own(
    films: list[JudgedPassages],
) -> None:
    few = [film(20 + n, "Western", DRAMA.probability, passages=20) for n in range(2)]
    one = film(30, "Opera", COMEDY.probability, passages=200)
    made = calibrate([*films, *few, one])
    assert set(made.genres) == {"Drama", "Comedy"}
    assert made.report.genres["Western"].clips < 50
    assert made.report.genres["Opera"].clips >= 50
    assert made.report.genres["Opera"].own is None


def test_a_film_of_two_genres_counts_for_both(films: list[JudgedPassages]) -> None:
    both = JudgedPassages(
        "both", "f" * 32, frozenset({"Drama", "Comedy"}), films[0].scores, films[0].confidences,
        films[0].taken,
    )  # fmt: skip
    report = calibrate([*films, both]).report
    assert report.everything.films == 17
    assert report.genres["Drama"].films == report.genres["Comedy"].films == 9


def test_scores_that_say_nothing_get_the_share_that_was_taken() -> None:
    made = calibrate([film(n, "Drama", lambda _: 0.3) for n in range(10)])
    fit = ScoreCalibration(source="", **made.all_genres.model_dump())
    assert fit.probability(5) == pytest.approx(0.3, abs=0.08)
    assert fit.probability(95) == pytest.approx(0.3, abs=0.08)


def test_scores_that_are_the_wrong_way_round_never_turn_the_order() -> None:
    fit = fit_calibration([film(n, "Drama", lambda score: 1 - score / 100) for n in range(10)])
    told = ScoreCalibration(source="", **fit.model_dump())
    assert told.probability(0) < told.probability(100)
    assert told.probability(100) - told.probability(0) < 0.05


def test_a_few_labels_in_perfect_order_make_no_certainty() -> None:
    few = [film(n, "Drama", lambda score: float(score > 50), passages=4) for n in range(2)]
    fit = ScoreCalibration(source="", **fit_calibration(few).model_dump())
    assert 0.02 < fit.probability(0) < 0.5 < fit.probability(100) < 0.98


def test_a_calibration_that_makes_confidences_worse_is_refused() -> None:
    # Plain confidences know the share, and what one film tells of scores is wrong of the next.
    rules = (lambda score: score / 100, lambda score: 1 - score / 100)
    films = [film(n, "Drama", rules[n % 2], passages=8, sure=0.5) for n in range(4)]
    made = calibrate(films)
    assert made.report.everything.all_genres.brier > made.report.everything.plain.brier
    with pytest.raises(CalibrationWorse, match="it would make them worse"):
        made.check()


@pytest.mark.parametrize(
    ("films", "part"),
    [
        ([], "no passage was found in them of which"),
        ([film(n, "", lambda _: 0.0) for n in range(3)], "none was kept by half or more"),
        ([film(n, "", lambda _: 1.0) for n in range(3)], "none was left whole"),
        ([film(0, "", lambda _: 0.5)], "one film alone"),
    ],
)
def test_without_labels_of_both_kinds_in_two_films_there_is_nothing_to_learn(
    films: list[JudgedPassages], part: str
) -> None:
    with pytest.raises(LabelsMissing, match=part):
        calibrate(films)


def test_quality_by_hand() -> None:
    told, taken = np.array([0.9, 0.9, 0.2, 0.2]), np.array([True, False, False, False])
    quality = measure_quality(told, taken)
    assert quality.brier == pytest.approx((0.01 + 0.81 + 0.04 + 0.04) / 4)
    assert quality.ece == pytest.approx((abs(1.8 - 1) + abs(0.4 - 0)) / 4)
