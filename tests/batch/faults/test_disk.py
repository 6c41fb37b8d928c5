"""A full disk ends a node and a merge with an error, leaves nothing half, and work resumes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.paths import CACHE_VARIABLE
from tests.batch.faults.conftest import Undisturbed
from tests.faults.test_disk import OWN_MOUNTS
from tests.waiting import PATIENCE_S


def test_a_share_that_is_full_is_told_and_costs_nothing(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    try:
        subprocess.run([*OWN_MOUNTS, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a small disk, not even for a process of its own")
    program = [sys.executable, "-m", "tests.batch.faults.small_share"]
    done = subprocess.run(
        [*OWN_MOUNTS, *program, str(undisturbed.planned), str(tmp_path)],
        env={**os.environ, CACHE_VARIABLE: str(undisturbed.cache)},
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["ends"] == {"node": [1, 1, 1, 0], "merge": [1, 1, 0]}
    assert seen["states"] == ["done", "done"]
    told = [line for line in done.stderr.splitlines() if line.startswith("shotlog: ")]
    assert len(told) == 5
    assert all(line.endswith("the disk is full") for line in told), told
    assert "Traceback" not in done.stderr
