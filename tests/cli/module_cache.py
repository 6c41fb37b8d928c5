"""Fixtures by which all tests of a module share one result cache; a module imports them."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.paths import CACHE_VARIABLE

__all__ = ["_one_cache", "cache"]


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache") / "evidence.sqlite"


@pytest.fixture(autouse=True)
def _one_cache(cache: Path, _own_cache: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the evidence of the films for all tests of this module."""
    monkeypatch.setenv(CACHE_VARIABLE, str(cache))
    monkeypatch.setenv("COLUMNS", "200")
