"""Options that several commands share."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.service.messages import LONGEST_STAY

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*([smh]?)")


class KeepAlive(click.ParamType[int]):
    """``15`` (minutes), ``15m``, ``2h``, ``90s``, ``0``, ``-1`` or ``forever``; gives seconds."""

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
        seconds = round(Fraction(told[1]) * _SECONDS[told[2] or "m"])
        if seconds > LONGEST_STAY:
            self.fail(f"'{value}' is more than a year; say forever.", param, ctx)
        return seconds


keep_alive_option = click.option(
    "--keep-alive",
    type=KeepAlive(),
    metavar="TIME",
    help="Keep models loaded for so long after it: minutes, 15m, 2h, 0, or forever. By default the"
    " daemon's own rule, which is 15m.",
)

context_option = click.option(
    "--context",
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
