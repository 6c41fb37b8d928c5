"""The installer's folders are those of platformdirs, which is not there when it runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from platformdirs import PlatformDirsABC
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from shotlog_installer import (
    Machine,
    System,
    cache_folder,
    config_folder,
    data_folder,
    log_folder,
    state_folder,
)

XDG = ("DATA", "STATE", "CONFIG", "CACHE")
DIRS: dict[System, type[PlatformDirsABC]] = {System.LINUX: Unix, System.MACOS: MacOS}
LOCAL = "C:\\Users\\Ann Müller\\AppData\\Local"


def assert_same(machine: Machine, theirs: PlatformDirsABC) -> None:
    assert data_folder(machine) == theirs.user_data_path
    assert state_folder(machine) == theirs.user_state_path
    assert config_folder(machine) == theirs.user_config_path
    assert cache_folder(machine) == theirs.user_cache_path
    assert log_folder(machine) == theirs.user_log_path


@pytest.mark.skipif(sys.platform == "win32", reason="HOME decides on the others")
@pytest.mark.parametrize("system", DIRS)
@pytest.mark.parametrize("variables", ["none", "absolute", "relative"])
def test_folders_are_those_of_platformdirs(
    system: System, variables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    environ = {"HOME": str(tmp_path)}
    for name in XDG:
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
        if variables != "none":
            value = str(tmp_path / "own" / name) if variables == "absolute" else f"own/{name}"
            monkeypatch.setenv(f"XDG_{name}_HOME", value)
            environ[f"XDG_{name}_HOME"] = value
    assert_same(Machine(system, tmp_path, environ), DIRS[system]("shotlog"))


def test_folders_of_windows_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", LOCAL)
    machine = Machine(System.WINDOWS, Path("C:\\Users\\Ann Müller"), {"LOCALAPPDATA": LOCAL})
    assert_same(machine, Windows("shotlog"))
