"""The result of every method of fitting a model to films."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from shotlog.analyzers.clock import Numbers
from shotlog.highlights.trained import TrainedModel
from shotlog.learning.highlights.films import LabelledFilm


class FittedModel(Protocol):
    """A model that was fitted to films."""

    @property
    def films(self) -> int:
        """Number of films that it was learned from."""

    @property
    def picks(self) -> int:
        """Number of parts that were kept in them."""

    @property
    def model(self) -> TrainedModel:
        """The model."""

    @property
    def facts(self) -> dict[str, Any]:
        """The course of the fit, as JSON; ``method`` in words."""

    @property
    def notes(self) -> tuple[str, ...]:
        """The same in sentences, for people."""

    def judge(self, film: LabelledFilm) -> Numbers:
        """Return (n,) scores of the windows of a film, higher for those that would be kept."""


Fitting = Callable[[Sequence[LabelledFilm]], FittedModel]
"""Fits a model to films of which each tells both."""
