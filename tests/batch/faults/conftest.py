"""A small batch, and what an undisturbed run makes of it."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from shotlog.batch import OutputFolder, ShardRunner, merge_results
from shotlog.paths import CACHE_VARIABLE
from tests.batch.season import Told, film, never, plan, shard_files, timeline


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform.startswith("linux"):
        return
    here = Path(__file__).parent
    for item in items:  # those of all folders
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="faults are made by Linux's own means"))


@dataclass(frozen=True)
class Undisturbed:
    """A batch that nothing has disturbed.

    Attributes:
        season: Its input: a timeline, a copy of it, and a film that no timeline uses.
        planned: An output folder that was planned alone.
        out: The output folder as it is afterwards.
        cache: The result cache, with all evidence.
    """

    season: Path
    planned: Path
    out: Path
    cache: Path


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Return a batch that nothing has disturbed; nobody writes to its folders."""
    root = tmp_path_factory.mktemp("undisturbed")
    made = Undisturbed(
        root / "season", root / "planned" / "out", root / "out", root / "cache.sqlite"
    )
    film(made.season / "loose.mp4", 1)
    cut = timeline(made.season / "ep1" / "cut.otio", [film(made.season / "used.mp4", 2)])
    (made.season / "ep1" / "twin.otio").write_bytes(cut.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(made.cache))
        for out in (made.planned, made.out):
            plan([made.season], out)
        with ShardRunner(worker="undisturbed") as runner:
            for shard in shard_files(made.out):
                runner.run(shard, (), Told(), never)
        merge_results(OutputFolder(made.out))
    return made


@pytest.fixture
def planned(undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an output folder of the test's own that was planned alone."""
    return _copied(undisturbed.planned, undisturbed, tmp_path, monkeypatch)


@pytest.fixture
def logged(undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an output folder of the test's own in which all is done."""
    return _copied(undisturbed.out, undisturbed, tmp_path, monkeypatch)


def _copied(
    out: Path, undisturbed: Undisturbed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    cache = tmp_path / "cache.sqlite"  # all evidence is there, so no test measures anything again
    shutil.copy(undisturbed.cache, cache)
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    return Path(shutil.copytree(out, tmp_path / out.name))
