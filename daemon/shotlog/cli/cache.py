"""``shotlog cache``: what is kept of earlier runs, and how to forget it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.filesize import decimal

from shotlog import paths
from shotlog.cli.options import cache_option
from shotlog.cli.output import say
from shotlog.engine import Cache


@click.command()
@click.option("--clear", "forget", is_flag=True, help="Forget everything.")
@cache_option
def cache(forget: bool, cache_file: Path | None) -> None:
    """Show where results are kept, or forget them.

    The cache holds what was measured from picture and sound, by content: moved, renamed and
    trimmed clips are found again. It may be removed at any time.
    """
    path = cache_file or paths.cache_file()
    with Cache(path) as store:
        if forget:
            store.clear()
        say(f"{path}: {decimal(store.size())} of at most {decimal(store.cap)}")
