"""Sending of clips to a provider: many at a time, none twice, within a limit of cost.

Before anything is sent, the records are asked: a clip that was answered is answered from them, one
that an earlier run has sent is waited for. All else is told to the records before it is sent. One
run at a time asks for a clip; others wait for its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

from shotlog.providers.added import AddedProvider
from shotlog.providers.clip_lock import hold_clip
from shotlog.providers.contract import Prediction, Provider, RequestMark, SmallClip
from shotlog.providers.http import HttpSession, Unclear
from shotlog.providers.limits import Budget, FailureCount
from shotlog.providers.prices import cost_of, price_of
from shotlog.providers.scores import read_identity, read_scores
from shotlog.providers.sent_requests import OpenRequest, PaidAnswer, RemoteModel, SentRequests
from shotlog.schema import (
    ClipNotSent,
    ClipUnanswered,
    ProviderFailing,
    ProviderRefused,
    ServerFailed,
    ShotlogError,
)

_STOP_SECONDS: Final = 0.1
"""Interval at which the run is asked whether it goes on."""
_GRACE: Final = 2.0
"""Seconds for which answers are still waited for when a run ends: they are paid already."""
_CANCEL_SECONDS: Final = 5.0
"""Longest time to tell a provider that nobody waits any more."""

Reply = PaidAnswer | ShotlogError
"""The answer for a clip, or the reason why there is none."""


class ClipSender:
    """Sender of clips to one provider, for one run.

    Args:
        added: The provider.
        token: Its token, if it has one.
        project: Folder of the project, for the bill.
        max_cost: US dollars that the run may cost; None for no limit.

    Raises:
        ProviderRefused: Its price is not known.
    """

    def __init__(
        self,
        added: AddedProvider,
        token: str | None,
        project: str,
        max_cost: Decimal | None = None,
    ) -> None:
        self._added, self._token = added, token
        self._provider: Provider = added.provider
        self._project = project
        self._price = price_of(self._provider)
        self._budget = Budget(max_cost, cost_of(added.seconds, self._price))
        self._failures = FailureCount(self._provider.at_once)
        self._failed: dict[str, ShotlogError] = {}

    def answer(self, clips: Sequence[SmallClip], stop: Callable[[], None]) -> list[Reply]:
        """Return the reply for each clip.

        A clip that failed is not sent again in this run. Of a server that fails on many clips in a
        row, the clips that are left are not sent.

        Args:
            clips: The clips.
            stop: Called while answers are waited for; what it raises ends the waiting, and
                cancels what is still computed.

        Raises:
            ProviderError: The provider cannot be used at all.
            RecordsUnusable: What is sent cannot be noted.
            BaseException: What ``stop`` raises.
        """
        replies: dict[str, Reply] = {}
        wanted: dict[str, SmallClip] = {}
        with SentRequests() as records:
            for clip in clips:
                known: Reply | None = self._failed.get(clip.digest)
                known = known or records.answer(self._model(clip), clip.digest)
                if known is None:
                    wanted[clip.digest] = clip
                else:
                    replies[clip.digest] = known
            if wanted:
                replies |= asyncio.run(self._send_all(list(wanted.values()), records, stop))
        return [replies[clip.digest] for clip in clips]

    async def _send_all(
        self, clips: Sequence[SmallClip], records: SentRequests, stop: Callable[[], None]
    ) -> dict[str, Reply]:
        replies: dict[str, Reply] = {}
        places, ends = asyncio.Semaphore(self._provider.at_once), asyncio.Event()
        name, provider = self._added.name, self._provider
        async with HttpSession(
            name, provider.address, provider.headers(self._token), provider.seconds
        ) as http:

            async def send(clip: SmallClip) -> None:
                async with places:
                    if ends.is_set():
                        return
                    try:
                        replies[clip.digest] = await self._send_unless_failing(http, clip, records)
                    except (ClipNotSent, ClipUnanswered) as error:
                        replies[clip.digest] = self._failed[clip.digest] = error

            tasks = {asyncio.create_task(send(clip)) for clip in clips}
            try:
                await _wait(tasks, stop)
            except BaseException:
                ends.set()
                await asyncio.wait(tasks, timeout=_GRACE)
                raise
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        return replies

    async def _send_unless_failing(
        self, http: HttpSession, clip: SmallClip, records: SentRequests
    ) -> PaidAnswer:
        """Return the answer for a clip, unless the server has failed too often."""
        name, failures = self._added.name, self._failures
        if failures.is_full:
            hint = "Run the same command again later: only what is missing is sent."
            raise ClipNotSent(name, f"{failures.told}, so this one was not sent", hint)
        try:
            answer = await self._send(http, clip, records)
        except ServerFailed as error:
            failures.add_failure()
            if failures.is_full and not failures.answered:
                told = f"{failures.told} and answered for none; at last {error.problem.message}"
                raise ProviderFailing(name, told) from error
            raise
        except ClipUnanswered:
            failures.add_answer()  # it told of this clip, so it works
            raise
        failures.add_answer()
        return answer

    async def _send(self, http: HttpSession, clip: SmallClip, records: SentRequests) -> PaidAnswer:
        """Return the answer for a clip, which another run may have been given meanwhile."""
        model = self._model(clip)
        async with hold_clip(model, clip.digest):
            return records.answer(model, clip.digest) or await self._ask(http, clip, records)

    async def _ask(self, http: HttpSession, clip: SmallClip, records: SentRequests) -> PaidAnswer:
        """Return the answer for a clip; note every step before it can cost anything."""
        name, model = self._added.name, self._model(clip)
        request = records.open_request(name, model, clip.digest)
        if not self._budget.reserve(sent=request is not None):
            raise ClipNotSent(
                name, "its cost would pass the limit (--max-cost), so it was not sent"
            )
        cost = Decimal(0)

        def note(mark: RequestMark) -> None:
            nonlocal request
            if request is None:
                record = records.begin(name, model, clip.digest, self._project, mark)
            else:
                record = request.record
                records.mark(record, mark)
            request = OpenRequest(record, mark)

        try:
            told = None
            if request is not None:
                told = await self._provider.resume(http, clip, request.mark, note)
                if told.cancelled:  # by an earlier run, which ended before it was told
                    records.cancelled(request.record, told.seconds, self._cost(told))
                    request = told = None
            if told is None:
                told = await self._provider.send(http, clip, note)
            cost = self._cost(told)
            return self._end(clip, told, request, records)
        except Unclear as error:
            raise ServerFailed(name, "its reply was lost") from error
        except asyncio.CancelledError:
            await self._withdraw(clip, request, records)
            raise
        finally:
            self._budget.settle(cost)

    def _cost(self, told: Prediction) -> Decimal:
        return cost_of(told.seconds, self._price) if told.cost is None else told.cost

    def _model(self, clip: SmallClip) -> RemoteModel:
        return self._added.model_for(clip.task).identity

    def _end(
        self,
        clip: SmallClip,
        told: Prediction,
        request: OpenRequest | None,
        records: SentRequests,
    ) -> PaidAnswer:
        """Note the end of a request, whatever its answer is worth, and return the answer."""
        name, cost = self._added.name, self._cost(told)
        scores = None
        try:
            if told.fault:
                raise ClipUnanswered(name, f"the model failed on this clip ({told.fault[:200]})")
            self._check_identity(told, self._model(clip))
            scores = read_scores(name, told.output, clip.tasks)
        finally:
            if request is not None:
                records.end(request.record, told.seconds, cost, scores)
        return PaidAnswer(name, scores, told.seconds, cost)

    def _check_identity(self, told: Prediction, meant: RemoteModel) -> None:
        answered = read_identity(told.output)
        if answered is not None and answered != meant:
            name, (model, version) = self._added.name, answered
            raise ProviderRefused(
                name,
                f"another model answers there now: {model} {version}",
                f"If that is meant, note it with: shotlog remote test {name}.",
            )

    async def _withdraw(
        self, clip: SmallClip, request: OpenRequest | None, records: SentRequests
    ) -> None:
        """Tell the provider that nobody waits; where that fails, the next run asks for it.

        What it charges all the same is noted, and an answer that was faster is kept.
        """
        if request is None:
            return
        added, provider = self._added, self._provider
        with suppress(ShotlogError, Unclear, TimeoutError):
            async with (
                asyncio.timeout(_CANCEL_SECONDS),
                HttpSession(
                    added.name, provider.address, provider.headers(self._token), _CANCEL_SECONDS
                ) as http,
            ):
                told = await provider.cancel(http, request.mark)
                told = told or Prediction(None, 0.0, cancelled=True)
                if told.cancelled:
                    records.cancelled(request.record, told.seconds, self._cost(told))
                else:
                    self._end(clip, told, request, records)


async def _wait(tasks: set[asyncio.Task[None]], stop: Callable[[], None]) -> None:
    """Wait for tasks; raise the first error, or what ``stop`` raises."""
    waiting = tasks
    while waiting:
        done, waiting = await asyncio.wait(
            waiting, timeout=_STOP_SECONDS, return_when=asyncio.FIRST_EXCEPTION
        )
        for task in done:
            task.result()
        stop()
