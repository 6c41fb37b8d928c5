"""DaemonPaths of their own for every test of the daemon."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.service.runtime import DaemonPaths


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DaemonPaths:
    """A daemon's places that no other test knows, for this process and those it starts."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return DaemonPaths()
