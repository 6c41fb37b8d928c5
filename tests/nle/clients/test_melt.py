"""MLT reads and saves our projects of Shotcut and Kdenlive: markers stay on their frames."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog_otio import markers_of, read_edit, write_markers
from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.nle.clients import kdenlive
from tests.nle.clients.marked import RATES, marked, named
from tests.nle.clients.melt import (
    save_by_melt,
    save_by_mlt,
    shotcut_markers,
    shotcut_properties,
)
from tests.otio.marking import clip_range, edit_of, log_of

pytestmark = pytest.mark.client

REAL = [
    "kdenlive_22.12.3_saved_guides",
    "kdenlive_example_v191180",
    "kdenlive_example_v221170",
    "kdenlive_example_v240770",
    "kdenlive_mixes_markers",
]

each_rate = pytest.mark.parametrize("rate", RATES, ids=str)


@each_rate
def test_shotcut_sees_every_marker_on_its_frame(tmp_path: Path, rate: Fraction) -> None:
    project, expected = marked(tmp_path, "shotcut", rate)

    assert named(shotcut_markers(project)) == expected


@each_rate
def test_shotcut_sees_exported_markers_on_their_frames(tmp_path: Path, rate: Fraction) -> None:
    # MLT counts whole minutes and hours in whole frames: its clock is not exact time after them.
    minute, hour = (math.floor(rate * seconds) for seconds in (60, 3600))
    frames = [0, 1, minute - 1, minute, minute + 1, 11 * minute + 7, hour - 1, hour, 2 * hour + 5]
    markers = [ExportMarker(n, 1 + n % 2, "RED", "CU") for n in frames]
    edit = edit_of(clip_range(0, 0, 10000)).model_copy(update={"rate": rate})
    exported = tmp_path / "markers.mlt"
    exported.write_bytes(EXPORTERS.by_name["shotcut"].export(markers, edit).content)

    shown = shotcut_markers(exported)
    assert [(mark.frame, mark.text) for mark in shown] == [(n, "CU") for n in frames]
    # A marker of two frames ends before the third.
    assert [mark.duration for mark in shown] == [2 * (n % 2) for n in frames]


def test_melt_writes_the_markers_of_shotcut_as_they_were(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "shotcut")
    saved = save_by_melt(project, "shotcut")

    assert shotcut_properties(saved) == shotcut_properties(project)
    assert len(shotcut_properties(saved)) == len(expected)


def test_melt_keeps_the_guides_of_a_sequence(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "kdenlive-sequences")
    saved = save_by_melt(project, "kdenlive")

    assert named(kdenlive.guides(saved)) == expected
    assert kdenlive.guides(saved) == kdenlive.guides(project)


@each_rate
@pytest.mark.parametrize("kind", ["kdenlive", "kdenlive-sequences"])
def test_the_library_saves_guides_as_they_were(tmp_path: Path, kind: str, rate: Fraction) -> None:
    project, expected = marked(tmp_path, kind, rate)
    saved = save_by_mlt(project, "kdenlive")

    assert named(kdenlive.guides(saved)) == expected
    assert kdenlive.guides(saved) == kdenlive.guides(project)


@each_rate
def test_the_library_saves_markers_on_their_frames(tmp_path: Path, rate: Fraction) -> None:
    project, expected = marked(tmp_path, "shotcut", rate)
    saved = save_by_mlt(project, "shotcut")

    assert named(shotcut_markers(saved)) == expected
    assert shotcut_markers(saved) == shotcut_markers(project)


@pytest.mark.parametrize("name", REAL)
def test_the_library_saves_real_projects_with_our_guides_and_those_of_editors(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    # Their media are not here: MLT has nothing to show, and keeps the guides.
    source, project = data_dir / f"timelines/kdenlive/{name}.kdenlive", tmp_path / "cut.kdenlive"
    edit = read_edit(source)
    markers = markers_of(log_of(edit))
    added = write_markers(source, project, markers, edit).added
    assert added > 0

    written = kdenlive.guides(project)
    assert len(written) == len(kdenlive.guides(source)) + added
    assert kdenlive.guides(save_by_mlt(project, "kdenlive")) == written
