"""A machine for every test of faults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.service.runtime import DaemonPaths
from tests.faults.figures import Figures
from tests.faults.machine import Machine, Reel, make_reel
from tests.faults.summary import FIGURES

FILMS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform.startswith("linux"):
        return
    here = Path(__file__).parent
    for item in items:  # those of all folders
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="faults are made by Linux's own means"))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """What a test counts on; the sum of all is told at the end of the run."""
    own = Figures()
    yield own
    request.config.stash[FIGURES].add(own)


@pytest.fixture(scope="session")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Small edits, and the log of each."""
    return make_reel(tmp_path_factory.mktemp("reel"), FILMS)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonPaths:
    """A daemon's places that no other test knows, for this process and those it starts."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return DaemonPaths()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, reel: Reel) -> Iterator[Machine]:
    """A machine whose daemon runs, for tests of a module that leave it as they found it."""
    one = Machine(DaemonPaths(root=tmp_path_factory.mktemp("home")), reel, Figures())
    try:
        one.start()
        yield one
    finally:
        one.close()


@pytest.fixture
def machine(places: DaemonPaths, reel: Reel, figures: Figures) -> Iterator[Machine]:
    """A machine whose daemon is not started yet, and is gone afterwards."""
    one = Machine(places, reel, figures)
    try:
        yield one
    finally:
        one.close()
