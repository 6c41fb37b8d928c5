"""Jobs to emit, and machines with doubles of ``shotlog`` and of the commands of farms."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shotlog.batch import FarmJob, ShardFile, emitter_named

HOSTILE = 'it\'s "50 %" $HOME `id`;&|<x> #LAYER# {{Param.X}} *é日 -n'
"""Name of a folder with what shells, templates and job files take for their own."""
PLAIN = "season 7 (dailies) é日 50%"
"""Name of a folder as people give them."""
OPTIONS = ("--map", "/Volumes/My Media=/mnt/my media", "--share-cache", "/mnt/cache 50%")

_RECORDER = """\
#!{python}
import json, os, sys
with open({calls!r}, "a") as file:
    file.write(json.dumps([sys.argv[1:], os.environ.get("CUDA_VISIBLE_DEVICES")]) + "\\n")
sys.exit({status})
"""


def make_job(
    folder: Path, shards: int = 3, options: tuple[str, ...] = OPTIONS, **facts: int | None
) -> FarmJob:
    """Return a job of some shards, whose files need not be there."""
    place = folder / ".shotlog" / "shards"
    files = [ShardFile(place / f"{n:04}.json", n, 1, 1.0) for n in range(1, shards + 1)]
    return replace(FarmJob(f"shotlog {folder.name}", folder, files, options=options), **facts)  # type: ignore[arg-type] # jobs and gpus


def emit(name: str, job: FarmJob) -> str:
    """Return the job as an emitter writes it."""
    return emitter_named(name).emit(job)


@dataclass(frozen=True)
class Machine:
    """A machine with a double of ``shotlog`` and of a farm's commands on its path.

    Attributes:
        root: A folder of its own.
    """

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return os.environ | {"PATH": path, "HOME": str(self.root)}

    def install_recorder(self, status: str = "0") -> None:
        """Put a ``shotlog`` on the path that keeps its arguments.

        Args:
            status: Its exit status, as a Python expression.
        """
        text = _RECORDER.format(
            python=sys.executable, calls=str(self.root / "calls"), status=status
        )
        self.install("shotlog", text)

    def install(self, name: str, text: str) -> None:
        """Put a program on the path."""
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def install_double(self, name: str, module: str) -> None:
        """Put a double of a farm's command on the path: a script beside this module."""
        script = Path(__file__).with_name(module)
        self.install(name, f'#!/bin/sh\nexec {sys.executable} "{script}" "$@"\n')

    def run(
        self, command: Sequence[str], text: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, with a text as its input."""
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            cwd=self.root,
            env=self.environment | environment,
        )

    def calls(self) -> list[list[str]]:
        """Return the arguments of every call of ``shotlog``, in order."""
        file = self.root / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line)[0] for line in lines]


def expected_calls(job: FarmJob) -> tuple[list[list[str]], list[str]]:
    """Return the calls of tasks, sorted, and that of the merge, which comes last."""
    tasks = [list(job.run_command(str(shard.path))[1:]) for shard in job.shards]
    return sorted(tasks), list(job.merge_command[1:])


Carry = Callable[[Machine, str], subprocess.CompletedProcess[str]]
"""Carries a job out on a machine, as its farm would."""
