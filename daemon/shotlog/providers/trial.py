"""The trial of a provider with a clip of our own, and what is noted of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import numpy as np

from shotlog.providers.added import AddedProvider, make_provider
from shotlog.providers.contract import Prediction, Provider
from shotlog.providers.http import HttpSession, Unclear
from shotlog.providers.measure import SIDE, small_clip
from shotlog.providers.prices import cost_of, price_of
from shotlog.providers.scores import read_identity, read_scores
from shotlog.schema import ClipUnanswered, Pixels, ProviderRefused

_FRAMES: Final = 16


class Trial(NamedTuple):
    """A provider that has answered for a trial clip, and the cost of that in US dollars."""

    added: AddedProvider
    cost: Decimal


def try_provider(
    name: str, kind: str, parameters: Mapping[str, Any], token: str | None, version: str = ""
) -> Trial:
    """Send one clip of a moving pattern, nothing of the user's, and read the answer.

    Args:
        name: Name of the provider.
        kind: Its kind.
        parameters: Parameters of the kind.
        token: Its token, if it has one.
        version: Version of the model, where neither service nor output tells it.

    Raises:
        ProviderError: The provider cannot be used.
        ClipUnanswered: It gave no answer.
    """
    provider = make_provider(kind, parameters)
    price = price_of(provider)
    return asyncio.run(_try(name, provider, token, price, version))


async def _try(
    name: str, provider: Provider, token: str | None, price: Decimal, version: str
) -> Trial:
    async with HttpSession(
        name, provider.address, provider.headers(token), provider.seconds
    ) as http:
        told = await provider.identity(http)
        parameters = provider.model_dump(mode="json", exclude_defaults=True)
        if told is not None and provider.model:
            # The newest version of today stays the one that is asked, as its answers are kept.
            parameters["model"] = ":".join(told)
            provider = make_provider(provider.name, parameters)
        began = time.monotonic()
        try:
            answer = await provider.send(http, small_clip(make_pattern()), lambda _: None)
        except Unclear as error:
            raise ClipUnanswered(name, "its reply was lost") from error
        took = time.monotonic() - began
    if answer.fault:
        raise ClipUnanswered(name, f"the model failed on the trial clip ({answer.fault})")
    read_scores(name, answer.output)
    model, version = _identity(name, provider, answer, told, version)
    added = AddedProvider(
        name=name,
        kind=provider.name,
        parameters=parameters,
        model=model,
        version=version,
        seconds=answer.seconds,
        start=round(max(0.0, took - answer.seconds), 3),
    )
    cost = cost_of(answer.seconds, price) if answer.cost is None else answer.cost
    return Trial(added, cost)


def _identity(
    name: str,
    provider: Provider,
    answer: Prediction,
    told: tuple[str, str] | None,
    version: str,
) -> tuple[str, str]:
    """Return name and version: of the output, else of the service, else as the user names them."""
    known = read_identity(answer.output) or told
    if known is not None:
        return known
    if not version:
        message = "it does not tell which version of which model answers"
        hint = (
            "Name it with --model NAME --model-version VERSION, and another version whenever the"
            " weights change: answers are kept under it."
        )
        raise ProviderRefused(name, message, hint)
    return provider.model or name, version


def make_pattern() -> Pixels:
    """Return the trial clip: (16, 224, 224, 3) uint8, a gradient that moves."""
    across = np.linspace(0, 255, SIDE, dtype=np.uint8)
    frames = [np.stack(np.meshgrid(np.roll(across, 4 * n), across), -1) for n in range(_FRAMES)]
    return np.stack([np.dstack([frame, frame[..., :1]]) for frame in frames])
