"""Paths as data, including file names that are not valid UTF-8.

A file name on Linux is any sequence of bytes. Python represents bytes that are not UTF-8 as lone
surrogates (PEP 383), which JSON, SQLite and terminals do not accept. They are kept in memory, to
open files by them, and are encoded in JSON and escaped in texts for people.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any
from urllib.parse import quote, unquote_to_bytes

from pydantic import BeforeValidator, PlainSerializer, PlainValidator

_URL = "file://"


def readable(text: str) -> str:
    r"""Return a text that can be shown: a byte that is not UTF-8 becomes ``\xe9``."""
    if is_text(text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a UTF-16 pair, from a name on Windows
        return text.encode("utf-8", "backslashreplace").decode()


def is_text(path: str) -> bool:
    """Return True for a path that is valid Unicode text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def possible_paths(path: str) -> tuple[str, ...]:
    """Return the paths that a timeline's path may mean on this system, the likeliest first.

    Timelines are UTF-8. With another file system encoding (``LC_ALL=C``, PEP 538), the same letters
    are other bytes, or cannot be encoded; the names on the disk may be in either encoding.
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
    # Only URLs that _spelled() wrote: they have an escaped byte. Other texts are taken as paths.
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
"""An absolute path, as :func:`os.fsdecode` returns it.

In JSON the same text, or, if its bytes are not UTF-8, a URL with those bytes percent-encoded:
``file:///media/caf%E9.mp4``. No absolute path starts like such a URL.
"""

Words = Annotated[str, BeforeValidator(_words)]
"""Text for people, always valid Unicode: see :func:`readable`."""
