"""Parts of the installer: source, place of the environment, service, lock, what stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog_installer import (
    Environment,
    InstallError,
    Machine,
    Manifest,
    find_source,
    off_commands,
    on_commands,
    service_file,
)
from tests.installer.conftest import tree
from tests.installer.whole import HOUSE


def environment_of(machine: Machine, folder: Path) -> Environment:
    return Environment(folder, machine, machine.root / "log", machine.root / "cache")


def test_the_newest_wheel_in_the_offline_folder_is_installed(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.0"):
        (tmp_path / f"shotlog-{version}-py3-none-any.whl").write_bytes(b"")
    source = find_source(None, tmp_path, HOUSE)
    assert source.path == (tmp_path / "shotlog-0.10.0-py3-none-any.whl").resolve()


def test_without_a_wheel_the_sources_around_the_installer_are_installed(tmp_path: Path) -> None:
    assert find_source(None, tmp_path, HOUSE).is_checkout
    with pytest.raises(InstallError, match="--from"):
        find_source(None, tmp_path, None)


def test_what_the_user_names_goes_first(tmp_path: Path) -> None:
    wheel = tmp_path / "shotlog-1-py3-none-any.whl"
    wheel.write_bytes(b"one")
    assert find_source(str(wheel), None, HOUSE).path == wheel
    assert find_source("shotlog==1.2", None, HOUSE).spec == "shotlog==1.2"


def test_a_wheel_with_another_content_is_another_source(tmp_path: Path) -> None:
    wheel = tmp_path / "shotlog-1-py3-none-any.whl"
    wheel.write_bytes(b"one")
    before = find_source(str(wheel), None, None).key
    wheel.write_bytes(b"two")
    assert find_source(str(wheel), None, None).key != before


def test_sources_are_the_same_until_one_of_them_is_written(tmp_path: Path) -> None:
    module = tmp_path / "daemon" / "shotlog" / "a.py"
    module.parent.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("")
    module.write_text("")
    os.utime(module, ns=(1, 1))
    source = find_source(str(tmp_path), None, None)
    before = source.key
    (module.parent / "__pycache__").mkdir()  # as when the installer itself was compiled
    (module.parent / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"")
    assert source.key == before
    os.utime(module, ns=(2**62, 2**62))
    assert source.key != before


def test_a_path_that_windows_does_not_allow_is_told_at_once(windows: Machine) -> None:
    deep = windows.home / ("deep" * 30)
    with pytest.raises(InstallError, match="--environment") as told:
        environment_of(windows, deep).check()
    assert str(len(str(deep))) in told.value.message


def test_a_python_without_venv_as_debian_ships_it_is_told_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ensurepip'] = None\n"  # as if it were not installed
        "from shotlog_installer import main; sys.exit(main(['--yes', '--cpu']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HOME": str(tmp_path), "PATH": os.defpath},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_other_systems_allow_long_paths(linux: Machine) -> None:
    environment_of(linux, linux.home / ("deep" * 60)).check()


def test_half_of_a_package_is_removed_before_pip_takes_it_for_a_whole(
    linux: Machine, tmp_path: Path
) -> None:
    environment = environment_of(linux, tmp_path / "environment")
    whole, half = (environment.packages / f"{name}-1.dist-info" for name in ("whole", "half"))
    for folder in (whole, half, environment.packages / "~orch"):
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("Name: x\n")
    (whole / "RECORD").write_text("")
    with pytest.raises((InstallError, OSError)):  # there is no Python in it
        environment.pip("list", subject="nothing")
    assert [path.name for path in environment.packages.iterdir()] == ["whole-1.dist-info"]


def test_each_system_has_its_file_and_its_commands_for_a_service(
    linux: Machine, macos: Machine, windows: Machine
) -> None:
    files = [service_file(each, each.home / "data") for each in (linux, macos, windows)]
    assert [path.name for path in files] == [
        "shotlog.service", "app.shotlog.daemon.plist", "shotlog.xml",
    ]  # fmt: skip
    for machine, file in zip((linux, macos, windows), files, strict=True):
        (on, *_), (off, *_) = on_commands(machine, file)[-1:], off_commands(machine, file)
        assert on[0] == off[0]
        assert on != off


def uninstall(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, HOUSE / "installer" / "install.py", "--uninstall", *options],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="folders of Linux")
def test_settings_models_and_results_stay_unless_the_user_says_so(tmp_path: Path) -> None:
    home = tmp_path / "ann"
    data = home / ".local" / "share" / "shotlog"
    kept = [data / "models" / "weights", home / ".config" / "shotlog" / "config.toml",
            home / ".cache" / "shotlog" / "evidence.sqlite"]  # fmt: skip
    for path in kept:
        path.parent.mkdir(parents=True)
        path.write_text("worth much")
    before = tree(home)
    Manifest(data / "installer" / "manifest.json").write({data / "installer" / "a": b"a"}, "x")

    assert uninstall(home).returncode == 1  # nobody agreed
    assert (data / "installer" / "a").exists()
    done = uninstall(home, "--yes")
    assert "--purge removes them, too" in done.stdout
    assert tree(home) == before
    assert uninstall(home, "--yes", "--purge").returncode == 0
    assert not any(path.exists() for path in kept)


def test_two_installers_do_not_run_at_once(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    folder = tmp_path / ".local" / "share" / "shotlog" / "installer"
    folder.mkdir(parents=True)
    with (folder / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, HOUSE / "installer" / "install.py", "--yes", "--cpu"],
            env={"HOME": str(tmp_path), "PATH": os.defpath}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "running already" in done.stdout
