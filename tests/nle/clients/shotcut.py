"""Shotcut, on a screen that nobody sees."""

from __future__ import annotations

from pathlib import Path

from tests.nle.clients.desktop import desktop, save, wait_for_windows
from tests.nle.clients.sandbox import need


def open_and_save(project: Path) -> None:
    """Let Shotcut open a project and save it in place.

    Raises:
        ClientFailed: It does not open or save it.
    """
    shotcut = need("shotcut", "shotcut")
    title = f"{project.name} - Shotcut"
    with (
        desktop(project.parent / "shotcut") as box,
        box.start(shotcut, "--noupgrade", project),
    ):
        wait_for_windows(box, lambda windows: title in windows, f"Shotcut to open {project}")
        save(box, title, project, lambda: project.read_bytes().endswith(b"</mlt>\n"))
