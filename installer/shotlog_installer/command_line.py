"""The command ``python3 installer/install.py``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shotlog_installer.environment import Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.files import size_text
from shotlog_installer.lock import locked
from shotlog_installer.machine import Machine
from shotlog_installer.manifest import Manifest
from shotlog_installer.options import make_parser
from shotlog_installer.plan import Installation, python_words
from shotlog_installer.resolve_app import find_resolve
from shotlog_installer.resolve_folders import named_folders
from shotlog_installer.scripts import choose_folders
from shotlog_installer.source import find_checkout, find_source
from shotlog_installer.steps import Events, Lines, Reporter, Step, run_steps
from shotlog_installer.torch_build import ask_driver, choose_torch
from shotlog_installer.uninstall import uninstall
from shotlog_installer.user_folders import (
    data_folder,
    installer_folder,
    manifest_file,
    shared_data_folder,
)

EXIT_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Install or remove Shotlog.

    Returns:
        0; 1 if something failed; 2 for a wrong option; 130 after Ctrl-C.
    """
    options = make_parser().parse_args(arguments)
    reporter: Reporter = Events() if options.json else Lines()
    try:
        machine = Machine.here()
        data = shared_data_folder(machine) if options.all_users else data_folder(machine)
        if options.uninstall:
            return _uninstall(options, machine, data, reporter)
        return _install(options, machine, data, reporter)
    except InstallError as error:
        reporter.error(error)
    except OSError as error:  # not mapped where it arose
        reporter.error(explain(error))
    except KeyboardInterrupt:
        reporter.error(
            InstallError(
                "the installer",
                "stopped",
                "Run the same command again: it continues where it stopped.",
            )
        )
        return EXIT_STOPPED
    return 1


def _install(options: argparse.Namespace, machine: Machine, data: Path, reporter: Reporter) -> int:
    installation = _plan(options, machine, data)
    steps = installation.steps()
    _show_plan(installation, steps, reporter, dry=options.dry_run)
    installation.check()
    if options.dry_run:
        return 0
    if not _agreed(options, reporter):
        return 1
    manifest = installation.manifest
    manifest.save()
    manifest.write({installer_folder(data) / "README.txt": _README}, "installer")
    manifest.facts["environment"] = str(installation.environment.folder)
    manifest.save()
    with locked(installer_folder(data) / "lock"):
        errors = run_steps(steps, reporter)
    for error in errors:
        reporter.error(error)
    log = installation.environment.log
    if errors:
        reporter.tell("done", f"\nInstalled, but not everything worked. Log: {log}", ok=False)
        return 1
    more = "Restart DaVinci Resolve, then see Workspace > Scripts > Shotlog." * bool(
        installation.folders
    )
    command = installation.environment.command
    reporter.tell("done", f"\nShotlog is installed. {more}", ok=True, command=str(command))
    return 0


def _plan(options: argparse.Namespace, machine: Machine, data: Path) -> Installation:
    manifest = Manifest.load(manifest_file(data))
    chosen = options.environment or manifest.facts.get("environment") or data / "environment"
    offline = options.offline.resolve() if options.offline else None
    if offline is not None and not offline.is_dir():
        raise InstallError(offline, "there is no such folder", "Name a folder of wheels.")
    apps = find_resolve(machine)
    folders = [
        *choose_folders(machine, apps, shared=options.all_users),
        *named_folders(options.scripts),
    ]
    return Installation(
        machine=machine,
        data=data,
        environment=Environment(
            Path(chosen).absolute(), machine, installer_folder(data) / "install.log",
            installer_folder(data) / "downloads",
        ),
        manifest=manifest,
        source=find_source(options.source, offline, find_checkout(Path(__file__))),
        torch=choose_torch(
            machine, [] if options.cpu else ask_driver(), cpu=options.cpu,
            index=options.index_url, version=options.torch,
        ),
        folders=folders,
        offline=offline,
        shared=options.all_users,
        named=options.scripts,
        packages=options.packages,
        service=options.service,
        demo=options.demo,
        repair=options.repair,
        doctor=not options.no_check,
    )  # fmt: skip


def _show_plan(
    installation: Installation, steps: Sequence[Step], reporter: Reporter, *, dry: bool
) -> None:
    download, disk = size_text(installation.download), size_text(installation.disk)
    lines = [
        "Shotlog will be installed for "
        + ("all users of this machine" if installation.shared else "this user"),
        f"  with        {python_words()}",
        f"  from        {installation.source.spec}",
        f"  torch       {installation.torch.version} for {installation.torch.kind}: "
        f"{installation.torch.why}",
        f"  download    about {download}" if installation.download else "  download    nothing",
        f"  disk        about {disk}",
        f"  environment {installation.environment.folder}",
        f"  list, log   {installation.manifest.path.parent}",
    ]
    folders = [f"  scripts     {folder.menu}" for folder in installation.folders]
    lines += folders or [
        "  scripts     no DaVinci Resolve was found; later: shotlog resolve install"
    ]
    if dry:
        lines.append("Steps:")
        for number, step in enumerate(steps, 1):
            done = "  (done already)" if step.name != "stop" and step.is_done() else ""
            lines.append(f"  {number}. {step.title}{done}")
            lines += [f"       {place}" for place in step.places]
        lines.append("Nothing was changed.")
    reporter.tell(
        "plan", "\n".join(lines), download=installation.download, disk=installation.disk,
        environment=str(installation.environment.folder),
        scripts=[str(folder.menu) for folder in installation.folders],
        steps=[
            {"step": step.name, "title": step.title, "places": list(step.places)} for step in steps
        ],
    )  # fmt: skip


def _agreed(options: argparse.Namespace, reporter: Reporter) -> bool:
    if options.yes:
        return True
    if options.json or not sys.stdin.isatty():
        raise InstallError(
            "the installer",
            "it asks before it installs, and there is no terminal to ask on",
            "Add --yes to agree.",
        )
    return ask("Continue?")


def ask(question: str) -> bool:
    """Ask a question on the terminal; return True for yes."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _uninstall(
    options: argparse.Namespace, machine: Machine, data: Path, reporter: Reporter
) -> int:
    manifest = Manifest.load(manifest_file(data))
    decide = ask
    if options.yes:
        decide = _always
    elif options.json or not sys.stdin.isatty():
        decide = _not_asked
    if options.dry_run:
        paths = [record.path for record in manifest.of()]
        reporter.tell("plan", "\n".join(["This will be removed:", *paths]), paths=paths)
        return 0
    if not manifest.records:
        reporter.tell("done", "Nothing of Shotlog is installed here.", ok=True)
    elif not decide(f"Remove Shotlog? {len(manifest.records)} entries in {manifest.path}"):
        return 1
    uninstall(machine, data, manifest, reporter, purge=options.purge, decide=decide)
    return 0


def _always(question: str) -> bool:
    return True


def _not_asked(question: str) -> bool:
    raise InstallError(
        "the installer",
        f"there is no terminal to ask on: {question}",
        "Add --yes to agree to everything.",
    )


_README = b"""\
Kept by Shotlog's installer. manifest.json lists every file and folder that it made, so that exactly
those can be removed: python3 installer/install.py --uninstall
"""
