"""Paths as data: names of files that are not valid text, and how they are spelled in JSON.

A name on Linux is any bytes. Python holds those that are not UTF-8 as lone surrogates (PEP 383),
which neither JSON, nor SQLite, nor a terminal takes. So they are kept in memory, where files are
opened by them, and spelled where they leave it.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any
from urllib.parse import quote, unquote_to_bytes

from pydantic import BeforeValidator, PlainSerializer, PlainValidator

_URL = "file://"


def readable(text: str) -> str:
    r"""The text as it can be shown: a byte that is not UTF-8 becomes ``\xe9``."""
    if is_text(text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a UTF-16 pair, from a name on Windows
        return text.encode("utf-8", "backslashreplace").decode()


def is_text(path: str) -> bool:
    """Whether a path is valid text, as JSON and people want it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def possible_paths(path: str) -> tuple[str, ...]:
    """The paths by which this system may know one that a timeline gives, the likeliest first.

    Timelines are UTF-8. Where the file system's encoding is another (``LC_ALL=C``, PEP 538), the
    same letters are other bytes, or none at all; those of the disk may be of either.
    """
    if sys.getfilesystemencoding() == "utf-8":
        return (path,)
    in_utf8 = os.fsdecode(path.encode("utf-8", "surrogateescape"))
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return (in_utf8,)
    return tuple(dict.fromkeys((path, in_utf8)))


def _words(value: Any) -> Any:
    return readable(value) if isinstance(value, str) else value


def _path(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a path is text")
    if value.startswith(_URL) and "%" in value:
        return os.fsdecode(unquote_to_bytes(value.removeprefix(_URL)))
    return value


def _spelled(path: str) -> str:
    return path if is_text(path) else _URL + quote(os.fsencode(path), safe="/:\\")


PathText = Annotated[
    str,
    PlainValidator(_path, json_schema_input_type=str),
    PlainSerializer(_spelled, return_type=str),
]
"""An absolute path, as :func:`os.fsdecode` gives it.

In JSON it is the same text, save where its bytes are not UTF-8: there it is a URL with those bytes
percent-encoded, ``file:///media/caf%E9.mp4``, which no absolute path begins like.
"""

Words = Annotated[str, BeforeValidator(_words)]
"""Text for people, which may name files: see :func:`readable`."""
