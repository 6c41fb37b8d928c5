"""Shotcut, on a screen that nobody sees."""

from __future__ import annotations

from pathlib import Path

from tests.nle.clients.desktop import opened, save, titles
from tests.nle.clients.sandbox import need


def open_and_save(project: Path) -> None:
    """Let Shotcut open a project and save it in place.

    Raises:
        ClientFailed: It does not open or save it.
    """
    shotcut = need("shotcut", "shotcut")
    title = f"{project.name} - Shotcut"
    command = (shotcut, "--noupgrade", project)
    with opened(project.parent / "shotcut", command, lambda box: title in titles(box)) as (box, _):
        save(box, title, project, lambda: project.read_bytes().endswith(b"</mlt>\n"))
