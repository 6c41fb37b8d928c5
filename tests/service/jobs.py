"""Small jobs for tests, each with its own id."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import ClipRange, Edit, TimeMap, TimeRange
from shotlog.service.protocol import Priority, Submit
from shotlog.service.tasks import Analyze, Task


def edit(clips: int = 1) -> Edit:
    """Return an edit of clips of one second each, without media."""
    second = Fraction(1)
    return Edit(
        name="cut",
        rate=Fraction(25),
        duration=Fraction(clips),
        clips=tuple(
            ClipRange(
                id=f"V1/{number}",
                name=f"clip {number}",
                media=None,
                source=TimeRange(start=Fraction(0), duration=second),
                timeline=TimeRange(start=Fraction(number), duration=second),
                time_map=TimeMap(
                    timeline_start=Fraction(number), source_start=Fraction(0), speed=Fraction(1)
                ),
            )
            for number in range(clips)
        ),
    )


def job_id(number: int) -> str:
    """Return the id of the job with this number."""
    return f"{number:032x}"


def job(
    number: int = 1,
    *,
    name: str = "cut",
    priority: Priority = Priority.NORMAL,
    task: Task | None = None,
) -> Submit:
    """Return a job as a client submits it."""
    return Submit(
        job=job_id(number), name=name, task=task or Analyze(edit=edit()), priority=priority
    )
