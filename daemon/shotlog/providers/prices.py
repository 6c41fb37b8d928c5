"""Prices of computation: listed ones with their date and source, and estimates made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from statistics import median, quantiles
from typing import Final, NamedTuple

from shotlog.providers.contract import Provider
from shotlog.schema import Model, ProviderRefused

_FEW: Final = 5
"""Fewer answers than this tell no quartile."""


class PriceList(Model):
    """Listed prices of a second on a machine.

    Attributes:
        date: Month in which they were read.
        source: Place where they were read.
        currency: Their currency.
        per_second: Price by hardware.
    """

    date: str
    source: str
    currency: str
    per_second: Mapping[str, Decimal]


@cache
def read_prices() -> PriceList:
    """Return the listed prices."""
    text = (files("shotlog.providers") / "prices.json").read_text(encoding="utf-8")
    return PriceList.model_validate_json(text)


def price_of(provider: Provider) -> Decimal:
    """Return the price of a second, in US dollars; 0 for a machine of one's own.

    Raises:
        ProviderRefused: The hardware has no listed price.
    """
    if provider.price is not None:
        return provider.price
    if not provider.hardware:
        return Decimal(0)
    listed = read_prices().per_second
    if provider.hardware not in listed:
        message = f"the price of the hardware '{provider.hardware}' is not known"
        hint = f"Give it with --price, or choose one of: {', '.join(listed)}."
        raise ProviderRefused(provider.name, message, hint)
    return listed[provider.hardware]


class CostRange(NamedTuple):
    """A price and a time, before anything is sent.

    Attributes:
        clips: Number of clips.
        size: Bytes of all of them.
        seconds: Seconds of computation for all clips: likely, and at most.
        cost: US dollars: likely, and at most.
    """

    clips: int
    size: int
    seconds: tuple[float, float]
    cost: tuple[Decimal, Decimal]


def estimate(
    clips: int, size: int, known: Sequence[float], start: float, price: Decimal
) -> CostRange:
    """Return the estimate for clips.

    Low: clips x median seconds x price. High: clips x upper quartile of the seconds x price, and
    the start of a machine that is off.

    Args:
        clips: Number of clips.
        size: Bytes of all of them.
        known: Seconds of earlier answers; at least one.
        start: Seconds until a machine that is off has started.
        price: US dollars for a second.
    """
    upper = quantiles(known, n=4)[2] if len(known) >= _FEW else max(known)
    low, high = clips * median(known), clips * upper + (start if clips else 0.0)
    low, high = min(low, high), max(low, high)
    return CostRange(clips, size, (low, high), (cost_of(low, price), cost_of(high, price)))


def cost_of(seconds: float, price: Decimal) -> Decimal:
    """Return the price of seconds, in US dollars."""
    return Decimal(repr(seconds)) * price
