"""The server as a process: it takes stdin and stdout, and ends with its client."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from shotlog.schema import ShotlogError, use_context

FAREWELL = 5.0
"""Seconds after the end of stdin, or Ctrl-C, in which jobs are cancelled. It is limited because the
daemon may not respond."""


class SdkMissing(ShotlogError):
    """The SDK of the protocol is not installed."""

    message = "the SDK of the Model Context Protocol is not installed"
    hint = "Install it with: pip install 'shotlog[mcp]'."


def run_server(roots: Sequence[Path], writable: Sequence[Path], context: str) -> None:
    """Serve a client of the Model Context Protocol on stdio until it closes stdin.

    Args:
        roots: Folders that may be read; empty takes the roots of the daemon.
        writable: Folders that may be written to.
        context: Name of the daemon.

    Raises:
        SdkMissing: The protocol's SDK is not installed, or is of another version.
        ShotlogError: A folder does not exist, or stdin or stdout is closed.
        KeyboardInterrupt: On Ctrl-C; the jobs of its calls are cancelled.
    """
    from shotlog.service.runtime import claim_stdio

    try:
        hear, say = claim_stdio()
    except OSError as error:
        message = f"standard input or output is closed ({error.strerror})"
        hint = "A client of the protocol starts it, with a pipe for each: see docs/mcp.md."
        raise ShotlogError("shotlog mcp", message, hint) from error
    # Only after claim_stdio() has secured stdout: libraries may print during their import.
    try:
        import anyio

        from shotlog.mcp.server import ToolServer
        from shotlog.mcp.transport import serve_stdio
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("anyio", "mcp", "mcp_types"):
            raise
        raise SdkMissing("shotlog mcp") from error
    from shotlog.mcp.access import Access

    with use_context(context):
        tools = ToolServer(Access.of(roots, writable, context), context)
        try:
            anyio.run(serve_stdio, tools.make(), hear, say)
        except* BrokenPipeError:
            pass  # the client has gone
        finally:
            _end_in(2 * FAREWELL)
            tools.running.end(FAREWELL)


def _end_in(seconds: float) -> None:
    """End the process after this time, whatever it waits for."""
    # os._exit: a normal exit would wait for threads, which may wait for the daemon.
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
