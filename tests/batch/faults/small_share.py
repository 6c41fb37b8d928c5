"""A batch on a share that is full, run in a mount namespace of its own; a program.

``unshare --map-root-user --mount python -m tests.batch.faults.small_share PLANNED FOLDER``: mounts
a small disk in FOLDER, copies PLANNED to it, and prints as JSON how nodes, a batch and a merge end
while it is full, by less and less, and when there is room. The cache lies elsewhere.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from shotlog.cli.main import main as shotlog
from tests.batch.faults import products
from tests.batch.season import shard_files
from tests.faults.small_disk import fill

SIZE = "8m"


def main(planned: Path, folder: Path) -> None:
    """Print one JSON object."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    out = folder / planned.name
    shutil.copytree(planned, out)
    (shard,) = shard_files(out)
    seen = {
        "node": _ends(["run-shard", str(shard)], out, (0, 4096, 32768)),
        "merge": _ends(["batch", "merge", str(out)], out, (0, 65536)),
    }
    products.assert_equal(out, planned.parents[1] / "out")
    states = sorted(state.value for state in products.states(out).values())
    sys.stdout.write("\n" + json.dumps({"ends": seen, "states": states}))


def _ends(command: list[str], out: Path, rooms: Sequence[int]) -> list[int]:
    """Return the exit codes of a command while there are so many bytes, then with enough room."""
    codes = []
    for room in rooms:
        ballast = fill(out.parent)
        with ballast.open("r+b") as file:
            file.truncate(max(0, ballast.stat().st_size - room))
        codes.append(_end_of(command))
        products.assert_whole(out)
        ballast.unlink()
    return [*codes, _end_of(command)]


def _end_of(command: list[str]) -> int:
    """Return the exit code of a command."""
    try:
        shotlog(command)
    except SystemExit as end:
        return int(end.code or 0)
    raise AssertionError("a command ends the process")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
