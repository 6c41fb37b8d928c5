"""The README's picture of ``shotlog demo``: ``python benchmarks/demo_picture.py``.

Renders and analyses the demo film as the command does, and writes the report as it stands, misses
and all, to ``docs/demo.svg`` (or the file that ``--out`` names).
"""

from __future__ import annotations

import argparse
import tempfile
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

from shotlog.cli.demo import perform, report

COLUMNS = 100
PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURE)
    out: Path = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        log, truth = perform(Console(stderr=True), Path(folder))
    page = Console(width=COLUMNS, record=True, file=StringIO(), force_terminal=True)
    report(page, log, truth)
    page.save_svg(str(out), title="shotlog demo", theme=MONOKAI)


if __name__ == "__main__":
    main()
