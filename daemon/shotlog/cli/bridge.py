"""``shotlog bridge``: JSON lines on stdio, for scripts inside an editor."""

from __future__ import annotations

import click

from shotlog.cli.options import context_option


@click.command()
@context_option
def bridge(context: str) -> None:
    """Serve a program that has no Shotlog of its own: JSON lines on stdio.

    Scripts and panels inside an editor start this and need nothing but their standard library:
    one JSON object a line in, one a line out. It asks the daemon, which is started on demand. It
    ends with its input; jobs that were asked to be durable go on.

    \b
    {"id": 1, "type": "hello", "bridge": 1}
    {"id": 2, "type": "analyze", "timeline": "/cuts/reel1.otio"}
    {"id": 3, "type": "cancel", "request": 2}

    Every request, every event and a caller in forty lines of Python: docs/bridge.md.
    """
    from shotlog.bridge.__main__ import main

    main(context)
