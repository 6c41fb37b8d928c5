"""The environment of a daemon: the user's, without what a host application put there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import shotlog
from shotlog.service.client import daemon_environment
from shotlog.service.runtime import DaemonPaths

HOST = "/opt/resolve"
OURS = str(Path(shotlog.__file__).parents[1])


def test_the_hosts_python_and_libraries_are_left_behind(places: DaemonPaths) -> None:
    host = {
        "PYTHONHOME": f"{HOST}/python",
        "PYTHONPATH": f"{HOST}/scripts{os.pathsep}{HOST}/more",
        "PYTHONSTARTUP": f"{HOST}/start.py",
        "LD_LIBRARY_PATH": f"{HOST}/libs",
        "LD_PRELOAD": f"{HOST}/hook.so",
        "DYLD_INSERT_LIBRARIES": f"{HOST}/hook.dylib",
        "__PYVENV_LAUNCHER__": f"{HOST}/python",
    }
    kept = daemon_environment({**host, "PATH": "/bin", "CUDA_VISIBLE_DEVICES": "1"}, places)
    assert kept == {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "1",
        "SHOTLOG_HOME": str(places.home),
    }


def test_the_home_of_our_own_interpreter_is_kept(places: DaemonPaths) -> None:
    home = Path(sys.executable).resolve().parents[1]
    assert daemon_environment({"PYTHONHOME": str(home)}, places)["PYTHONHOME"] == str(home)


def test_of_python_path_only_what_holds_shotlog_is_kept(places: DaemonPaths) -> None:
    path = os.pathsep.join([f"{HOST}/scripts", OURS, "", f"{HOST}/more"])
    assert daemon_environment({"PYTHONPATH": path}, places)["PYTHONPATH"] == OURS


def test_a_relative_place_still_means_the_clients_folder(
    places: DaemonPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kept = daemon_environment({"SHOTLOG_CACHE": "x.sqlite", "SHOTLOG_MODELS": ""}, places)
    assert kept["SHOTLOG_CACHE"] == str(tmp_path / "x.sqlite")
    assert kept["SHOTLOG_MODELS"] == ""


def test_the_graphics_driver_is_still_found_where_only_a_variable_leads(
    places: DaemonPaths, tmp_path: Path
) -> None:
    (tmp_path / "driver").mkdir()
    (tmp_path / "driver" / "libcuda.so.1").touch()
    path = os.pathsep.join([f"{HOST}/libs", str(tmp_path / "driver"), str(tmp_path)])
    kept = daemon_environment({"LD_LIBRARY_PATH": path}, places)
    assert kept["LD_LIBRARY_PATH"] == str(tmp_path / "driver")


def test_libraries_of_our_own_interpreter_are_kept(places: DaemonPaths) -> None:
    own = str(Path(sys.prefix) / "lib")
    assert daemon_environment({"LD_LIBRARY_PATH": own}, places)["LD_LIBRARY_PATH"] == own
