"""The trial of a provider with a clip of our own, and what is noted of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import numpy as np

from shotlog.models.catalog import Task
from shotlog.providers.added import AddedProvider, ServedModel, make_provider
from shotlog.providers.contract import Prediction, Provider
from shotlog.providers.http import HttpSession, Unclear
from shotlog.providers.measure import SIDE, small_clip
from shotlog.providers.prices import cost_of, price_of
from shotlog.providers.scores import read_identity, read_scores, read_tasks
from shotlog.schema import ClipUnanswered, Pixels, ProviderRefused

_FRAMES: Final = 16


class Trial(NamedTuple):
    """A provider that has answered for the trial clip, and the cost of that in US dollars."""

    added: AddedProvider
    cost: Decimal


def try_provider(
    name: str,
    kind: str,
    parameters: Mapping[str, Any],
    token: str | None,
    version: str = "",
    tasks: Sequence[Task] = (Task.SIZE,),
) -> Trial:
    """Send a clip of a moving pattern for each task, nothing of the user's, and read the answers.

    A task that the answer to an earlier one tells, too, is not asked for again.

    Args:
        name: Name of the provider.
        kind: Its kind.
        parameters: Parameters of the kind.
        token: Its token, if it has one.
        version: Version of the model, where neither service nor output tells it.
        tasks: The tasks that it is to answer for; at least one.

    Raises:
        ProviderError: The provider cannot be used.
        ClipUnanswered: It gave no answer to a task.
    """
    provider = make_provider(kind, parameters)
    price = price_of(provider)
    return asyncio.run(_try(name, provider, token, price, version, tasks))


async def _try(
    name: str,
    provider: Provider,
    token: str | None,
    price: Decimal,
    version: str,
    tasks: Sequence[Task],
) -> Trial:
    models: list[ServedModel] = []
    cost = Decimal(0)
    async with HttpSession(
        name, provider.address, provider.headers(token), provider.seconds
    ) as http:
        told = await provider.identity(http)
        parameters = provider.model_dump(mode="json", exclude_defaults=True)
        if told is not None and provider.model:
            # The newest version of today stays the one that is asked, as its answers are kept.
            parameters["model"] = ":".join(told)
            provider = make_provider(provider.name, parameters)
        for task in tasks:
            known = {each for model in models for each in model.tasks}
            if task in known:
                continue
            answer, took = await _ask(http, provider, task)
            read_scores(name, answer.output, (task,))
            answered, of = _identity(name, provider, answer, told, version)
            models.append(
                ServedModel(
                    tasks=tuple(t for t in read_tasks(answer.output, task) if t not in known),
                    model=answered,
                    version=of,
                    seconds=answer.seconds,
                    start=round(max(0.0, took - answer.seconds), 3),
                )
            )
            cost += cost_of(answer.seconds, price) if answer.cost is None else answer.cost
    added = AddedProvider(
        name=name, kind=provider.name, parameters=parameters, models=tuple(models)
    )
    return Trial(added, cost)


async def _ask(http: HttpSession, provider: Provider, task: Task) -> tuple[Prediction, float]:
    """Return the answer to a task for the trial clip, and the seconds that it took."""
    began = time.monotonic()
    try:
        clip = small_clip(make_pattern(), (task,))
        answer = await provider.send(http, clip, lambda _: None)
    except Unclear as error:
        raise ClipUnanswered(http.name, "its reply was lost") from error
    if answer.fault:
        message = f"the model failed on the trial clip for the {task} ({answer.fault})"
        raise ClipUnanswered(http.name, message)
    return answer, time.monotonic() - began


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
