"""Reading of the text files of data sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shotlog.schema import DataSetUnreadable


def read_text(path: Path) -> str:
    """Return the content of a UTF-8 file, without a byte order mark.

    Raises:
        DataSetUnreadable: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataSetUnreadable(str(path), f"it cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise DataSetUnreadable(
            str(path), "it is not text in UTF-8", "Save it as UTF-8."
        ) from error


def parse_json(text: str, subject: str) -> Any:
    """Return parsed JSON; numbers with a point are returned as they are written.

    Raises:
        DataSetUnreadable: It is no JSON.
    """
    try:
        # As text: a binary float would not be the time that was written.
        return json.loads(text, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataSetUnreadable(subject, f"it is no JSON ({error})") from error


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
