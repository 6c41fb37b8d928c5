"""The contract of a tool."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from shotlog.mcp.calls import Call
from shotlog.mcp.logs import Logs
from shotlog.mcp.records import ToolModel


@dataclass(frozen=True)
class Answer:
    """Result of a call.

    Attributes:
        record: The result, an instance of the tool's ``result``.
        jpegs: Pictures that go with it.
    """

    record: ToolModel
    jpegs: tuple[bytes, ...] = ()


class Tool(ABC):
    """A tool: what a client may ask for, and the work that answers it.

    Its docstring is what clients read of it.

    Args:
        logs: Logs of earlier calls.

    Attributes:
        name: Its name.
        title: Its name for people.
        arguments: The model of its arguments.
        result: The model of its result.
        writes: `on request` if it writes a file where a call asks for it, `always` if there is
            nothing else that it does; clients do not get such a tool where writing is not allowed.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    arguments: ClassVar[type[ToolModel]]
    result: ClassVar[type[ToolModel]]
    writes: ClassVar[Literal["never", "on request", "always"]] = "never"

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    @classmethod
    def description(cls) -> str:
        """Return what clients read of the tool."""
        return inspect.cleandoc(cls.__doc__ or "")

    @abstractmethod
    def run(self, asked: Any, call: Call) -> Answer:
        """Answer a call; runs in a thread of its own, beside other calls.

        Args:
            asked: The arguments, an instance of :attr:`arguments`.
            call: What the call may use.

        Raises:
            ShotlogError: It cannot be answered.
            CallCancelled: The client has cancelled it.
        """
