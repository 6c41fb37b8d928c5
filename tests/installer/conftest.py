"""Machines of every system in an empty folder, and what a tree of files holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shotlog_installer import Machine, System

MakeMachine = Callable[[System], Machine]


def tree(root: Path) -> dict[str, object]:
    """Return every file, folder and link below a folder, with its content."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            found[str(path)] = path.readlink()
        else:
            found[str(path)] = path.read_bytes() if path.is_file() else "folder"
    return found


@pytest.fixture
def make_machine(tmp_path: Path) -> MakeMachine:
    """Make a machine of a system, whose root and whose user's home lie in an empty folder."""

    def make(system: System) -> Machine:
        root = tmp_path / "root"
        home = root / {System.LINUX: "home/ann", System.MACOS: "Users/ann"}.get(system, "Users/Ann")
        home.mkdir(parents=True, exist_ok=True)
        environ = {"HOME": str(home)}
        if system is System.WINDOWS:
            environ = {
                "USERPROFILE": str(home),
                "APPDATA": str(home / "AppData" / "Roaming"),
                "LOCALAPPDATA": str(home / "AppData" / "Local"),
                "PROGRAMDATA": str(root / "ProgramData"),
                "PROGRAMFILES": str(root / "Program Files"),
            }
        return Machine(system, home, environ, root)

    return make


@pytest.fixture
def linux(make_machine: MakeMachine) -> Machine:
    return make_machine(System.LINUX)


@pytest.fixture
def macos(make_machine: MakeMachine) -> Machine:
    return make_machine(System.MACOS)


@pytest.fixture
def windows(make_machine: MakeMachine) -> Machine:
    return make_machine(System.WINDOWS)


@pytest.fixture
def bound_by_modes(tmp_path: Path) -> None:
    """Skip for a user whom no file's mode keeps out, as root is."""
    closed = tmp_path / "closed"
    closed.touch(mode=0o000)
    if os.access(closed, os.W_OK):
        pytest.skip("this user may write everywhere")
