"""One life of an installation: interrupted at every step, done, done again, updated, removed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.installer.conftest import tree
from tests.installer.whole import HOUSE, INSTALLER, PACKAGES, User, as_version, build_wheel

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the home of a user is HOME"),
    pytest.mark.slow,
    pytest.mark.timeout(1800),  # a minute, where nothing else runs
]

Run = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Shotlog's wheel, for a machine without network."""
    folder = tmp_path_factory.mktemp("wheels")
    build_wheel(folder)
    return folder


DEEP = "/".join(["a folder with a long name of some sixty letters, in a row of"] * 4)
"""With it every path in the home has more than 260 characters."""


@dataclass
class Life:
    """What was seen in the life of an installation."""

    user: User
    before: dict[str, object]
    killed_at: list[int]
    first: Run
    status: Any
    second: Run
    unchanged: bool
    updated: Run
    new_status: Any
    settings: str
    removed: Run
    after: dict[str, object]


@pytest.fixture(scope="module")
def life(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Life:
    user = User.at(tmp_path_factory.mktemp("Ann Müller's home") / DEEP)
    before = tree(user.home)
    options = ["--yes", "--cpu", "--offline", wheels, "--packages", PACKAGES, "--no-check"]
    killed = []
    step, count = 1, 1
    while step <= count:
        count = user.install_and_kill(step, *options) or 0
        killed += [step] * bool(count)
        step += 1
    first = user.install(*options[:-1])
    assert first.returncode == 0, first.stdout
    status = user.status()
    theirs = user.home / ".config" / "shotlog" / "config.toml"
    theirs.parent.mkdir()
    theirs.write_text("# mine\n")
    whole = tree(user.scripts)
    second = user.install(*options)
    unchanged = tree(user.scripts) == whole
    newer = tmp_path_factory.mktemp("newer wheels")
    as_version(next(wheels.glob("shotlog-*.whl")), "99.0", newer)
    updated = user.install("--yes", "--cpu", "--offline", newer, "--no-check")
    new_status, settings = user.status(), theirs.read_text()
    theirs.unlink()
    theirs.parent.rmdir()
    removed = user.install("--uninstall", "--yes")
    return Life(
        user, before, killed, first, status, second, unchanged, updated, new_status, settings,
        removed, tree(user.home),
    )  # fmt: skip


def test_it_was_killed_at_every_step(life: Life) -> None:
    assert life.killed_at == [1, 2, 3, 4, 5, 6]


def test_it_completes_after_interruptions_and_the_doctor_finds_no_problem(life: Life) -> None:
    assert "no problem" in life.first.stdout
    assert "Traceback" not in life.first.stdout + life.first.stderr


def test_the_scripts_start_the_command_of_the_environment(life: Life) -> None:
    (placed,) = life.status["scripts"]
    assert placed["can_start"]
    assert placed["command"] == [str(life.user.environment / "bin" / "shotlog")]
    assert placed["missing"] == placed["changed"] == []
    assert placed["version"] == life.status["version"]


def test_a_second_time_does_nothing_again(life: Life) -> None:
    assert life.second.returncode == 0, life.second.stdout
    assert life.second.stdout.count("already done") == 4  # daemon, environment, torch, Shotlog
    assert life.unchanged


def test_an_update_brings_its_scripts_and_keeps_settings(life: Life) -> None:
    assert life.updated.returncode == 0, life.updated.stdout
    (placed,) = life.new_status["scripts"]
    assert placed["version"] == life.new_status["version"] == "99.0"
    assert placed["missing"] == placed["changed"] == []
    assert life.settings == "# mine\n"


def test_a_removal_leaves_the_home_as_it_was(life: Life) -> None:
    assert life.removed.returncode == 0, life.removed.stdout
    assert life.after == life.before


def test_a_dry_run_shows_every_step_and_changes_nothing(wheels: Path, tmp_path: Path) -> None:
    user = User.at(tmp_path / "ann")
    before = tree(user.home)
    done = user.install("--dry-run", "--cpu", "--offline", wheels)
    assert done.returncode == 0, done.stdout
    assert str(user.environment) in done.stdout
    assert str(user.scripts / "Utility" / "Shotlog") in done.stdout
    assert "download    nothing" in done.stdout
    assert tree(user.home) == before


def test_the_size_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    user = User.at(tmp_path / "ann")
    before = tree(user.home)
    done = user.install("--json", "--cpu")  # without --yes, and nobody to ask
    plan, error = map(json.loads, done.stdout.splitlines())
    assert 400e6 < plan["download"] < 700e6
    assert [step["step"] for step in plan["steps"]] == [
        "stop", "environment", "torch", "shotlog", "command", "scripts", "doctor",
    ]  # fmt: skip
    assert "--yes" in error["hint"]
    assert done.returncode == 1
    assert tree(user.home) == before


def test_without_network_it_says_so_and_can_be_taken_away_again(tmp_path: Path) -> None:
    user = User.at(tmp_path / "ann")
    before = tree(user.home)
    done = user.install("--yes", "--index-url", "http://127.0.0.1:9/simple", "--torch", "2.6.1")
    assert done.returncode == 1
    assert "there is no connection to the index" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert user.install("--uninstall", "--yes").returncode == 0
    assert tree(user.home) == before


def test_a_folder_of_others_is_never_taken_for_the_environment(
    wheels: Path, tmp_path: Path
) -> None:
    user = User.at(tmp_path / "ann")
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "film.mov").write_bytes(b"film")
    done = user.install("--yes", "--offline", wheels, "--environment", theirs)
    assert done.returncode == 1
    assert "did not put there" in done.stdout
    assert tree(theirs) == {str(theirs / "film.mov"): b"film"}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be told so")
def test_root_does_not_install_into_the_home_of_another_user(tmp_path: Path) -> None:
    user = User.at(tmp_path / "ann")
    os.chown(user.home, 12345, -1)
    before = tree(user.home)
    done = user.install("--yes", "--cpu")
    assert done.returncode == 1
    assert "without sudo" in done.stdout
    assert tree(user.home) == before


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
def test_a_disk_that_is_too_small_is_told_before_anything_is_written(
    wheels: Path, tmp_path: Path
) -> None:
    user = User.at(tmp_path / "ann")
    before = tree(user.home)
    disk = tmp_path / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=20m tmpfs "$0" || exit 77; exec "$@"'
    command = user.command("--yes", "--cpu", "--offline", wheels, "--environment", disk / "env")
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script, disk, *command],
        env=user.environ, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this user may not mount a disk of its own")
    assert done.returncode == 1
    assert "21 MB are free on this disk, and 2.1 GB are needed" in done.stdout
    assert tree(user.home) == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--offline", "/nowhere"], "there is no such folder"),
        (["--from", "/nowhere/shotlog-1-py3-none-any.whl"], "there is no such file"),
    ],
)
def test_wrong_options_are_told_in_one_sentence(
    options: list[str], words: str, tmp_path: Path
) -> None:
    done = User.at(tmp_path / "ann").install("--yes", *options)
    assert done.returncode == 1
    assert words in done.stdout
    assert "Traceback" not in done.stderr


def test_nothing_installed_is_nothing_to_remove(tmp_path: Path) -> None:
    user = User.at(tmp_path / "ann")
    before = tree(user.home)
    done = user.install("--uninstall", "--yes")
    assert (done.returncode, "Nothing of Shotlog" in done.stdout) == (0, True)
    assert tree(user.home) == before


OLD = [
    path
    for version in ("2.7.18", "3.6.15", "3.8.18", "3.10.13")
    if (path := Path.home() / ".pyenv" / "versions" / version / "bin" / "python").exists()
]


@pytest.mark.skipif(not OLD, reason="this machine has no older Python")
def test_an_old_python_says_which_one_is_needed() -> None:
    for python in OLD:
        done = subprocess.run([python, INSTALLER], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "Shotlog needs Python 3.11 or newer" in done.stderr
        assert "python.org" in done.stderr


def test_the_shell_script_finds_a_fitting_python_or_says_where_to_get_one(tmp_path: Path) -> None:
    script = HOUSE / "installer" / "install.sh"
    environ = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "HOME": str(tmp_path)}
    found = subprocess.run(
        ["sh", script, "--help"], env=environ, capture_output=True, text=True, check=False
    )
    assert (found.returncode, "--uninstall" in found.stdout) == (0, True)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("dirname", "cat"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    none = subprocess.run(
        ["/bin/sh", script], env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    if none.returncode == 1:  # a Python outside PATH, in one of the places of macOS
        pytest.skip("this machine has a Python in a usual place of macOS")
    assert none.returncode == 2
    assert "none was found on this machine" in none.stderr
