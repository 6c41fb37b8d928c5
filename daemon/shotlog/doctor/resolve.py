"""Checks of DaVinci Resolve: its edition, its Python, and our scripts in its menu."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from shotlog._version import __version__
from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.machine import nearest_folder
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, warning
from shotlog.paths import HANDOVER_VARIABLE, check_access, handover_folder
from shotlog_installer import (
    Environment,
    InstallError,
    Machine,
    Manifest,
    PlacedScripts,
    ResolveApp,
    ScriptFolder,
    choose_folders,
    data_folder,
    find_resolve,
    inspect_placed,
    manifest_file,
    python_for,
    script_folders,
    shared_data_folder,
    shared_script_folders,
)

_INSTALL = "Run: shotlog resolve install."
_NONE = "DaVinci Resolve is not on this machine"
_TWO_WAYS = (
    "Export the timeline as .otio into the folder of 'shotlog watch' and import what comes back, or"
    " paste the line that 'shotlog resolve status' shows into Workspace > Console."
)


@health_check(Subject.RESOLVE)
def resolve(context: Context) -> CheckOutcome:
    """DaVinci Resolve, if it is here, is an edition that runs Python scripts."""
    apps = find_resolve(context.machine)
    if not apps:
        return passed(_NONE)
    words = "; ".join(app.words for app in apps)
    if any(app.is_recent and app.edition == "Free" for app in apps):
        return warning(f"{words}: the free edition lists no Python scripts since 21.1", _TWO_WAYS)
    if any(app.is_recent and app.edition is None for app in apps):
        return warning(
            f"{words}: its edition cannot be read, and the free one lists no Python scripts since "
            "21.1",
            f"See DaVinci Resolve > About. If it is not Studio: {_TWO_WAYS}",
        )
    if any(app.sandboxed for app in apps):
        words += "; it is sandboxed, so 'shotlog watch' must run when its entries are used"
    return passed(words)


@health_check(Subject.RESOLVE)
def resolve_python(context: Context) -> CheckOutcome:
    """DaVinci Resolve finds a Python to run scripts with."""
    apps = find_resolve(context.machine)
    if not apps:
        return passed(_NONE)
    for app in apps:
        found = python_for(context.machine, app)
        if found.remedy is not None:
            return warning(f"{app.words} finds no Python: {found.words}", found.remedy)
    return passed("; ".join(python_for(context.machine, app).words for app in apps))


@health_check(Subject.RESOLVE)
def resolve_folders(context: Context) -> CheckOutcome:
    """The folders of DaVinci Resolve's scripts can be written."""
    folders = _wanted(context)
    if not folders:
        return passed(_NONE)
    for folder in folders:
        there = nearest_folder(folder.path)
        if not os.access(there, os.W_OK | os.X_OK):
            return warning(
                f"this user may not write to {there}, so scripts cannot be placed in {folder.menu}",
                f"Give this user the right to write to {there}, or run as an administrator: "
                "shotlog resolve install --all-users.",
            )
    return passed(", ".join(str(folder.path) for folder in folders))


@health_check(Subject.RESOLVE)
def resolve_scripts(context: Context) -> CheckOutcome:
    """Shotlog's scripts lie in every DaVinci Resolve, whole and of this version."""
    try:
        placed = _placed(context)
    except InstallError as error:
        return problem(f"{error.subject}: {error.message}", error.hint)
    wanted = _wanted(context)
    if not placed:
        if not wanted:
            return passed(_NONE)
        return warning("no scripts are placed, so its menu has no entry of Shotlog", _INSTALL)
    if fault := next((fault for each in placed if (fault := _fault(each))), None):
        return fault
    lacking = [folder for folder in wanted if folder not in {each.folder for each in placed}]
    shared = any(each.folder.owner == "all users" for each in placed)
    if lacking and not shared:
        return warning(f"there are no scripts in {lacking[0].path}", _INSTALL)
    return passed(f"version {__version__} in {len(placed)} folders")


@health_check(Subject.RESOLVE)
def handover(context: Context) -> CheckOutcome:
    """The hand-over folder, by which files are exchanged with Resolve, can be written."""
    folder = handover_folder()
    if barred := check_access(folder, HANDOVER_VARIABLE):
        return problem(f"{folder} cannot be used ({barred.words})", barred.remedy)
    return passed(str(folder) if folder.is_dir() else f"{folder}, created on demand")


@health_check(Subject.SHOTLOG)
def own_environment(context: Context) -> CheckOutcome:
    """The environment that the installer made is complete."""
    try:
        machine = context.machine
        manifests = [
            Manifest.load(manifest_file(data))
            for data in (data_folder(machine), shared_data_folder(machine))
        ]
    except InstallError as error:
        return problem(f"{error.subject}: {error.message}", error.hint)
    made = [each.facts["environment"] for each in manifests if "environment" in each.facts]
    if not made:
        return passed("Shotlog was not installed by its installer")
    for folder in map(Path, made):
        if not folder.is_dir():
            return problem(f"{folder} was deleted", "Run the installer again.")
        if unfinished := _unfinished(folder):
            return problem(
                f"{folder} is not complete: {unfinished} is missing",
                "Run the installer again: it continues where it stopped.",
            )
    return passed(", ".join(made))


def _unfinished(folder: Path) -> str | None:
    found = Environment(folder, Machine.here(), folder, folder)
    missing = [name for name in ("made", "torch", "shotlog") if name not in found.marker]
    if missing:
        return missing[0]
    return None if found.command.is_file() else str(found.command)


def _wanted(context: Context) -> Sequence[ScriptFolder]:
    machine = context.machine
    apps: Sequence[ResolveApp] = find_resolve(machine)
    return choose_folders(machine, apps, shared=False)


def _placed(context: Context) -> list[PlacedScripts]:
    machine = context.machine
    places = (
        (script_folders(machine), data_folder(machine)),
        (shared_script_folders(machine), shared_data_folder(machine)),
    )
    found = []
    for folders, data in places:
        manifest = Manifest.load(manifest_file(data))
        found += [each for folder in folders if (each := inspect_placed(folder, manifest))]
    return found


def _fault(placed: PlacedScripts) -> CheckOutcome | None:
    where = placed.folder.path
    if placed.missing:
        return problem(f"scripts are missing in {where}, such as {placed.missing[0]}", _INSTALL)
    if not placed.can_start:
        command = " ".join(placed.command) or "a command"
        return problem(
            f"the scripts in {where} start {command}, which is not there any more", _INSTALL
        )
    if placed.version != __version__:
        return warning(
            f"the scripts in {where} are of version {placed.version or 'unknown'}, and this is "
            f"{__version__}",
            _INSTALL,
        )
    if placed.changed:
        return warning(
            f"{placed.changed[0]} was changed since it was placed",
            f"To have ours back, and keep yours beside it: {_INSTALL[5:]}",
        )
    return None


CHECKS = (own_environment, resolve, resolve_python, resolve_folders, resolve_scripts, handover)
