"""A daemon whose disk runs full while jobs run: run as a program, in a mount namespace of its own.

``unshare --map-root-user --mount python -m tests.faults.small_disk FOLDER``: mounts a small disk
below the folder for the daemon's home, fills it, makes room again, and prints as JSON what was
seen. What is mounted so is gone with the process, and nobody else ever saw it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from shotlog.paths import HOME_VARIABLE
from shotlog.schema import JournalUnusable
from shotlog.service.runtime import DaemonPaths
from tests.faults.figures import Figures
from tests.faults.machine import Machine, make_reel
from tests.waiting import wait_for

SIZE = "4m"


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (2**16, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass
    return ballast


def main(folder: Path) -> None:
    """Prints one JSON object."""
    disk, films = folder / "disk", folder / "films"
    disk.mkdir()
    films.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    os.environ[HOME_VARIABLE] = str(disk / "home")
    machine = Machine(DaemonPaths(), make_reel(films, 20), Figures())
    try:
        seen = scene(machine, disk)
    finally:
        machine.close()
    sys.stdout.write(json.dumps(seen))


def scene(machine: Machine, disk: Path) -> dict[str, object]:
    """What was seen while the disk was full, and what became of the jobs."""
    with machine.client() as client:
        machine.submit(client, 60)
        machine.wait_for_ends(client, 2)
        ballast = fill(disk)
        wait_for(lambda: client.status().journal[1])
        full = client.status()
        try:
            machine.submit(client)
            refused = None
        except JournalUnusable as error:
            refused = error.problem.message
        ballast.unlink()
        with machine.recovery("a full disk"):
            wait_for(lambda: client.status().ready)
        machine.settle(client)
        status = client.status()
        return {
            "problem": full.journal[1], "ready": full.ready, "alive": full.alive,
            "refused": refused, "problem_after": status.journal[1], "pid": [full.pid, status.pid],
            "restarts": status.worker.restarts, "reconnects": client.reconnects,
            "figures": machine.figures.as_json(),
        }  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
