"""Options that several commands share."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.schema import in_context
from shotlog.service.protocol import MAX_KEEP_ALIVE

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([smh]?)")


ANY_PATH = click.Path(path_type=Path, readable=False)
"""A file or folder; that it cannot be read is told as of any other, and costs no other its turn."""


class KeepAlive(click.ParamType[int]):
    """``15`` (minutes), ``15m``, ``2h``, ``90s``, ``0``, ``-1`` or ``forever``; gives seconds.

    The one way in which a length of time is typed, whatever the command: a number alone is minutes.
    Parts of a second count as a whole one, so that no time that was wanted becomes none.
    """

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads what was typed."""
        if isinstance(value, int):
            return value
        if value in ("-1", "forever"):
            return -1
        told = _LENGTH.fullmatch(value)
        if told is None:
            self.fail(f"'{value}' is no time like 15m, 2h, 0, or forever.", param, ctx)
        seconds = math.ceil(Fraction(told[1]) * _SECONDS[told[2] or "m"])
        if seconds > MAX_KEEP_ALIVE:
            self.fail(f"'{value}' is more than a year; say forever.", param, ctx)
        return seconds


class Idle(KeepAlive):
    """The same, where 0 means that the time never comes; so do ``-1`` and ``forever``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads what was typed."""
        return max(0, super().convert(value, param, ctx))


def as_typed(seconds: float) -> str:
    """A length of time as it can be typed, in its largest whole unit: ``2h``, ``90s``, ``0``."""
    if seconds <= 0:
        return "forever" if seconds else "0"
    unit = next((u for u in ("h", "m") if seconds % _SECONDS[u] == 0), "s")
    return f"{seconds / _SECONDS[unit]:.3f}".rstrip("0").rstrip(".") + unit


keep_alive_option = click.option(
    "--keep-alive",
    type=KeepAlive(),
    metavar="TIME",
    help="Keep models loaded for so long after it: minutes, 15m, 2h, 0, or forever. By default the"
    " daemon's own rule, which is 15m.",
)


def _in_context(ctx: click.Context, param: click.Parameter, name: str) -> str:
    """Has hints name the context for as long as the command runs."""
    ctx.with_resource(in_context(name))
    return name


context_option = click.option(
    "--context",
    callback=_in_context,
    default="default",
    show_default=True,
    envvar="SHOTLOG_CONTEXT",
    show_envvar=True,
    help="Which daemon: those of different names know nothing of each other.",
)

cache_option = click.option(
    "--cache",
    "cache_file",
    type=click.Path(path_type=Path),
    help="The result cache to use, instead of the user's own or that of $SHOTLOG_CACHE.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
