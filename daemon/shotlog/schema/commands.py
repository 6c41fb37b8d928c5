"""How a command is spelled for a user who is to type it: for the daemon that is spoken of.

A hint is written as it reads for the default daemon, ``See: shotlog daemon logs.``, wherever it is
made. Whoever works for another one says so once, with :func:`use_context`, and every hint that is
made or read from then on names it too: ``See: shotlog daemon logs --context farm.`` So what is
advised is never done to another daemon than the one that it is about.
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
"""The context that need not be named."""

CONTEXT_COMMANDS = (
    *("analyze", "bridge", "doctor", "models load", "models unload"),
    *("daemon clients allow", "daemon clients list", "daemon clients revoke"),
    *("daemon logs", "daemon pause", "daemon restart", "daemon resume", "daemon run"),
    *("daemon start", "daemon status", "daemon stop"),
    *("jobs attach", "jobs cancel", "jobs list", "jobs results", "jobs show"),
)
"""Every command that takes ``--context``."""

_SHORT_FOR = {"jobs": "jobs list"}
"""Commands that are another one where no more is typed, and take no options themselves."""

_SPELLED = "|".join((*CONTEXT_COMMANDS, *_SHORT_FOR))
_COMMAND = re.compile(rf"\bshotlog (?P<command>(?>{_SPELLED}))\b(?! --context)")

_context = ContextVar("_context", default=DEFAULT)


@contextmanager
def use_context(name: str) -> Iterator[None]:
    """Has commands spelled for a daemon's context while the block runs, in this thread or task."""
    before = _context.set(name)
    try:
        yield
    finally:
        _context.reset(before)


def spell_commands(words: str) -> str:
    """Words with every command in them as it must be typed for the context in force."""
    name = _context.get()
    if name == DEFAULT:
        return words

    def with_context(found: re.Match[str]) -> str:
        command = found["command"]
        return f"shotlog {_SHORT_FOR.get(command, command)} --context {name}"

    return _COMMAND.sub(with_context, words)


Hint = Annotated[Words, AfterValidator(spell_commands)]
"""What to do about something, with its commands spelled for the context in force."""
