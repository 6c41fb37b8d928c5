"""Runs of the product as a user would start it, and its answers as text."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from shotlog.cli import main
from shotlog.schema import Log

STRANGER = """
import ctypes, os
if os.geteuid() == 0:
    libc, who = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0)
    may = (ctypes.c_uint32 * 6)()
    libc.capget(who, may)
    may[0] &= ~0b110
    may[1] &= ~0b110
    libc.capset(who, may)
os.geteuid = lambda: 12345
"""
"""Python that makes a process another user than the one who made the files.

To become one, only root could, and would then not find Python in root's home; so a process says
that it is another, and root gives up the rights by which no mode binds it (CAP_DAC_OVERRIDE and
CAP_DAC_READ_SEARCH, bits 1 and 2: capabilities(7))."""


class Run(NamedTuple):
    """A finished command: its exit code, and its output of both streams together."""

    code: int
    output: str


def shotlog(*args: str | Path) -> Run:
    """Run a command in this process; an exception that would reach the user is raised."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.output)


def shotlog_process(
    *args: str | bytes | Path,
    env: Mapping[str, str | None] | None = None,
    encoding: str = "utf-8",
    cwd: Path | None = None,
    first: str = "",
) -> Run:
    """Run a command in a process of its own, for cases about the environment.

    Args:
        args: Its arguments.
        env: Differences from this process's environment; None removes a variable.
        encoding: Encoding of its output.
        cwd: Its working folder.
        first: Python code that its process runs first.
    """
    wanted = {**os.environ, **(env or {})}
    known = {name: value for name, value in wanted.items() if value is not None}
    done = subprocess.run(
        [sys.executable, *_program(first), *args], env=known, cwd=cwd, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return Run(done.returncode, done.stdout.decode(encoding, errors="replace"))


def _program(first: str) -> tuple[str, str]:
    if not first:
        return "-m", "shotlog"
    return "-c", f"{first}\nfrom shotlog.cli import main\nmain(prog_name='shotlog')"


def analyzed(folder: Path, *args: str | Path) -> Log:
    """Return the log of ``shotlog analyze``, run in this process with a cache in the folder."""
    found = folder / "found.json"
    cache = folder / "cache.sqlite"
    run = shotlog(
        "analyze", *args, "--in-process", "--cache", cache, "--models", "builtin", "--json", found
    )
    if run.code:
        raise RuntimeError(run.output.strip())
    return Log.model_validate_json(found.read_bytes())


def cuts(log: Log) -> str:
    """Return the starts of shots after the first, and the end: ``cuts 0.92 2.92, end 4.92``.

    In seconds on the timeline's clock, exact to the millisecond.
    """
    shots = sorted(log.shots, key=lambda logged: logged.shot.timeline.start)
    begin = [seconds(logged.shot.timeline.start) for logged in shots[1:]]
    end = max((logged.shot.timeline.end for logged in shots), default=Fraction(0))
    return f"cuts {' '.join(begin) or 'none'}, end {seconds(end)}"


def seconds(moment: Fraction) -> str:
    """Return seconds with up to three decimals, without zeros at the end: ``2.92``."""
    return f"{float(moment):.3f}".rstrip("0").rstrip(".")


def faults(log: Log) -> str:
    """Return every problem and warning in their order; ``nothing`` for none."""
    told = [f"{problem.subject}: {problem.message}" for problem in log.problems]
    return "; ".join([*told, *log.warnings]) or "nothing"
