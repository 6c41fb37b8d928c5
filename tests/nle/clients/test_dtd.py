"""FCPXML that we write is valid by Apple's own description."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shotlog_otio.exporters import ExportMarker, exporter_named
from tests.nle.clients.dtd import faults_of
from tests.nle.clients.marked import NAMES, PLACES, RATES
from tests.otio.marking import clip_range, edit_of

pytestmark = pytest.mark.client


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", [0, 86_400])
def test_a_project_of_markers_is_valid(rate: Fraction, start: int) -> None:
    colours = ("RED", "GREEN", "BLUE", "YELLOW")
    markers = [
        ExportMarker(frame + n, 1 + n, colours[n % 4], NAMES[n % 3], "note & <more>\nlines")
        for n, frame in enumerate(PLACES * 3)
    ]
    facts = {"rate": rate, "start": start / rate}
    edit = edit_of(clip_range(0, 0, 10)).model_copy(update=facts)

    assert faults_of(exporter_named("fcpxml").export(markers, edit).content) == []


def test_a_file_that_is_not_valid_is_found() -> None:
    (fault, *_) = faults_of(b'<fcpxml version="1.11"><resources><marker/></resources></fcpxml>')

    assert "marker" in fault
