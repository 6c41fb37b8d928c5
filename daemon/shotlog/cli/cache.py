"""``shotlog cache``: show and clear the result cache."""

from __future__ import annotations

from pathlib import Path

import click
from rich.filesize import decimal

from shotlog import paths
from shotlog.cli.options import cache_option
from shotlog.cli.output import say
from shotlog.engine import Cache
from shotlog.settings import load_settings


@click.command()
@click.option("--clear", "delete", is_flag=True, help="Delete all results.")
@cache_option
def cache(delete: bool, cache_file: Path | None) -> None:
    """Show the result cache, or clear it.

    The cache holds measurements of picture and sound by content, so moved, renamed and trimmed
    clips are not measured again, and the cuts, moves and highlights that follow from them. It can
    be deleted at any time. Beside it are the results of the stages of deliveries.
    """
    from shotlog.delivery.recipe import StageStore

    path = cache_file or paths.cache_file()
    with Cache(path, load_settings().settings.storage.cache_size) as store:
        if delete:
            store.clear()
            StageStore(path.with_name("deliveries")).clear()
        say(f"{path}: {decimal(store.size())} of at most {decimal(store.cap)}")
    kept = StageStore(path.with_name("deliveries")).size
    if kept:
        say(f"{path.with_name('deliveries')}: {decimal(kept)}")
