"""A caller of forty lines, which needs Python 3.6 and its standard library, gets its markers."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog.synthetic import write_video
from tests.bridge.talk import CLIP, EDIT
from tests.media.material import drift
from tests.waiting import PATIENCE_S

CALLER = Path(__file__).with_name("caller.py")
BRIDGE = [sys.executable, "-m", "shotlog", "bridge"]
NEWER = {"contextvars", "dataclasses", "graphlib", "tomllib", "zoneinfo"}
"""Modules that came after 3.6, by docs.python.org/3/whatsnew, 3.7 to 3.11."""


@pytest.fixture
def edit(tmp_path: Path) -> Path:
    """An edit of one short film, as a script writes it."""
    write_video(tmp_path / "film ü.mp4", drift(50), Fraction(25))
    clip = {**CLIP, "media": str(tmp_path / "film ü.mp4"), "source_in": 0, "source_out": 50}
    path = tmp_path / "edit.json"
    path.write_text(json.dumps({**EDIT, "clips": [clip]}), encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home for a daemon, which is gone afterwards."""
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path / "home"))
    yield
    stop_daemon(DaemonPaths())


def test_it_is_python_3_6_and_imports_its_standard_library_alone() -> None:
    tree = ast.parse(CALLER.read_text("utf-8"), feature_version=(3, 6))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names - NEWER


def test_it_is_short() -> None:
    assert len(CALLER.read_text("utf-8").splitlines()) <= 45


def pythons() -> list[Any]:
    """This one; and of those on the path and those that pyenv keeps the oldest and the newest.

    pyenv's shims are left out, as they start nothing by themselves.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = []
    for name in (f"python3.{minor}" for minor in range(6, 15)):
        named = shutil.which(name)
        found += [named] if named and "shims" not in named else []
        found += map(str, pyenv.glob(f"versions/*/bin/{name}"))
    none = pytest.param("", marks=pytest.mark.skip("no other Python is on the path"))
    return [sys.executable, *(sorted({found[0], found[-1]}) if found else [none])]


@pytest.mark.slow
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("python", pythons())
def test_it_gets_the_markers_of_a_film_from_the_daemon(python: str, edit: Path) -> None:
    hosts = {**os.environ, "PYTHONHOME": "/nowhere", "LD_LIBRARY_PATH": "/nowhere"}
    run = subprocess.run(
        [python, "-E", "-S", str(CALLER), str(edit), *BRIDGE],
        capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=hosts,
    )  # fmt: skip

    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["0 50 Cyan pan_right"]
