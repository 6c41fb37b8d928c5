"""``shotlog run-shard``: what a node of a farm runs."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from shotlog.batch import (
    BatchEvent,
    ItemEnded,
    ItemState,
    Noted,
    ShardRunner,
)
from shotlog.cli._interrupt import CtrlC, sets_flag
from shotlog.cli.options import ANY_PATH, cache_option
from shotlog.cli.output import SafeLine, print_json_text, terminal
from shotlog.schema import Stopped


@click.command("run-shard")
@click.argument("shards", metavar="SHARD...", nargs=-1, required=True, type=ANY_PATH)
@click.option(
    "--map",
    "maps",
    metavar="OLD=NEW",
    multiple=True,
    help="Paths that begin with OLD on the machine that planned begin with NEW on this one:"
    " '/mnt/raid=//filer/raid'. May be given more than once.",
)
@click.option(
    "--share-cache",
    type=ANY_PATH,
    metavar="DIR",
    help="Folder in which machines share evidence, so that none measures what another has.",
)
@cache_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def run_shard(
    shards: Sequence[Path],
    maps: Sequence[str],
    share_cache: Path | None,
    cache_file: Path | None,
    as_json: bool,
) -> None:
    """Log the timelines of a shard, as a node of a render farm does.

    'shotlog batch --emit' makes jobs of such calls, and 'shotlog batch merge' makes the library of
    their results. SHARD is a file in the folder .shotlog/shards of the output folder, by whatever
    path this machine has for it. What has a result is skipped, so a task may be run again, or twice
    at once. An item that ends this process twice is given up and named.

    \b
    shotlog run-shard logged/.shotlog/shards/0042.json
    shotlog run-shard /farm/logged/.shotlog/shards/0042.json --map /mnt/raid=/Volumes/raid

    Exit codes: 0: every item was settled; those that failed are named, and more tries would not
    help them. 1: this machine cannot do it: no model, a full disk, a share that is away. 130:
    stopped; what was measured is in the cache.
    """
    tell = _Lines(as_json=as_json).tell
    worker = f"{socket.gethostname()}/{os.getpid()}"
    with (
        sets_flag() as ctrl_c,
        _sigterm_as(ctrl_c),
        ShardRunner(cache=cache_file, share_cache=share_cache, worker=worker) as runner,
    ):
        for shard in shards:
            runner.run(shard, maps, tell, lambda: ctrl_c.pressed)
            if ctrl_c.pressed:
                raise Stopped(str(shard))


class _Lines:
    """Prints what ends, a line each."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json, self._console = as_json, terminal()

    def tell(self, event: BatchEvent) -> None:
        """Print an event."""
        if self._as_json:
            print_json_text(event.model_dump_json())
        elif isinstance(event, ItemEnded):
            style = "green" if event.state is ItemState.DONE else "red"
            more = f": {event.message}. {event.hint}" if event.message else ""
            line = SafeLine.assemble((f"{event.state.value} ", style), (event.name, "bold"), more)
            self._console.print(line, soft_wrap=True)
        elif isinstance(event, Noted):
            line = SafeLine.assemble(("note: ", "yellow"), event.message)
            self._console.print(line, soft_wrap=True)


@contextmanager
def _sigterm_as(ctrl_c: CtrlC) -> Iterator[None]:
    """Stop on SIGTERM, by which farms end tasks, as on Ctrl-C: no note of a crash is left."""

    def press(number: int, frame: FrameType | None) -> None:
        ctrl_c.pressed = True

    before = signal.signal(signal.SIGTERM, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
