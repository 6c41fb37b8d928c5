"""Groups of tests that run in one process, in order, where pytest-xdist runs several processes.

Those of a module do, so that what a module makes once is made once; all that kill, stop and
starve real daemons or disguise processes as editing programs, for which the daemons of other tests
would wait; and all that start Ray.

A scheduler of our own, because the mark ``xdist_group`` does nothing under pytest 9.2: pytest-xdist
3.8 writes it into an attribute that pytest no longer reads.
"""

from __future__ import annotations

import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

_SLOW, _SLOW_S = {"slow", "client"}, 300
FAULTS = "faults"
_DISTURBING = re.compile(r"tests/(batch/faults/|faults/|service/scheduling/test_nle_activity\.py)")
RAY = "ray"
_OF_RAY = re.compile(r"tests/batch/executors/test_(contract|ray_)")
_CASE = re.compile(r"tests/field/test_field\.py::\w+\[[^:]+")

LONG = (
    FAULTS,  # 350 s, and 160 s of Ray: for the most part these wait
    RAY,
    "tests/nle/test_corpus.py",
    "tests/installer/test_install.py",
    "tests/cli/test_daemon.py",
    "tests/nle/test_round_trips.py",
    "tests/service/daemon/test_daemon.py",
    "tests/resolve/test_end_to_end_entries.py",
    "tests/batch/emitters/test_real_jobs.py",
    "tests/nle/clients/test_kdenlive.py",
    "tests/media/cuts/test_contract.py",
    "tests/cli/test_train_models.py",
    "tests/service/worker/test_worker.py",
    "tests/otio/aaf/test_writing.py",
    "tests/cli/test_watch.py",
    "tests/remote/test_predictors.py",
    "tests/providers/test_faults.py",
    "tests/cli/test_remote.py",
)
"""Groups that take more than 20 s, the longest first, by the durations that CI prints."""


class ByGroup(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist exports it untyped
    """Gives the next group to the process that has finished its own."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Return the group of a test by its node ID."""
    if _DISTURBING.match(nodeid):
        return FAULTS
    if _OF_RAY.match(nodeid):  # clusters on one machine know each other, and take all its cores
        return RAY
    if case := _CASE.match(nodeid):  # all cases together would keep one process busy to the end
        return case.group()
    return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup | None:
    """Return our scheduler, unless another distribution was asked for."""
    return ByGroup(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first, so that no process has one left at the end.

    Their tests, and those that are marked slow or ask other programs, have five minutes instead of
    one.
    """
    turns = {group: turn for turn, group in enumerate(LONG)}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "timeout" not in marks and (marks & _SLOW or group_of(item.nodeid) in turns):
            item.add_marker(pytest.mark.timeout(_SLOW_S))
    items.sort(key=lambda item: turns.get(group_of(item.nodeid), len(LONG)))
