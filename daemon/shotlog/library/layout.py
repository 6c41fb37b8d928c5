"""Tables of the library's file, and the check that a file has them.

One row per shot of each clip use, numbered in the order of timelines and of shots in them, so that
the first rows that match are the first page. ``shot`` holds only what queries compare, because a
count reads all of it; ``detail`` holds what a hit shows. Equal pairs of clip and media are one row
of ``name``. Vectors are described in :mod:`shotlog.library.vectors`.
"""

from __future__ import annotations

import apsw

from shotlog.library.query import LABELS
from shotlog.schema import UNDEFINED, VOCABULARIES, LibraryUnreadable

APPLICATION = 0x53484C47
"""``PRAGMA application_id`` of a library: "SHLG" in ASCII."""
LAYOUT = 2
"""Version of the tables, in ``PRAGMA user_version``."""
PAGE_BYTES = 16384
"""Size of a page. Of 4, 16, 32 and 64 KiB, a count over 10^6 shots took twice as long with 4 as
with the others; with larger pages more is read for each hit."""

SHOT_COLUMNS = (
    "labels", "faces", "speech", "duration", "highlight", "name", "timeline", "models", "loudness",
    "size_confidence", "move_confidence", "width", "height", "fps",
)  # fmt: skip
"""Columns of ``shot`` after its row number; SQLite reads the first ones fastest."""

DETAIL_COLUMNS = (
    "number", "start", "length", "timecode", "kind", "size", "move", "sizes", "moves",
)  # fmt: skip
"""Columns of ``detail`` after the row number."""

TABLES = """
CREATE TABLE timeline (
    id INTEGER PRIMARY KEY,           -- position in the order of timelines, from 1
    item TEXT NOT NULL,               -- id of the batch item
    sequence INTEGER NOT NULL,        -- number of the sequence in its file, from 0
    name TEXT NOT NULL,
    source TEXT NOT NULL,             -- path of the timeline, for people
    marked TEXT,                      -- path of the marked timeline, relative to the output folder
    report TEXT,
    first INTEGER NOT NULL,           -- row of its first shot
    shots INTEGER NOT NULL            -- number of its shots, whose rows follow each other
);
CREATE TABLE name (
    id INTEGER PRIMARY KEY,           -- position in the order of the texts, from 1
    clip TEXT NOT NULL,
    media TEXT NOT NULL,              -- path, or empty
    file TEXT NOT NULL                -- file name of that path
);
CREATE TABLE shot (
    row INTEGER PRIMARY KEY,          -- from 1, without gaps
    labels INTEGER NOT NULL,          -- bits: see label
    faces INTEGER,                    -- NULL here and below: not measured
    speech REAL,                      -- share of the shot, 0 to 1
    duration REAL NOT NULL,           -- seconds, rounded to the nearest double; exact in detail
    highlight REAL,                   -- best score of the highlights that overlap it; NULL: none
    name INTEGER NOT NULL,
    timeline INTEGER NOT NULL,
    models INTEGER NOT NULL,          -- bits: models of which it has a vector
    loudness REAL,                    -- LUFS
    size_confidence REAL,             -- 0 to 1
    move_confidence REAL,
    width INTEGER,                    -- pixels
    height INTEGER,
    fps REAL
);
CREATE TABLE detail (
    row INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,          -- index in the log's shots
    start TEXT NOT NULL,              -- exact seconds on the timeline, "numerator/denominator"
    length TEXT NOT NULL,
    timecode TEXT NOT NULL,
    kind TEXT,                        -- black, title and so on; NULL: an ordinary shot
    size TEXT,                        -- label of most of the shot; NULL: not analysed
    move TEXT,
    sizes TEXT NOT NULL,              -- all labels in time order, separated by |
    moves TEXT NOT NULL
);
CREATE TABLE label (
    id INTEGER PRIMARY KEY,           -- number of its bit in shot.labels
    family TEXT,
    name TEXT NOT NULL
);
CREATE TABLE model (
    id INTEGER PRIMARY KEY,           -- number of its bit in shot.models
    name TEXT NOT NULL,
    dimensions INTEGER NOT NULL
);
CREATE TABLE vector (
    id INTEGER PRIMARY KEY,           -- model << 40 | row
    vector BLOB NOT NULL              -- float32, of length 1, as sqlite-vec reads them
);
CREATE TABLE code (
    id INTEGER PRIMARY KEY,           -- model << 40 | row of its first vector
    rows BLOB NOT NULL,               -- int64
    centre BLOB NOT NULL,             -- float32, one per dimension
    step BLOB NOT NULL,               -- float32, one per dimension
    error BLOB NOT NULL,              -- float32, one per vector
    codes BLOB NOT NULL               -- int8, one per vector and dimension
);
"""
_TOKENS = "unicode61 remove_diacritics 2"
WORDS = f"""
CREATE VIRTUAL TABLE name_words USING fts5(clip, media, content='', tokenize='{_TOKENS}');
CREATE VIRTUAL TABLE timeline_words USING fts5(name, source, content='', tokenize='{_TOKENS}');
CREATE VIRTUAL TABLE label_words USING fts5(name, content='', tokenize='{_TOKENS}');
"""
"""Indexes of words; their rows are those of ``name``, ``timeline`` and ``label``."""

MODEL_SHIFT = 40
"""Bits below the model's number in the keys of ``vector`` and ``code``."""
MOST_MODELS = 60
"""Image-text models of one library, as each is a bit."""


def label_rows() -> list[tuple[int, str | None, str]]:
    """Return the rows of the table ``label``."""
    return [
        (number, None if family is None else family.value, name)
        for number, (family, name) in enumerate(LABELS)
    ]


def label_texts() -> list[tuple[int, str]]:
    """Return the words by which labels are found: their names in data and for people."""
    return [
        (number, f"{name} {VOCABULARIES[family].display(name)}")
        for number, (family, name) in enumerate(LABELS)
        if family is not None and name != UNDEFINED
    ]


def check_layout(db: apsw.Connection, path: str) -> None:
    """Check that a file is a library of this version.

    Args:
        db: A connection to it.
        path: Its path, for people.

    Raises:
        LibraryUnreadable: It is no library, or one of another version, or its tables were changed.
    """
    if _pragma(db, "application_id") != APPLICATION:
        hint = "Name a folder that shotlog batch has written, or its library.sqlite."
        raise LibraryUnreadable(path, "this is no library of Shotlog", hint)
    layout = _pragma(db, "user_version")
    if layout > LAYOUT:
        message = "this library was written by a newer Shotlog"
        raise LibraryUnreadable(path, message, "Update Shotlog on this machine.")
    if layout != LAYOUT or _definitions(db) != _expected_definitions():
        raise LibraryUnreadable(path, "the tables of this library are not those of its version")
    if db.execute("SELECT id, family, name FROM label").fetchall() != label_rows():
        raise LibraryUnreadable(path, "this library has other labels than this version of Shotlog")


def _pragma(db: apsw.Connection, name: str) -> int:
    value = db.execute(f"PRAGMA {name}").get
    assert isinstance(value, int)  # noqa: S101  # what SQLite gives for these
    return value


def _definitions(db: apsw.Connection) -> set[tuple[object, ...]]:
    # A file of unknown origin might hold triggers or views that run on a query.
    return set(db.execute("SELECT type, name, sql FROM sqlite_schema"))


def _expected_definitions() -> set[tuple[object, ...]]:
    db = apsw.Connection(":memory:")
    try:
        db.execute(TABLES + WORDS)
        return _definitions(db)
    finally:
        db.close()
