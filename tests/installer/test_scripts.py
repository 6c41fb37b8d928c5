"""The scripts in Resolve's folders: whole, of one version, and able to start."""

from __future__ import annotations

import ast
import dataclasses
import json
import stat
from pathlib import Path

import pytest

import shotlog_resolve
from shotlog_installer import (
    Machine,
    Manifest,
    Scripts,
    data_folder,
    inspect_placed,
    manifest_file,
    named_folders,
    place,
    remove,
    script_folders,
)
from tests.installer.conftest import tree

PACKAGE = Path(str(shotlog_resolve.__file__)).parent
COMMAND = "/opt/shotlog env/bin/shotlog"


def scripts_of(machine: Machine, package: Path = PACKAGE, version: str = "1.2") -> Scripts:
    handover = machine.home / "Movies" / "Shotlog"
    return Scripts(version, package, shotlog_resolve.ENTRIES, [COMMAND], handover)


def manifest_of(machine: Machine) -> Manifest:
    return Manifest.load(manifest_file(data_folder(machine)))


def library_of(menu_file: Path) -> str:
    """Return the path that a menu file imports its package from."""
    for node in ast.parse(menu_file.read_bytes()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LIBRARY":
            return str(ast.literal_eval(node.value))
    raise AssertionError(menu_file)


def test_every_entry_is_a_file_that_leads_to_the_whole_package(linux: Machine) -> None:
    (folder,) = script_folders(linux)
    done = place(scripts_of(linux), [folder], linux, manifest_of(linux))
    assert done.placed == [folder]
    assert min(path.name for path in folder.menu.iterdir()) == "00 Shotlog check.lua"
    menu = sorted(folder.menu.glob("*.py"))
    assert [path.name for path in menu] == [entry.file_name for entry in shotlog_resolve.ENTRIES]
    for path in menu:
        assert (Path(library_of(path)) / "shotlog_resolve" / "__init__.py").is_file()
    placed = {path.name for path in (folder.library / "shotlog_resolve").glob("*.py")}
    assert placed == {path.name for path in PACKAGE.glob("*.py")}


def test_files_are_copies_and_not_links(macos: Machine) -> None:
    folders = [each for each in script_folders(macos) if each.sandboxed]
    place(scripts_of(macos), folders, macos, manifest_of(macos))
    assert not [path for path in macos.home.rglob("*") if path.is_symlink()]


def test_a_sandboxed_resolve_logs_where_it_may_write(macos: Machine) -> None:
    site, store, *_ = script_folders(macos)
    place(scripts_of(macos), [site, store], macos, manifest_of(macos))
    found = [json.loads((each.library / "installation.json").read_text()) for each in (site, store)]
    movies = macos.home / "Movies" / "Shotlog"
    assert [each["sandboxed"] for each in found] == [False, True]
    assert [each["handover"] for each in found] == [str(movies)] * 2
    assert [each["log"] for each in found] == [
        str(macos.home / "Library" / "Logs" / "shotlog"),
        str(movies / "logs"),
    ]
    assert all(each["layout"] == 1 and each["command"] == [COMMAND] for each in found)


def test_scripts_for_all_users_name_folders_of_each_user(linux: Machine) -> None:
    (folder,) = named_folders([linux.root / "opt/resolve/Fusion/Scripts"])
    scripts = dataclasses.replace(scripts_of(linux), shared=True)
    place(scripts, [folder], linux, manifest_of(linux))
    found = json.loads((folder.library / "installation.json").read_text())
    assert found["handover"] == "~/Movies/Shotlog"
    assert found["log"] == "~/.local/state/shotlog/log"


STRANGE = ["with space", "Müller ☂", 'it\'s "quoted" [[x]]', "/".join(["deep" * 12] * 8)]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_and_long_paths_work(name: str, linux: Machine, tmp_path: Path) -> None:
    folder, *_ = named_folders([tmp_path / name / "Fusion" / "Scripts"])
    before = tree(tmp_path)
    manifest = manifest_of(linux)
    assert place(scripts_of(linux), [folder], linux, manifest).failed == []
    for path in folder.menu.glob("*.py"):
        assert library_of(path) == str(folder.library)
    remove(manifest)
    assert tree(tmp_path) == before


def test_a_second_time_changes_no_file(linux: Machine) -> None:
    (folder,) = script_folders(linux)
    place(scripts_of(linux), [folder], linux, manifest_of(linux))
    times = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}
    place(scripts_of(linux), [folder], linux, manifest_of(linux))
    assert {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")} == times


def test_an_update_removes_modules_that_the_new_version_lacks(
    linux: Machine, tmp_path: Path
) -> None:
    (folder,) = script_folders(linux)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "__init__.py").write_text("# new\n")
    place(scripts_of(linux), [folder], linux, manifest_of(linux))
    place(scripts_of(linux, newer, "2.0"), [folder], linux, manifest_of(linux))
    assert [path.name for path in (folder.library / "shotlog_resolve").rglob("*.py")] == [
        "__init__.py"
    ]
    placed = inspect_placed(folder, manifest_of(linux))
    assert placed is not None
    assert (placed.version, placed.missing, placed.changed) == ("2.0", (), ())


def test_the_hand_over_folder_is_written_into_the_lua_files(linux: Machine, tmp_path: Path) -> None:
    (tmp_path / "package" / "lua").mkdir(parents=True)
    for name in ("00 Shotlog check.lua", "shotlog.lua"):
        (tmp_path / "package" / "lua" / name).write_text("local folder = [[@HANDOVER@]]\n")
    (folder,) = script_folders(linux)
    place(scripts_of(linux, tmp_path / "package"), [folder], linux, manifest_of(linux))
    said = f"local folder = [[{linux.home}/Movies/Shotlog]]\n"
    assert (folder.menu / "00 Shotlog check.lua").read_text() == said
    assert (linux.home / "Movies" / "Shotlog" / "shotlog.lua").read_text() == said


def test_missing_and_changed_files_are_seen(linux: Machine) -> None:
    (folder,) = script_folders(linux)
    place(scripts_of(linux), [folder], linux, manifest_of(linux))
    gone, other = sorted(folder.menu.glob("*.py"))[:2]
    gone.unlink()
    other.write_text("mine")
    placed = inspect_placed(folder, manifest_of(linux))
    assert placed is not None
    assert (placed.missing, placed.changed) == ((gone,), (other,))
    assert not placed.can_start


@pytest.mark.usefixtures("bound_by_modes")
def test_one_read_only_folder_does_not_stop_the_others(macos: Machine) -> None:
    closed, *others = script_folders(macos)
    closed.path.mkdir(parents=True)
    closed.path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = place(scripts_of(macos), [closed, *others], macos, manifest_of(macos))
    closed.path.chmod(stat.S_IRWXU)
    assert done.placed == others
    ((_, error),) = done.failed
    assert "may not write" in error.message
    assert "shotlog resolve install" in error.hint


def test_a_file_in_the_place_of_a_folder_is_told(macos: Machine) -> None:
    blocked, *others = script_folders(macos)
    blocked.path.parent.mkdir(parents=True)
    blocked.path.write_text("in the way")
    done = place(scripts_of(macos), [blocked, *others], macos, manifest_of(macos))
    assert done.placed == others
    assert "a file lies where a folder is needed" in done.failed[0][1].message
