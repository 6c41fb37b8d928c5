"""Options that several commands share."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.schema import use_context
from shotlog.service.protocol import MAX_KEEP_ALIVE

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([smh]?)")


ANY_PATH = click.Path(path_type=Path, readable=False)
"""A file or folder. Not checked by click: an unreadable one is a problem of that clip alone."""


class KeepAlive(click.ParamType[int]):
    """``15`` (minutes), ``15m``, ``2h``, ``90s``, ``0``, ``-1`` or ``forever``; gives seconds.

    All commands read lengths of time in this way: a number alone is minutes. Parts of a second are
    rounded up, so that a positive time never becomes 0.
    """

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the seconds that were typed."""
        if isinstance(value, int):
            return value
        if value in ("-1", "forever"):
            return -1
        told = _LENGTH.fullmatch(value)
        if told is None:
            self.fail(f"'{value}' is not a time like 15m, 2h, 0, or forever.", param, ctx)
        # ceil: a positive time must not become 0, which means "at once" or "never".
        seconds = math.ceil(Fraction(told[1]) * _SECONDS[told[2] or "m"])
        if seconds > MAX_KEEP_ALIVE:
            self.fail(f"'{value}' is more than a year; use forever.", param, ctx)
        return seconds


class Idle(KeepAlive):
    """An idle time: like :class:`KeepAlive`, but 0, ``-1`` and ``forever`` all mean never."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the seconds that were typed."""
        return max(0, super().convert(value, param, ctx))


def as_typed(seconds: float) -> str:
    """Format a length of time as it is typed, in its largest whole unit: ``2h``, ``90s``, ``0``."""
    if seconds <= 0:
        return "forever" if seconds else "0"
    unit = next((u for u in ("h", "m") if seconds % _SECONDS[u] == 0), "s")
    return f"{seconds / _SECONDS[unit]:.3f}".rstrip("0").rstrip(".") + unit


keep_alive_option = click.option(
    "--keep-alive",
    type=KeepAlive(),
    metavar="TIME",
    help="Keep models loaded for this time after the job: minutes, 15m, 2h, 0, or forever."
    "  [default: the daemon's own option, 15m]",
)


def _in_context(ctx: click.Context, param: click.Parameter, name: str) -> str:
    """Make hints name the context while the command runs."""
    ctx.with_resource(use_context(name))
    return name


context_option = click.option(
    "--context",
    callback=_in_context,
    default="default",
    show_default=True,
    envvar="SHOTLOG_CONTEXT",
    show_envvar=True,
    help="Name of the daemon; daemons of different names are independent.",
)

cache_option = click.option(
    "--cache",
    "cache_file",
    type=click.Path(path_type=Path),
    help="Result cache to use instead of $SHOTLOG_CACHE or the user's own.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
