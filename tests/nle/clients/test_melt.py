"""MLT reads and saves our projects of Shotcut and Kdenlive: markers stay on their frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.nle.clients import kdenlive
from tests.nle.clients.marked import RATES, marked
from tests.nle.clients.melt import (
    Store,
    save_by_melt,
    save_by_mlt,
    shotcut_markers,
    shotcut_properties,
)

pytestmark = [pytest.mark.client, pytest.mark.timeout(120)]

each_rate = pytest.mark.parametrize("rate", RATES, ids=str)


@each_rate
def test_shotcut_sees_every_marker_on_its_frame(tmp_path: Path, rate: Fraction) -> None:
    project, expected = marked(tmp_path, "shotcut", rate)

    assert shotcut_markers(project) == expected


def test_melt_writes_the_markers_of_shotcut_as_they_were(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "shotcut")
    saved = save_by_melt(project, "shotcut")

    assert shotcut_properties(saved) == shotcut_properties(project)
    assert [marker["text"] for marker in shotcut_properties(saved)] == [m.text for m in expected]


@pytest.mark.parametrize("store", ["shotcut", "kdenlive"])
def test_they_survive_saving_by_the_library(tmp_path: Path, store: Store) -> None:
    project, expected = marked(tmp_path, store)
    saved = save_by_mlt(project, store)

    read = {"shotcut": shotcut_markers, "kdenlive": kdenlive.guides}[store]
    assert read(saved) == expected
