"""GStreamer Editing Services, the library of Pitivi."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import SYSTEM_PYTHON, Sandbox, need_module

_SCRIPT = Path(__file__).parent / "scripts" / "ges_markers.py"
_TYPELIBS = "import gi; gi.require_version('GES', '1.0')"


class Project(NamedTuple):
    """What the library read of a project.

    Attributes:
        clips: Name, start, duration and in-point of every clip, in nanoseconds.
        markers: The markers of the timeline.
        saved: The project as the library saved it.
    """

    clips: list[tuple[str, int, int, int]]
    markers: list[Mark]
    saved: Path


def read(project: Path) -> Project:
    """Open a project with its media, and save it under another name."""
    need_module(_TYPELIBS, "gir1.2-ges-1.0 python3-gi")
    saved = project.with_suffix(".saved.xges")
    box = Sandbox(project.parent / "ges")
    told = json.loads(box.run(SYSTEM_PYTHON, _SCRIPT, project, saved))
    return Project(
        [tuple(clip) for clip in told["clips"]],
        [Mark(frame, text, 0, f"#{colour:08x}") for frame, text, colour in told["markers"]],
        saved,
    )
