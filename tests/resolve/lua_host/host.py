"""The Python end: a Lua process, its requests, and the double that answers them."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.resolve.double import Double, Handle
from tests.resolve.double.handle import look_up, target_of
from tests.resolve.lua_host.values import from_lua, to_lua
from tests.waiting import PATIENCE_S

PRELUDE = Path(__file__).with_name("prelude.lua")
INTERPRETERS = ("lua5.1", "luajit")
ENDING_S = 5.0
SANDBOXES = ("open", "closed", "muted")


@dataclass
class LuaRun:
    """What a Lua file did: the lines it printed, the error it ended with, what it wrote itself."""

    printed: list[str] = field(default_factory=list)
    error: str | None = None
    output: str = ""


def interpreter(name: str) -> str:
    """Return the path of an interpreter; skip the test where it is not installed."""
    if not Path("/dev/fd").exists():
        pytest.skip("the pipes to Lua need /dev/fd")
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run_lua(
    double: Double,
    file: Path,
    lua: str = "lua5.1",
    sandbox: str | None = None,
    timeout: float = PATIENCE_S,
) -> LuaRun:
    """Run a file as the Scripts menu does."""
    default = "muted" if _is_closed(double) else "open"
    return _run(double, ("file", str(file)), lua, sandbox or default, timeout)


def run_line(
    double: Double,
    line: str,
    lua: str = "lua5.1",
    sandbox: str | None = None,
    timeout: float = PATIENCE_S,
) -> LuaRun:
    """Run a line as the Console does."""
    default = "closed" if _is_closed(double) else "open"
    return _run(double, ("line", line), lua, sandbox or default, timeout)


def _is_closed(double: Double) -> bool:
    return not double.session.is_studio and double.session.at_least("21.1")


def _run(double: Double, what: tuple[str, str], lua: str, sandbox: str, timeout: float) -> LuaRun:
    assert sandbox in SANDBOXES
    with _pipe() as (lua_reads, host_writes), _pipe() as (host_reads, lua_writes):
        ends = [f"/dev/fd/{lua_reads}", f"/dev/fd/{lua_writes}"]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                [interpreter(lua), str(PRELUDE), sandbox, *what, *ends],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(lua_reads, lua_writes),
            )
            os.close(lua_reads)
            os.close(lua_writes)
            host = _Host(double, host_reads, host_writes, time.monotonic() + timeout)
            try:
                ended = host.serve()
                if ended:
                    process.wait(ENDING_S)
            finally:
                process.kill()
                process.wait()
            output.seek(0)
            host.run.output = output.read()
    if not ended:
        host.run.error = host.run.error or f"Lua ended: {host.run.output}"
    return host.run


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    reads, writes = os.pipe()
    try:
        yield reads, writes
    finally:
        for end in (reads, writes):
            with contextlib.suppress(OSError):  # the end that Lua has was closed here
                os.close(end)


class _Host:
    """Answers the requests of one Lua process."""

    def __init__(self, double: Double, reads: int, writes: int, deadline: float) -> None:
        self.run = LuaRun()
        self._double = double
        self._reads, self._writes = reads, writes
        self._deadline = deadline
        self._handles: list[Handle] = []

    def serve(self) -> bool:
        """Answer until the file has ended; return whether it said so."""
        for line in self._lines():
            request = json.loads(line)
            if request["op"] == "end":
                self.run.error = _text(request["error"])
                return True
            answer = self._answer(request)
            if answer is not None:
                os.write(self._writes, answer.encode("utf-8", "surrogateescape") + b"\n")
        return False

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._reads, selectors.EVENT_READ)
            while selector.select(max(0.0, self._deadline - time.monotonic())):
                more = os.read(self._reads, 65536)
                if not more:
                    return
                *lines, rest = (rest + more).split(b"\n")
                yield from lines
        self.run.error = "the Lua file took too long"

    def _answer(self, request: dict[str, Any]) -> str | None:
        session = self._double.session
        match request["op"]:
            case "globals":
                return self._globals()
            case "print":
                self.run.printed.append(_text(request["text"]) or "")
                return None
            case "get":
                return self._get(self._handles[request["handle"]], request["name"])
            case "call":
                return self._call(request)
            case "no self":
                session.violate(f"{request['name']} was called with a dot, not a colon")
            case "assigned":
                kind = target_of(self._handles[request["handle"]]).kind
                session.violate(f"{kind}.{request['name']} was assigned")
            case "called nil":
                self._called_nil(request["name"])
        return None

    def _globals(self) -> str:
        fusion = Handle(self._double.application.fusion)
        given = {"resolve": self._double.resolve, "fusion": fusion, "fu": fusion, "app": fusion}
        return to_lua({**given, "HAS_BMD": True}, self._number)

    def _get(self, handle: Handle, name: str) -> str:
        value = look_up(handle, name)
        if value is None:
            return "MISSING"
        return "METHOD" if callable(value) else to_lua(value, self._number)

    def _call(self, request: dict[str, Any]) -> str:
        method = look_up(self._handles[request["handle"]], request["name"])
        arguments = [from_lua(each, self._handles) for each in request["arguments"]]
        return to_lua(method(*arguments), self._number)

    def _called_nil(self, name: str) -> None:
        session = self._double.session
        asked = [each for each in session.unknown if each.rpartition(".")[2] == name]
        if asked:
            session.record(f"{asked[-1]} was called, which {session.version} does not have")

    def _number(self, handle: Handle) -> int:
        self._handles.append(handle)
        return len(self._handles) - 1


def _text(told: str | None) -> str | None:
    """Return text whose signs are the bytes of UTF-8."""
    return None if told is None else told.encode("latin-1").decode("utf-8", "replace")
