"""Jobs carried out with the real ``shotlog``: from a plan to its library."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from shotlog.batch import OutputFolder, RunSettings, farm_job, read_plan, read_status
from shotlog.library import Library, parse_query
from tests.batch.emitters.farms import FARMS
from tests.batch.emitters.jobs import PLAIN, Machine, emit
from tests.batch.season import film, plan, timeline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the output folder of a plan of two shards."""
    root = tmp_path_factory.mktemp("planned")
    for number in range(2):
        one = film(root / "in" / f"ep{number}.mp4", number)
        timeline(root / "in" / f"ep{number}" / "cut.otio", [one])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTLOG_CACHE", str(root / "evidence.sqlite"))
        patch.setattr("shotlog.batch.planning.shards.MIN_COST", 0.01)
        plan([root / "in"], root / "out")
    return root / "out"


@pytest.mark.parametrize("name", sorted(FARMS))
def test_a_batch_goes_from_its_plan_to_its_library_on_a_farm(
    name: str, planned: Path, tmp_path: Path
) -> None:
    out = OutputFolder(shutil.copytree(planned, tmp_path / PLAIN))
    job = farm_job(out, read_plan(out), RunSettings(jobs=2))
    assert len(job.shards) == 2
    machine = Machine(tmp_path / "machine")
    machine.root.mkdir()
    shotlog = Path(sys.executable).with_name("shotlog")
    machine.install("shotlog", f'#!/bin/sh\nexec {shotlog} "$@"\n')
    done = FARMS[name](machine, emit(name, job))
    assert done.returncode == 0, done.stdout + done.stderr
    status = read_status(out)
    assert (status.done, status.complete, status.library) == (2, True, True)
    with Library.open(out.library) as library:
        assert library.find(parse_query("duration > 0s")).total >= 2
    assert out.index.is_file()
