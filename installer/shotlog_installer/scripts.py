"""Shotlog's scripts in the folders of DaVinci Resolve: placed, looked at, removed.

The package is copied, never linked: the App Store's builds follow no link out of their container.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from shotlog_installer.errors import InstallError, explain
from shotlog_installer.machine import Machine
from shotlog_installer.manifest import Manifest
from shotlog_installer.removal import remove_stale
from shotlog_installer.resolve_app import ResolveApp
from shotlog_installer.resolve_folders import ScriptFolder, script_folders, shared_script_folders
from shotlog_installer.user_folders import log_folder

PART = "scripts"
"""Part of the manifest that the scripts are."""

PACKAGE = "shotlog_resolve"
CANARY = "00 Shotlog check.lua"
CONSOLE = "shotlog.lua"
_PLACEHOLDER = "@HANDOVER@"
_LAYOUT = 1
_CODE = ".py"


class MenuEntry(Protocol):
    """An entry of Resolve's menu, as the scripts' package describes it."""

    @property
    def file_name(self) -> str:
        """Name of its file."""

    def menu_file(self, library: str) -> str:
        """Return the text of its file."""


@dataclass(frozen=True)
class Scripts:
    """The scripts of an installed Shotlog.

    Attributes:
        version: Its version.
        package: Folder of the package ``shotlog_resolve``.
        entries: Entries of the menu.
        command: The command that the scripts start, with an absolute path.
        handover: Folder by which files are exchanged with a sandboxed Resolve.
        shared: True if all users of the machine use them.
    """

    version: str
    package: Path
    entries: Sequence[MenuEntry]
    command: Sequence[str]
    handover: Path
    shared: bool = False

    def files(self, folder: ScriptFolder, machine: Machine) -> dict[Path, bytes]:
        """Return the files in a folder of Resolve's, by path."""
        return {
            **self._library(folder),
            folder.library / "installation.json": self._installation(folder, machine),
            **self._menu(folder, machine),
        }

    def console_files(self) -> dict[Path, bytes]:
        """Return the files in the hand-over folder: what Resolve's Console is told to run."""
        text = self._lua(CONSOLE, str(self.handover))
        return {self.handover / CONSOLE: text} if text is not None and not self.shared else {}

    def _library(self, folder: ScriptFolder) -> dict[Path, bytes]:
        sources = sorted(path for path in self.package.rglob("*") if path.suffix == _CODE)
        return {
            folder.library / PACKAGE / path.relative_to(self.package): path.read_bytes()
            for path in sources
        }

    def _menu(self, folder: ScriptFolder, machine: Machine) -> dict[Path, bytes]:
        library = str(folder.library)
        menu = {
            folder.menu / entry.file_name: entry.menu_file(library).encode()
            for entry in self.entries
        }
        canary = self._lua(CANARY, self._spelled(self.handover, machine))
        return {folder.menu / CANARY: canary, **menu} if canary is not None else menu

    def _lua(self, name: str, handover: str) -> bytes | None:
        """Return a Lua file with the hand-over folder in it; Lua takes ``/`` on every system."""
        try:
            text = (self.package / "lua" / name).read_text("utf-8")
        except FileNotFoundError:
            return None
        return text.replace(_PLACEHOLDER, Path(handover).as_posix()).encode()

    def _installation(self, folder: ScriptFolder, machine: Machine) -> bytes:
        # A sandboxed Resolve may write among the user's films only.
        log = self.handover / "logs" if folder.sandboxed else log_folder(machine)
        content = {
            "layout": _LAYOUT,
            "version": self.version,
            "command": list(self.command),
            "sandboxed": folder.sandboxed,
            "handover": self._spelled(self.handover, machine),
            "log": self._spelled(log, machine),
        }
        return json.dumps(content, indent=1).encode() + b"\n"

    def _spelled(self, path: Path, machine: Machine) -> str:
        if self.shared and path.is_relative_to(machine.home):
            return f"~/{path.relative_to(machine.home).as_posix()}"
        return str(path)


@dataclass
class Placement:
    """Result of placing scripts.

    Attributes:
        placed: Folders of Resolve's that have them.
        failed: Folders that could not be written, each with the reason.
        put_aside: New names of files that the user had changed.
    """

    placed: list[ScriptFolder] = field(default_factory=list)
    failed: list[tuple[ScriptFolder, InstallError]] = field(default_factory=list)
    put_aside: list[Path] = field(default_factory=list)


def choose_folders(
    machine: Machine, apps: Iterable[ResolveApp], *, shared: bool
) -> list[ScriptFolder]:
    """Return the folders to place scripts in: those of every Resolve on this machine.

    Args:
        machine: The machine.
        apps: Resolve's applications on it. One that was never started has made no folders yet.
        shared: Take the folders for all users instead of this user's.
    """
    folders = shared_script_folders(machine) if shared else script_folders(machine)
    has_app = any(not app.sandboxed for app in apps)
    return [
        folder
        for folder in folders
        if folder.is_used or (has_app and not shared and not folder.sandboxed)
    ]


def place(
    scripts: Scripts, folders: Sequence[ScriptFolder], machine: Machine, manifest: Manifest
) -> Placement:
    """Place scripts in folders of Resolve's; a folder that fails does not stop the others.

    Raises:
        InstallError: The manifest or the hand-over folder cannot be written.
    """
    done = Placement()
    manifest.facts["scripts"] = scripts.version
    manifest.save()
    try:
        if not scripts.shared:
            manifest.make_folders([scripts.handover], PART)
        done.put_aside += manifest.write(scripts.console_files(), PART)
    except OSError as error:
        raise explain(error) from error
    current = set(scripts.console_files())
    for folder in folders:
        contents = scripts.files(folder, machine)
        current |= set(contents)
        try:
            done.put_aside += manifest.write(contents, PART)
        except OSError as error:
            done.failed.append((folder, _explain(error, folder)))
        else:
            done.placed.append(folder)
    done.put_aside += remove_stale(manifest, PART, current)
    return done


def _explain(error: OSError, folder: ScriptFolder) -> InstallError:
    told = explain(error)
    return InstallError(
        folder.path,
        f"the scripts cannot be placed there: {told.message} ({error.filename or folder.path})",
        f"{told.hint} Then run: shotlog resolve install",
    )
