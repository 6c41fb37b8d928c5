"""Providers that speak the smallest contract of ours, which anybody can serve: docs/remote.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, Field, ValidationError

from shotlog.providers.contract import Note, Prediction, RequestMark, ServerProvider, SmallClip
from shotlog.providers.http import HttpSession
from shotlog.schema import ClipUnanswered


class _Charge(BaseModel):
    """The parts of an answer beside the scores; further keys are allowed."""

    seconds: Annotated[float, Field(ge=0, lt=1e6)] = 0
    cost: Annotated[Decimal, Field(ge=0)] | None = None


class HttpJsonProvider(ServerProvider):
    """A server that answers ``POST`` with a JSON object of scores."""

    name: ClassVar[str] = "http-json"
    example: ClassVar[str] = "http://HOST/PATH"

    async def resume(
        self, http: HttpSession, clip: SmallClip, mark: RequestMark, note: Note
    ) -> Prediction:
        """Send a clip under its id again; the server may answer from what it has computed."""
        body = {
            "id": mark.prediction,
            "task": clip.task.value,
            "video": await clip.data_uri(),
        }
        _, reply = await http.ask(
            "POST", self.address, body=body, headers={"Idempotency-Key": mark.prediction}
        )
        return _read(http.name, reply)


def _read(name: str, reply: Any) -> Prediction:
    try:
        charge = _Charge.model_validate(reply)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"])) or "its answer"
        raise ClipUnanswered(name, f"{where}: {fault['msg']}") from error
    if "error" in reply:
        return Prediction(None, charge.seconds, charge.cost, str(reply["error"]))
    return Prediction(reply, charge.seconds, charge.cost)
