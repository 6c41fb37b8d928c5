"""Edge cases of the daemon's commands."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path

from benchmarks.field.case import Case
from benchmarks.field.product import Run, shotlog_process
from shotlog import Client
from shotlog.schema import Edit
from shotlog.service.client import stop_daemon
from shotlog.service.protocol import Priority
from shotlog.service.runtime import DaemonPaths

_ADVISED = re.compile(
    r"shotlog (?:daemon|jobs|models) [a-z]+(?: (?:list|load))?(?: --context \w+)?"
)


class _Home:
    """The daemons of one home folder, and the commands for them."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "home"

    def __call__(self, *args: str, **env: str) -> Run:
        return shotlog_process(*args, env={"SHOTLOG_HOME": str(self._root), **env})

    @contextmanager
    def process(self, *args: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command for the time of the block."""
        with subprocess.Popen(
            [sys.executable, "-m", "shotlog", *args],
            env={**os.environ, "SHOTLOG_HOME": str(self._root)}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            try:
                yield process
            finally:
                process.kill()

    def places(self, context: str = "default") -> DaemonPaths:
        return DaemonPaths(context, self._root)

    def job(self, number: int, priority: Priority = Priority.NORMAL) -> None:
        """Submit a job without clips."""
        edit = Edit(name="cut", rate=Fraction(25), duration=Fraction(0), clips=())
        with Client(start=False, paths=self.places()) as client:
            client.submit(edit, name="cut", job=f"{number:032x}", priority=priority)


@contextmanager
def _home(folder: Path, *contexts: str) -> Iterator[_Home]:
    """Make a home folder, and stop its daemons afterwards in any case."""
    home = _Home(folder)
    try:
        yield home
    finally:
        for context in contexts or ("default",):
            stop_daemon(home.places(context), force=True)


def _kept_alive(typed: str, option: str, folder: Path) -> str:
    """Return a duration option as a daemon shows it and as it stores it."""
    with _home(folder) as home:
        shown = home("daemon", "start", f"--{option}", typed).output.partition(", with ")[2].strip()
        kept = json.loads(home.places().options.read_text())
        return f"{shown}, kept as {kept[option.replace('-', '_')]:g} s"


def _refused_time(folder: Path) -> str:
    with _home(folder) as home:
        run = home("daemon", "start", "--keep-alive", "15 days")
        return f"exit {run.code}, options kept: {home.places().options.exists()}"


def _drained(before: Callable[[_Home], object], folder: Path) -> str:
    """Return the result of a drain, limited to 30 s."""
    with _home(folder) as home:
        home("daemon", "start", "--no-polite")
        before(home)
        with home.process("daemon", "stop", "--drain") as process:
            told = process.communicate(timeout=30)[0]
        return f"exit {process.returncode}: {re.sub(r'process [0-9]+', 'process N', told.strip())}"


def _paused(home: _Home) -> None:
    home("daemon", "pause")
    home.job(1)
    home.job(2)


def _paused_batch(home: _Home) -> None:
    home("daemon", "pause", "--batch")
    home.job(1)
    home.job(2, Priority.BATCH)


def _advised(folder: Path, *args: str, env: bool = False, runs: bool = False) -> str:
    """Return the commands that a command's hint names, in the context farm."""
    with _home(folder, "farm") as home:
        given = ("--context", "farm") if not env else ()
        variables = {"SHOTLOG_CONTEXT": "farm"} if env else {}
        if runs:
            home("daemon", "start", *given, **variables)
        words = " ".join(home(*args, *given, **variables).output.split())
        return ", ".join(_ADVISED.findall(words))


def _stopped(module: str, folder: Path) -> str:
    """Return the end of a command after Ctrl-C during the import of a module."""
    code = f"""
import runpy, signal, sys
class Presses:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Presses())
sys.argv = ["shotlog", "daemon", "status"]
runpy.run_module("shotlog", run_name="__main__", alter_sys=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "SHOTLOG_HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return f"exit {done.returncode}: {done.stdout.strip() or 'no word'}"


def _stopped_waiting(folder: Path) -> str:
    """Return the end of a command after Ctrl-C while it waits for a job."""
    with _home(folder) as home:
        home("daemon", "start", "--no-polite")
        _paused(home)
        with home.process("jobs", "attach") as process:
            with Client(start=False, paths=home.places()) as client:
                while process.poll() is None and client.status().clients < 2:
                    time.sleep(0.1)
            time.sleep(0.5)  # until it has connected and subscribed
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=30)[0]
        said = next(line for line in told.splitlines() if line.startswith("shotlog"))
        return f"exit {process.returncode}: {said}"


_KEPT = (
    "unfinished and kept; resume with: shotlog daemon start;"
    " then, as jobs are paused: shotlog daemon resume"
)

CASES: tuple[Case, ...] = (
    # A number alone is minutes, as for analyze: 20 x 60 s.
    Case("duration", "keep-alive 20", "--keep-alive=20m, kept as 1200 s",
         partial(_kept_alive, "20", "keep-alive")),
    Case("duration", "keep-alive 90s", "--keep-alive=90s, kept as 90 s",
         partial(_kept_alive, "90s", "keep-alive")),
    Case("duration", "keep-alive 2h", "--keep-alive=2h, kept as 7200 s",
         partial(_kept_alive, "2h", "keep-alive")),
    Case("duration", "keep-alive forever", "--keep-alive=forever, kept as -1 s",
         partial(_kept_alive, "forever", "keep-alive")),
    Case("duration", "idle 5", "--idle=5m, kept as 300 s", partial(_kept_alive, "5", "idle")),
    Case("duration", "keep-alive 15 days", "exit 2, options kept: False", _refused_time),
    # Paused jobs would never be finished: they are kept, and the daemon stops.
    Case("drain", "paused before", f"exit 0: stopped: process N; 2 jobs are {_KEPT}",
         partial(_drained, _paused)),
    # The normal job is finished; only the batch job is paused.
    Case("drain", "batch jobs paused", f"exit 0: stopped: process N; 1 job is {_KEPT}",
         partial(_drained, _paused_batch)),
    Case("drain", "nothing paused", "exit 0: stopped: process N",
         partial(_drained, lambda home: home.job(1))),
    Case("hint", "status, none runs", "shotlog daemon start --context farm",
         lambda folder: _advised(folder, "daemon", "status")),
    Case("hint", "status, none runs, by SHOTLOG_CONTEXT", "shotlog daemon start --context farm",
         lambda folder: _advised(folder, "daemon", "status", env=True)),
    Case("hint", "pause", "shotlog daemon resume --context farm",
         lambda folder: _advised(folder, "daemon", "pause", runs=True)),
    Case("hint", "started twice", "shotlog daemon restart --context farm",
         lambda folder: _advised(folder, "daemon", "start", "--idle", "5", runs=True)),
    # The code's own hint, which the daemon sends.
    Case("hint", "no such job", "shotlog jobs list --context farm",
         lambda folder: _advised(folder, "jobs", "show", "abc", runs=True)),
    *(
        # 128 + 2; no work has begun, so there is nothing to report.
        Case("ctrl-c", f"while {module} is imported", "exit 130: no word",
             partial(_stopped, module))
        for module in ("shotlog.cli.main", "click", "rich.console", "shotlog.cli.daemon", "zmq")
    ),
    Case("ctrl-c", "while a job is watched", "exit 130: shotlog: cut: no longer watched",
         _stopped_waiting),
)  # fmt: skip
