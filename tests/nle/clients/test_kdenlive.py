"""Kdenlive opens our projects without a question and saves the guides on their frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nle.clients.kdenlive import guides, open_and_save
from tests.nle.clients.marked import marked

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]


def test_it_keeps_every_guide(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "kdenlive")
    open_and_save(project)

    assert guides(project) == expected
