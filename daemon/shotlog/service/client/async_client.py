"""Client of the daemon for asyncio: :class:`Client` in a thread of its own.

pyzmq's asyncio sockets need an event loop that is not the default on Windows, and the cost of a
thread is negligible beside the work that is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from shotlog.service.client.client import Client
from shotlog.service.protocol import JobInfo, ProgressEvent

_END = object()
"""Marks the end of an iterator: ``StopIteration`` cannot pass through a future."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_WATCH_SLICE_SECONDS = 0.05
"""Time for which a watch occupies the thread before other calls get their turn."""


def _to_async(
    method: Callable[Concatenate[Client, _P], _T],
) -> Callable[Concatenate[AsyncClient, _P], Coroutine[Any, Any, _T]]:
    """Return a coroutine function that calls a method of the client in its thread."""

    @wraps(method)
    async def call(self: AsyncClient, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await self._run(partial(method, self._client, *args, **kwargs))

    return call


class AsyncClient:
    """Connection to the daemon, for ``async with``. Methods are those of :class:`Client`.

    Args:
        connect: Makes the client, in its thread; None takes ``Client``.
    """

    def __init__(self, connect: Callable[[], Client] | None = None) -> None:
        self._connect = connect or Client
        # One thread: a ZeroMQ socket belongs to one, also after a cancelled call that still runs.
        self._thread = ThreadPoolExecutor(1, "shotlog-client")

    async def __aenter__(self) -> AsyncClient:
        connecting = self._thread.submit(self._connect)
        try:
            self._client = await asyncio.wrap_future(connecting)
        except BaseException:
            # A connect that was cancelled goes on in its thread and may still yield a client.
            connecting.add_done_callback(_close_unused)
            self._thread.shutdown(wait=connecting.done())
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._run(self._client.close)
        self._thread.shutdown()

    submit = _to_async(Client.submit)
    attach = _to_async(Client.attach)
    cancel = _to_async(Client.cancel)
    jobs = _to_async(Client.jobs)
    job_list = _to_async(Client.job_list)
    status = _to_async(Client.status)
    metrics = _to_async(Client.metrics)
    ping = _to_async(Client.ping)
    load = _to_async(Client.load)
    unload = _to_async(Client.unload)
    pause = _to_async(Client.pause)
    resume = _to_async(Client.resume)
    check = _to_async(Client.check)
    shutdown = _to_async(Client.shutdown)
    result = _to_async(Client.result)

    async def watch(self, job: str) -> AsyncIterator[JobInfo | ProgressEvent]:
        """Yield the states and the progress of a job: see :meth:`Client.watch`."""
        events = self._client.poll_events(job, _WATCH_SLICE_SECONDS)
        try:
            while (event := await self._run(partial(next, events, _END))) is not _END:
                if event is not None:
                    yield event
        finally:
            await self._run(events.close)

    async def _run(self, call: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _close_unused(connecting: Future[Client]) -> None:
    """Close a client that was made after its caller was cancelled."""
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
