"""The server: lists the tools and calls them, each in a thread, with progress and cancellation."""

from __future__ import annotations

import base64
import json
import logging
from asyncio import CancelledError
from functools import partial
from typing import Any

import anyio.from_thread
import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ImageContent,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from shotlog._version import __version__
from shotlog.mcp.access import Access, name_paths
from shotlog.mcp.calls import Call, CallCancelled, Progress, Running
from shotlog.mcp.logs import Logs
from shotlog.mcp.tools import TOOLS, Answer
from shotlog.mcp.tools import Tool as OwnTool
from shotlog.schema import ShotlogError, describe_faults, make_json_visible, make_visible

_log = logging.getLogger(__name__)

_INSTRUCTIONS = """\
Shotlog logs every shot of an edit: it looks at every frame that a timeline uses and finds shot \
sizes, camera moves and highlights, with exact ranges and its confidence. Paths are absolute. \
Numbers of shots begin with 1. `undefined` means that nothing is certain: say so, do not guess. \
Ranges are exact fractions of seconds, beside frames and timecode; hand them on as they are. \
"""


_ARGUMENTS = {
    " with --sequence": " as `sequence`",
    " with -o": " as `output`",
    "; or work without it: --in-process": "",
}
"""Options that the advice of errors names, and the arguments of tools in their place."""


class ToolServer:
    """Answers a client's requests for tools.

    Args:
        access: The paths that the client may use.
        context: Name of the daemon.

    Attributes:
        running: The calls that are running.
    """

    def __init__(self, access: Access, context: str) -> None:
        self._access, self._context = access, context
        self.running = Running()
        logs = Logs()
        self._tools = {tool.name: tool(logs) for tool in TOOLS}

    def make(self) -> Server[Any]:
        """Return the SDK's server for these tools."""
        server: Server[Any] = Server(
            "shotlog",
            version=__version__,
            title="Shotlog",
            instructions=_INSTRUCTIONS + self._allowed(),
            on_list_tools=self._list,
            on_call_tool=self._call,
        )
        # Names of films would go to the OpenTelemetry exporter, if one is set up for another use.
        server.middleware.clear()
        return server

    def _allowed(self) -> str:
        roots, writable = self._access.roots, self._access.writable
        read = f"Files may be read in: {name_paths(roots)}. " if roots else ""
        write = f"written to: {name_paths(writable)}" if writable else "written nowhere"
        return f"{read}Files may be {write}."

    async def _list(
        self, context: ServerRequestContext[Any], asked: PaginatedRequestParams | None
    ) -> ListToolsResult:
        del context, asked
        may_write = bool(self._access.writable)
        shown = [
            _describe(tool, may_write) for tool in TOOLS if may_write or tool.writes != "always"
        ]
        return ListToolsResult(tools=shown)

    async def _call(
        self, context: ServerRequestContext[Any], asked: CallToolRequestParams
    ) -> CallToolResult:
        if (tool := self._tools.get(asked.name)) is None:
            return _failed(f"There is no tool {asked.name!r}. Use: {', '.join(self._tools)}.")
        try:
            given = tool.arguments.model_validate(asked.arguments or {})
        except ValidationError as error:
            faults = describe_faults(error, "the arguments")
            return _failed(f"{tool.name}: {faults}. See the schema of its arguments.")
        send = context.session.report_progress
        return await anyio.to_thread.run_sync(partial(self._run, tool, given, send))

    def _run(self, tool: OwnTool, given: Any, send: Any) -> CallToolResult:
        """Run a tool, in a thread."""

        def tell(amount: float, words: str) -> None:
            if not cancelled():
                anyio.from_thread.run(send, amount, None, words)

        def cancelled() -> bool:
            if self.running.ended.is_set():
                return True
            try:
                anyio.from_thread.check_cancelled()
            except CancelledError:  # asyncio's, whose loop the server runs in
                return True
            return False

        with self.running:
            try:
                progress = Progress(tell, cancelled)
                return _answered(tool.run(given, Call(self._access, self._context, progress)))
            except CallCancelled:
                return _failed("cancelled")  # nobody gets it
            except ShotlogError as error:
                return _failed(_in_arguments(str(error)))
            except Exception as error:  # one bad call must not end the server
                if cancelled():
                    return _failed("cancelled")
                _log.exception("internal error of the tool %s", tool.name)
                return _failed(
                    f"Internal error of Shotlog: {type(error).__name__}. Report the standard error"
                    " output of the server."
                )


def _describe(tool: type[OwnTool], may_write: bool) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description(),
        input_schema=tool.arguments.model_json_schema(),
        output_schema=tool.result.model_json_schema(),
        annotations=ToolAnnotations(
            read_only_hint=not may_write or tool.writes == "never",
            destructive_hint=False,  # no file of others is ever replaced
            idempotent_hint=True,
            open_world_hint=False,  # nothing leaves the machine
        ),
    )


def _answered(answer: Answer) -> CallToolResult:
    content = answer.record.to_json()
    # The same as text, for clients that do not read structured content.
    text = make_json_visible(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    pictures = [
        ImageContent(data=base64.b64encode(jpeg).decode(), mime_type="image/jpeg")
        for jpeg in answer.jpegs
    ]
    return CallToolResult(
        content=[TextContent(text=text), *pictures], structured_content=dict(content)
    )


def _in_arguments(words: str) -> str:
    """Return advice with the arguments of tools in place of the options of commands."""
    for option, argument in _ARGUMENTS.items():
        words = words.replace(option, argument)
    return words


def _failed(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=make_visible(words))], is_error=True)
