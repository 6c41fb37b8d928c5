"""``shotlog mcp``: the engine as tools for programs that speak the Model Context Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from shotlog.cli.options import ANY_PATH, context_option


@click.command()
@click.option(
    "--root",
    "roots",
    metavar="DIR",
    multiple=True,
    type=ANY_PATH,
    help="Let the program read this folder and nothing else; may be given more than once."
    "  [default: the folders that the daemon may read]",
)
@click.option(
    "--allow-write",
    "writable",
    metavar="DIR",
    multiple=True,
    type=ANY_PATH,
    help="Let the program write timelines into this folder; may be given more than once. Without"
    " it nothing is written.",
)
@context_option
def mcp(roots: Sequence[Path], writable: Sequence[Path], context: str) -> None:
    """Serve programs that speak the Model Context Protocol, over stdio.

    For assistants with a language model: they get tools that analyse timelines, list and find
    shots, show their pictures, and make stringouts. Such a program starts this command itself, from
    its settings. Jobs run in the daemon, which is started on demand. Nothing leaves this machine
    but the answers to the program and, where you have agreed with 'shotlog remote agree', small
    pictures for a provider.

    Needs the SDK of the protocol: pip install 'shotlog[mcp]'.

    \b
    shotlog mcp --root /projects/reel1
    shotlog mcp --root /projects --root /media --allow-write /projects/selects

    How to put it into Claude Desktop and others, and every tool: docs/mcp.md.

    Exit codes: 0: the program has closed the connection. 1: it cannot be started, with the reason.
    130: ended by Ctrl-C.
    """
    from shotlog.mcp import run_server

    run_server(roots, writable, context)
