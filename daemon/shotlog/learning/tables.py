"""Tables (CSV) of data sets and of users."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from shotlog.schema import TableUnreadable


def read_table(path: Path, *columns: str) -> Sequence[Mapping[str, str]]:
    """Return the rows of a table that has these columns.

    Raises:
        TableUnreadable: It is absent or damaged, or lacks columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                message = f"it has no column {', '.join(missing)}"
                raise TableUnreadable(str(path), message, f"It needs: {', '.join(columns)}.")
            rows = list(reader)
    except OSError as error:
        raise TableUnreadable(str(path), f"it cannot be read: {error.strerror}") from error
    except (UnicodeError, csv.Error) as error:
        raise TableUnreadable(str(path), f"it is damaged: {error}") from error
    for number, row in enumerate(rows, start=1):
        if empty := [name for name in columns if not row[name]]:
            raise TableUnreadable(str(path), f"row {number} has no {empty[0]}")
    return rows
