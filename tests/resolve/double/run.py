"""Runs one script against a double in this Python: ``python -m double.run JOB.json RESULT.json``.

The job: ``spec`` (of ``ProjectSpec``, or null), ``script`` (a file), ``runs`` (how often it is run,
1), ``double`` (arguments of ``Double``), ``globals`` (further names for the script), ``path``
(folders for ``sys.path``), ``plan`` (``[method or null, nth, action]`` with an action of
``ACTIONS``), ``cost`` (seconds a call), ``sleeps`` (they pass).

The result: ``before`` and ``after`` (snapshots), ``between`` (one after each run), ``violations``,
``calls``, ``log``, ``edits``, ``saves``, ``upsells``, ``unknown``, ``spent``, and ``error``, the
traceback of the last run that failed.
"""

import json
import sys
import traceback
from types import CodeType
from typing import Any, Dict, List, Optional

from .double import Double
from .spec import ProjectSpec

ACTIONS = ("close", "delete_timeline", "switch_project", "close_project", "open_dialog")


def run(job: Dict[str, Any]) -> Dict[str, Any]:
    """Run a job and return its result."""
    double = Double(_spec(job.get("spec")), **job.get("double", {}))
    double.session.cost = job.get("cost", 0.0)
    double.session.sleeps = job.get("sleeps", False)
    for method, nth, action in job.get("plan", []):
        double.session.before(method, nth, _action(double, action, job))
    sys.path[:0] = job.get("path", [])
    before = double.snapshot()
    error: Optional[str] = None
    between = []
    with open(job["script"], encoding="utf-8") as file:
        code = compile(file.read(), job["script"], "exec")
    for _ in range(job.get("runs", 1)):
        error = _execute(code, double.globals(**job.get("globals", {}))) or error
        between.append(double.snapshot())
    session = double.session
    return {
        "before": before,
        "after": double.snapshot(),
        "between": between,
        "violations": session.violations,
        "calls": dict(session.calls),
        "log": session.log,
        "edits": session.edits,
        "saves": session.saves,
        "upsells": session.upsells,
        "unknown": session.unknown,
        "spent": session.spent,
        "error": error,
    }


def _execute(code: CodeType, given: Dict[str, Any]) -> Optional[str]:
    """Run a script; return the traceback that it ended with, or None."""
    try:
        exec(code, given)  # noqa: S102
    except SystemExit as ended:
        return None if ended.code in (None, 0) else "SystemExit: %s" % ended.code
    except BaseException:
        return traceback.format_exc()
    return None


def _spec(told: Optional[Dict[str, Any]]) -> Optional[ProjectSpec]:
    return None if told is None else ProjectSpec.from_json(json.dumps(told))


def _action(double: Double, name: str, job: Dict[str, Any]) -> Any:
    if name == "switch_project":
        return lambda: double.switch_project(_spec(job.get("other") or job.get("spec")))
    if name == "close_project":
        return lambda: double.switch_project(None)
    if name not in ACTIONS:
        raise ValueError("an action is one of %s" % ", ".join(ACTIONS))
    return getattr(double, name)


def main(arguments: List[str]) -> None:
    """Read a job, run it, write its result."""
    job, result = arguments
    with open(job, encoding="utf-8") as file:
        told = json.load(file)
    done = run(told)
    with open(result, "w", encoding="utf-8") as file:
        json.dump(done, file)


if __name__ == "__main__":
    main(sys.argv[1:])
