"""Location of labelled footage: a folder with a ``labels.csv``, or with a ``video`` folder."""

from __future__ import annotations

from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data" / "video"
"""Folder of the project's own footage, beside a checkout."""


def footage(data: Path) -> Path:
    """Return the folder that holds ``labels.csv``, and the files that it names.

    Raises:
        SystemExit: where there is none.
    """
    for folder in (data, data / "video"):
        if (folder / "labels.csv").is_file():
            return folder
    raise SystemExit(f"there is no labels.csv in {data}")
