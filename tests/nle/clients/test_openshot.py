"""OpenShot's library reads our projects; OpenShot keeps the markers on their frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.nle.clients.marked import RATES, mark, marked
from tests.nle.clients.openshot import markers, open_and_save, read
from tests.nle.clients.projects import SECONDS, USED

pytestmark = [pytest.mark.client, pytest.mark.timeout(600)]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_library_reads_a_marked_project(tmp_path: Path, rate: Fraction) -> None:
    project, _ = marked(tmp_path, "openshot", rate)
    timeline = read(project)

    assert timeline.rate == rate
    ((layer, position, start, end, length),) = timeline.clips
    assert (layer, position, start) == (1000000, 0, 0)
    assert round(Fraction(end) * rate) == USED
    assert round(Fraction(length) * rate) == SECONDS * round(rate)


def test_the_application_keeps_every_marker_and_a_second_run_knows_them_again(
    tmp_path: Path,
) -> None:
    project, expected = marked(tmp_path, "openshot")
    written = markers(project)
    open_and_save(project)

    # They have no text in OpenShot.
    assert [mark.frame for mark in markers(project)] == [frame for frame, _ in expected]
    assert markers(project) == written
    assert mark(project).unchanged == len(expected)
