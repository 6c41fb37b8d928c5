"""Update every generated page that is out of date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from docs.pages import batch, bridge, colours, cuts, exports, protocol

ROOT = Path(__file__).parents[2]
"""Root folder of the source tree."""

PAGES: Mapping[str, Callable[[], str]] = {
    "batch.md": batch.page,
    "colours.md": colours.page,
    "cuts.md": cuts.page,
    "exports.md": exports.page,
    "protocol.md": protocol.page,
    "bridge.md": lambda: bridge.page((ROOT / "tests/bridge/caller.py").read_text("utf-8")),
}
"""The function that generates each page, by the page's name in ``docs/``."""


def main() -> None:
    """Write the pages that differ, and print their names."""
    for name, make in PAGES.items():
        path, text = ROOT / "docs" / name, make()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
