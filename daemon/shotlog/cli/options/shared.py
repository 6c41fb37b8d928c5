"""Paths, times, names of daemons, and other options of many commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shotlog.schema import use_context
from shotlog.settings import parse_seconds, parse_value

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
        try:
            return parse_seconds(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Idle(KeepAlive):
    """An idle time: like :class:`KeepAlive`, but 0, ``-1`` and ``forever`` all mean never."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the seconds that were typed."""
        return max(0, super().convert(value, param, ctx))


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


def _parse_set(
    ctx: click.Context, param: click.Parameter, given: tuple[str, ...]
) -> dict[str, Any]:
    """Return the settings that were given as ``KEY=VALUE``."""
    values = {}
    for each in given:
        key, sign, text = each.partition("=")
        if not sign:
            message = f"'{each}' is not a setting with its value: markers.length=24"
            raise click.BadParameter(message, ctx, param)
        if key.partition(".")[0].strip() in ("daemon", "resolve"):
            message = f"'{key}' is not a setting of one run; see: shotlog config set --help"
            raise click.BadParameter(message, ctx, param)
        values[key.strip()] = parse_value(text.strip())
    return values


set_option = click.option(
    "--set",
    "flags",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_parse_set,
    help="Use another value for a setting in this run; may be given more than once. For all"
    " settings see: shotlog config show.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
