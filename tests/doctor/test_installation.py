"""Which Shotlog is it that a terminal starts?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.doctor import CheckState, Context
from tests.doctor.conftest import Look


def installed(folder: Path, python: str) -> str:
    """A starter as pip writes it, in a folder of its own."""
    folder.mkdir(parents=True)
    starter = folder / "shotlog"
    starter.write_text(f"#!{python}\nimport sys\n")
    starter.chmod(0o755)
    return str(folder)


@pytest.fixture
def ours(tmp_path: Path) -> str:
    return installed(tmp_path / "ours", sys.executable)


@pytest.fixture
def theirs(tmp_path: Path) -> str:
    return installed(tmp_path / "theirs", "/opt/old/bin/python3")


def test_this_python_is_fit_for_shotlog(context: Context, look: Look) -> None:
    assert look("python", context).state is CheckState.OK
    assert look("version", context).state is CheckState.OK


def test_the_only_command_on_the_path_is_in_order(context: Context, look: Look, ours: str) -> None:
    context.environ = {"PATH": ours}
    assert look("command", context).state is CheckState.OK


def test_a_link_to_our_command_is_ours(
    context: Context, look: Look, ours: str, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "shotlog").symlink_to(Path(ours) / "shotlog")
    context.environ = {"PATH": os.pathsep.join([str(tmp_path / "bin"), ours])}
    assert look("command", context).state is CheckState.OK


def test_another_installation_before_ours_is_reported(
    context: Context, look: Look, ours: str, theirs: str
) -> None:
    context.environ = {"PATH": os.pathsep.join([theirs, ours])}
    found = look("command", context)
    assert found.state is CheckState.WARNING
    assert found.words.endswith(str(Path(theirs) / "shotlog"))


def test_another_installation_after_ours_is_reported(
    context: Context, look: Look, ours: str, theirs: str
) -> None:
    context.environ = {"PATH": os.pathsep.join([ours, theirs])}
    found = look("command", context)
    assert found.state is CheckState.WARNING
    assert "other installations" in found.words


def test_a_command_outside_of_path_is_reported(
    context: Context, look: Look, tmp_path: Path
) -> None:
    context.environ = {"PATH": str(tmp_path)}
    found = look("command", context)
    assert found.state is CheckState.WARNING
    assert found.remedy == f"Add {Path(sys.executable).parent} to PATH."


def test_a_fault_in_the_settings_is_a_problem_with_its_line(context: Context, look: Look) -> None:
    assert look("settings", context).words == "all have their defaults"
    file = Path(os.environ["SHOTLOG_CONFIG"])
    file.write_text("[markers]\nlength = 3\n")
    assert look("settings", context).words.startswith("1 setting set")
    file.write_text("[markers]\nlenght = 3\n")

    found = look("settings", context)
    assert found.state is CheckState.PROBLEM
    assert found.words.startswith(f"{file}:2: there is no setting")
    assert "markers.length" in str(found.remedy)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are always UTF-8")
def test_an_ascii_file_system_encoding_is_a_problem() -> None:
    code = (
        "from shotlog.doctor import *\n"
        "print(next(run_checks(Context(), [c for c in CHECKS if c.name == 'encoding'])).state)"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | plain, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"problem"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root is warned")
def test_root_in_the_home_of_another_user_is_warned(
    context: Context, look: Look, tmp_path: Path
) -> None:
    home = tmp_path / "ann"
    home.mkdir()
    os.chown(home, 12345, -1)
    context.environ = {**context.environ, "HOME": str(home)}
    found = look("user", context)
    assert found.state is CheckState.WARNING
    assert "Run it as user 12345" in str(found.remedy)
    context.environ = {**context.environ, "HOME": str(tmp_path)}
    assert look("user", context).state is CheckState.OK
