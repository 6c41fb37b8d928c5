"""Scripts that lie in a folder of Resolve's: their version, and whether they are whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shotlog_installer import files
from shotlog_installer.manifest import Manifest
from shotlog_installer.resolve_folders import ScriptFolder
from shotlog_installer.scripts import PART


@dataclass(frozen=True)
class PlacedScripts:
    """Scripts of Shotlog in a folder of Resolve's.

    Attributes:
        folder: The folder.
        version: Version of Shotlog that placed them; None if that cannot be read.
        command: The command that they start.
        handover: Folder by which files are exchanged, as it is written down.
        missing: Files that are gone.
        changed: Files that have another content than was placed.
    """

    folder: ScriptFolder
    version: str | None
    command: tuple[str, ...]
    handover: str
    missing: tuple[Path, ...]
    changed: tuple[Path, ...]

    @property
    def can_start(self) -> bool:
        """True if the command that they start is there."""
        return bool(self.command) and Path(self.command[0]).is_file()


def inspect_placed(folder: ScriptFolder, manifest: Manifest) -> PlacedScripts | None:
    """Return the scripts in a folder; None if there are none."""
    records = [
        each
        for each in manifest.of(PART)
        if each.kind == "file"
        and any(Path(each.path).is_relative_to(at) for at in (folder.menu, folder.library))
    ]
    if not records and not folder.library.is_dir():
        return None
    found = {Path(each.path): (each, files.file_digest(Path(each.path))) for each in records}
    told = _read(folder.library / "installation.json")
    command = told.get("command")
    return PlacedScripts(
        folder,
        told.get("version"),
        tuple(map(str, command)) if isinstance(command, list) else (),
        str(told.get("handover", "")),
        tuple(path for path, (_, there) in found.items() if there is None),
        tuple(
            path
            for path, (record, there) in found.items()
            if there is not None and not record.is_ours(there)
        ),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
