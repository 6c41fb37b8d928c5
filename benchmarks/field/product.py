"""Runs the product as a user would, and puts what it told into words."""

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
    """A command that has ended: its exit code and what it printed, both streams together."""

    code: int
    output: str


def shotlog(*args: str | Path) -> Run:
    """Runs a command in this process; an exception that reaches the user is raised here."""
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
    """Runs a command in a process of its own; use it where the environment is what is tried.

    Args:
        args: What is typed.
        env: What differs from this process's environment; None takes a variable away.
        encoding: Of what it prints.
        cwd: The folder that it runs in.
        first: Python that its process runs first.
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
    """The log of ``shotlog analyze``, in this process, with a cache in the folder."""
    found = folder / "found.json"
    cache = folder / "cache.sqlite"
    run = shotlog(
        "analyze", *args, "--in-process", "--cache", cache, "--models", "builtin", "--json", found
    )
    if run.code:
        raise RuntimeError(run.output.strip())
    return Log.model_validate_json(found.read_bytes())


def cuts(log: Log) -> str:
    """Where shots begin after the first, and where the last ends: ``cuts 0.92 2.92, end 4.92``.

    In seconds on the timeline's clock, exact to the millisecond.
    """
    shots = sorted(log.shots, key=lambda logged: logged.shot.timeline.start)
    begin = [seconds(logged.shot.timeline.start) for logged in shots[1:]]
    end = max((logged.shot.timeline.end for logged in shots), default=Fraction(0))
    return f"cuts {' '.join(begin) or 'none'}, end {seconds(end)}"


def seconds(moment: Fraction) -> str:
    """``2.92``: at most three decimals, none where they say nothing."""
    return f"{float(moment):.3f}".rstrip("0").rstrip(".")


def faults(log: Log) -> str:
    """Every problem and warning, in the order in which they are told; ``nothing`` for none."""
    told = [f"{problem.subject}: {problem.message}" for problem in log.problems]
    return "; ".join([*told, *log.warnings]) or "nothing"
