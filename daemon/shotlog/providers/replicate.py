"""Providers at Replicate, by the platform's HTTP API.

Requests, replies and errors are those of https://replicate.com/docs/reference/http and of the
platform's own client, github.com/replicate/replicate-python (commit of 2025-06-02).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_attempt

from shotlog.providers.cog import clip_inputs, read_prediction
from shotlog.providers.contract import Note, Prediction, Provider, RequestMark, SmallClip
from shotlog.providers.http import HttpSession, Unclear
from shotlog.schema import ClipUnanswered, ProviderRefused, ServerFailed

_WAIT: Final = 60
"""Seconds for which the platform holds a request that has ``Prefer: wait``; its longest."""
_LOOK_AGAIN: Final = 1.0
"""Seconds between two requests for a prediction that takes longer."""
_PAGES: Final = 20
"""Pages of earlier predictions, of 100 each, that are searched for a lost one."""
_ATTEMPTS: Final = 3
_UNFINISHED: Final = ("starting", "processing")
_MODEL: Final = re.compile(r"[\w.-]+/[\w.-]+(:[0-9a-f]{64})?")


class ReplicateProvider(Provider):
    """A model at Replicate, or at a server with the same API.

    The clip is uploaded first, so that its address tells a prediction among others: where the reply
    to a request was lost, the list of predictions is searched before another one is made.
    """

    name: ClassVar[str] = "replicate"
    needs_token: ClassVar[bool] = True
    default_url: ClassVar[str] = "https://api.replicate.com"

    hardware: str = "t4"
    """The machine that runs the model, for its price."""

    def check(self) -> None:
        """Check the form of the model's name.

        Raises:
            ProviderRefused: It is missing or wrong.
        """
        if not _MODEL.fullmatch(self.model):
            told = f"'{self.model}' is no model there" if self.model else "it needs a model"
            hint = "Give it with --model OWNER/NAME:VERSION; the version is 64 digits long."
            raise ProviderRefused(self.name, told, hint)

    @property
    def _version(self) -> str:
        return self.model.partition(":")[2]

    async def identity(self, http: HttpSession) -> tuple[str, str]:
        """Return name and version of the model; the newest version where none was chosen."""
        name = self.model.partition(":")[0]
        if self._version:
            await http.ask("GET", f"/v1/models/{name}/versions/{self._version}")
            return name, self._version
        _, reply = await http.ask("GET", f"/v1/models/{name}")
        newest = reply.get("latest_version") if isinstance(reply, dict) else None
        if not isinstance(newest, dict) or not isinstance(newest.get("id"), str):
            raise ProviderRefused(http.name, "this model has no version that can be run")
        return name, newest["id"]

    async def send(self, http: HttpSession, clip: SmallClip, note: Note) -> Prediction:
        """Upload a clip, and return its prediction."""
        _, file = await http.ask(
            "POST", "/v1/files", upload=(f"{clip.digest}.mp4", await clip.film())
        )
        mark = RequestMark(upload=_text(http, file, "urls", "get"))
        note(mark)
        attempts = AsyncRetrying(
            retry=retry_if_exception_type(Unclear), stop=stop_after_attempt(_ATTEMPTS)
        )
        try:
            reply: Any = await attempts(self._create, http, clip, mark)
        except RetryError as error:
            raise ServerFailed(http.name, "its replies were lost again and again") from error
        return await self._finish(http, reply, mark, note)

    async def resume(
        self, http: HttpSession, clip: SmallClip, mark: RequestMark, note: Note
    ) -> Prediction:
        """Return the prediction of an earlier run; one that is not to be found is made anew."""
        if mark.prediction:
            _, reply = await http.ask("GET", f"/v1/predictions/{mark.prediction}", known=False)
        else:
            reply = await self._find(http, mark)
        # The platform removes input and output of predictions after an hour.
        if reply is None or (reply.get("data_removed") and reply.get("status") == "succeeded"):
            return await self.send(http, clip, note)
        return await self._finish(http, reply, mark, note)

    async def cancel(self, http: HttpSession, mark: RequestMark) -> Prediction | None:
        """Stop a prediction; one whose id is not known yet is searched for.

        The time that it ran before is charged (https://replicate.com/docs/topics/predictions/lifecycle),
        and told once its status is final.
        """
        found = None if mark.prediction else await self._find(http, mark)
        prediction = mark.prediction or (found or {}).get("id")
        if not prediction:
            return None
        _, reply = await http.ask("POST", f"/v1/predictions/{prediction}/cancel")
        return await self._wait(http, prediction, reply)

    async def _create(self, http: HttpSession, clip: SmallClip, mark: RequestMark) -> Any:
        """Make a prediction, unless an attempt whose reply was lost has made it."""
        body = {"version": self._version, "input": clip_inputs(clip, mark.upload)}
        try:
            _, reply = await http.ask(
                "POST", "/v1/predictions", body=body, repeatable=False,
                headers={"Prefer": f"wait={min(_WAIT, max(1, int(http.seconds)))}"},
            )  # fmt: skip
        except Unclear:
            found = await self._find(http, mark)
            if found is None:
                raise
            return found
        return reply

    async def _find(self, http: HttpSession, mark: RequestMark) -> Mapping[str, Any] | None:
        """Return the prediction whose input is an uploaded file, if there is one."""
        path: str | None = "/v1/predictions"
        for _ in range(_PAGES):
            if path is None:
                break
            _, page = await http.ask("GET", path)
            if not isinstance(page, dict) or not isinstance(page.get("results"), list):
                raise ClipUnanswered(http.name, "its list of predictions cannot be read")
            for each in page["results"]:
                sent = each.get("input") if isinstance(each, dict) else None
                if isinstance(sent, dict) and sent.get("video") == mark.upload:
                    return dict(each)
            path = page.get("next")
        return None

    async def _finish(
        self, http: HttpSession, reply: Any, mark: RequestMark, note: Note
    ) -> Prediction:
        prediction = _text(http, reply, "id")
        note(RequestMark(prediction, mark.upload))
        return await self._wait(http, prediction, reply)

    async def _wait(self, http: HttpSession, prediction: str, reply: Any) -> Prediction:
        """Return a prediction once its status is final."""
        ends = time.monotonic() + http.seconds
        while reply.get("status") in _UNFINISHED:
            if time.monotonic() > ends:
                raise ClipUnanswered(http.name, f"no answer within {http.seconds:g} s")
            await asyncio.sleep(_LOOK_AGAIN)
            _, reply = await http.ask("GET", f"/v1/predictions/{prediction}")
        return read_prediction(http.name, reply)


def _text(http: HttpSession, reply: Any, *keys: str) -> str:
    for key in keys:
        reply = reply.get(key) if isinstance(reply, dict) else None
    if not isinstance(reply, str):
        raise ClipUnanswered(http.name, f"its answer lacks {'.'.join(keys)}")
    return reply
