"""FCPXML that we write is valid by Apple's own description."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog_otio import markers_of, read_edit, write_markers
from shotlog_otio.exporters import EXPORTERS, ExportMarker
from shotlog_otio.markers import Target
from tests.nle.clients.dtd import faults_of
from tests.nle.clients.marked import NAMES, NTSC, PLACES, RATES, mark
from tests.nle.clients.projects import fcpxml, make_film
from tests.otio.marking import clip_range, edit_of, log_of

pytestmark = pytest.mark.client

REAL = [
    "23.98",
    "24With25Media",
    "29.97d",
    "AuditionMarkers3",
    "BasicMarkers_1HourProjectStart",
    "Complex",
    "CompoundClips",
    "Keywords",
    "MulticamMarkers",
    "Occlusion3",
    "TransitionMarkers1",
    "TwoClipsMarkers",
]


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

    assert faults_of(EXPORTERS.by_name["fcpxml"].export(markers, edit).content) == []


@pytest.mark.parametrize("version", ["1.6", "1.8", "1.9", "1.10", "1.11", "1.13", "1.14"])
@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_a_marked_project_is_valid(tmp_path: Path, version: str, on: Target) -> None:
    project = tmp_path / "cut.fcpxml"
    text = fcpxml(make_film(tmp_path, NTSC), NTSC, version)
    project.write_text(text, encoding="utf-8")
    assert faults_of(text.encode()) == []

    assert mark(project, on).added == len(NAMES)
    assert faults_of(project.read_bytes()) == []


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize("name", REAL)
def test_a_marked_project_of_final_cut_pro_stays_valid(
    data_dir: Path, tmp_path: Path, name: str, on: Target
) -> None:
    source, result = data_dir / f"timelines/fcpxml/{name}.fcpxml", tmp_path / "cut.fcpxml"
    edit = read_edit(source)
    markers = markers_of(log_of(edit), on=on)
    assert faults_of(source.read_bytes()) == []

    assert write_markers(source, result, markers, edit, on=on).added == len(markers) > 0
    assert faults_of(result.read_bytes()) == []


def test_a_file_that_is_not_valid_is_found() -> None:
    (fault, *_) = faults_of(b'<fcpxml version="1.11"><resources><marker/></resources></fcpxml>')

    assert "marker" in fault
