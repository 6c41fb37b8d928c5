"""A double of Slurm's ``sbatch``: it knows the options below alone, and runs a job at once.

By sbatch(1): the script begins with ``#!``; options are read from ``#SBATCH`` lines before the
first command; those of the command line go before them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

VALUES = {"job-name", "array", "ntasks", "gres", "dependency", "partition", "account", "time"}
FLAGS = {"parsable", "requeue"}
MAX_ARRAY_SIZE = 1001  # slurm.conf(5): the default; the greatest index is one less


def parse(words: list[str]) -> dict[str, str]:
    """Return options by name."""
    options: dict[str, str] = {}
    for word in words:
        name, sign, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name not in (VALUES if sign else FLAGS):
            sys.exit(f"sbatch: unrecognized option '{word}'")
        options[name] = value
    return options


def read_options(script: str) -> dict[str, str]:
    """Return the options that a script tells."""
    first, *lines = script.split("\n")
    if not first.startswith("#!"):
        sys.exit("sbatch: error: This does not look like a batch script.")
    words: list[str] = []
    for line in lines:
        if line.startswith("#SBATCH "):
            words += shlex.split(line.removeprefix("#SBATCH "))
        elif line and not line.startswith("#"):
            break
    return parse(words)


def main() -> int:
    """Run a script, once or for each index of its array."""
    script = sys.stdin.read()
    options = read_options(script) | parse(sys.argv[1:])
    jobs = Path(os.environ["HOME"], "slurm-jobs")
    known = jobs.read_text().splitlines() if jobs.exists() else []
    if needed := options.get("dependency"):
        found = re.fullmatch(r"afterany:(\d+)", needed)
        if not found or found[1] not in known:
            sys.exit(f"sbatch: error: Job dependency problem: {needed}")
    indices: list[int | None] = [None]
    if array := options.get("array"):
        found = re.fullmatch(r"0-(\d+)(%[1-9]\d*)?", array)
        if not found or int(found[1]) >= MAX_ARRAY_SIZE:
            sys.exit("sbatch: error: Batch job submission failed: Invalid job array specification")
        indices = list(range(int(found[1]) + 1))
    job = str(4242 + len(known))
    told = Path(os.environ["HOME"], "slurm-options")
    with told.open("a") as file:
        file.write(json.dumps(options) + "\n")
    for index in indices:
        number = {} if index is None else {"SLURM_ARRAY_TASK_ID": str(index)}
        name = f"slurm-{job}.out" if index is None else f"slurm-{job}_{index}.out"
        with Path(name).open("w") as log:
            subprocess.run(
                ["/bin/sh"],
                input=script,
                text=True,
                stdout=log,
                stderr=log,
                env=os.environ | number,
            )
    with jobs.open("a") as file:
        file.write(f"{job}\n")
    print(f"{job};cluster" if "parsable" in options else f"Submitted batch job {job}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
