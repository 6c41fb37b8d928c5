"""Shotcut opens our projects and saves the markers on their frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.nle.clients.marked import NAMES, NTSC, mark, marked, named
from tests.nle.clients.melt import shotcut_markers
from tests.nle.clients.shotcut import open_and_save
from tests.otio.marking import clip_range, edit_of

pytestmark = [pytest.mark.client, pytest.mark.timeout(600)]


def test_it_keeps_every_marker_and_a_second_run_knows_them_again(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "shotcut")
    written = shotcut_markers(project)
    open_and_save(project)

    assert named(shotcut_markers(project)) == expected
    assert shotcut_markers(project) == written
    assert mark(project).unchanged == len(expected) == len(shotcut_markers(project))


def test_it_opens_a_project_of_exported_markers(tmp_path: Path) -> None:
    markers = [ExportMarker(24 * n, 1 + 4 * n, "RED", text) for n, text in enumerate(NAMES)]
    edit = edit_of(clip_range(0, 0, 10)).model_copy(update={"rate": NTSC})
    project = tmp_path / "markers.mlt"
    project.write_bytes(EXPORTERS.by_name["shotcut"].export(markers, edit).content)
    open_and_save(project)

    assert [(mark.frame, mark.text, mark.duration) for mark in shotcut_markers(project)] == [
        (0, NAMES[0], 0),
        (24, NAMES[1], 5),
        (48, NAMES[2], 9),
    ]
