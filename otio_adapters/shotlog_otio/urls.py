"""Conversion of the media URLs that editors write to paths.

OpenTimelineIO's own decoder decodes twice, cuts names at ``#`` and ``?``, fails on an empty URL
and loses drive letters, so it is not used. Editors often write no URL at all but a path, or a URL
that is not encoded; of a text that may stand for several paths, the one that exists is taken.
Percent signs stand for the bytes of a name, which need not be UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

from shotlog.schema import is_text

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:")
_SLASH_DRIVE = re.compile(r"/([A-Za-z])[:|]")


def is_remote(url: str) -> bool:
    """Return whether a URL names a server by a protocol other than ``file``."""
    scheme, rest = _split(url)
    return scheme not in ("", "file") and rest.startswith("//")


def _split(url: str) -> tuple[str, str]:
    """Return the scheme in lower case, "" for none, and the rest of the URL."""
    # At least two letters: one is the drive of a Windows path.
    match = _SCHEME.fullmatch(url)
    return (match[1].lower(), match[2]) if match else ("", url)


def is_absolute(path: str) -> bool:
    """Return whether a path is absolute, on this system or on Windows."""
    return path.startswith(("/", "\\\\")) or bool(_DRIVE.match(path))


def candidate_paths(url: str) -> list[str]:
    """Return the paths that a URL or path may stand for, the likeliest first, each once."""
    return list(_candidates(url))


@lru_cache(maxsize=256)  # each is asked for by name, by file and as a pattern, clip after clip
def _candidates(url: str) -> tuple[str, ...]:
    scheme, rest = _split(url)
    paths = _paths_of_url(rest) if scheme == "file" else _paths_of_path(url)
    return tuple(dict.fromkeys(path for path in paths if path and "\0" not in path))


def _paths_of_url(rest: str) -> Iterator[str]:
    """Yield the paths that the part of a URL after ``file:`` may stand for."""
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        host = unquote(host)
        if _DRIVE.match(host):  # file://C:/media/a.mov has a slash too few
            rest = f"{host}{slash}{path}"
        elif host.lower() in ("", "localhost"):
            rest = slash + path
        else:
            rest = f"//{host}{slash}{path}"
    # Without a query or fragment last: # and ? are letters of names far more often.
    bare = re.split(r"[?#]", rest, maxsplit=1)[0]
    for text in (*_unquoted(rest), rest, *_unquoted(bare)):
        # file:///C:/media/a.mov leaves a slash before the drive.
        yield _SLASH_DRIVE.sub(r"\1:", text, count=1) if _SLASH_DRIVE.match(text) else text


def _paths_of_path(path: str) -> Iterator[str]:
    yield path
    if "%" in path:
        yield from _unquoted(path)
    if not is_absolute(path):
        yield path.replace("\\", "/")


def _unquoted(text: str) -> Iterator[str]:
    """Yield the decoded forms of a percent-encoded text."""
    path = unquote(text, errors="surrogateescape")
    yield path
    if not is_text(path):  # the bytes of a name, or of an editor that wrote Latin-1
        yield unquote(text, encoding="latin-1")
