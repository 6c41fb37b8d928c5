"""A fault at any step of a node's work costs nothing, and leaves nothing half."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from shotlog.paths import CACHE_VARIABLE
from tests.batch.faults.conftest import Undisturbed
from tests.batch.faults.steps import FAULTS
from tests.waiting import PATIENCE_S

COUNT = 3
"""Steps of each kind of fault; all are tried by ``python -m benchmarks.batch_faults --steps``."""


@pytest.fixture(scope="module")
def seen(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What was found, by kind of fault."""
    scratch = tmp_path_factory.mktemp("steps")
    command = [
        sys.executable, "-m", "tests.batch.faults.steps", str(undisturbed.planned), str(scratch),
        str(undisturbed.out), str(COUNT), *FAULTS,
    ]  # fmt: skip
    environment = {**os.environ, CACHE_VARIABLE: str(undisturbed.cache)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_step_costs_nothing(fault: str, seen: Mapping[str, Any]) -> None:
    assert seen[fault]["wrong"] == {}
    assert len(seen[fault]["tried"]) == COUNT < seen[fault]["steps"]
