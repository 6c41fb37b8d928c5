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

    def stage(self, name: str, total: float, unit: str) -> AbstractContextManager[Bar]:
        """A stage begins: its name for people, how much there is to do, and of what."""
        ...


class _NoBar:
    def advance(self, amount: float) -> None:
        """Shows nothing."""


class Silent:
    """Shows nothing."""

    def stage(self, name: str, total: float, unit: str) -> AbstractContextManager[Bar]:
        """A stage that nobody watches."""
        return nullcontext(_NoBar())
