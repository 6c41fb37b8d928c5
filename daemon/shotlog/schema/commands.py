"""Commands in hints, completed with the daemon's context.

A hint is written for the default daemon: ``See: shotlog daemon logs.`` Code that works with another
daemon calls :func:`use_context` once, and every hint that is made or read within it names that
context: ``See: shotlog daemon logs --context farm.`` So a user who follows a hint never changes
another daemon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated

from pydantic import AfterValidator

from shotlog.schema.paths import Words

DEFAULT = "default"
"""The context that commands use without ``--context``."""

CONTEXT_COMMANDS = (
    *("analyze", "batch retry", "batch run", "bridge", "coverage", "doctor"),
    *("highlights find", "mcp"),
    *("models load", "models unload", "selects", "watch"),
    *("daemon clients allow", "daemon clients list", "daemon clients revoke"),
    *("daemon logs", "daemon pause", "daemon restart", "daemon resume", "daemon run"),
    *("daemon start", "daemon status", "daemon stop"),
    *("jobs attach", "jobs cancel", "jobs list", "jobs results", "jobs show"),
)
"""Every command that takes ``--context``."""

_SHORT_FOR = {"jobs": "jobs list"}
"""Short forms that take no options, and their full commands."""

_SPELLED = "|".join((*CONTEXT_COMMANDS, *_SHORT_FOR))
# Atomic group (?>...): "jobs list" must not be read as the short form "jobs" as well.
_COMMAND = re.compile(rf"\bshotlog (?P<command>(?>{_SPELLED}))\b(?! --context)")

_context = ContextVar("_context", default=DEFAULT)


@contextmanager
def use_context(name: str) -> Iterator[None]:
    """Complete commands in hints with a context while the block runs, in this thread or task."""
    before = _context.set(name)
    try:
        yield
    finally:
        _context.reset(before)


def spell_commands(words: str) -> str:
    """Return a text with ``--context`` added to every command in it that takes it."""
    name = _context.get()
    if name == DEFAULT:
        return words

    def with_context(found: re.Match[str]) -> str:
        command = found["command"]
        return f"shotlog {_SHORT_FOR.get(command, command)} --context {name}"

    return _COMMAND.sub(with_context, words)


Hint = Annotated[Words, AfterValidator(spell_commands)]
"""Advice to the user; its commands are completed for the context in use when it is made."""
