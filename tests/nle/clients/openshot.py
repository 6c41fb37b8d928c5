"""OpenShot, on a screen that nobody sees, and its library."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from tests.nle.clients.desktop import OPENING_S, desktop, save, titles
from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import SYSTEM_PYTHON, Sandbox, need, need_module, wait_for

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
    with (
        desktop(project.parent / "openshot", variables) as box,
        box.start(program, project),
    ):
        said = box.folder / "stderr"

        def is_open() -> bool:
            return f"Loaded project {project}" in said.read_text(encoding="utf-8")

        wait_for(is_open, f"OpenShot to open {project}", OPENING_S)
        title = next(title for title in titles(box) if title.endswith("OpenShot Video Editor"))
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
