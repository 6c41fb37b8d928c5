"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA_VARIABLE = "SHOTLOG_TEST_DATA"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Real footage and timelines, which are not part of the project; skips where absent."""
    named = os.environ.get(DATA_VARIABLE)
    place = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not (place / "video" / "labels.csv").is_file():
        pytest.skip(f"the labelled footage is not here; set {DATA_VARIABLE} to its folder")
    return place
