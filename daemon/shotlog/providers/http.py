"""Requests to providers: time limits, repeated attempts, and errors in words.

Statuses are handled alike for all kinds of providers: 401, 402, 403 and 404 end the run; 429 and
409 are waited out; 5xx and broken connections are tried again; other 4xx are about one clip.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import httpx2
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_random,
)

from shotlog.http import ATTEMPTS, CONNECT_SECONDS, PAUSE, retry_after, told_error
from shotlog.schema import (
    ClipUnanswered,
    ProviderRefused,
    ProviderUnreachable,
    ServerFailed,
)

_PLACE_PAUSE = wait_random(0.02, 0.5)
"""Pause where every place of the service is taken: Cog frees one a moment after its answer, and
others may use it."""
_LONGEST_REPLY: Final = 4_000_000
"""Bytes of the longest reply that is read."""

_REFUSALS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("it does not accept the token", "Give it another one with: shotlog remote add NAME."),
    402: ("the account there has no credit left", "Add credit to it, and run the command again."),
    403: ("the token has no right to this model", "Check the account that it belongs to."),
    404: ("it has no such model or address", "Check them with: shotlog remote list."),
}


class Unclear(Exception):
    """A request may or may not have been accepted: it must not be sent again unchecked."""


class _AgainError(Exception):
    """The request may be sent again.

    Attributes:
        after: Seconds that the service wants to wait; None lets us choose.
        ours: True for a fault of the service, which counts as an attempt.
        full: True where the service has no free place.
        told: The reason, for people.
        unreachable: True where no connection was made.
    """

    def __init__(
        self,
        told: str,
        after: float | None = None,
        *,
        ours: bool,
        full: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(told)
        self.told, self.after, self.ours = told, after, ours
        self.full, self.unreachable = full, unreachable


class _Repeats:
    """The further attempts of one request.

    Args:
        seconds: Longest time for an answer.
        until_one_ends: Waits until another request was answered, or for so many seconds.
    """

    def __init__(self, seconds: float, until_one_ends: Callable[[float], Awaitable[None]]) -> None:
        self._seconds, self._until_one_ends = seconds, until_one_ends
        self._began, self._attempts, self._full = time.monotonic(), 0, False

    def are_over(self, state: RetryCallState) -> bool:
        """Return true where no further attempt is made."""
        fault = _again(state)
        self._attempts += fault is not None and fault.ours
        return self._attempts >= ATTEMPTS or time.monotonic() - self._began >= self._seconds

    def wait(self, state: RetryCallState) -> float:
        """Return the seconds until the next attempt."""
        fault = _again(state)
        after = None if fault is None else fault.after
        self._full = fault is not None and fault.full and after is None
        if after is None:
            after = _PLACE_PAUSE(state) if self._full else PAUSE(state)
        return min(after, max(0.0, self._seconds - (time.monotonic() - self._began)))

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until a place becomes free."""
        await (self._until_one_ends(seconds) if self._full else asyncio.sleep(seconds))


def _again(state: RetryCallState) -> _AgainError | None:
    fault = state.outcome.exception() if state.outcome else None
    return fault if isinstance(fault, _AgainError) else None


class HttpSession:
    """Requests to one provider, many at a time.

    Args:
        name: Name of the provider, for errors.
        url: Its address.
        headers: Headers of every request.
        seconds: Longest time for an answer.
    """

    def __init__(self, name: str, url: str, headers: Mapping[str, str], seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self._ended = asyncio.Condition()
        try:
            self._client = httpx2.AsyncClient(
                base_url=url,
                headers={**headers, "Accept": "application/json"},
                timeout=httpx2.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
                limits=httpx2.Limits(max_connections=None),
            )
        except (httpx2.InvalidURL, ValueError) as error:
            raise ProviderUnreachable(name, f"its address is none ({error})") from error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        upload: tuple[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
        known: bool = True,
    ) -> tuple[int, Any]:
        """Send a request until it is answered; return the status, 2xx, and the JSON of the reply.

        Args:
            method: Method.
            path: Path below the address, or a whole address.
            body: Sent as JSON.
            upload: Name and content of a file, sent as the form field ``content``.
            headers: Further headers.
            repeatable: False where a second request would be paid for a second time.
            known: False where 404 means that a thing is gone, and is returned with None.

        Raises:
            ProviderRefused: It accepts no request.
            ProviderUnreachable: Nobody answers at the address.
            ServerFailed: It failed, or gave no answer in time, as often as it is asked.
            ClipUnanswered: It refuses this request, or is busy for too long.
            Unclear: It may have accepted a request that is not repeatable.
        """
        repeats = _Repeats(self.seconds, self._until_one_ends)
        attempt = AsyncRetrying(
            retry=retry_if_exception_type(_AgainError),
            stop=repeats.are_over, wait=repeats.wait, sleep=repeats.pause, reraise=True,
        )  # fmt: skip
        more = {"json": body} if body is not None else {}
        if upload is not None:
            name, content = upload
            more = {"files": {"content": (name, content, "video/mp4")}}
        try:
            reply: httpx2.Response = await attempt(
                self._ask_once, method, path, {**more, "headers": dict(headers or {})}, repeatable
            )
            return (404, None) if not known and reply.status_code == 404 else self._read(reply)
        except _AgainError as error:
            if error.unreachable:
                raise ProviderUnreachable(self.name, error.told) from error
            fault = ServerFailed if error.ours else ClipUnanswered
            raise fault(self.name, error.told) from error

    async def _ask_once(
        self, method: str, path: str, more: Mapping[str, Any], repeatable: bool
    ) -> httpx2.Response:
        try:
            reply = await self._client.request(method, path, **more)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            told = f"nobody answers at its address ({error or type(error).__name__})"
            raise _AgainError(told, ours=True, unreachable=True) from error
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise ProviderUnreachable(self.name, f"its address is none ({error})") from error
        except httpx2.TimeoutException as error:
            if not repeatable:
                raise Unclear from error
            raise _AgainError(f"no answer within {self.seconds:g} s", ours=True) from error
        except httpx2.HTTPError as error:
            if not repeatable:
                raise Unclear from error
            told = f"the connection broke ({error or type(error).__name__})"
            raise _AgainError(told, ours=True) from error
        status = reply.status_code
        if status in (409, 429):
            told = f"it was busy for {self.seconds:g} s"
            raise _AgainError(told, retry_after(reply), ours=False, full=status == 409)
        async with self._ended:
            self._ended.notify()
        if status >= 500:
            if not repeatable:
                raise Unclear
            told = f"it failed with status {status}{told_error(reply.content)}"
            raise _AgainError(told, retry_after(reply), ours=True)
        return reply

    async def _until_one_ends(self, seconds: float) -> None:
        """Wait until another request of ours was answered, so that its place is free, or so long.

        A server that works on one clip at a time would else stand idle until a pause is over.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._ended:
                await self._ended.wait()

    def _read(self, reply: httpx2.Response) -> tuple[int, Any]:
        status, content = reply.status_code, reply.content
        if status in _REFUSALS:
            message, hint = _REFUSALS[status]
            hint = hint.replace("NAME", self.name)
            raise ProviderRefused(self.name, f"{message} ({status}{told_error(content)})", hint)
        if not 200 <= status < 300:
            raise ClipUnanswered(
                self.name, f"it refused the clip with status {status}{told_error(content)}"
            )
        if len(content) > _LONGEST_REPLY:
            raise ClipUnanswered(self.name, f"its answer has {len(content)} bytes")
        try:
            return status, json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ClipUnanswered(self.name, "its answer is not JSON") from error
