"""The Pythons of this machine, and running a script against the double in one of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.resolve.double import ProjectSpec
from tests.waiting import PATIENCE_S

HERE = Path(__file__).parent
VERSIONS = ("3.6", "3.8", "3.11", "3.13", "3.14")
_LAUNCH = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    " from double.run import main; main(sys.argv[1:])"
)


def python(version: str) -> str:
    """Return a Python of that version; skip the test where the machine has none."""
    folder = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for each in sorted(folder.glob(f"{version}.*/bin/python")):
        return str(each)
    found = shutil.which(f"python{version}")
    if found is None:
        pytest.skip(f"there is no Python {version} here")
    return found


def play(
    version: str,
    spec: ProjectSpec | None,
    script: Path,
    folder: Path,
    *,
    double: Mapping[str, Any] | None = None,
    path: Sequence[Path] = (),
    plan: Sequence[Sequence[Any]] = (),
    timeout: float = PATIENCE_S,
    environment: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Run a menu script against the double in a Python of that version; see ``double.run``."""
    job = {
        "spec": None if spec is None else spec.told,
        "script": str(script),
        "double": dict(double or {}),
        "path": [str(each) for each in path],
        "plan": [list(each) for each in plan],
        **more,
    }
    job_file, result_file = folder / "job.json", folder / "result.json"
    job_file.write_text(json.dumps(job), encoding="utf-8")
    told = subprocess.run(
        [python(version), "-B", "-c", _LAUNCH, str(HERE), str(job_file), str(result_file)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=None if environment is None else dict(environment),
        check=False,
    )
    assert told.returncode == 0, told.stderr
    result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
    return {**result, "stdout": told.stdout, "stderr": told.stderr}
