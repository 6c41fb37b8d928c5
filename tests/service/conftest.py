"""Paths of its own for the daemon of every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.service.runtime import DaemonPaths


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonPaths:
    """Return paths that only this test uses, for this process and its children."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return DaemonPaths()
