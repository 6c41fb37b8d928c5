"""The proof that models are trained and that corrections are learned: on footage that is made.

    python -m benchmarks.learning [--only training|corrections ...] [--json]

``training``: camera moves by a VideoMAE from random weights (``learning_training.py``); it needs
``shotlog[train]``.
``corrections``: an editor with a rule, by the commands (``learning_projects.py``), and editors
without one (``profiles.py``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import print_figures
from shotlog.threads import let_idle_threads_sleep

PARTS: Final = ("training", "corrections")


def measure(part: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of a part, a few at a time.

    Args:
        part: One of :data:`PARTS`.
        folder: An empty folder.
    """
    # Imported here: torch is not needed for corrections.
    if part == "training":
        from benchmarks import learning_training

        return learning_training.measure(folder)
    from benchmarks import learning_projects

    return learning_projects.measure(folder)


def main() -> None:
    """Print the figures; those that are found already go to the standard error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts alone")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    let_idle_threads_sleep()  # before torch is imported
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        for part in asked.only:
            for found in measure(part, Path(place, part)):
                print(found, file=sys.stderr, flush=True)
                figures |= found
    print_figures(figures, as_json=asked.json)


if __name__ == "__main__":
    main()
