"""Kdenlive, on a screen that nobody sees."""

from __future__ import annotations

import json
from pathlib import Path

from lxml import etree

from tests.nle.clients.desktop import ask, opened, titles
from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import ClientFailed, need, wait_for


def open_and_save(project: Path) -> None:
    """Let Kdenlive open a project and save it in place.

    Raises:
        ClientFailed: Kdenlive asks something, or does not open or save it.
    """
    kdenlive, before = need("kdenlive", "kdenlive"), project.read_bytes()
    with opened(
        project.parent / "kdenlive", (kdenlive, project), lambda box: _is_open(titles(box), project)
    ) as (box, pid):
        window = (f"org.kde.kdenlive-{pid}", "/kdenlive/MainWindow_1")
        said = ask(box, *window, "org.kde.KMainWindow.activateAction", "string:file_save")
        if "boolean true" not in said:
            raise ClientFailed(f"Kdenlive does not save: {said}")
        wait_for(lambda: project.read_bytes() != before, "Kdenlive to save the project")
        wait_for(lambda: project.read_bytes().endswith(b"</mlt>\n"), "Kdenlive to finish saving")


def guides(project: Path) -> list[Mark]:
    """Return the guides of a project, with the number of their category for a colour."""
    return [
        *_marks(project, "kdenlive:docproperties.guides"),
        *_marks(project, "kdenlive:sequenceproperties.guides"),
    ]


def clip_markers(project: Path) -> list[Mark]:
    """Return the markers of the clips in the bin, in frames of the media."""
    return _marks(project, "kdenlive:markers")


def _is_open(windows: list[str], project: Path) -> bool:
    """Return whether the project is in the main window, and no dialog beside it."""
    named = [title for title in windows if title.endswith(" — Kdenlive")]
    return len(named) == 1 and named[0].startswith(f"{project.stem} / ")


def _marks(project: Path, name: str) -> list[Mark]:
    found = etree.parse(project).iterfind(f".//property[@name='{name}']")
    return [
        Mark(guide["pos"], guide["comment"], guide.get("duration", 0), str(guide["type"]))
        for element in found
        for guide in json.loads(element.text or "[]")
    ]
