"""What a check found, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from shotlog.schema import Hint, Model


class State(StrEnum):
    """How grave it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


class Subject(StrEnum):
    """What checks are about; the order in which they are shown."""

    SHOTLOG = "Shotlog"
    LIBRARIES = "Libraries"
    DEVICE = "Device"
    MACHINE = "Machine"
    RESULTS = "Results"
    MODELS = "Models"
    DAEMON = "Daemon"


class Verdict(Model):
    """What a check says.

    Attributes:
        state: How grave it is.
        words: What was seen, in a sentence without a full stop.
        remedy: What to do; there is one whenever not all is well.
    """

    state: State
    words: str
    remedy: Hint | None = None

    @model_validator(mode="after")
    def _remedied(self) -> Self:
        if (self.state is State.OK) != (self.remedy is None):
            raise ValueError("there is a remedy whenever not all is well, and only then")
        return self


class Finding(Verdict):
    """A verdict, and whose it is.

    Attributes:
        subject: What it is about.
        check: The check's name, for machines: ``journal-sound``.
    """

    subject: Subject
    check: str


def ok(words: str) -> Verdict:
    """All is well."""
    return Verdict(state=State.OK, words=words)


def warning(words: str, remedy: str) -> Verdict:
    """Shotlog works, but not as it could."""
    return Verdict(state=State.WARNING, words=words, remedy=remedy)


def problem(words: str, remedy: str) -> Verdict:
    """Something does not work."""
    return Verdict(state=State.PROBLEM, words=words, remedy=remedy)


def skipped(words: str, remedy: str) -> Verdict:
    """It could not be looked at, or there is nothing to look at; the remedy changes that."""
    return Verdict(state=State.SKIPPED, words=words, remedy=remedy)
