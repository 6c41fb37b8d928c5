"""Results of checks, with remedies."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from shotlog.schema import Hint, Model


class CheckState(StrEnum):
    """State of a checked claim, from healthy to broken, or not checked."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


class Subject(StrEnum):
    """Groups of checks, in the order in which they are shown."""

    SHOTLOG = "Shotlog"
    LIBRARIES = "Libraries"
    DEVICE = "Device"
    MACHINE = "Machine"
    RESULTS = "Results"
    MODELS = "Models"
    DAEMON = "Daemon"
    RESOLVE = "DaVinci Resolve"


class CheckOutcome(Model):
    """The outcome of a check.

    Attributes:
        state: State of the claim.
        words: Description of the state, a sentence without a full stop.
        remedy: Advice to the user, unless the state is OK.
    """

    state: CheckState
    words: str
    remedy: Hint | None = None

    @model_validator(mode="after")
    def _remedied(self) -> Self:
        if (self.state is CheckState.OK) != (self.remedy is None):
            raise ValueError("an outcome has a remedy unless it is OK, and only then")
        return self


class CheckResult(CheckOutcome):
    """An outcome with the check that it comes from.

    Attributes:
        subject: Group of the check.
        check: Name of the check, for machines: ``journal-sound``.
    """

    subject: Subject
    check: str


def passed(words: str) -> CheckOutcome:
    """Return an outcome for a true claim."""
    return CheckOutcome(state=CheckState.OK, words=words)


def warning(words: str, remedy: str) -> CheckOutcome:
    """Return an outcome for a fault that Shotlog works in spite of."""
    return CheckOutcome(state=CheckState.WARNING, words=words, remedy=remedy)


def problem(words: str, remedy: str) -> CheckOutcome:
    """Return an outcome for a fault that stops a part of Shotlog from working."""
    return CheckOutcome(state=CheckState.PROBLEM, words=words, remedy=remedy)


def skipped(words: str, remedy: str) -> CheckOutcome:
    """Return an outcome for a claim that could not be checked; the remedy tells how it can be."""
    return CheckOutcome(state=CheckState.SKIPPED, words=words, remedy=remedy)
