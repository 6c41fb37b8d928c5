"""A node whose clock is wrong does the same work, and nobody does any of it again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.batch import ItemEnded, OutputFolder, read_status
from shotlog.paths import CACHE_VARIABLE
from tests.batch.faults import products
from tests.batch.faults.conftest import Undisturbed
from tests.batch.faults.own_executor import run_again
from tests.batch.season import shard_files
from tests.waiting import PATIENCE_S

YEARS = 3 * 365 * 24 * 3600


def test_a_node_with_a_wrong_clock_leaves_the_same_bytes(
    planned: Path, undisturbed: Undisturbed
) -> None:
    """Its files are dated by its clock, as those of a share that takes the time of the client."""
    program = (
        "import sys; from pathlib import Path; from tests.faults.jumping import jump_by;"
        "jump_by(Path(sys.argv[1])); from tests.batch.faults.steps import work;"
        "work(Path(sys.argv[2]), [Path(sys.argv[3])])"
    )
    ahead = planned.with_name("ahead")
    ahead.write_text(str(-YEARS))
    (shard,) = shard_files(planned)
    command = [sys.executable, "-c", program, str(ahead), str(planned), str(shard)]
    subprocess.run(command, check=True, timeout=PATIENCE_S)
    products.assert_equal(planned, undisturbed.out)


@pytest.mark.parametrize("ahead", [YEARS, -YEARS])
def test_files_of_another_time_are_no_news(ahead: int, logged: Path) -> None:
    for path in logged.rglob("*"):
        then = path.stat().st_mtime + ahead
        os.utime(path, (then, then))
    before = products.files(logged)
    told = run_again(OutputFolder(logged))
    assert [event for event in told if isinstance(event, ItemEnded)] == []
    assert products.files(logged) == before


def test_a_copied_output_folder_with_new_dates_is_no_news(
    logged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "moved" / logged.name
    shutil.copytree(logged, moved, copy_function=shutil.copyfile)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "empty.sqlite"))
    told = run_again(OutputFolder(moved))
    assert [event for event in told if isinstance(event, ItemEnded)] == []
    assert read_status(OutputFolder(moved)).complete
