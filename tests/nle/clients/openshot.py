"""OpenShot, on a screen that nobody sees, and its library."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from tests.nle.clients.desktop import opened, save, titles
from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import SYSTEM_PYTHON, Sandbox, need, need_module

_SCRIPT = Path(__file__).parent / "scripts" / "openshot_timeline.py"


class Timeline(NamedTuple):
    """What OpenShot's library read of a project.

    Attributes:
        rate: Frames per second.
        clips: Layer, position, start, end and length of the media of every clip; in seconds.
    """

    rate: Fraction
    clips: list[tuple[int, float, float, float, float]]


def read(project: Path) -> Timeline:
    """Open a project with OpenShot's library."""
    need_module("import openshot", "python3-openshot")
    box = Sandbox(project.parent / "library")
    (box.home / "transitions").mkdir(exist_ok=True)
    told = json.loads(box.run(SYSTEM_PYTHON, _SCRIPT, project, box.home))
    return Timeline(Fraction(*told["rate"]), [tuple(clip) for clip in told["clips"]])


def open_and_save(project: Path) -> None:
    """Let OpenShot open a project and save it in place.

    Raises:
        ClientFailed: It does not open or save it.
    """
    program = need("openshot-qt", "openshot-qt")
    # Its timeline is a web page, whose own sandbox does not run for root.
    variables = {"QTWEBENGINE_DISABLE_SANDBOX": "1"}

    def is_open(box: Sandbox) -> bool:
        said = (box.folder / "stderr").read_text(encoding="utf-8")
        return f"Loaded project {project}" in said and any(map(_is_main, titles(box)))

    folder = project.parent / "openshot"
    with opened(folder, (program, project), is_open, variables) as (box, _):
        title = next(filter(_is_main, titles(box)))
        save(box, title, project, lambda: is_json(project))


def markers(project: Path) -> list[Mark]:
    """Return the markers of a project at their frames; they have no text."""
    content = json.loads(project.read_bytes())
    rate = Fraction(content["fps"]["num"], content["fps"]["den"])
    # OpenShot keeps decimal seconds, to whole frames where it makes them itself.
    return [
        Mark(round(Fraction(m["position"]) * rate), m.get("name", ""), 0, m["vector"])
        for m in content["markers"]
    ]


def is_json(project: Path) -> bool:
    """Return whether a project was written to its end."""
    try:
        json.loads(project.read_bytes())
    except ValueError:
        return False
    return True


def _is_main(title: str) -> bool:
    return title.endswith("OpenShot Video Editor")
