"""Values on their way between Lua and the double."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.resolve.double import Handle, NotModelled
from tests.resolve.double.handle import target_of


def to_lua(value: Any, number: Callable[[Handle], int]) -> str:
    """Return a value as a Lua expression on one line; a handle as ``H(number, kind)``."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case Handle():
            return f'H({number(value)}, "{target_of(value).kind}")'
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return _quoted(value)
        case dict():
            pairs = (f"[{to_lua(k, number)}] = {to_lua(v, number)}" for k, v in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "{" + ", ".join(to_lua(each, number) for each in value) + "}"
    raise NotModelled(f"a {type(value).__name__} in Lua")


def _quoted(text: str) -> str:
    signs = []
    for byte in text.encode("utf-8"):
        plain = 32 <= byte < 127 and byte not in b'"\\'
        signs.append(chr(byte) if plain else f"\\{byte:03d}")
    return '"' + "".join(signs) + '"'


def from_lua(told: Any, handles: Sequence[Handle]) -> Any:
    """Return what Lua sent: text, lists, dicts, handles, and numbers, which are all floats."""
    match told:
        case {"handle": int(at)}:
            return handles[at]
        case {"table": list(pairs)}:
            return {from_lua(key, handles): from_lua(each, handles) for key, each in pairs}
        case list():
            return [from_lua(each, handles) for each in told]
        case str():
            return told.encode("latin-1").decode("utf-8", "replace")
        case bool() | None:
            return told
    return float(told)
