"""Clips of one grey each, and a sender of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from shotlog.models.catalog import Task
from shotlog.providers import (
    AddedProvider,
    BillLine,
    ClipSender,
    SentRequests,
    ServedModel,
    SmallClip,
    small_clip,
)


def grey_clip(number: int, side: int = 224) -> SmallClip:
    """Return a clip whose pictures tell its number, 0 to 999, by a grey for each digit."""
    pictures = np.empty((16, side, side, 3), np.uint8)
    third = side // 3 + 1
    for place, digit in enumerate(f"{number:03}"):
        pictures[:, third * place : third * (place + 1)] = 40 + 20 * int(digit)
    return small_clip(pictures)


def added(
    kind: str, url: str, *, models: Sequence[ServedModel] = (), **parameters: Any
) -> AddedProvider:
    """Return a provider as it stands in the file; of sizes, unless its models are given."""
    return AddedProvider(
        name="studio",
        kind=kind,
        parameters={"url": url, **parameters},
        models=tuple(models) or (served(Task.SIZE),),
    )


def served(*tasks: Task, model: str = "sizes", version: str = "v1") -> ServedModel:
    """Return a model of a provider as it stands in the file."""
    return ServedModel(tasks=tasks, model=model, version=version, seconds=0.25, start=1.0)


def sender(
    provider: AddedProvider, token: str | None = None, max_cost: str | None = None
) -> ClipSender:
    """Return a sender for a project, with the records of this test."""
    limit = None if max_cost is None else Decimal(max_cost)
    return ClipSender(provider, token, "/project", limit)


def go_on() -> None:
    """Let a run go on."""


def bill() -> list[BillLine]:
    """Return the bill of this test."""
    with SentRequests() as records:
        return records.bill()
