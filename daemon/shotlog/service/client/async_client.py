"""The daemon's client for asyncio: :class:`Client` in a thread of its own.

ZeroMQ's own asyncio sockets need an event loop that Windows does not have by default, and a thread
costs nothing beside the work that is waited for. One thread and no pool of them: a socket belongs
to one, also when a call was cancelled that is still under way.
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
_P = ParamSpec("_P")
_T = TypeVar("_T")

_SLICE = 0.05
"""Seconds that a watch keeps the thread for itself; other calls come in between."""


def _awaited(
    method: Callable[Concatenate[Client, _P], _T],
) -> Callable[Concatenate[AsyncClient, _P], Coroutine[Any, Any, _T]]:
    @wraps(method)
    async def call(self: AsyncClient, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await self._run(partial(method, self._client, *args, **kwargs))

    return call


class AsyncClient:
    """A connection to the daemon; ``async with``. Methods are those of :class:`Client`.

    Args:
        connect: Makes the client, in its thread; None takes ``Client``.
    """

    def __init__(self, connect: Callable[[], Client] | None = None) -> None:
        self._connect = connect or Client
        self._thread = ThreadPoolExecutor(1, "shotlog-client")

    async def __aenter__(self) -> AsyncClient:
        connecting = self._thread.submit(self._connect)
        try:
            self._client = await asyncio.wrap_future(connecting)
        except BaseException:
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

    submit = _awaited(Client.submit)
    attach = _awaited(Client.attach)
    cancel = _awaited(Client.cancel)
    jobs = _awaited(Client.jobs)
    job_list = _awaited(Client.job_list)
    status = _awaited(Client.status)
    metrics = _awaited(Client.metrics)
    ping = _awaited(Client.ping)
    load = _awaited(Client.load)
    unload = _awaited(Client.unload)
    pause = _awaited(Client.pause)
    resume = _awaited(Client.resume)
    check = _awaited(Client.check)
    shutdown = _awaited(Client.shutdown)
    result = _awaited(Client.result)

    async def watch(self, job: str) -> AsyncIterator[JobInfo | ProgressEvent]:
        """A job's states, and how far it has come, until it is over: see :meth:`Client.watch`."""
        steps = self._client.steps(job, _SLICE)
        try:
            while (event := await self._run(partial(next, steps, _END))) is not _END:
                if event is not None:
                    yield event
        finally:
            await self._run(steps.close)

    async def _run(self, call: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)


def _close_unused(connecting: Future[Client]) -> None:
    """Closes a client that came when nobody waited for it any more."""
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()
