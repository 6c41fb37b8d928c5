"""The files that have a system start the daemon."""

from __future__ import annotations

import os
import plistlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from shotlog.service.daemon import main
from shotlog.service.daemon.autostart import launchd_agent, systemd_unit, windows_task
from shotlog.service.runtime import DaemonPaths

ODD = '/opt/a "b" $HOME %h \\ & <c>/python'
"""A path with everything that means something to systemd, to a shell or to XML."""
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
ARGUMENTS = ["-P", "-m", "shotlog.service.daemon", "--context", "default"]


def values(unit: str, name: str) -> list[str]:
    return [line.partition("=")[2] for line in unit.splitlines() if line.startswith(f"{name}=")]


def test_the_unit_runs_the_daemon_with_the_clients_places(places: DaemonPaths) -> None:
    unit = systemd_unit("/usr/bin/python3", places, {"SHOTLOG_CACHE": "/big/cache"})
    assert values(unit, "ExecStart") == [
        '"/usr/bin/python3" "-P" "-m" "shotlog.service.daemon" "--context" "default"'
    ]
    assert values(unit, "Environment") == [
        f'"SHOTLOG_HOME={places.home}" "SHOTLOG_CACHE=/big/cache"'
    ]


def test_a_path_with_signs_of_systemd_is_quoted(places: DaemonPaths) -> None:
    unit = systemd_unit(ODD, places, {"HF_HOME": "/a $b %c"})
    assert values(unit, "ExecStart")[0].startswith(
        '"/opt/a \\"b\\" $$HOME %%h \\\\ & <c>/python" "-P"'
    )
    assert '"HF_HOME=/a $b %%c"' in values(unit, "Environment")[0]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_no_fault_with_the_unit(places: DaemonPaths, tmp_path: Path) -> None:
    path = tmp_path / "shotlog.service"
    path.write_text(systemd_unit(sys.executable, places, os.environ))
    verify = ["systemd-analyze", "--user", "--man=no", "--recursive-errors=no", "verify", str(path)]
    checked = subprocess.run(
        verify, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert "shotlog.service" not in checked.stderr
    path.write_text(path.read_text().replace("OOMPolicy=continue", "OOMPolicy=sometimes"))
    checked = subprocess.run(
        verify, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert "shotlog.service" in checked.stderr


def test_the_agent_runs_the_daemon_with_the_clients_places(places: DaemonPaths) -> None:
    agent = plistlib.loads(launchd_agent(ODD, places, {"SHOTLOG_MODELS": "/big/models"}))
    assert agent["ProgramArguments"] == [ODD, *ARGUMENTS]
    assert agent["EnvironmentVariables"] == {
        "SHOTLOG_HOME": str(places.home),
        "SHOTLOG_MODELS": "/big/models",
    }
    assert agent["Umask"] == 0o077


def test_every_context_has_an_agent_of_its_own(places: DaemonPaths) -> None:
    labels = {
        plistlib.loads(launchd_agent("python", DaemonPaths(context), {}))["Label"]
        for context in ("default", "night", "day")
    }
    assert len(labels) == 3


def test_the_task_runs_the_daemon_with_the_users_rights_and_no_time_limit(
    places: DaemonPaths,
) -> None:
    content = windows_task(ODD, places, "STUDIO\\Zoë & Co")
    assert content.startswith((b"\xff\xfe", b"\xfe\xff"))
    task = ET.fromstring(content)  # noqa: S314 - our own

    def said(name: str) -> list[str | None]:
        return [found.text for found in task.iter(f"{TASK}{name}")]

    assert said("Command") == [ODD]
    assert said("Arguments") == [" ".join(ARGUMENTS)]
    assert said("UserId") == ["STUDIO\\Zoë & Co"] * 2
    assert said("RunLevel") == ["LeastPrivilege"]
    assert said("ExecutionTimeLimit") == ["PT0S"]


def test_the_daemon_knows_the_arguments_that_the_files_give(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*ARGUMENTS[3:], "--help"])
    assert caught.value.code == 0
    assert "--context" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "start"), [("systemd", b"# Written"), ("launchd", b"<?xml"), ("windows", b"\xff\xfe")]
)
def test_an_installer_gets_each_file_from_the_command(kind: str, start: bytes) -> None:
    command = [sys.executable, "-m", "shotlog.service.daemon.autostart", kind]
    assert subprocess.run(command, check=True, capture_output=True).stdout.startswith(start)
