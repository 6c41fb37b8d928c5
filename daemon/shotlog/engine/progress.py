"""How far a long run has come: the engine reports, a door shows."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Bar(Protocol):
    """One stage of the work."""

    def advance(self, amount: float) -> None:
        """So much more is done, in the unit of the stage's total."""
        ...


class Progress(Protocol):
    """Shows the stages of a run."""

    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> AbstractContextManager[Bar]:
        """Begin a stage.

        Args:
            name: For people.
            total: How much there is to do.
            unit: Of ``total``, for people.
            saved: Whether what is done is in the result cache at once, so that a run that is
                stopped in this stage and begun again does not do it again.
        """
        ...


class _NoBar:
    def advance(self, amount: float) -> None:
        """Shows nothing."""


class Silent:
    """Shows nothing."""

    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> AbstractContextManager[Bar]:
        """Return a bar that shows nothing."""
        return nullcontext(_NoBar())
