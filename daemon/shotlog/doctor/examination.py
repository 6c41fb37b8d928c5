"""All checks, and how they are gone through: side by side, each with its own time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence

from shotlog.doctor import (
    daemon,
    device,
    installation,
    journal,
    libraries,
    machine,
    models,
    results,
)
from shotlog.doctor.case import Case, ProbeFailed
from shotlog.doctor.check import Check
from shotlog.doctor.finding import Finding, Verdict, problem, skipped
from shotlog.schema.errors import ShotlogError

CHECKS: tuple[Check, ...] = (
    *installation.CHECKS,
    *libraries.CHECKS,
    *device.CHECKS,
    *machine.CHECKS,
    *results.CHECKS,
    *models.CHECKS,
    *journal.CHECKS,
    *daemon.CHECKS,
)
"""Every check, in the order in which it is shown."""

_REPORT = "Report it, with what this prints: shotlog doctor --json."


def examine(case: Case, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Tries every check, side by side, and tells what each found; the deep ones come last.

    A check that raises or takes too long is a problem of its own, and costs the others nothing.
    One that hangs is left behind in a thread, which ends with the process.

    Args:
        case: What to look at.
        checks: Which checks; those that are deep are skipped unless the case is.
    """
    for deep in (False, True):  # the deep ones start what the others must find as it was
        attempts = [_Attempt(each, case) for each in checks if each.deep is deep]
        for attempt in attempts:
            said = attempt.verdict().model_dump()
            yield Finding(subject=attempt.check.subject, check=attempt.check.name, **said)


class _Attempt:
    """One check at work in a thread of its own, which may hang."""

    def __init__(self, check: Check, case: Case) -> None:
        self.check = check
        self._said: queue.SimpleQueue[Verdict] = queue.SimpleQueue()
        self._until = time.monotonic() + check.seconds
        # No pool of threads: Python waits at its end for those, for ever if need be.
        thread = threading.Thread(target=self._look, args=(case,), daemon=True, name=check.name)
        thread.start()

    def verdict(self) -> Verdict:
        try:
            return self._said.get(timeout=max(0.0, self._until - time.monotonic()))
        except queue.Empty:
            return problem(f"the check hangs (after {self.check.seconds:.0f} s)", _REPORT)

    def _look(self, case: Case) -> None:
        self._said.put(_tried(self.check, case))


def _tried(check: Check, case: Case) -> Verdict:
    if check.deep and not case.deep:
        return skipped("not tried", "Try it with: shotlog doctor --deep.")
    try:
        return check.look(case)
    except ShotlogError as error:
        return problem(f"{error.problem.subject}: {error.problem.message}", error.problem.hint)
    except ProbeFailed as error:
        return problem(f"a process that was to look failed: {error}", _REPORT)
    except Exception as error:
        return problem(f"the check itself failed ({type(error).__name__}: {error})", _REPORT)
