"""Standard input and output as the streams of the protocol's SDK.

The SDK's own reader waits for stdin in a thread that cannot be interrupted: the server would not
end on Ctrl-C before the client sends another line. So lines are read in a thread that the process
does not wait for; the rest is the SDK's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, BinaryIO, cast

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from shotlog.bridge import read_lines

_READ_AHEAD = 64
"""Largest number of lines that are read before they are handled."""


async def serve_stdio(server: Server[Any], hear: int, say: BinaryIO) -> None:
    """Serve a client until it closes stdin or stops reading.

    Args:
        server: The server.
        hear: Descriptor of its input.
        say: Stream of its output; nothing else may write to it.
    """
    send, receive = anyio.create_memory_object_stream[str](_READ_AHEAD)
    loop = asyncio.get_running_loop()
    reading = threading.Thread(
        # daemon: a read from stdin cannot be interrupted, and must not delay the exit
        target=_read, args=(hear, loop, send.send, send.aclose), name="stdin", daemon=True
    )  # fmt: skip
    out = anyio.wrap_file(TextIOWrapper(say, encoding="utf-8", newline="\n"))
    lines = cast("anyio.AsyncFile[str]", _Lines(receive))  # only iterated over
    reading.start()
    async with receive, stdio_server(lines, out) as (read, write):
        await server.run(read, write, server.create_initialization_options())


class _Lines:
    """Lines as the SDK iterates over a file."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines

    def __aiter__(self) -> AsyncIterator[str]:
        return aiter(self._lines)


def _read(hear: int, loop: asyncio.AbstractEventLoop, send: Any, close: Any) -> None:
    # RuntimeError: the loop has ended. The others: nobody reads any more, or the client crashed.
    gone = (RuntimeError, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError)
    with suppress(*gone):
        for line in read_lines(hear):
            text = line.decode("utf-8", "replace")
            asyncio.run_coroutine_threadsafe(send(text), loop).result()
    with suppress(*gone):
        asyncio.run_coroutine_threadsafe(close(), loop).result()
