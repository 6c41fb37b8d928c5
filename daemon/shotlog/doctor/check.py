"""Health checks: a claim about this machine, and the function that tests it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shotlog.doctor.context import Context
from shotlog.doctor.result import CheckOutcome, Subject

SECONDS = 20.0
"""Default time limit of a check."""


@dataclass(frozen=True)
class HealthCheck:
    """A claim about this machine, and the function that tests it.

    Attributes:
        name: Name for machines: ``journal-sound``.
        subject: Group in which it is shown.
        claim: The claim, in one line; true on a healthy machine.
        run: Tests the claim.
        seconds: Time limit.
        deep: True if it runs only on request, because it takes long or leaves files behind.
    """

    name: str
    subject: Subject
    claim: str
    run: Callable[[Context], CheckOutcome]
    seconds: float = SECONDS
    deep: bool = False


def health_check(
    subject: Subject, *, seconds: float = SECONDS, deep: bool = False
) -> Callable[[Callable[[Context], CheckOutcome]], HealthCheck]:
    """Make a check of a function: its name, and the first line of its docstring as the claim."""

    def decorate(run: Callable[[Context], CheckOutcome]) -> HealthCheck:
        claim, *_ = (run.__doc__ or run.__name__).splitlines()
        return HealthCheck(run.__name__.replace("_", "-"), subject, claim, run, seconds, deep)

    return decorate
