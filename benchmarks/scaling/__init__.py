"""Costs of batches: measured on this machine, and carried to large clusters by a model.

``season`` makes footage and timelines, ``runs`` times workers on them, ``costs`` measures single
costs, ``cluster`` is a discrete-event model of planner, filer and nodes, and ``tables`` prints its
answers beside what was measured. ``docs/scaling.md`` discusses them.
"""

from benchmarks.scaling.runs import (
    Span,
    own_folders,
    plan_season,
    run_plain,
    run_runner,
    shotlog,
    warm_daemon,
)
from benchmarks.scaling.season import Season, make_season

__all__ = [
    "Season",
    "Span",
    "make_season",
    "own_folders",
    "plan_season",
    "run_plain",
    "run_runner",
    "shotlog",
    "warm_daemon",
]
