"""A check: one claim about this machine, and the function that tries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shotlog.doctor.context import Context
from shotlog.doctor.result import Subject, Verdict

SECONDS = 20.0
"""A check that takes longer has failed, unless it allows itself more."""


@dataclass(frozen=True)
class Check:
    """One claim, and how it is tried.

    Attributes:
        name: For machines: ``journal-sound``.
        subject: What it is about.
        claim: What holds where all is well, in one line.
        look: Tries it.
        seconds: So long it may take.
        deep: Whether it is tried only when asked: it takes long, or leaves something behind.
    """

    name: str
    subject: Subject
    claim: str
    look: Callable[[Context], Verdict]
    seconds: float = SECONDS
    deep: bool = False


def check(
    subject: Subject, *, seconds: float = SECONDS, deep: bool = False
) -> Callable[[Callable[[Context], Verdict]], Check]:
    """Makes a check of a function; its name and the first line of its docstring are the check's."""

    def made(look: Callable[[Context], Verdict]) -> Check:
        claim, *_ = (look.__doc__ or look.__name__).splitlines()
        return Check(look.__name__.replace("_", "-"), subject, claim, look, seconds, deep)

    return made
