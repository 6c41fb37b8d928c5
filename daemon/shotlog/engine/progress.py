"""Interfaces of progress: the engine reports stages, the caller shows them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class StageProgress(Protocol):
    """Progress of one stage."""

    def advance(self, amount: float) -> None:
        """Add an amount of finished work, in the unit of the stage's total."""
        ...


class RunProgress(Protocol):
    """Receiver of the progress of a run, stage by stage."""

    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> AbstractContextManager[StageProgress]:
        """Begin a stage.

        Args:
            name: Name of the stage, for people.
            total: Amount of work.
            unit: Unit of ``total``, for people.
            saved: True where finished work is in the result cache at once, so that a run that is
                stopped in this stage continues there when it is started again.
        """
        ...


class _NoBar:
    def advance(self, amount: float) -> None:
        """Do nothing."""


class SilentProgress:
    """Progress that is not shown."""

    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> AbstractContextManager[StageProgress]:
        """Return a stage whose progress is not shown."""
        return nullcontext(_NoBar())
