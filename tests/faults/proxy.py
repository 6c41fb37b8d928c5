"""A bad network between a client and the daemon: a TCP proxy that does to bytes what networks do.

What it can do is the list of toxiproxy (https://github.com/Shopify/toxiproxy#toxics): latency with
jitter, bandwidth, slicer, timeout, reset, limit_data, and being down. It sees encrypted bytes
alone, so it does not know where a message begins.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.waiting import PATIENCE_S

_T = TypeVar("_T")

_READ = 64 * 1024
_PIECES_IN_FLIGHT = 64
_RESET = struct.pack("ii", 1, 0)
"""``SO_LINGER`` of no time: closing sends RST instead of FIN (socket(7))."""


@dataclass(frozen=True)
class Weather:
    """What happens to all bytes, in either direction; nothing by default.

    Attributes:
        latency: Seconds that each piece is under way.
        jitter: Most seconds that this may be more; pieces never overtake each other.
        rate: Bytes per second that go through.
        piece: Most bytes that are passed on at once, each with a packet of its own.
        pause: Seconds between two of them.
        lifetime: Bytes after which a connection is cut, in the middle of whatever they say.
        resets: Whether it is cut by RST, not by FIN.
    """

    latency: float = 0.0
    jitter: float = 0.0
    rate: float | None = None
    piece: int = _READ
    pause: float = 0.0
    lifetime: int | None = None
    resets: bool = False


FAIR = Weather()


class _Wire:
    """One connection through the proxy: both of its ends."""

    def __init__(self, *ends: asyncio.StreamWriter) -> None:
        self._ends = ends
        self.passed = 0

    def cut(self, *, reset: bool) -> None:
        for end in self._ends:
            raw = end.get_extra_info("socket")
            if reset and raw is not None:
                with suppress(OSError):
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.transport.abort()


class Proxy:
    """Stands before an endpoint, in a thread of its own; a context manager.

    Args:
        upstream: Where the daemon listens: ``tcp://127.0.0.1:PORT``.
        weather: What happens to bytes.

    Attributes:
        weather: As given; may be changed at any time, also for connections that there are.
        connections: How many were opened through it.
    """

    def __init__(self, upstream: str, weather: Weather = FAIR) -> None:
        self.weather, self.connections = weather, 0
        host, _, port = upstream.removeprefix("tcp://").rpartition(":")
        self._upstream = host, int(port)
        self._chance = random.Random(7)  # noqa: S311
        self._wires: set[_Wire] = set()
        self._silent_until = 0.0
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def endpoint(self) -> str:
        """Where clients connect."""
        return f"tcp://127.0.0.1:{self._port}"

    def cut(self, *, reset: bool = True) -> None:
        """Ends every connection; new ones may be made."""
        self._do(self._cut(reset))

    def fall_silent(self, seconds: float) -> None:
        """No byte comes through for so long, and nobody is told: a cable that was pulled."""
        self._silent_until = time.monotonic() + seconds

    def go_down(self, seconds: float) -> None:
        """Ends every connection, and for so long nobody listens."""
        self._do(self._unlisten(seconds))

    def _do(self, what: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE_S)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _unlisten(self, seconds: float) -> None:
        self._server.close()
        await self._cut(reset=False)
        self._returning = asyncio.create_task(self._come_back(seconds))

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._listen()

    async def _cut(self, reset: bool) -> None:
        for wire in tuple(self._wires):
            wire.cut(reset=reset)

    async def _close(self) -> None:
        self._server.close()
        await self._cut(reset=False)
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.transport.abort()
            return
        self.connections += 1
        wire = _Wire(writer, far_writer)
        self._wires.add(wire)
        ways = [(reader, far_writer), (far_reader, writer)]
        passing = [asyncio.create_task(self._pass(wire, *way)) for way in ways]
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in passing:
                one.cancel()
            wire.cut(reset=self.weather.resets)
            self._wires.discard(wire)
            await asyncio.gather(*passing, return_exceptions=True)

    async def _pass(
        self, wire: _Wire, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        """Passes bytes on in one direction, until either end hangs up or the wire is spent."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_PIECES_IN_FLIGHT)
        taking = asyncio.create_task(self._take(source, under_way))
        try:
            while True:
                due, piece = await under_way.get()
                if not piece:
                    return
                await asyncio.sleep(due - time.monotonic())
                await asyncio.sleep(self._silent_until - time.monotonic())
                if await self._deliver(wire, piece, sink):
                    return
        except OSError:  # the other end is gone
            return
        finally:
            taking.cancel()

    async def _take(
        self, source: asyncio.StreamReader, under_way: asyncio.Queue[tuple[float, bytes]]
    ) -> None:
        due, piece = 0.0, b"?"
        while piece:
            try:
                piece = await source.read(self.weather.piece)
            except OSError:
                piece = b""
            late = self.weather.latency + self._chance.uniform(0, self.weather.jitter)
            due = max(due, time.monotonic() + late)
            await under_way.put((due, piece))

    async def _deliver(self, wire: _Wire, piece: bytes, sink: asyncio.StreamWriter) -> bool:
        """Passes a piece on; gives whether the connection has lived as long as it may."""
        weather = self.weather
        if weather.lifetime is not None:
            piece = piece[: max(0, weather.lifetime - wire.passed)]
        sink.write(piece)
        await sink.drain()
        wire.passed += len(piece)
        await asyncio.sleep(weather.pause + (len(piece) / weather.rate if weather.rate else 0.0))
        return weather.lifetime is not None and wire.passed >= weather.lifetime
