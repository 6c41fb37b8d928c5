"""Shotcut, on a screen that nobody sees."""

from __future__ import annotations

from pathlib import Path

from tests.nle.clients.desktop import desktop, press, wait_for_windows
from tests.nle.clients.sandbox import need, wait_for


def open_and_save(project: Path) -> None:
    """Let Shotcut open a project and save it in place.

    Raises:
        ClientFailed: It does not open or save it.
    """
    shotcut, before = need("shotcut", "shotcut"), project.read_bytes()
    title = f"{project.name} - Shotcut"
    with (
        desktop(project.parent / "shotcut") as box,
        box.start(shotcut, "--noupgrade", project),
    ):
        wait_for_windows(box, lambda windows: title in windows, f"Shotcut to open {project}")
        press(box, title, "ctrl+s")
        wait_for(lambda: project.read_bytes() != before, "Shotcut to save the project")
        wait_for(lambda: project.read_bytes().endswith(b"</mlt>\n"), "Shotcut to finish saving")
