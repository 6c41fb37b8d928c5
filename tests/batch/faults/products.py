"""What a batch leaves in its output folder, to be compared with an undisturbed run."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from pathlib import Path

import opentimelineio as otio

from shotlog.batch import ItemState, OutputFolder, ResultStore
from shotlog.library import Library, parse_query

_OF_RUNS = {"lock", "merged.json", "attempts", "drafts"}
"""Files and folders of the hidden folder that tell of runs, not of items."""


def files(out: Path) -> dict[str, bytes]:
    """Return the files of an output folder by relative path.

    Left out are drafts of processes that were killed, which no reader takes for anything.
    """
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
        and path.suffix != ".part"
        and not _OF_RUNS.intersection(path.relative_to(out).parts)
    }


def rows(out: Path) -> list[str]:
    """Return a line for each shot of the library, with all that is known of it."""
    with Library.open(out / "library.sqlite") as library:
        return [str(hit) for hit in library.find(parse_query(""), limit=None).hits]


def states(out: Path) -> dict[str, ItemState]:
    """Return the state of every item that has one."""
    return ResultStore(OutputFolder(out)).states()


def assert_whole(out: Path) -> None:
    """Check that every file that bears a name is whole."""
    for path in out.rglob("*"):
        if not path.is_file() or path.name == "lock" or path.suffix == ".part":
            continue
        match path.suffix:
            case ".zip":
                with zipfile.ZipFile(path) as archive:
                    assert archive.testzip() is None, path
            case ".otio":
                otio.adapters.read_from_file(str(path))
            case ".json":
                json.loads(path.read_bytes())
            case ".xml":
                ET.parse(path)  # noqa: S314
            case ".html":
                assert path.read_text().rstrip().endswith("</html>"), path
            case ".sqlite":
                with closing(sqlite3.connect(path)) as db:
                    assert db.execute("PRAGMA quick_check").fetchone() == ("ok",)
            case ".parquet":
                assert path.read_bytes().endswith(b"PAR1"), path
            case ".csv" | ".jpg":
                assert path.stat().st_size
            case other:
                raise AssertionError(f"{path} is of a kind that no batch writes: {other}")


def assert_equal(out: Path, truth: Path) -> None:
    """Check that a folder holds what an undisturbed run has left in another one."""
    assert_whole(out)
    found, wanted = files(out), files(truth)
    differing = [name for name in found | wanted if found.get(name) != wanted.get(name)]
    assert not differing, differing
    assert rows(out) == rows(truth), "the rows of the library differ"
