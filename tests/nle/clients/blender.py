"""Blender without a window."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import ClientFailed, Sandbox, need

_SCRIPT = Path(__file__).parent / "scripts" / "blender_markers.py"


def run_script(script: Path, project: Path, *, before: str = "") -> list[Mark]:
    """Run a script of markers in a project of Blender, save that and return its markers.

    Args:
        script: The script, as a user would run it in Blender's text editor.
        project: The project, a .blend; a new one is begun where there is none.
        before: Python statements to run in Blender before, such as :func:`setting_of`.

    Raises:
        ClientFailed: The script ended with an error.
    """
    blender = need("blender", "blender")
    box = Sandbox(project.parent / "blender")
    opened = (project,) if project.exists() else ()
    options = ("--background", "--factory-startup", "--python-exit-code", "3")
    scripts = ("--python-expr", before, "--python", script, "--python", _SCRIPT, "--", project)
    said = box.run(blender, *options, *opened, *scripts)
    line = next((line for line in said.splitlines() if line.startswith("MARKERS ")), None)
    if line is None:
        raise ClientFailed(f"Blender did not come to the end of the scripts: {said[-1500:]}")
    return [Mark(frame, name) for frame, name, _ in json.loads(line.removeprefix("MARKERS "))]


def setting_of(rate: Fraction) -> str:
    """Return statements that set a rate as Blender has it: a whole number, over 1 or 1.001."""
    nominal = round(rate)
    render = "import bpy; r = bpy.context.scene.render"
    return f"{render}; r.fps = {nominal}; r.fps_base = {float(nominal / rate)!r}"
