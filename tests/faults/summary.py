"""The figures of all tests of faults, told at the end of the run.

A plugin of pytest: with pytest-xdist, the process that tells is not the one that runs the tests,
and never loads their conftest.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.figures import Figures

FIGURES = pytest.StashKey[Figures]()
_SENT = "figures_of_faults"


def pytest_configure(config: pytest.Config) -> None:
    """Begins with nothing."""
    config.stash[FIGURES] = Figures()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Sends the figures of a worker of pytest-xdist to the process that tells them."""
    sent: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if sent is not None:
        sent[_SENT] = session.config.stash[FIGURES].plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Adds the figures of a worker; one that crashed has sent none."""
    sent: dict[str, Any] = getattr(node, "workeroutput", {})
    if _SENT in sent:
        node.config.stash[FIGURES].add(Figures.of_plain(sent[_SENT]))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Tells the figures, where a test of faults ran."""
    figures = config.stash[FIGURES]
    if figures.submitted:
        terminalreporter.section("what the faults cost")
        for line in figures.lines():
            terminalreporter.write_line(line)
