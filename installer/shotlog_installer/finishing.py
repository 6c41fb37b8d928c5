"""The last steps of an installation, done by the Shotlog that was just installed."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from shotlog_installer.environment import Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.machine import System
from shotlog_installer.manifest import Manifest

_SECONDS = 300.0


def place_scripts(
    environment: Environment, manifest: Manifest, *, shared: bool, named: Sequence[Path]
) -> str:
    """Let the installed Shotlog place its scripts; return what it says.

    Raises:
        InstallError: A folder of Resolve's cannot be written.
    """
    arguments = ["resolve", "install", "--json", *["--all-users"] * shared]
    for folder in named:
        arguments += ["--scripts", str(folder)]
    code, output = environment.run(*arguments, seconds=_SECONDS)
    manifest.reload()  # that process has written to it
    try:
        told = json.loads(output)
    except ValueError as error:
        raise InstallError(
            "shotlog resolve install",
            "it failed",
            f"See {environment.log}, and run: shotlog resolve install",
        ) from error
    if code and told["failed"]:
        first = told["failed"][0]
        raise InstallError(first["folder"], first["message"], first["hint"])
    return str(told["words"])


def check_all(environment: Environment) -> str:
    """Run the doctor; return its warnings.

    Raises:
        InstallError: It found a problem.
    """
    _, output = environment.run("doctor", "--json", seconds=_SECONDS)
    try:
        found = json.loads(output)
    except ValueError as error:
        raise InstallError("shotlog doctor", "it failed", f"See {environment.log}.") from error
    problems = [each for each in found if each["state"] == "problem"]
    warnings = [each for each in found if each["state"] == "warning"]
    if problems:
        words = "; ".join(each["words"] for each in problems)
        hints = " ".join(each["remedy"] for each in problems)
        raise InstallError("shotlog doctor", words, hints)
    notes = "".join(f"\n      ! {each['words']}: {each['remedy']}" for each in warnings)
    return f"{len(found)} checks, no problem, {len(warnings)} warnings{notes}"


def run_demo(environment: Environment, manifest: Manifest, folder: Path) -> str:
    """Run the demo and open its report; return what it found, and where the report is.

    Raises:
        InstallError: It failed.
    """
    try:
        manifest.own_tree(folder, "demo")
    except OSError as error:
        raise explain(error, folder) from error
    code, output = environment.run("demo", "--output", str(folder))
    report = folder / "shotlog-demo.html"
    if code or not report.exists():
        raise InstallError("shotlog demo", "it failed", f"See {environment.log}.")
    screen = {"DISPLAY", "WAYLAND_DISPLAY"} & set(environment.machine.environ)
    if environment.machine.system is not System.LINUX or screen:
        webbrowser.open(report.as_uri())  # without a screen it would start one in the terminal
    right = [line for line in output.splitlines() if line.startswith("Right:")]
    return "; ".join([*right, str(report)])
