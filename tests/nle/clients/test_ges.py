"""GStreamer Editing Services, and so Pitivi, read our projects: markers are on their frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.nle.clients.ges import read
from tests.nle.clients.marked import RATES, mark, marked, named
from tests.nle.clients.projects import USED

pytestmark = pytest.mark.client


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_it_sees_every_marker_on_its_frame(tmp_path: Path, rate: Fraction) -> None:
    project, expected = marked(tmp_path, "ges", rate)

    assert named(read(project).markers) == expected


def test_it_saves_them_and_a_second_run_knows_them_again(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "ges")

    saved = read(project).saved

    assert named(read(saved).markers) == expected
    assert mark(saved).unchanged == len(expected)


def test_it_finds_the_film(tmp_path: Path) -> None:
    project, _ = marked(tmp_path, "ges", Fraction(25))

    assert read(project).clips == [("film", 0, USED * 10**9 // 25, 0)]
