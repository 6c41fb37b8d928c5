"""Providers that are Cog servers: a container of one's own, on any machine.

Endpoints and statuses are those of cog 0.23.1 (``docs/http.md`` of github.com/replicate/cog), tried
with the server itself.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from shotlog.models.catalog import Task
from shotlog.providers.contract import Note, Prediction, RequestMark, ServerProvider, SmallClip
from shotlog.providers.http import HttpSession
from shotlog.schema import ClipUnanswered

_LOOK_AGAIN: Final = 0.5
"""Seconds until a prediction that another request began is asked for again."""


class CogProvider(ServerProvider):
    """A Cog server, whose predictor takes the inputs of :func:`clip_inputs`.

    Predictions get ids of ours: a request that is repeated while its prediction runs joins it.
    """

    name: ClassVar[str] = "cog"
    example: ClassVar[str] = "http://HOST:5000"

    async def resume(
        self, http: HttpSession, clip: SmallClip, mark: RequestMark, note: Note
    ) -> Prediction:
        """Return the prediction of an id; the server runs it unless it is running already."""
        path = f"/predictions/{mark.prediction}"
        sent = clip_inputs(clip, await clip.data_uri())
        status, reply = await http.ask("PUT", path, body={"input": sent})
        while status == 202:  # it runs already; the reply is that of respond-async
            await asyncio.sleep(_LOOK_AGAIN)
            status, reply = await http.ask("PUT", path, body={"input": sent})
        return read_prediction(http.name, reply)

    async def cancel(self, http: HttpSession, mark: RequestMark) -> None:
        """Stop a prediction; the server does not tell for how long it has run."""
        await http.ask("POST", f"/predictions/{mark.prediction}/cancel")


def clip_inputs(clip: SmallClip, video: str) -> dict[str, object]:
    """Return the inputs of a Cog predictor for a clip.

    Sizes are asked for without ``task``, which predictors of sizes alone do not know.

    Args:
        clip: The clip.
        video: Its film, as an address or a data URI.
    """
    inputs: dict[str, object] = {"video": video, "return_all_scores": True}
    return inputs if clip.task is Task.SIZE else {**inputs, "task": clip.task.value}


def read_prediction(name: str, reply: object) -> Prediction:
    """Read a finished prediction of Cog, which is that of Replicate, too.

    Args:
        name: Name of the provider, for errors.
        reply: The JSON.

    Raises:
        ClipUnanswered: It is no prediction, or was cancelled.
    """
    if not isinstance(reply, dict):
        raise ClipUnanswered(name, "its answer is no prediction")
    metrics = reply.get("metrics")
    seconds = metrics.get("predict_time", 0.0) if isinstance(metrics, dict) else 0.0
    if not isinstance(seconds, int | float) or not 0 <= seconds < 1e6:
        raise ClipUnanswered(name, f"its predict_time is {seconds!r}")
    match reply.get("status"):
        case "succeeded":
            return Prediction(reply.get("output"), float(seconds))
        case "failed":
            return Prediction(None, float(seconds), fault=str(reply.get("error") or "no reason"))
        case "canceled" | "aborted":
            return Prediction(None, float(seconds), fault="it was cancelled there", cancelled=True)
        case other:
            raise ClipUnanswered(name, f"its answer is no prediction (status {other!r})")
