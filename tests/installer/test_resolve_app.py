"""Version, edition and Python of a Resolve are read from what lies on the disk."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

import pytest

from shotlog_installer import Machine, ResolveApp, find_resolve, python_for

FREE = "0x7fc6e478 | Main | INFO | 2021-12-25 16:47:57,075 | Running DaVinci Resolve v17.4.1.0004 (Linux/Clang x86_64)\n"  # noqa: E501
STUDIO = "0x7fc6e478 | Main | INFO | 2026-10-02 09:00:00,000 | Running DaVinci Resolve Studio v21.1.1.0003 (Linux/Clang x86_64)\n"  # noqa: E501


def put(path: Path, content: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def on_linux(machine: Machine, log: str = "") -> ResolveApp:
    put(machine.root / "opt/resolve/bin/resolve")
    if log:
        put(machine.home / ".local/share/DaVinciResolve/logs/ResolveDebug.txt", log)
    (app,) = find_resolve(machine)
    return app


def test_the_last_start_in_the_log_tells_version_and_edition(linux: Machine) -> None:
    app = on_linux(linux, f"{FREE}noise\n{STUDIO}more noise\n")
    assert (app.version, app.edition) == ((21, 1, 1, 3), "Studio")
    assert app.words == "DaVinci Resolve Studio 21.1.1.3"
    assert app.is_recent


def test_a_start_without_studio_is_the_free_edition(linux: Machine) -> None:
    app = on_linux(linux, FREE)
    assert (app.version, app.edition) == ((17, 4, 1, 4), "Free")
    assert not app.is_recent


def test_without_a_log_the_edition_is_unknown_and_not_guessed(linux: Machine) -> None:
    app = on_linux(linux)
    assert (app.version, app.edition) == (None, None)
    assert "unknown version" in app.words


def test_a_python_inside_resolve_shows_that_it_is_21_1_or_newer(linux: Machine) -> None:
    put(linux.root / "opt/resolve/bin/ResolvePython")
    app = on_linux(linux)
    assert app.is_recent
    assert python_for(linux, app).remedy is None


def bundle(machine: Machine, place: str, identifier: str, version: str) -> None:
    info = {"CFBundleIdentifier": identifier, "CFBundleShortVersionString": version}
    path = put(machine.root / "Applications" / place / "Contents" / "Info.plist")
    path.write_bytes(plistlib.dumps(info))


def test_macos_tells_the_version_in_the_bundle_and_the_app_store_by_its_identifier(
    macos: Machine,
) -> None:
    bundle(
        macos,
        "DaVinci Resolve/DaVinci Resolve.app",
        "com.blackmagic-design.DaVinciResolve",
        "21.0.4",
    )
    bundle(macos, "DaVinci Resolve.app", "com.blackmagic-design.DaVinciResolveLite", "21.1")
    site, store = find_resolve(macos)
    assert (site.version, site.sandboxed, site.edition) == ((21, 0, 4), False, None)
    assert (store.version, store.sandboxed) == ((21, 1), True)


def test_a_damaged_bundle_is_a_resolve_of_unknown_version(macos: Machine) -> None:
    put(macos.root / "Applications/DaVinci Resolve.app/Contents/Info.plist", "garbage")
    (app,) = find_resolve(macos)
    assert app.version is None


def test_windows_has_its_log_in_the_roaming_folder(windows: Machine) -> None:
    put(windows.root / "Program Files/Blackmagic Design/DaVinci Resolve/Resolve.exe")
    logs = windows.home / "AppData/Roaming/Blackmagic Design/DaVinci Resolve/Support/logs"
    put(logs / "ResolveDebug.txt", FREE)
    newer = put(logs / "davinci_resolve.log", STUDIO)
    os.utime(newer, (2_000_000_000, 2_000_000_000))
    (app,) = find_resolve(windows)
    assert app.edition == "Studio"


OLD = ResolveApp(Path("resolve"), (21, 0, 4))


def test_macos_needs_a_python_where_resolve_looks(macos: Machine) -> None:
    found = python_for(macos, OLD)
    assert found.remedy is not None
    assert "python.org" in found.remedy
    put(macos.root / "usr/local/bin/python3")
    assert python_for(macos, OLD).remedy is None


def test_the_python_of_homebrew_is_not_seen_by_resolve(macos: Machine) -> None:
    real = put(macos.root / "opt/homebrew/Cellar/python/3.13/bin/python3")
    link = macos.root / "usr/local/bin/python3"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    found = python_for(macos, OLD)
    assert found.remedy is not None
    assert "homebrew" in found.words


@pytest.mark.parametrize(
    ("registered", "words"),
    [([], None), (["2.7", "ContinuumAnalytics"], None), (["3.9", "3.12", "3.6"], "Python 3.12")],
)
def test_windows_takes_the_newest_python_in_its_registry(
    windows: Machine, registered: list[str], words: str | None
) -> None:
    found = python_for(windows, OLD, registered)
    assert (found.remedy is None) == (words is not None)
    assert (words or "no Python") in found.words


def test_a_variable_that_leads_nowhere_is_told(windows: Machine, macos: Machine) -> None:
    windows = Machine(windows.system, windows.home, {"FUSION_PYTHON3_HOME": "C:\\gone"})
    assert python_for(windows, OLD, ["3.12"]).remedy is not None
    macos = Machine(macos.system, macos.home, {"PYTHON3HOME": "/gone"})
    assert python_for(macos, OLD).remedy is not None


def test_linux_needs_the_library_of_python(linux: Machine) -> None:
    assert python_for(linux, OLD).remedy is not None
    put(linux.root / "usr/lib/x86_64-linux-gnu/libpython3.9.so.1.0")
    put(linux.root / "usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0")
    found = python_for(linux, OLD)
    assert found.remedy is None
    assert "libpython3.11" in found.words
