"""MLT, the library of Shotcut and Kdenlive: its command melt, and its bindings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from lxml import etree

from tests.nle.clients.marked import Mark
from tests.nle.clients.sandbox import SYSTEM_PYTHON, Sandbox, need, need_module

Store = Literal["shotcut", "kdenlive"]
"""The application whose properties are saved, too."""

_SCRIPTS = Path(__file__).parent / "scripts"
_WHOLE = {"MLT_XML_DEEP": "1"}  # else a project is saved as one clip that refers to its file


def save_by_melt(project: Path, store: Store) -> Path:
    """Open a project with melt and save it under another name."""
    melt, result = need("melt", "melt"), project.with_suffix(".melt.mlt")
    box = Sandbox(project.parent / "melt", _WHOLE)
    box.run(melt, project, "-consumer", f"xml:{result}", f"store={store}")
    return result


def save_by_mlt(project: Path, store: Store) -> Path:
    """Open and save a project with its media bin, as Shotcut and Kdenlive themselves do."""
    need_module("import mlt7", "python3-mlt")
    result = project.with_suffix(".mlt.mlt")
    box = Sandbox(project.parent / "mlt", _WHOLE)
    box.run(SYSTEM_PYTHON, _SCRIPTS / "mlt_save.py", project, result, store)
    return result


def shotcut_markers(project: Path) -> list[Mark]:
    """Return the markers that Shotcut would show in a project, with its frames."""
    need_module("import mlt7", "python3-mlt")
    box = Sandbox(project.parent / "mlt")
    read = json.loads(box.run(SYSTEM_PYTHON, _SCRIPTS / "mlt_markers.py", project))
    return [Mark(*marker) for marker in read["markers"]]


def shotcut_properties(project: Path) -> list[dict[str, str]]:
    """Return the markers of Shotcut as they are written in a file, wherever they are in it.

    melt wraps what it saves in a timeline of its own, so Shotcut would not look there.
    """
    listed = etree.parse(project).iterfind(".//properties[@name='shotcut:markers']/properties")
    return [{p.get("name"): p.text or "" for p in marker} for marker in listed]
