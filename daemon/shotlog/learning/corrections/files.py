"""The file of corrections: one :class:`~shotlog.schema.learning.Correction` a line, in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from shotlog.files import output_errors, replace_file
from shotlog.learning.corrections.collected import Corrections
from shotlog.schema import readable
from shotlog.schema.learning import Correction, CorrectionsUnreadable

_MODE = 0o600
"""A file of corrections tells what somebody works on: nobody else may read it."""

_VERSION = Correction.model_fields["version"].default


def read_corrections(paths: Iterable[Path]) -> Corrections:
    """Read files of corrections as one.

    Args:
        paths: The files; blank lines in them count as nothing.

    Raises:
        CorrectionsUnreadable: One is not there, is damaged, or was written by a newer version.
    """
    return Corrections(each for path in paths for each in _read(path))


def write_corrections(path: Path, corrections: Corrections) -> None:
    """Write corrections into a file that this user alone may read.

    The same corrections give the same bytes.

    Args:
        path: The file; one that is there is replaced as a whole.
        corrections: The corrections.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room for it.
    """
    lines = (each.model_dump_json() + "\n" for each in corrections)
    with output_errors(path, "Choose another place with --out."):
        replace_file(path, "".join(lines).encode(), mode=_MODE)


def _read(path: Path) -> Iterator[Correction]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        words = f"the file cannot be read: {error.strerror or error}"
        raise CorrectionsUnreadable(str(path), words) from error
    except UnicodeDecodeError as error:
        raise CorrectionsUnreadable(str(path), "it is no file of corrections") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _parse(path, number, line)


def _parse(path: Path, number: int, line: str) -> Correction:
    try:
        told = json.loads(line)
        version = told.get("version") if isinstance(told, dict) else None
        if isinstance(version, int) and version > _VERSION:
            words = f"line {number} was written by a newer Shotlog"
            raise CorrectionsUnreadable(str(path), words, "Update Shotlog.")
        return Correction.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        words = f"line {number} is no correction ({readable(reason)})"
        raise CorrectionsUnreadable(str(path), words) from error
    except (ValueError, RecursionError) as error:
        raise CorrectionsUnreadable(str(path), f"line {number} is no JSON") from error
