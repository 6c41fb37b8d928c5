"""Kdenlive opens our projects without a question and saves the guides on their frames."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from shotlog_otio.exporters import ExportMarker, exporter_named
from tests.nle.clients.kdenlive import guides, open_and_save
from tests.nle.clients.kdenlive_projects import whole_document
from tests.nle.clients.marked import NTSC, TEXTS, marked
from tests.nle.clients.projects import make_film
from tests.otio.marking import clip_range, edit_of

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]


def test_it_keeps_every_guide(tmp_path: Path) -> None:
    project, expected = marked(tmp_path, "kdenlive")
    open_and_save(project)

    assert guides(project) == expected


def test_it_understands_exported_guides(tmp_path: Path) -> None:
    # Kdenlive reads a file and a project by the same function; it asks for a file in a dialog.
    markers = [ExportMarker(24 * n, 5, "RED", text) for n, text in enumerate(TEXTS)]
    edit = edit_of(clip_range(0, 0, 10)).model_copy(update={"rate": NTSC})
    exported = exporter_named("kdenlive-json").export(markers, edit).content.decode()
    name = "kdenlive:docproperties.guides"
    listed = f'<property name="{name}">{escape(exported)}</property>'
    project = tmp_path / "cut.kdenlive"
    text = whole_document(make_film(tmp_path, NTSC), NTSC).replace("MARKERS", listed)
    project.write_text(text, encoding="utf-8")

    before = guides(project)
    open_and_save(project)
    assert [(mark.frame, mark.text) for mark in guides(project)] == [
        (24 * n, text) for n, text in enumerate(TEXTS)
    ]
    assert [mark.colour for mark in guides(project)] == [mark.colour for mark in before]
