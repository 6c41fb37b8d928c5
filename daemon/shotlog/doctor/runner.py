"""The list of all checks, and their parallel run, each with a time limit."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from shotlog.doctor import cache as results
from shotlog.doctor import (
    daemon,
    device,
    installation,
    journal,
    libraries,
    machine,
    models,
    renders,
    resolve,
)
from shotlog.doctor.check import HealthCheck
from shotlog.doctor.context import Context, ProbeFailed
from shotlog.doctor.result import CheckOutcome, CheckResult, CheckState, Subject, problem, skipped
from shotlog.paths import (
    CACHE_VARIABLE,
    MODELS_VARIABLE,
    AccessProblem,
    check_access,
    explain_access,
)
from shotlog.schema import HomeMissing, ShotlogError

CHECKS: tuple[HealthCheck, ...] = (
    *installation.CHECKS,
    *libraries.CHECKS,
    *renders.CHECKS,
    *device.CHECKS,
    *machine.CHECKS,
    *results.CHECKS,
    *models.CHECKS,
    *journal.CHECKS,
    *daemon.CHECKS,
    *resolve.CHECKS,
)
"""All checks, in the order in which they are shown."""

_PLACES: Mapping[Subject, tuple[HealthCheck, Callable[[Context], AccessProblem | None]]] = {
    Subject.RESULTS: (
        results.cache_place,
        lambda context: check_access(context.cache, CACHE_VARIABLE, writing=False),
    ),
    Subject.MODELS: (
        models.models_place,
        lambda context: check_access(context.registry.root, MODELS_VARIABLE, writing=False),
    ),
    Subject.DAEMON: (daemon.daemon_folder, lambda context: daemon.folder_denial(context.places)),
}
"""Per group, the check that reports an inaccessible folder, and a test for it; the other checks of
the group are then skipped."""

_REPORT = "Report it, with what this prints: shotlog doctor --json."


def run_checks(context: Context, checks: Sequence[HealthCheck] = CHECKS) -> Iterator[CheckResult]:
    """Run checks in parallel and yield their results in order, deep checks last.

    A check that raises or exceeds its time limit is a problem of that check alone. One that hangs
    stays in its thread, which ends with the process.

    Args:
        context: The installation and machine to check.
        checks: The checks to run; deep ones are skipped unless the context is deep.
    """
    reported: dict[CheckOutcome, str] = {}
    for deep in (False, True):  # deep checks start the daemon, whose state the others report
        attempts = [_Attempt(each, context) for each in checks if each.deep is deep]
        for attempt in attempts:
            outcome = _unless_reported(attempt, reported)
            yield CheckResult(
                subject=attempt.check.subject, check=attempt.check.name, **outcome.model_dump()
            )


def _unless_reported(attempt: _Attempt, reported: dict[CheckOutcome, str]) -> CheckOutcome:
    """Return the outcome of a check; skipped if an earlier check found the same problem."""
    outcome = attempt.outcome()
    if outcome.state is not CheckState.PROBLEM:
        return outcome
    first = reported.setdefault(outcome, attempt.check.name)
    if first == attempt.check.name:
        return outcome
    return skipped(f"same problem as {first}", f"First resolve the problem of {first}.")


class _Attempt:
    """A check that runs in a thread of its own."""

    def __init__(self, check: HealthCheck, context: Context) -> None:
        self.check = check
        self._outcome: queue.SimpleQueue[CheckOutcome] = queue.SimpleQueue()
        self._until = time.monotonic() + check.seconds
        # No thread pool: at exit Python would wait for its threads, and one may hang.
        thread = threading.Thread(target=self._run, args=(context,), daemon=True, name=check.name)
        thread.start()

    def outcome(self) -> CheckOutcome:
        try:
            return self._outcome.get(timeout=max(0.0, self._until - time.monotonic()))
        except queue.Empty:
            return problem(f"the check hangs (after {self.check.seconds:.0f} s)", _REPORT)

    def _run(self, context: Context) -> None:
        self._outcome.put(_run(self.check, context))


def _barred(check: HealthCheck, context: Context) -> CheckOutcome | None:
    """Return an outcome for a check whose folder is inaccessible, or None.

    Only the check in ``_PLACES`` reports the reason.
    """
    if check.subject not in _PLACES:
        return None
    reporter, denial = _PLACES[check.subject]
    try:
        if check is reporter or not denial(context):
            return None
    except HomeMissing:  # without a home there is no folder; the reporting check says so
        pass
    return skipped("its folder is not accessible", f"First resolve the problem of {reporter.name}.")


def _explain(error: OSError) -> CheckOutcome:
    """Return an operating system error as an outcome."""
    path = str(error.filename or "")
    if path and (denial := explain_access(Path(path))):
        return problem(denial.words, denial.remedy)
    return problem(
        f"{path or 'the system'}: {error.strerror or error}", "Check the permissions of this user."
    )


def _run(check: HealthCheck, context: Context) -> CheckOutcome:
    """Run a check; return any exception as a problem."""
    if check.deep and not context.deep:
        return skipped("not checked", "Check it with: shotlog doctor --deep.")
    try:
        return _barred(check, context) or check.run(context)
    except ShotlogError as error:
        return problem(f"{error.problem.subject}: {error.problem.message}", error.problem.hint)
    except ProbeFailed as error:
        return problem(f"a probe process failed: {error}", _REPORT)
    except OSError as error:
        return _explain(error)
    except Exception as error:  # a bug in one check must not hide the others
        return problem(f"the check itself failed ({type(error).__name__}: {error})", _REPORT)
