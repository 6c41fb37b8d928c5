"""Scripts go where each build of Resolve on each system looks for them."""

from __future__ import annotations

from pathlib import Path

from shotlog_installer import (
    Machine,
    ResolveApp,
    choose_folders,
    find_resolve,
    script_folders,
    shared_script_folders,
)

STORE = "Library/Containers/com.blackmagic-design.DaVinciResolve{}/Data"
SUPPORT = "Library/Application Support"
PRODUCT = "Blackmagic Design/DaVinci Resolve"


def test_linux_has_one_folder_for_a_user_and_two_for_all(linux: Machine) -> None:
    assert [each.path for each in script_folders(linux)] == [
        linux.home / ".local/share/DaVinciResolve/Fusion/Scripts"
    ]
    assert [each.path for each in shared_script_folders(linux)] == [
        linux.root / "opt/resolve/Fusion/Scripts",
        linux.root / "home/resolve/Fusion/Scripts",
    ]


def test_windows_has_support_in_a_users_folder_and_not_in_that_for_all(windows: Machine) -> None:
    (own,) = script_folders(windows)
    assert own.path == windows.home / "AppData/Roaming" / PRODUCT / "Support/Fusion/Scripts"
    (shared,) = shared_script_folders(windows)
    assert shared.path == windows.root / "ProgramData" / PRODUCT / "Fusion/Scripts"


def test_macos_has_the_folders_of_both_app_store_builds_in_both_layouts(macos: Machine) -> None:
    folders = script_folders(macos)
    assert [each.path for each in folders] == [
        macos.home / SUPPORT / PRODUCT / "Fusion/Scripts",
        *(
            macos.home / STORE.format(build) / SUPPORT / layout
            for build in ("Lite", "AppStore")
            for layout in (f"{PRODUCT}/Fusion/Scripts", "Fusion/Scripts")
        ),
    ]
    assert [each.sandboxed for each in folders] == [False, True, True, True, True]


def test_the_menu_is_scanned_and_the_library_is_not(linux: Machine) -> None:
    (folder,) = script_folders(linux)
    assert folder.menu.parent.name == "Utility"  # on all pages
    assert folder.library.parent == folder.path  # only Utility, Comp, Tool, Edit... are searched


def test_no_folder_is_chosen_on_a_machine_without_resolve(
    linux: Machine, macos: Machine, windows: Machine
) -> None:
    for machine in (linux, macos, windows):
        assert choose_folders(machine, find_resolve(machine), shared=False) == []
        assert choose_folders(machine, find_resolve(machine), shared=True) == []


def test_only_builds_that_were_started_get_scripts(macos: Machine) -> None:
    (macos.home / STORE.format("Lite")).mkdir(parents=True)
    chosen = choose_folders(macos, [], shared=False)
    assert [each.owner for each in chosen] == ["App Store build"] * 2
    assert all("Lite" in str(each.path) for each in chosen)


def test_a_resolve_that_was_never_started_gets_scripts_all_the_same(windows: Machine) -> None:
    chosen = choose_folders(windows, [ResolveApp(Path("Resolve.exe"))], shared=False)
    assert chosen == script_folders(windows)


def test_all_users_get_scripts_in_the_folders_that_exist(linux: Machine) -> None:
    (linux.root / "opt" / "resolve").mkdir(parents=True)
    (chosen,) = choose_folders(linux, [], shared=True)
    assert chosen.path == linux.root / "opt/resolve/Fusion/Scripts"
