"""Shotcut opens our projects and saves the markers on their frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nle.clients.marked import marked
from tests.nle.clients.melt import shotcut_markers
from tests.nle.clients.shotcut import open_and_save

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]


def test_it_keeps_every_marker(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "shotcut")
    open_and_save(project)

    assert b"Shotcut version" in project.read_bytes()
    assert shotcut_markers(project) == expected
