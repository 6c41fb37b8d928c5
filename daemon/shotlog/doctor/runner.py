"""All checks, and how they are gone through: side by side, each with its own time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from shotlog.doctor import cache as results
from shotlog.doctor import daemon, device, installation, journal, libraries, machine, models
from shotlog.doctor.check import Check
from shotlog.doctor.context import Context, ProbeFailed
from shotlog.doctor.result import Finding, State, Subject, Verdict, problem, skipped
from shotlog.paths import (
    CACHE_VARIABLE,
    MODELS_VARIABLE,
    AccessProblem,
    check_access,
    explain_access,
)
from shotlog.schema import HomeMissing, ShotlogError

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

_PLACES: Mapping[Subject, tuple[Check, Callable[[Context], AccessProblem | None]]] = {
    Subject.RESULTS: (
        results.cache_place,
        lambda case: check_access(case.cache, CACHE_VARIABLE, writing=False),
    ),
    Subject.MODELS: (
        models.models_place,
        lambda case: check_access(case.registry.root, MODELS_VARIABLE, writing=False),
    ),
    Subject.DAEMON: (daemon.daemon_folder, lambda case: daemon.barred(case.places)),
}
"""What cannot be looked at where a place is shut: the check that says why, and whether it is."""

_REPORT = "Report it, with what this prints: shotlog doctor --json."


def examine(case: Context, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Tries every check, side by side, and tells what each found; the deep ones come last.

    A check that raises or takes too long is a problem of its own, and costs the others nothing.
    One that hangs is left behind in a thread, which ends with the process.

    Args:
        case: What to look at.
        checks: Which checks; those that are deep are skipped unless the case is.
    """
    told: dict[Verdict, str] = {}
    for deep in (False, True):  # the deep ones start what the others must find as it was
        attempts = [_Attempt(each, case) for each in checks if each.deep is deep]
        for attempt in attempts:
            verdict = _unless_told(attempt, told)
            yield Finding(
                subject=attempt.check.subject, check=attempt.check.name, **verdict.model_dump()
            )


def _unless_told(attempt: _Attempt, told: dict[Verdict, str]) -> Verdict:
    """What a check found; what an earlier one found in the same words is not said again."""
    verdict = attempt.verdict()
    if verdict.state is not State.PROBLEM:
        return verdict
    first = told.setdefault(verdict, attempt.check.name)
    if first == attempt.check.name:
        return verdict
    return skipped(f"the same as {first}", f"Do first what is said of {first}.")


class _Attempt:
    """One check at work in a thread of its own, which may hang."""

    def __init__(self, check: Check, case: Context) -> None:
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

    def _look(self, case: Context) -> None:
        self._said.put(_tried(self.check, case))


def _barred(check: Check, case: Context) -> Verdict | None:
    """What to say of a check whose place is shut, so that only one check says what to do."""
    if check.subject not in _PLACES:
        return None
    teller, is_shut = _PLACES[check.subject]
    try:
        if check is teller or not is_shut(case):
            return None
    except HomeMissing:
        pass
    return skipped("its place cannot be looked into", f"Do first what is said of {teller.name}.")


def _in_words(error: OSError) -> Verdict:
    path = str(error.filename or "")
    if path and (told := explain_access(Path(path))):
        return problem(told.words, told.remedy)
    return problem(
        f"{path or 'the system'}: {error.strerror or error}", "See whether this user may do that."
    )


def _tried(check: Check, case: Context) -> Verdict:
    if check.deep and not case.deep:
        return skipped("not tried", "Try it with: shotlog doctor --deep.")
    try:
        return _barred(check, case) or check.look(case)
    except ShotlogError as error:
        return problem(f"{error.problem.subject}: {error.problem.message}", error.problem.hint)
    except ProbeFailed as error:
        return problem(f"a process that was to look failed: {error}", _REPORT)
    except OSError as error:
        return _in_words(error)
    except Exception as error:
        return problem(f"the check itself failed ({type(error).__name__}: {error})", _REPORT)
