"""The choice of a method: a logistic regression of few features, or a network of many."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from shotlog.learning.highlights.network import FEWEST_FILMS
from shotlog.schema import LabelsMissing

AskedMethod = Literal["auto", "logistic", "network"]

LEAST_PICKS: Final = 200
"""Picks from which a network is tried. A judgement, not a fit: a network has 600 000 weights, and
of few picks a logistic regression with a prior learns more."""


class MethodPlan(NamedTuple):
    """The methods that are tried.

    Attributes:
        network: True where a network is fitted beside the logistic regression.
        reason: Why, for people.
    """

    network: bool
    reason: str


def plan_methods(asked: AskedMethod, picks: int, films: int, *, model: bool) -> MethodPlan:
    """Return the methods that are tried.

    Args:
        asked: The method that the user asked for.
        picks: Number of parts that were kept.
        films: Number of films.
        model: True where there is a model that gives vectors.

    Raises:
        LabelsMissing: A network is asked for, and there are too few films.
    """
    few_films = f"a network needs {FEWEST_FILMS} films at least, and there are {films}"
    if asked == "logistic":
        return MethodPlan(False, "it was asked for")
    if asked == "network":
        if films < FEWEST_FILMS:
            raise LabelsMissing("the timelines", few_films)
        return MethodPlan(True, "it was asked for")
    if picks < LEAST_PICKS:
        return MethodPlan(False, f"a network needs {LEAST_PICKS} picks, and there are {picks}")
    if films < FEWEST_FILMS:
        return MethodPlan(False, few_films)
    if not model:
        return MethodPlan(
            False, "a network needs the vectors of a model, and none is named (--model)"
        )
    return MethodPlan(
        True, f"there are {picks} picks, at least {LEAST_PICKS}: both methods are tried"
    )
