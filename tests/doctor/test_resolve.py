"""Does Resolve list our entries, and do they start something?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from shotlog.cli.main import main
from shotlog.doctor import CheckState, Context
from shotlog_installer import data_folder, installer_folder, script_folders
from tests.doctor.conftest import Look

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="folders of Linux")

STUDIO = "x | Main | INFO | now | Running DaVinci Resolve Studio v{} (Linux/Clang x86_64)\n"
FREE = STUDIO.replace(" Studio", "")


@pytest.fixture(autouse=True)
def home(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a user whose machine has no Resolve."""
    home = tmp_path / "ann"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "SHOTLOG_HANDOVER"):
        monkeypatch.delenv(name, raising=False)
    context.environ = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    return home


def put(path: Path, content: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


@pytest.fixture
def app(context: Context, home: Path) -> None:
    """A Resolve of Studio that was started once, on a system with a Python for it."""
    put(context.system / "opt/resolve/bin/resolve")
    put(context.system / "usr/lib/libpython3.11.so.1.0")
    started(home, STUDIO.format("21.0.4.0005"))


def started(home: Path, line: str) -> None:
    put(home / ".local/share/DaVinciResolve/logs/ResolveDebug.txt", line)


def place() -> None:
    assert CliRunner().invoke(main, ["resolve", "install"]).exit_code == 0


NAMES = ("resolve", "resolve-python", "resolve-folders", "resolve-scripts", "handover")


def test_a_machine_without_resolve_is_in_order(context: Context, look: Look) -> None:
    for name in (*NAMES, "own-environment"):
        assert look(name, context).state is CheckState.OK


@pytest.mark.usefixtures("app")
def test_a_resolve_with_our_scripts_is_in_order(context: Context, look: Look) -> None:
    place()
    for name in NAMES:
        assert look(name, context).state is CheckState.OK, look(name, context)
    assert "Studio 21.0.4.5" in look("resolve", context).words


@pytest.mark.usefixtures("app")
def test_the_free_edition_since_21_1_is_warned_and_led_to_its_two_ways(
    context: Context, look: Look, home: Path
) -> None:
    started(home, FREE.format("21.1.0.0014"))
    found = look("resolve", context)
    assert found.state is CheckState.WARNING
    assert "shotlog watch" in str(found.remedy)
    assert "Workspace > Console" in str(found.remedy)
    started(home, FREE.format("21.0.4.0005"))
    assert look("resolve", context).state is CheckState.OK


@pytest.mark.usefixtures("app")
def test_an_edition_that_cannot_be_read_is_not_guessed(
    context: Context, look: Look, home: Path
) -> None:
    started(home, "nothing of use")
    put(context.system / "opt/resolve/bin/ResolvePython")
    found = look("resolve", context)
    assert found.state is CheckState.WARNING
    assert "About" in str(found.remedy)


@pytest.mark.usefixtures("app")
def test_a_resolve_that_finds_no_python_is_warned(context: Context, look: Look) -> None:
    (context.system / "usr/lib/libpython3.11.so.1.0").unlink()
    assert look("resolve-python", context).state is CheckState.WARNING


@pytest.mark.usefixtures("app")
def test_a_menu_without_our_entries_is_told(context: Context, look: Look) -> None:
    found = look("resolve-scripts", context)
    assert found.state is CheckState.WARNING
    assert found.remedy == "Run: shotlog resolve install."


@pytest.mark.usefixtures("app")
def test_missing_old_and_changed_scripts_are_told(context: Context, look: Look) -> None:
    place()
    (folder,) = script_folders(context.machine)
    entry = next(folder.menu.glob("*.py"))
    text = entry.read_text()

    entry.write_text(f"{text}# mine\n")
    assert look("resolve-scripts", context).state is CheckState.WARNING
    entry.unlink()
    assert look("resolve-scripts", context).state is CheckState.PROBLEM
    entry.write_text(text)

    installation = folder.library / "installation.json"
    told = json.loads(installation.read_text())
    installation.write_text(json.dumps({**told, "version": "0.0.1"}))
    assert "are of version 0.0.1" in look("resolve-scripts", context).words
    installation.write_text(json.dumps({**told, "command": ["/gone/bin/shotlog"]}))
    found = look("resolve-scripts", context)
    assert found.state is CheckState.PROBLEM
    assert "/gone/bin/shotlog" in found.words


@pytest.mark.usefixtures("app")
def test_a_damaged_list_of_files_is_a_problem(context: Context, look: Look) -> None:
    put(installer_folder(data_folder(context.machine)) / "manifest.json", "{")
    assert look("resolve-scripts", context).state is CheckState.PROBLEM
    assert look("own-environment", context).state is CheckState.PROBLEM


def test_an_installation_that_was_interrupted_is_told(
    context: Context, look: Look, tmp_path: Path
) -> None:
    folder = tmp_path / "environment"
    content = {"layout": 1, "facts": {"environment": str(folder)}, "made": []}
    path = installer_folder(data_folder(context.machine)) / "manifest.json"
    put(path, json.dumps(content))
    assert look("own-environment", context).state is CheckState.PROBLEM
    put(folder / "shotlog-environment.json", json.dumps({"made": "3.11", "torch": "2.13.0"}))
    found = look("own-environment", context)
    assert found.state is CheckState.PROBLEM
    assert "shotlog is missing" in found.words
    assert "continues" in str(found.remedy)
    put(
        folder / "shotlog-environment.json",
        json.dumps(dict.fromkeys(("made", "torch", "shotlog"), "x")),
    )
    put(folder / "bin" / "shotlog")
    assert look("own-environment", context).state is CheckState.OK


def test_a_hand_over_folder_that_cannot_be_used_is_a_problem(
    context: Context, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "file")
    monkeypatch.setenv("SHOTLOG_HANDOVER", str(tmp_path / "file" / "folder"))
    found = look("handover", context)
    assert found.state is CheckState.PROBLEM
    assert "SHOTLOG_HANDOVER" in str(found.remedy)
