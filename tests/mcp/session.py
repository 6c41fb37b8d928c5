"""A client of the protocol's own SDK, talking to the real command over stdio."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, ImageContent, InitializeResult, TextContent, Tool

COMMAND = (sys.executable, "-m", "shotlog", "mcp")


class Session:
    """A session with a server, for code that is not asynchronous.

    Attributes:
        portal: Runs coroutines of the session.
        welcome: The server's answer to ``initialize``.
    """

    def __init__(
        self, portal: BlockingPortal, session: ClientSession, welcome: InitializeResult
    ) -> None:
        self.portal, self._session, self.welcome = portal, session, welcome

    def tools(self) -> dict[str, Tool]:
        """Return the tools that the server lists, by name."""
        return {tool.name: tool for tool in self.portal.call(self._session.list_tools).tools}

    def raw(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool. The SDK checks the result against the schema that the server gave."""
        result: CallToolResult = self.portal.call(self.start, tool, arguments)
        return result

    async def start(
        self, tool: str, arguments: Mapping[str, Any], told: list[float] | None = None
    ) -> CallToolResult:
        """Call a tool, and collect its progress."""

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            if told is not None:
                told.append(progress)

        given = dict(arguments)
        result: CallToolResult = await self._session.call_tool(tool, given, progress_callback=tell)
        return result

    def call(self, tool: str, **arguments: Any) -> Any:
        """Return the structured result of a call that succeeds."""
        result = self.raw(tool, **arguments)
        assert not result.is_error, text_of(result)
        return result.structured_content

    def refusal(self, tool: str, **arguments: Any) -> str:
        """Return the words of a call that fails."""
        result = self.raw(tool, **arguments)
        assert result.is_error
        assert result.structured_content is None
        return text_of(result)


def text_of(result: CallToolResult) -> str:
    """Return the text of a result, its first part."""
    text = result.content[0]
    assert isinstance(text, TextContent)
    return text.text


def pictures_of(result: CallToolResult) -> list[ImageContent]:
    """Return the pictures of a result."""
    return [part for part in result.content if isinstance(part, ImageContent)]


@contextmanager
def session(
    *options: str | Path, environment: Mapping[str, str], errors: Path
) -> Iterator[Session]:
    """Start a server and talk to it while a block runs.

    Args:
        options: Options of the command.
        environment: Variables of its environment beside those of this process.
        errors: File for its standard error output.
    """
    words = [*COMMAND[1:], *map(str, options)]
    parameters = StdioServerParameters(
        command=COMMAND[0], args=words, env={**os.environ, **environment}
    )

    @asynccontextmanager
    async def connect() -> AsyncIterator[tuple[ClientSession, InitializeResult]]:
        with errors.open("w") as log:
            async with (
                stdio_client(parameters, log) as (read, write),
                ClientSession(read, write) as talk,
            ):
                yield talk, await talk.initialize()

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(connect()) as (talk, welcome),
    ):
        yield Session(portal, talk, welcome)


@contextmanager
def process(
    *options: str | Path, environment: Mapping[str, str], lines: Sequence[bytes] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server with pipes, for what the SDK's client does not do; it is killed at the end."""
    started = subprocess.Popen(
        [*COMMAND, *map(str, options)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    assert started.stdin is not None
    try:
        for line in lines:
            started.stdin.write(line + b"\n")
        started.stdin.flush()
        yield started
    finally:
        started.kill()
        started.communicate()
