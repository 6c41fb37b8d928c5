"""``shotlog bridge``: JSON lines on stdio, for scripts inside an editor."""

from __future__ import annotations

import click

from shotlog.cli.options import context_option


@click.command()
@context_option
def bridge(context: str) -> None:
    """Serve a program that cannot import Shotlog: JSON lines on stdio.

    For scripts and panels inside an editor, which need only their standard library: one JSON
    object per line in, one per line out. Jobs run in the daemon, which is started on demand. The
    bridge ends at the end of its input; durable jobs continue.

    \b
    {"id": 1, "type": "hello", "bridge": 1}
    {"id": 2, "type": "analyze", "timeline": "/cuts/reel1.otio"}
    {"id": 3, "type": "cancel", "request": 2}

    All requests and events, and a caller in forty lines of Python: docs/bridge.md.
    """
    from shotlog.bridge.__main__ import main

    main(context)
