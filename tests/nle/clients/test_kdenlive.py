"""Kdenlive opens our projects without a question and saves the guides on their frames."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.nle.clients.kdenlive import clip_markers, guides, open_and_save
from tests.nle.clients.kdenlive_projects import whole_document
from tests.nle.clients.marked import NAMES, NTSC, mark, marked, named
from tests.nle.clients.projects import make_film
from tests.otio.marking import clip_range, edit_of

pytestmark = [pytest.mark.client, pytest.mark.timeout(600)]

_LAST = '<property name="xml_retain">'  # of the bin


def test_it_keeps_every_guide_and_a_second_run_knows_them_again(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "kdenlive")
    written = guides(project)
    open_and_save(project)

    assert named(guides(project)) == expected
    # Kdenlive keeps lengths of guides from 25.04 on.
    assert guides(project) == [guide._replace(duration=0) for guide in written]
    assert mark(project).unchanged == len(expected) == len(guides(project))


def test_it_keeps_every_marker_of_a_clip_and_a_second_run_knows_them_again(
    tmp_path: Path,
) -> None:
    project, expected = marked(tmp_path, "kdenlive", on="clips")
    open_and_save(project)

    assert named(clip_markers(project)) == expected
    assert guides(project) == []
    assert mark(project, "clips").unchanged == len(expected)


def test_it_understands_exported_guides(tmp_path: Path) -> None:
    # Kdenlive reads a file and a project by the same function; it asks for a file in a dialog.
    markers = [ExportMarker(24 * n, 5, "RED", text) for n, text in enumerate(NAMES)]
    edit = edit_of(clip_range(0, 0, 10)).model_copy(update={"rate": NTSC})
    exported = EXPORTERS.by_name["kdenlive-json"].export(markers, edit).content.decode()
    name = "kdenlive:docproperties.guides"
    listed = f'<property name="{name}">{escape(exported)}</property>'
    project = tmp_path / "cut.kdenlive"
    text = whole_document(make_film(tmp_path, NTSC), NTSC)
    project.write_text(text.replace(_LAST, f"{listed}{_LAST}"), encoding="utf-8")

    before = guides(project)
    open_and_save(project)
    assert [(mark.frame, mark.text) for mark in guides(project)] == [
        (24 * n, text) for n, text in enumerate(NAMES)
    ]
    assert [mark.colour for mark in guides(project)] == [mark.colour for mark in before]
