"""Options of where an analysis runs: in this process or in the daemon, with which cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from shotlog.cli.options.shared import cache_option, context_option, keep_alive_option


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of where an analysis runs; see :func:`check_cache`."""
    for option in reversed((
        click.option(
            "--in-process/--daemon",
            default=False,
            envvar="SHOTLOG_IN_PROCESS",
            show_envvar=True,
            help="Analyse in this process, or in the daemon, which is started if needed and keeps"
            " models loaded for the next run.",
        ),
        keep_alive_option,
        context_option,
        click.option(
            "--no-cache",
            is_flag=True,
            help="Do not read or write the result cache. Needs --in-process.",
        ),
        cache_option,
    )):  # fmt: skip
        command = option(command)
    return command


def check_cache(in_process: bool, no_cache: bool, cache_file: Path | None) -> None:
    """Check the options of the cache.

    Raises:
        click.UsageError: One is given, and the daemon is to analyse.
    """
    if not in_process and (no_cache or cache_file):
        option = "--no-cache" if no_cache else "--cache"
        raise click.UsageError(f"{option} needs --in-process: the daemon has a cache of its own.")
