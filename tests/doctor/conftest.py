"""A case of its own for every test: empty folders, and this installation."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shotlog.doctor import CHECKS, CheckResult, Context, run_checks
from shotlog.models.catalog import Registry
from shotlog.paths import HOME_VARIABLE
from shotlog.service.runtime import DaemonPaths

Look = Callable[[str, Context], CheckResult]
Standin = Callable[[str, str], None]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Nothing was ever done with Shotlog here."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    (tmp_path / "system").mkdir()
    return Context(
        places=DaemonPaths(root=tmp_path / "home"),
        registry=Registry(tmp_path / "models"),
        named_cache=tmp_path / "cache" / "evidence.sqlite",
        environ=dict(os.environ),
        system=tmp_path / "system",
    )


@pytest.fixture
def look() -> Look:
    """Tries one check, also a deep one if the case is."""

    def tried(name: str, context: Context) -> CheckResult:
        (finding,) = run_checks(context, [check for check in CHECKS if check.name == name])
        return finding

    return tried


@pytest.fixture
def stand_in(context: Context, tmp_path: Path) -> Standin:
    """Puts another module in the place of an installed one, for processes that look."""
    folder = tmp_path / "stand-ins"
    folder.mkdir()
    # Bytecode of a stand-in would be a change to the folder, but none of Shotlog's.
    more = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    context.environ = {**context.environ, **more}

    def put(name: str, code: str) -> None:
        (folder / f"{name}.py").write_text(code)

    return put


@pytest.fixture
def bound_by_modes(tmp_path: Path) -> None:
    """Skips for a user whom no file's mode keeps out, as root is."""
    closed = tmp_path / "closed"
    closed.touch(mode=0o000)
    if os.access(closed, os.W_OK):
        pytest.skip("this user may write everywhere")
