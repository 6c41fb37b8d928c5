"""``shotlog resolve``: put Shotlog's scripts into DaVinci Resolve, show them, remove them."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

import shotlog_resolve
from shotlog._version import __version__
from shotlog.cli.options import json_option
from shotlog.cli.output import (
    FREE,
    SafeLine,
    app_json,
    console_line,
    lines,
    may_be_free,
    placed_json,
    placed_words,
    placement_json,
    print_json,
    say,
    show_paths,
    show_placement,
)
from shotlog.paths import handover_folder
from shotlog.schema import ShotlogError
from shotlog_installer import (
    PART,
    InstallError,
    Machine,
    Manifest,
    PlacedScripts,
    Placement,
    ScriptFolder,
    Scripts,
    choose_folders,
    data_folder,
    find_resolve,
    inspect_placed,
    manifest_file,
    named_folders,
    place,
    remove,
    script_folders,
    shared_data_folder,
    shared_script_folders,
)

_all_users = click.option(
    "--all-users", is_flag=True, help="For all users of this machine; needs an administrator."
)


@click.group()
def resolve() -> None:
    """Put Shotlog into DaVinci Resolve's menu, show what is there, or take it out again.

    The entries are in Workspace > Scripts > Shotlog, after a restart of Resolve and with a project
    open. Everything that is written is listed, and uninstall removes exactly that.
    """


@resolve.command()
@_all_users
@click.option(
    "--scripts",
    "named",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    metavar="FOLDER",
    help="Also use this folder Fusion/Scripts of a Resolve in an unusual place; may be given more "
    "than once.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@json_option
def install(all_users: bool, named: Sequence[Path], dry_run: bool, as_json: bool) -> None:
    """Place the scripts in the folders of every DaVinci Resolve on this machine.

    Can be run again at any time, and after an update. A file that you changed keeps its content
    under another name, NAME.yours.
    """
    with _install_errors():
        machine = Machine.here()
        apps = find_resolve(machine)
        folders = [*choose_folders(machine, apps, shared=all_users), *named_folders(named)]
        scripts = _scripts(all_users)
        if dry_run:
            paths = [path for each in folders for path in scripts.files(each, machine)]
            show_paths([*scripts.console_files(), *paths] if folders else [], as_json)
            return
        done = Placement()
        if folders:
            done = place(scripts, folders, machine, _manifest(machine, all_users))
    if as_json:
        print_json(placement_json(done, scripts))
    else:
        show_placement(done, apps, scripts)
    sys.exit(int(bool(done.failed)))


@resolve.command()
@_all_users
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and remove nothing.")
@json_option
def uninstall(all_users: bool, dry_run: bool, as_json: bool) -> None:
    """Remove the scripts, and nothing else; files that you changed stay."""
    with _install_errors():
        machine = Machine.here()
        manifest = _manifest(machine, all_users)
        if dry_run:
            show_paths([Path(each.path) for each in manifest.of(PART)], as_json)
            return
        done = remove(manifest, PART)
    if as_json:
        print_json({
            "removed": done.removed,
            "kept": list(map(str, [*done.kept, *done.filled])),
            "returned": list(map(str, done.returned)),
        })  # fmt: skip
        return
    say(f"removed {done.removed} files")
    say(lines(
        *[f"kept, as you changed it: {path}" for path in done.kept],
        *[f"kept, as there is something else in it: {path}" for path in done.filled],
        *[f"yours again: {path}" for path in done.returned],
    ))  # fmt: skip


@resolve.command()
@json_option
def status(as_json: bool) -> None:
    """Show every DaVinci Resolve of this machine, and the scripts in its folders."""
    with _install_errors():
        machine = Machine.here()
        apps, found = find_resolve(machine), list(_placed(machine))
        line = console_line(handover_folder())
    if as_json:
        print_json({
            "version": __version__,
            "resolve": [app_json(app) for app in apps],
            "scripts": [placed_json(each) for each in found],
            "console": line,
        })  # fmt: skip
        return
    say(lines(*[f"{app.words}: {app.path}" for app in apps] or ["no DaVinci Resolve was found"]))
    if not found:
        say("no scripts are placed; to place them: shotlog resolve install")
    for each in found:
        say(SafeLine.assemble((each.folder.owner, "bold"), f": {each.folder.menu}"))
        say(f"  {placed_words(each)}")
    if any(may_be_free(app) for app in apps):
        say(lines(*FREE, f"     {line}"))


@contextmanager
def _install_errors() -> Iterator[None]:
    try:
        yield
    except InstallError as error:
        raise ShotlogError(error.subject, error.message, error.hint) from error


def _manifest(machine: Machine, shared: bool) -> Manifest:
    data = shared_data_folder(machine) if shared else data_folder(machine)
    return Manifest.load(manifest_file(data))


def _scripts(shared: bool) -> Scripts:
    return Scripts(
        version=__version__,
        package=Path(str(shotlog_resolve.__file__)).parent,
        entries=shotlog_resolve.ENTRIES,
        command=[str(_command())],
        handover=handover_folder(),
        shared=shared,
    )


def _command() -> Path:
    """Return the command of this installation, which the scripts start."""
    name = "shotlog.exe" if sys.platform == "win32" else "shotlog"
    scheme = sysconfig.get_preferred_scheme("user")
    folders = [
        Path(sys.executable).parent,
        Path(sysconfig.get_path("scripts")),
        Path(sysconfig.get_path("scripts", scheme)),
    ]
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).absolute()
    if found := shutil.which("shotlog"):
        return Path(found).absolute()
    raise InstallError(
        sys.executable,
        "the command 'shotlog', which the scripts start, is not installed with this Python",
        "Install Shotlog as a package, with pipx, uv or its own installer.",
    )


def _placed(machine: Machine) -> Iterator[PlacedScripts]:
    for folders, shared in (
        (script_folders(machine), False),
        (shared_script_folders(machine), True),
    ):
        manifest = _manifest(machine, shared)
        for folder in [*folders, *_named_in(manifest, folders)]:
            if found := inspect_placed(folder, manifest):
                yield found


def _named_in(manifest: Manifest, usual: Sequence[ScriptFolder]) -> list[ScriptFolder]:
    """Return the folders that the user had named when the scripts were placed."""
    places = {
        Path(each.path).parents[1]
        for each in manifest.of(PART)
        if each.path.endswith("installation.json")
    }
    return named_folders(sorted(places - {folder.path for folder in usual}))
