"""The contract of providers, which are found by the entry point group ``shotlog.providers``.

A provider runs a model on another machine. Each kind knows the requests of one service;
concurrency, repeated attempts, records, costs and cancellation are the same for all kinds
(:mod:`shotlog.providers.sending`).
"""

from __future__ import annotations

import asyncio
import base64
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shotlog.media.encoding import encode_pictures
from shotlog.models.catalog import Task
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.providers.http import HttpSession
from shotlog.schema import Pixels, ProviderRefused


@dataclass(frozen=True, eq=False)
class SmallClip:
    """The pictures of one window, as they are sent, and what is asked about them.

    Attributes:
        digest: Identity of the pictures and the tasks.
        pictures: (frames, h, w, 3) uint8 RGB.
        tasks: The task that is asked for, and others that the same answer must tell.
    """

    digest: str
    pictures: Pixels
    tasks: tuple[Task, ...] = (Task.SIZE,)

    @property
    def task(self) -> Task:
        """The task that is asked for."""
        return self.tasks[0]

    async def film(self) -> bytes:
        """Return the pictures as an MP4 file; other clips are sent meanwhile."""
        return await asyncio.to_thread(encode_pictures, self.pictures)

    async def data_uri(self) -> str:
        """Return the film as a data URI, for services that take it within a request."""
        film = base64.b64encode(await self.film()).decode()
        return f"data:video/mp4;base64,{film}"


@dataclass(frozen=True)
class Prediction:
    """The answer to one request, or the reason why there is none.

    Attributes:
        output: Output of the model; None where it failed.
        seconds: Seconds of computation that are charged.
        cost: US dollars, where the service tells a price of its own.
        fault: Reason why there is no output.
        cancelled: True where it was stopped before its end.
    """

    output: Any
    seconds: float
    cost: Decimal | None = None
    fault: str = ""
    cancelled: bool = False


@dataclass(frozen=True)
class RequestMark:
    """Marks by which a request can be found again at the service.

    Attributes:
        prediction: Id of the prediction; empty before the service has given it one.
        upload: Address of the uploaded file; empty where none was uploaded.
    """

    prediction: str = ""
    upload: str = ""


Note = Callable[[RequestMark], None]
"""Notes a mark on the disk; it must be called before the step that could be paid for twice."""


class Provider(ConfigurablePlugin, ABC):
    """A service that runs a model; the fields are what ``shotlog remote add`` takes.

    Attributes:
        needs_token: True where every request bears a token.
        default_url: Address that is used where none is given; empty where one must be given.
    """

    needs_token: ClassVar[bool] = False
    default_url: ClassVar[str] = ""

    url: str = ""
    """Address of the service."""
    model: str = ""
    """The model there, where the service has several: ``owner/name:version``."""
    at_once: Annotated[int, Field(ge=1, le=64)] = 4
    """Most requests at the same time."""
    seconds: Annotated[float, Field(gt=0, le=86400)] = 600
    """Longest time for one answer, waiting for a free machine included."""
    hardware: str = ""
    """The machine that runs the model, for its price: ``t4``."""
    price: Annotated[Decimal, Field(ge=0)] | None = None
    """US dollars for a second; None takes the listed price of the hardware."""

    def check(self) -> None:
        """Check what can be checked without a request.

        Raises:
            ProviderRefused: A field is missing or wrong.
        """

    @property
    def address(self) -> str:
        """Address of the service, without a slash at its end."""
        return (self.url or self.default_url).rstrip("/")

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Return the headers of every request."""
        return {} if token is None else {"Authorization": f"Bearer {token}"}

    async def identity(self, http: HttpSession) -> tuple[str, str] | None:
        """Return name and version of the model, where the service tells them; else None.

        Raises:
            ProviderError: The service cannot be used.
        """
        return None

    @abstractmethod
    async def send(self, http: HttpSession, clip: SmallClip, note: Note) -> Prediction:
        """Send a clip, wait for its prediction, and return it.

        Raises:
            ProviderError: The service cannot be used at all.
            ClipUnanswered: It gave no answer for this clip.
        """

    @abstractmethod
    async def resume(
        self, http: HttpSession, clip: SmallClip, mark: RequestMark, note: Note
    ) -> Prediction:
        """Return the prediction of a request that an earlier run has sent.

        It is not charged twice where the service allows it; where the service does not know it any
        more, the clip is sent again.

        Raises:
            ShotlogError: As :meth:`send`.
        """

    async def cancel(self, http: HttpSession, mark: RequestMark) -> Prediction | None:
        """Stop a prediction that nobody waits for any more, where the service can.

        Returns:
            Its end, with the seconds that are charged all the same, or its answer where it was
            faster; None where the service tells neither.

        Raises:
            RemoteError: It could not be told.
        """
        return None


class ServerProvider(Provider):
    """A server at an address of the user's, which takes clips under ids of ours.

    Attributes:
        example: An address of such a server, for people.
    """

    example: ClassVar[str]

    def check(self) -> None:
        """Check the address.

        Raises:
            ProviderRefused: It is missing.
        """
        if not self.url:
            hint = f"Give it with --url {self.example}."
            raise ProviderRefused(self.name, "it needs the address of the server", hint)

    async def send(self, http: HttpSession, clip: SmallClip, note: Note) -> Prediction:
        """Send a clip under a new id, and return its prediction."""
        mark = RequestMark(prediction=uuid.uuid4().hex)
        note(mark)
        return await self.resume(http, clip, mark, note)


PROVIDERS = PluginKind("shotlog.providers", Provider, "provider")
"""Providers; ``shotlog remote add --kind`` chooses one."""
