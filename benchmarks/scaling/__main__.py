"""Measure the costs of batches, and carry them to large clusters.

    python -m benchmarks.scaling measure FILE [--only PART ...]   # 30 minutes; needs strace
    python -m benchmarks.scaling model [FILE] [--json]            # tables; minutes

``measure`` writes what it measured, and keeps what FILE holds of other parts. ``model`` fits costs
to it, compares its predictions with the measured workers, and simulates large clusters. Without
FILE it takes ``measured.json``, which lies beside it: the figures of ``docs/scaling.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.scaling.costs import PARTS, measure
from benchmarks.scaling.tables import tables

MEASURED = Path(__file__).with_name("measured.json")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, and measure or simulate."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure", help="measure this machine")
    measuring.add_argument("file", type=Path)
    measuring.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts")
    measuring.add_argument("--quick", action="store_true", help="tiny films, to try it")
    modelling = commands.add_parser("model", help="print the tables")
    modelling.add_argument("file", type=Path, nargs="?", default=MEASURED)
    modelling.add_argument("--timelines", type=int, default=10_000, help="of the archive [10000]")
    modelling.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.command == "measure":
        found = json.loads(options.file.read_text()) if options.file.exists() else {}
        with tempfile.TemporaryDirectory(prefix="shotlog-scaling-") as name:
            for part in measure(Path(name), options.only, quick=options.quick):
                found |= part
                options.file.write_text(json.dumps(found, indent=1) + "\n")
        return
    measured = json.loads(options.file.read_text())
    if options.json:
        made = [asdict(table) for table in tables(measured, timelines=options.timelines)]
        sys.stdout.write(json.dumps(made, indent=1) + "\n")
        return
    for table in tables(measured, timelines=options.timelines):
        print(table, end="\n\n", flush=True)


if __name__ == "__main__":
    main()
