"""From the media URLs that editors write to paths.

OpenTimelineIO's own decoder decodes twice, cuts names at ``#`` and ``?``, fails on an empty URL
and loses drive letters, so this is our own. What editors write is often no URL at all but a path,
or a URL that was never encoded; where a text can be read in several ways, the way that leads to a
file is taken. Percent signs stand for the bytes of a name, whether or not those are UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from shotlog.schema import is_text

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:")
_SLASH_DRIVE = re.compile(r"/([A-Za-z])[:|]")


def is_remote(url: str) -> bool:
    """Whether a URL leads to a server by name of a protocol other than ``file``."""
    scheme, rest = _split(url)
    return scheme not in ("", "file") and rest.startswith("//")


def _split(url: str) -> tuple[str, str]:
    """The scheme in lower case, "" for none, and what follows it."""
    found = _SCHEME.fullmatch(url)
    return (found[1].lower(), found[2]) if found else ("", url)


def is_absolute(path: str) -> bool:
    """Whether a path is absolute, on this system or on Windows."""
    return path.startswith(("/", "\\\\")) or bool(_DRIVE.match(path))


def readings(url: str) -> list[str]:
    """The paths that a URL or path may stand for, the likeliest first, each once."""
    scheme, rest = _split(url)
    paths = _readings_of_url(rest) if scheme == "file" else _readings_of_path(url)
    return list(dict.fromkeys(path for path in paths if path and "\0" not in path))


def _readings_of_url(rest: str) -> Iterator[str]:
    """Of what follows ``file:``."""
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        host = unquote(host)
        if _DRIVE.match(host):  # file://C:/media/a.mov has a slash too few
            rest = f"{host}{slash}{path}"
        elif host.lower() in ("", "localhost"):
            rest = slash + path
        else:
            rest = f"//{host}{slash}{path}"
    bare = re.split(r"[?#]", rest, maxsplit=1)[0]
    for text in (*_unquoted(rest), rest, *_unquoted(bare)):
        yield _SLASH_DRIVE.sub(r"\1:", text, count=1) if _SLASH_DRIVE.match(text) else text


def _readings_of_path(path: str) -> Iterator[str]:
    yield path
    if "%" in path:
        yield from _unquoted(path)
    if not is_absolute(path):
        yield path.replace("\\", "/")


def _unquoted(text: str) -> Iterator[str]:
    """What was percent-encoded: the bytes of a name, or letters of an editor that wrote Latin-1."""
    path = unquote(text, errors="surrogateescape")
    yield path
    if not is_text(path):
        yield unquote(text, encoding="latin-1")
